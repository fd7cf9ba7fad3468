#!/usr/bin/env python3
"""Golden tests of what each pass finds: `--print PASS` on small programs, to the byte.

    passes.py --tool build/release/sqlawait [--update] [-k WORD]

`fixtures/passes/<pass>/<plain_ or odd_><name>/` is a program; `expected.txt` beside its files is what
`migrate --print <pass>` gives. Of every pass there are at least as many odd programs as plain ones; a pass without
any is a failure. `--jobs 1` and `--jobs 4` have to print the same.

Closing line: `N passed, N failed`. Exit status: 0 none failed, 1 some did, 2 the run was not possible.
"""
from __future__ import annotations

import argparse
import collections
import difflib
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
CASES = ROOT / "fixtures" / "passes"
PASSES = ["files", "tree", "bindings", "symbols", "models", "types", "calls", "queries", "colours", "loads", "findings", "plan",
          "diff", "verify"]
GOLDEN = "expected.txt"


def printed(tool: str, case: pathlib.Path, form: str, jobs: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "program"
        shutil.copytree(case, copy, ignore=shutil.ignore_patterns(GOLDEN))
        ran = subprocess.run([tool, "migrate", "--print", form, "--root", str(copy), "--jobs", str(jobs), str(copy)],
                             capture_output=True, text=True, timeout=60)
    if ran.returncode != 0:
        return f"exit status {ran.returncode}\n{ran.stderr}"
    return ran.stdout


def check(tool: str, case: pathlib.Path, form: str, update: bool) -> str:
    """What is wrong, or ""."""
    golden, now = case / GOLDEN, printed(tool, case, form, 1)
    if now != printed(tool, case, form, 4):
        return "--jobs 4 prints something else\n"
    if update:
        golden.write_text(now)
        return ""
    if not golden.is_file():
        return f"no {GOLDEN}; --update writes it\n"
    return "".join(difflib.unified_diff(golden.read_text().splitlines(True), now.splitlines(True), GOLDEN, "now"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--update", action="store_true", help="write the goldens; read each before it is committed")
    parser.add_argument("-k", metavar="WORD", default="", help="only cases with it in their path")
    args = parser.parse_args()
    if not pathlib.Path(args.tool).is_file():
        print(f"{args.tool}: no such program", file=sys.stderr)
        return 2
    passed = failed = 0
    for form in PASSES:
        kinds = collections.Counter()
        for case in sorted(path for path in (CASES / form).glob("*") if path.is_dir()):
            kinds[case.name.split("_")[0]] += 1
            if args.k not in f"{form}/{case.name}":
                continue
            wrong = check(args.tool, case, form, args.update)
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print(f"FAILED {form}/{case.name}\n{wrong}", end="")
        if set(kinds) != {"plain", "odd"} or kinds["odd"] < kinds["plain"]:
            failed += 1
            print(f"FAILED {form}: {dict(kinds)}: at least one plain case, and as many odd ones")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
