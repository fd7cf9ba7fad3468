#!/usr/bin/env python3
"""What a migration costs, tree by tree: a Markdown table of wall time and peak memory by pass.

    timings.py [--tool SQLAWAIT] [--jobs N] FOLDER...

Memory is the peak of the process when the pass ended; `verify` holds the new program beside the old one. Passes that run
several times are added up. The last columns: processor time of all threads, and lines of Python a second of it.
"""
from __future__ import annotations

import argparse
import pathlib
import re
import resource
import subprocess
import sys


def lines_of(folder: pathlib.Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py") if path.is_file())


def timings(tool: str, folder: pathlib.Path, jobs: list[str]) -> tuple[dict[str, tuple[float, float]], float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run([tool, "migrate", "--timings", "--quiet", *jobs, "--root", str(folder), str(folder)],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode != 0:
        raise SystemExit(f"{folder}: {ran.stderr.strip()}")
    found = re.findall(r"^(\S+)\s+([\d.]+) ms\s+([\d.]+) MB", ran.stderr, re.M)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {name: (float(ms) / 1000, float(mb)) for name, ms, mb in found}, cpu


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, nargs="+")
    parser.add_argument("--tool", default="build/release/sqlawait")
    parser.add_argument("--jobs", type=int, default=0)
    args = parser.parse_args()
    head = False
    for folder in args.folder:
        costs, cpu = timings(args.tool, folder.resolve(), ["--jobs", str(args.jobs)] if args.jobs else [])
        if not head:
            print(f"| tree | lines | {' | '.join(costs)} | CPU | lines/s |\n|---|{'---:|' * (len(costs) + 3)}")
            head = True
        lines = lines_of(folder)
        cells = [f"{seconds:.2f} s {memory:.0f} MB" for seconds, memory in costs.values()]
        print(f"| {folder.name} | {lines} | {' | '.join(cells)} | {cpu:.1f} s | {lines / cpu:.0f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
