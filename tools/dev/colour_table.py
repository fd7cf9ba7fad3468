#!/usr/bin/env python3
"""What a whole migration does to real repositories, checked by CPython and none of the tool's code.

    tools/dev/colour_table.py --tool build/release/sqlawait NAME=FOLDER...

Each folder is copied, never changed. Of each: functions that turned and twins as the program counts them; files of the
migrated tree that do not compile and did before; findings of tests/awaits.py (calls of what turned that nobody awaits,
`await` outside of `async def`); whether a second run is empty; and why what is left was left, places by reason. Prints
two tables in Markdown. Exit status: 0 nothing wrong, 1 a file, an await or a second run is.
"""
from __future__ import annotations

import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
IGNORED = shutil.ignore_patterns(".git", "node_modules", ".venv", "__pycache__")
# Names and places that differ where the reason is the same.
SAME = ((r"^\S+:\d+:\d+: .*", "taken back by the verification"), (r".* is used by .*", "synchronous code uses it as well"),
        (r"'[^']*'", "'…'"), (r"^both forms of \S+ are needed, but its base \S+ .*", "both forms of a class that its base may register"),
        (r"\b[A-Za-z_]\w*(\.\w+)+(\(\))?", "…"), (r" ?\(\S+:\d+\)", ""))


def compiles(path: pathlib.Path) -> bool:
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def reason_of(line: str) -> str | None:
    """The last link of the chain that a line of the summary gives."""
    place = re.match(r"\S+: SA\d+ (.*)", line)
    if not place:
        return None
    blamed = re.search(r"\S+\.py:\d+:\d+: (a second run|a coroutine|an asynchronous|.* is handed)", place[1])
    text = "x.py:1:1: taken back" if blamed else place[1].rsplit(": ", 1)[-1]
    for pattern, same in SAME:
        text = re.sub(pattern, same, text)
    return text


def measure(tool: pathlib.Path, source: pathlib.Path, work: pathlib.Path) -> tuple[list[str], collections.Counter, bool]:
    before, after = work / "before", work / "after"
    for folder in (before, after):
        shutil.copytree(source, folder, ignore=IGNORED, symlinks=True)

    def migrate(*options: str) -> subprocess.CompletedProcess:
        return subprocess.run([tool, "migrate", *options, "."], cwd=after, capture_output=True, text=True)

    told = migrate("--write", "--verbose").stderr
    broken = sum(not compiles(path) and (not (before / path.relative_to(after)).exists() or compiles(before / path.relative_to(after)))
                 for path in after.rglob("*.py") if path.is_file())
    second = migrate().stdout
    check = subprocess.run([sys.executable, ROOT / "tests" / "awaits.py", before, after], capture_output=True, text=True)
    findings = int(check.stdout.split()[-2])
    turned, twins, classes = (re.search(pattern, told) for pattern in
                              (r"(\d+) functions? turned async", r"(\d+) sync twin", r"sync twins?, (\d+) of classes"))
    kept = re.search(r"(\d+) sites? (?:is|are) kept synchronous", told)
    reasons = collections.Counter(filter(None, map(reason_of, told.splitlines())))
    row = [*(match[1] if match else "0" for match in (turned, twins, classes, kept)), str(reasons.total()), str(broken),
           str(findings), "empty" if not second else f"{second.count(chr(10))} lines"]
    return row, reasons, bool(broken or findings or second)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, type=pathlib.Path, help="the program")
    parser.add_argument("trees", nargs="+", metavar="NAME=FOLDER")
    arguments = parser.parse_args()
    rows, all_reasons, status = [], collections.defaultdict(collections.Counter), 0
    for tree in arguments.trees:
        name, folder = tree.split("=", 1)
        with tempfile.TemporaryDirectory(prefix="colour-table-") as work:
            row, reasons, wrong = measure(arguments.tool.resolve(), pathlib.Path(folder), pathlib.Path(work))
        rows.append([name, *row])
        status |= wrong
        for reason, count in reasons.items():
            all_reasons[reason][name] = count
    head = ["repository", "functions turned", "twins", "of classes", "kept on purpose", "left to a person", "do not compile",
            "not awaited", "second run"]
    print("| " + " | ".join(head) + " |\n|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print("\n| left, by reason | places | where |\n|---|---:|---|")
    for reason, where in sorted(all_reasons.items(), key=lambda one: -one[1].total()):
        print(f"| {reason} | {where.total()} | " + ", ".join(f"{name} {count}" for name, count in where.most_common()) + " |")
    return status


if __name__ == "__main__":
    sys.exit(main())
