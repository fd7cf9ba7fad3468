#!/usr/bin/env python3
"""Writes docs/rules/ from what the program says about its rules.

    rule_pages.py --tool build/release/sqlawait [--check]

With --check nothing is written; exit status 1 when a page is out of date.
"""
from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "rules"
HEAD = """\
# Rules

`sqlawait rules` prints this list, `sqlawait explain CODE` a page. The pages are made by `tools/dev/rule_pages.py` from
the texts that are compiled into the program.

| code | rule | |
|---|---|---|
"""


def pages(tool):
    def say(*args):
        return subprocess.run([tool, *args], check=True, capture_output=True, text=True).stdout
    index = HEAD
    for line in say("rules").splitlines():
        code, rest = line.split(None, 1)
        name, summary = rest.split(": ", 1)
        index += f"| {code} | [{name}]({name}.md) | {summary} |\n"
        prose = say("explain", code).split("\n\n", 1)[1]
        yield f"{name}.md", prose
    yield "README.md", index


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    wanted = dict(pages(str(pathlib.Path(args.tool).resolve())))
    there = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))
    for name in stale:
        if args.check:
            print(f"docs/rules/{name} is out of date; run tools/dev/rule_pages.py --tool {args.tool}")
        elif name in wanted:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / name).write_text(wanted[name])
        else:
            (FOLDER / name).unlink()
    return 1 if args.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
