#!/usr/bin/env python3
"""What becomes of the legacy queries of whole repositories: how many are rewritten, and why the others are not.

    query_sites.py [--tool SQLAWAIT] FOLDER...

Each folder is read with `migrate --stage select`; nothing is written. A table goes to standard output: a row a folder,
then every reason, folded where only names differ, with how many sites have it, how many are kept on purpose (tasks,
migrations, `keep-sync`), and where the first one is.
Exit status: 0; 1 when a reason says that something is not implemented; 2 when the program failed.
"""
from __future__ import annotations

import argparse
import collections
import pathlib
import re
import subprocess
import sys

SITE = re.compile(r"^(?P<where>\S+:\d+:\d+): (?P<code>SA\d+) (?P<status>\w+)(?: \w+)?: (?P<message>.*)$")
DONE = re.compile(r"^(\d+) query sites rewritten, (\d+) left", re.MULTILINE)


def run(tool: str, folder: str, *options: str) -> subprocess.CompletedProcess:
    done = subprocess.run([tool, "migrate", "--root", folder, "--stage", "select", *options], cwd=folder,
                          capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{folder}: {done.stderr.strip()}")
    return done


def folded(reason: str) -> str:
    """Without the names and places that tell one site from another."""
    reason = re.sub(r" \(\S+:\d+\)$", "", reason)
    reason = re.sub(r"'[^']*'", "'...'", reason)
    reason = re.sub(r"\b(?!SQLAlchemy\b)[\w<>]+(?:\.[\w<>]+){2,}\b", "...", reason)
    return re.sub(r"^\w+(?:\.\w+)+(?=:| is )", "...", reason)


def refusals(findings: str):
    """(kept on purpose, reason, place) of each site that is left."""
    lines = findings.splitlines()
    for line, below in zip(lines, lines[1:] + [""]):
        found = SITE.match(line)
        if found and found["code"] in ("SA102", "SA105"):
            reason = below.strip().removeprefix("reason: ") if below.startswith("  reason: ") else found["message"]
            yield found["status"] == "kept", reason, found["where"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", default="build/release/sqlawait")
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    tool = str(pathlib.Path(options.tool).resolve())
    reasons: dict[str, list] = collections.defaultdict(list)
    print("| folder | sites | rewritten | share | kept on purpose | left |\n|---|---:|---:|---:|---:|---:|")
    totals = [0, 0, 0, 0]
    for folder in options.folders:
        done = DONE.search(run(tool, folder, "--output", "/dev/null").stderr)
        rewritten, left = (int(done[1]), int(done[2])) if done else (0, 0)
        name = pathlib.Path(folder).resolve().name
        kept = 0
        for on_purpose, reason, where in refusals(run(tool, folder, "--print", "findings").stdout):
            kept += on_purpose
            reasons[folded(reason)].append((on_purpose, f"{name}/{where}"))
        row = [rewritten + left, rewritten, kept, left - kept]
        totals = [a + b for a, b in zip(totals, row)]
        print_row(name, *row)
    print_row("all", *totals)
    print("\n| reason | sites | on purpose | the first |\n|---|---:|---:|---|")
    for reason, sites in sorted(reasons.items(), key=lambda one: (-len(one[1]), one[0])):
        print(f"| {reason} | {len(sites)} | {sum(kept for kept, _ in sites)} | {sites[0][1]} |")
    return 1 if any("implement" in reason for reason in reasons) else 0


def print_row(name: str, sites: int, rewritten: int, kept: int, left: int) -> None:
    share = f"{100 * rewritten / sites:.1f} %" if sites else "-"
    print(f"| {name} | {sites} | {rewritten} | {share} | {kept} | {left} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
