#!/usr/bin/env python3
"""A checklist that people wrote by hand beside the one that `sqlawait report` makes of the same tree.

    beside_checklist.py CHECKLIST.md FOLDER [--tool SQLAWAIT] [--explained FILE]

Every line of the hand-written one that names a Python file in backticks: whether the report has that file, its layer
there, its status, lines and sites, and session operations beside what an independent count finds in the text
(`db.query(`, `session.commit(` ...). Then HTTP calls, layers and operations beside the figures that it gives, the files
with work that it does not name, and where the report and the text differ, with the reason out of FILE
(labels/operations.tsv beside this script).
Exit status: 1 when a file that it names, and that is there, is missing in the report, or a difference has no reason.
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


def http_in_text(path: pathlib.Path) -> int:
    """Requests of httpx and requests, of the package or of a client."""
    code = "\n".join(line for line in path.read_text(errors="replace").splitlines() if not line.lstrip().startswith("#"))
    return len(re.findall(r"\b(?:httpx|requests|\w*client)\s*\.\s*(?:get|post|put|patch|delete|request|head)\(", code)) \
        if re.search(r"^\s*(?:import|from) (?:httpx|requests)", code, re.M) else 0


def named(checklist: str) -> list[tuple[int, str, str, str]]:
    """Line, heading, path and the rest of the line, of every line that names a file."""
    out, heading = [], ""
    for number, line in enumerate(checklist.splitlines(), 1):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        for path in re.findall(r"`([\w./-]+\.py)`", line):
            out.append((number, heading, path, line))
    return out


def meant(path: str, heading: str, files: dict) -> str | None:
    """The file of the report: of several with that name, the one under a folder that the heading speaks of."""
    found = sorted(one for one in files if one == path or one.endswith("/" + path))
    if "/" not in path and len(found) > 1:
        words = heading.lower()
        found.sort(key=lambda one: -sum(part.rstrip("s") in words for part in one.lower().split("/")[:-1]))
    return found[0] if found else None


def explanations(path: pathlib.Path) -> dict[tuple[str, str], str]:
    rows = (line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return {(row[0], row[1]): row[2] for row in rows}


def seen(row: dict, name: str) -> int:
    """Also what has no receiver that is known: the text does not know it either."""
    return row["operations"].get(name, 0) + sum(call["method"] == name for call in row["unrecognised"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checklist", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tool", default="build/release/sqlawait")
    parser.add_argument("--explained", type=pathlib.Path, default=pathlib.Path(__file__).parent / "labels/operations.tsv")
    args = parser.parse_args()
    folder, text = args.folder.resolve(), args.checklist.read_text()
    ran = subprocess.run([args.tool, "report", "--quiet", "--format", "json", "--root", str(folder), str(folder)],
                         capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(ran.stderr.strip())
    report = json.loads(ran.stdout)
    files = {one["path"]: one for one in report["files"]}

    print("| line | by hand | report: file | layer | status | lines | sites | operations | in the text |\n"
          "|---:|---|---|---|---|---:|---:|---:|---:|")
    known, missing, absent = set(), 0, 0
    for number, heading, path, _ in named(text):
        one = meant(path, heading, files)
        if one is None:
            there = (folder / path).exists()
            missing += there
            absent += not there
            print(f"| {number} | `{path}` | {'MISSING' if there else 'not in this tree'} | | | | | | |")
            continue
        known.add(one)
        row = files[one]
        print(f"| {number} | `{path}` | {one} | {row['layer']} | {row['status']} | {row['lines']} | {row['counts']['sites']} | "
              f"{sum(seen(row, name) for name in OPERATIONS)} | {sum(in_text(folder / one).values())} |")
    print(f"\n{len(known)} files named and in the report, {missing} missing there, {absent} mentions of what is not in the tree.\n")

    print("HTTP calls:\n\n| file | by hand | report | in the text |\n|---|---:|---:|---:|")
    for _, heading, path, line in named(text):
        count = re.search(r"\| *(\d+) *\|", line)
        if count and "httpx" in heading:
            one = meant(path, heading, files)
            print(f"| {one} | {count[1]} | {sum(call['http'] for call in files[one]['blocking_calls'])} | {http_in_text(folder / one)} |")

    print("\n| layer | files | with work | lines | `def` | `async def` |\n|---|---:|---:|---:|---:|---:|")
    for layer in dict.fromkeys(row["layer"] for row in files.values()):
        rows = [row for row in files.values() if row["layer"] == layer]
        print(f"| {layer} | {len(rows)} | {sum(row['batch'] > 0 for row in rows)} | {sum(row['lines'] for row in rows)} | "
              f"{sum(row['functions']['sync'] for row in rows)} | {sum(row['functions']['async'] for row in rows)} |")

    app = [path for path, row in files.items() if row["layer"] not in ("tests", "migrations")]
    print("\n| operation | by hand | report | in the text |\n|---|---:|---:|---:|")
    for name in OPERATIONS:
        hand = re.search(rf"`db\.{name}\([^`]*`[^:]*:\s*\**~?(\d+)", text)
        print(f"| {name} | {hand[1] if hand else ''} | {sum(seen(files[path], name) for path in app)} | "
              f"{sum(in_text(folder / path)[name] for path in app)} |")

    print("\nFiles with work that it does not name:\n")
    for path, row in sorted(files.items()):
        if row["batch"] > 0 and path not in known:
            print(f"- {path}: {row['layer']}, {row['counts']['sites']} sites")

    print("\nDifferences between the report and the text:\n")
    reasons, unexplained = explanations(args.explained), 0
    for path in sorted(app):
        found = in_text(folder / path)
        for name in OPERATIONS:
            if seen(files[path], name) != found[name]:
                reason = reasons.get((path, name), "")
                unexplained += not reason
                print(f"- {path}: {name} {seen(files[path], name)}, in the text {found[name]}: {reason or 'UNEXPLAINED'}")
    return 1 if missing or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
