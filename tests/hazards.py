#!/usr/bin/env python3
"""Hazards: what is reported of programs whose comments say what should be, `# hazard: SA702` behind the line.

    hazards.py --tool build/release/sqlawait [-k WORD] [-v]

fixtures/hazards/*.py are programs that are yet to be moved: looked at before and after it. The `keep_` programs of
fixtures/rules/hazards say it, too, where they are on an AsyncSession. A line without a comment must have no hazard.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

TOOL = "sqlawait"
ROOT = pathlib.Path(__file__).resolve().parent.parent
MARK = re.compile(r"# hazard: (SA\d+)$")


class Hazards(unittest.TestCase):
    """One test a program, made below."""

    def reported(self, program):
        done = subprocess.run([TOOL, "report", "--format", "json", "--root", str(program.parent), str(program)], text=True,
                              capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        file, = json.loads(done.stdout)["files"]
        return sorted((one["line"], one["code"]) for one in file["findings"]
                      if one["status"] == "information" and not one["automatic"])

    def marked(self, program):
        return sorted((number, found[1]) for number, line in enumerate(program.read_text().splitlines(), 1)
                      if (found := MARK.search(line)))

    def run_program(self, source):
        with tempfile.TemporaryDirectory(prefix="sqlawait-hazards-") as folder:
            program = pathlib.Path(folder) / source.name
            program.write_text(source.read_text())
            (program.parent / "sqlawait.toml").write_text("")
            self.assertEqual(self.reported(program), self.marked(program))
            subprocess.run([TOOL, "migrate", "--quiet", "--write", "--root", folder, folder], check=True, timeout=120)
            self.assertEqual(self.reported(program), self.marked(program), "after the migration")


for one in [*sorted((ROOT / "fixtures/hazards").glob("*.py")), *sorted((ROOT / "fixtures/rules/hazards").glob("*/keep_*.py"))]:
    if "# hazard:" in one.read_text():
        name = re.sub(r"\W+", "_", str(one.relative_to(ROOT / "fixtures").with_suffix("")))
        setattr(Hazards, f"test_{name}", lambda self, one=one: self.run_program(one))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    options, rest = parser.parse_known_args()
    TOOL = str(pathlib.Path(options.tool).resolve())
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed", flush=True)
    sys.exit(bad > 0)
