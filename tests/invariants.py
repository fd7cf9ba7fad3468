#!/usr/bin/env python3
"""What must hold of the source tree itself ("tidy" as a test).

Each function below is one invariant; its first line is what is printed, what it yields are the places that break
it. Files are those that git knows or would add. Closing line: `N passed, N failed`.
"""
from __future__ import annotations

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("grammars", "analysis", "rewriters", "reports", "tools")  # arrows point to the left
LONGEST_FILE = 600
HEADINGS = ("What changes", "Why", "Example", "Safety", "Left alone", "References")

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
# Bracketed, so that this file does not hold what it looks for.
HOSTS = re.compile(r"[n]pmjs\.(org|com)|[p]ypi\.org|[p]ythonhosted|[d]eb\.debian\.|[c]rates\.io|[p]roxy\.golang")
MACHINE = re.compile(r"(?<![\w.])/(w[o]rk|ro[o]t|ho[m]e)/[a-z]")


def tracked_files():
    listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT,
                             stdout=subprocess.PIPE, check=True).stdout.decode()
    paths = sorted({pathlib.PurePosixPath(path) for path in listing.split("\0") if path})
    return [path for path in paths if (ROOT / path).is_file() and not (ROOT / path).is_symlink()]


FILES = tracked_files()


def lines(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace").splitlines()


def sources():
    return (path for path in FILES if path.suffix in (".h", ".cpp", ".c") and path.parts[0] != "fixtures")


def includes():
    for path in sources():
        for number, line in enumerate(lines(path), 1):
            found = INCLUDE.match(line)
            if found:
                yield path, number, found[1]


def arrows_go_one_way():
    """a folder includes only itself and what is to its left"""
    for path, number, header in includes():
        own, other = path.parts[0], header.split("/")[0]
        if own in FOLDERS and other in FOLDERS and FOLDERS.index(other) > FOLDERS.index(own):
            yield f"{path}:{number}: {own} must not include {header}"


def clang_in_applying_alone():
    """clang is included in rewriters/applying alone"""
    for path, number, header in includes():
        if header.startswith(("clang/", "clang-c/")) and path.parts[:2] != ("rewriters", "applying"):
            yield f"{path}:{number}: includes {header}"


def tree_sitter_in_grammars_alone():
    """tree-sitter is included in grammars alone"""
    for path, number, header in includes():
        if "tree_sitter" in header and path.parts[0] != "grammars":
            yield f"{path}:{number}: includes {header}"


def public_headers_stay_clean():
    """headers outside of grammars and rewriters/applying pull in no parser, editor or git library"""
    for path, number, header in includes():
        if path.suffix == ".h" and header.startswith(("tree_sitter/", "clang/", "git2", "toml++", "CLI/")):
            yield f"{path}:{number}: includes {header}; keep it in a .cpp"


def headers_say_what_they_are_for():
    """a header opens with a comment and has #pragma once"""
    for path in sources():
        if path.suffix == ".h":
            text = lines(path)
            if not text or not text[0].startswith("//"):
                yield f"{path}:1: opens without a comment"
            if "#pragma once" not in text:
                yield f"{path}:1: has no #pragma once"


def files_are_short():
    """no source file has more than LONGEST_FILE lines"""
    for path in FILES:
        if path.suffix in (".h", ".cpp", ".c", ".py", ".sh", ".cmake") and path.parts[0] != "fixtures":
            if len(lines(path)) > LONGEST_FILE:
                yield f"{path}: {len(lines(path))} lines"


def rules():
    return (path for path in FILES if path.parts[:2] == ("rewriters", "rules") and path.suffix == ".cpp")


def rules_have_prose():
    """a rule's page has the fixed headings, in order"""
    for path in rules():
        page = path.with_suffix(".md")
        if page not in FILES:
            yield f"{path}: no {page.name} beside it"
            continue
        found = [line.lstrip("#").strip() for line in lines(page) if line.startswith("#")]
        if [heading for heading in found if heading in HEADINGS] != list(HEADINGS):
            yield f"{page}: the headings have to be {', '.join(HEADINGS)}"


def no_registry_is_named():
    """no file names a package registry"""
    for path in FILES:
        for number, line in enumerate(lines(path), 1):
            if HOSTS.search(line):
                yield f"{path}:{number}: {line.strip()[:100]}"


def no_machine_is_named():
    """no file names a folder of the machine that it was written on"""
    for path in FILES:
        for number, line in enumerate(lines(path), 1):
            if MACHINE.search(line):
                yield f"{path}:{number}: {line.strip()[:100]}"


def links_lead_somewhere():
    """links between documents lead to files that exist"""
    for path in FILES:
        if path.suffix != ".md" or path.parts[0] == "fixtures":
            continue
        for number, line in enumerate(lines(path), 1):
            for target in LINK.findall(line):
                if "://" not in target and not target.startswith("mailto:") and not (ROOT / path.parent / target).exists():
                    yield f"{path}:{number}: {target}"


def scripts_can_be_run():
    """a script with a #! line can be executed"""
    for path in FILES:
        text = lines(path)
        if path.parts[0] != "fixtures" and text and text[0].startswith("#!") and not (ROOT / path).stat().st_mode & 0o100:
            yield f"{path}: chmod +x"


def main():
    passed = failed = 0
    here = sys.modules[__name__]
    invariants = [value for value in vars(here).values() if callable(value) and getattr(value, "__doc__", None)
                  and getattr(value, "__module__", None) == __name__]
    for invariant in invariants:
        broken = list(invariant())
        failed, passed = failed + bool(broken), passed + (not broken)
        print(("FAIL " if broken else "ok   ") + invariant.__doc__)
        for place in broken:
            print(f"     {place}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
