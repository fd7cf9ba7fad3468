#!/usr/bin/env python3
"""How much of a tree a scan of its bytes could leave unread: a Markdown table.

    skippable.py FOLDER...

A file may be left out only with everything that it is tied to: what it hands on, without naming any library, may be a
session. Ties are imports (by every name that a file may have, so too many rather than too few) and packages with what
lies in them. Of the groups that this makes those count in which no file holds one of the WORDS; the last column asks
for the names of the libraries alone, which would lose `def load(db): return db.query(...)`.
"""
from __future__ import annotations

import argparse
import pathlib
import re
import sys

WORDS = re.compile(rb"sqlalchemy|sqlmodel|session|\bdb\b|\.query\(|\.execute\(|\.commit\(", re.IGNORECASE)
LIBRARIES = re.compile(rb"sqlalchemy|sqlmodel", re.IGNORECASE)
IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+([^#\n(]*(?:\([^)]*\))?)|import[ \t]+([^#\n]+))", re.M)
SKIPPED = {".git", ".venv", "venv", "node_modules", "__pycache__"}


class Groups:
    def __init__(self, members):
        self.parent = {one: one for one in members}

    def find(self, one):
        while self.parent[one] != one:
            self.parent[one] = self.parent[self.parent[one]]
            one = self.parent[one]
        return one

    def tie(self, one, other):
        self.parent[self.find(one)] = self.find(other)


def names_in(text: bytes) -> list[str]:
    plain = re.sub(r"[()\\\s]+", " ", text.decode("utf-8", "replace"))
    return [part.strip().split(" ")[0] for part in plain.split(",") if part.strip()]


def imported(path: pathlib.Path, text: bytes, by_name: dict, present: set):
    for module, names, plain in IMPORT.findall(text):
        dots = len(module) - len(module.lstrip(b"."))
        if dots:
            base = path.parents[dots - 1].joinpath(*module.decode()[dots:].split("."))
            for one in [base, *(base / name for name in names_in(names))]:
                yield from (file for file in (one.with_suffix(".py"), one / "__init__.py") if file in present)
            continue
        dotted = [module.decode(), *(f"{module.decode()}.{name}" for name in names_in(names))] if module else names_in(plain)
        for name in dotted:
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                yield from by_name.get(".".join(parts[:end]), ())


def measure(root: pathlib.Path) -> tuple[int, int, int]:
    texts = {path: path.read_bytes() for path in sorted(root.rglob("*.py"))
             if path.is_file() and not SKIPPED & set(path.relative_to(root).parts)}
    by_name: dict[str, list[pathlib.Path]] = {}
    for path in texts:
        parts = [part for part in path.relative_to(root).with_suffix("").parts if part != "__init__"]
        for begin in range(len(parts)):
            by_name.setdefault(".".join(parts[begin:]), []).append(path)
    groups = Groups(texts)
    for path, text in texts.items():
        if path.parent / "__init__.py" in texts:
            groups.tie(path, path.parent / "__init__.py")
        for other in imported(path, text, by_name, texts.keys()):
            groups.tie(path, other)

    def lines_without(pattern):
        needed = {groups.find(path) for path, text in texts.items() if pattern.search(text)}
        return sum(text.count(b"\n") for path, text in texts.items() if groups.find(path) not in needed)

    return sum(text.count(b"\n") for text in texts.values()), lines_without(WORDS), lines_without(LIBRARIES)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, nargs="+")
    args = parser.parse_args()
    print("| tree | lines | could be left out | by library names alone |\n|---|---:|---:|---:|")
    for folder in args.folder:
        lines, skipped, named = measure(folder.resolve())
        print(f"| {folder.name} | {lines} | {skipped} ({skipped / max(lines, 1):.1%}) | {named} ({named / max(lines, 1):.1%}) |",
              flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
