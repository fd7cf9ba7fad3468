#!/usr/bin/env python3
"""A checklist that people wrote by hand beside the one that `sqlawait report` makes of the same tree.

    beside_checklist.py CHECKLIST.md FOLDER [--tool SQLAWAIT]

Every Python file that the hand-written one names in backticks, line by line: whether the report has it, its layer there,
its status and sites, and what an independent count finds in the text (`.query(`, `.commit(` ... on anything). Then the
files with work that it does not name, and the figures that it gives of operations beside both counts.
Exit status: 1 when a file that it names, and that is there, is missing in the report.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
import sys

OPERATIONS = ["query", "add", "commit", "rollback", "refresh"]


def in_text(path: pathlib.Path) -> dict[str, int]:
    """By regular expressions, comments aside: any receiver whose name ends in db or session."""
    code = "\n".join(line for line in path.read_text(errors="replace").splitlines() if not line.lstrip().startswith("#"))
    return {name: len(re.findall(rf"\b\w*(?:db|session)\s*\.\s*{name}\(", code, re.I)) for name in OPERATIONS}


def named(checklist: str) -> dict[str, tuple[int, str]]:
    """Paths with the line and the heading under which the checklist names them first."""
    out: dict[str, tuple[int, str]] = {}
    heading = ""
    for number, line in enumerate(checklist.splitlines(), 1):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        for path in re.findall(r"`([\w./-]+\.py)`", line):
            out.setdefault(path, (number, heading))
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checklist", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tool", default="build/release/sqlawait")
    args = parser.parse_args()
    folder, text = args.folder.resolve(), args.checklist.read_text()
    ran = subprocess.run([args.tool, "report", "--quiet", "--format", "json", "--root", str(folder), str(folder)],
                         capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(ran.stderr.strip())
    report = json.loads(ran.stdout)
    files = {one["path"]: one for one in report["files"]}

    print("| line | under | file | report: layer | status | sites | in the text |\n|---:|---|---|---|---|---:|---:|")
    seen, absent, missing = set(), [], []
    for path, (number, heading) in named(text).items():
        found = [one for one in files if one == path or one.endswith("/" + path)]
        if "/" not in path and len(found) != 1: # a bare name: the one under a folder that the heading names
            found = [one for one in found if any(part in heading.lower() for part in one.lower().split("/")[:-1])][:1] or found
        if not found:
            (missing if (folder / path).exists() else absent).append((number, path))
            continue
        for one in found[:1]:
            seen.add(one)
            row = files[one]
            print(f"| {number} | {heading[:40]} | {one} | {row['layer']} | {row['status']} | {row['counts']['sites']} | "
                  f"{sum(in_text(folder / one).values())} |")
    for number, path in absent:
        print(f"| {number} | | {path} | not in the tree | | | |")
    for number, path in missing:
        print(f"| {number} | | {path} | MISSING in the report | | | |")

    print("\nFiles with work that it does not name:\n")
    for path, row in sorted(files.items()):
        if row["batch"] > 0 and path not in seen:
            print(f"- {path}: {row['layer']}, {row['counts']['sites']} sites")

    print("\n| operation | by hand | report | in the text |\n|---|---:|---:|---:|")
    app = [path for path, row in files.items() if row["layer"] not in ("tests", "migrations")]
    for name in OPERATIONS:
        hand = re.search(rf"`db\.{name}\([^`]*`[^:]*:\s*\**~?(\d+)", text)
        print(f"| {name} | {hand[1] if hand else ''} | {sum(files[path]['operations'].get(name, 0) for path in app)} | "
              f"{sum(in_text(folder / path)[name] for path in app)} |")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
