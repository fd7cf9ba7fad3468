#!/usr/bin/env python3
"""Compares the bind pass with CPython's own symbol tables.

    tools/dev/compare_bindings.py build/dev/sqlawait PATH...

For each Python file under the paths: the names that each scope binds, and from which scope each of the others
comes, as `sqlawait check --print bindings` and the `symtable` module have it. Prints every difference; exit status 1
when there is one. What is different on purpose is not counted:
- private names: `__x` in a class is `_A__x` to CPython, and as written to us;
- names that star imports bring;
- annotations under `from __future__ import annotations`, which CPython does not read and we do;
- `x += 1` with `x` from outside, which CPython has as bound alone and we as read too;
- functions named `top`, which `symtable` takes for the module (CPython before 3.13).
Scopes are matched by kind, name and line: two lambdas on a line are compared together. Run it with CPython 3.11
or older: newer ones count the names of comprehensions among those of the function around.
"""

import argparse
import re
import shutil
import subprocess
import symtable
import sys
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

COMPREHENSIONS = {
    "listcomp": "list_comprehension",
    "setcomp": "set_comprehension",
    "dictcomp": "dictionary_comprehension",
    "genexpr": "generator_expression",
}
# Made by the compiler: the iterable of a comprehension, `super()` and its like.
IMPLICIT = {".0", "__class__", "__classdict__", "__conditional_annotations__", ".type_params", ".generic_base"}


def step_of(table):
    if table.get_type() == "class":
        return f"class {table.get_name()}@{table.get_lineno()}"
    name = table.get_name()
    if name == "lambda":
        return f"lambda@{table.get_lineno()}"
    if name in COMPREHENSIONS:
        return f"{COMPREHENSIONS[name]}@{table.get_lineno()}"
    return f"function {name}@{table.get_lineno()}"


def expected(text, path):
    """{scope: (bound names, {(where from, name)})}; where from is a scope, "module" or "nowhere"."""
    top = symtable.symtable(text, path, "exec")
    module_names = set()

    def collect_globals(table):
        for symbol in table.get_symbols():
            binds = symbol.is_assigned() or symbol.is_imported()
            if binds and (table is top or symbol.is_declared_global()):
                module_names.add(symbol.get_name())
            elif symbol.is_declared_global():
                module_names.add(symbol.get_name())
        for child in table.get_children():
            collect_globals(child)

    collect_globals(top)
    scopes = defaultdict(lambda: (set(), set(), set()))

    def walk(table, scope, around):
        bound, outer, rebound = scopes[scope]
        for symbol in table.get_symbols():
            name = symbol.get_name()
            if name in IMPLICIT:
                continue
            if symbol.is_assigned() and (symbol.is_free() or symbol.is_global()):
                rebound.add(name)
            if table is top:
                if name in module_names:
                    bound.add(name)
                elif symbol.is_referenced():
                    outer.add(("nowhere", name))
            elif symbol.is_global() or symbol.is_declared_global():
                if symbol.is_referenced():
                    outer.add(("module" if name in module_names else "nowhere", name))
            elif symbol.is_free():
                if symbol.is_referenced():
                    home = next((s for s, t in reversed(around) if is_home(t, name)), "nowhere")
                    outer.add((home, name))
            else:
                bound.add(name)
        for child in table.get_children():
            step = step_of(child)
            walk(child, step if table is top else f"{scope}/{step}", [*around, (scope, table)])

    def is_home(table, name):
        if table.get_type() != "function":
            return False
        try:
            symbol = table.lookup(name)
        except KeyError:
            return False
        return not symbol.is_free() and not symbol.is_global()

    walk(top, "module", [])
    scopes["module"][0].update(module_names)
    return dict(scopes)


def printed(text):
    scopes = defaultdict(lambda: (set(), set()))
    scope = "module"
    for line in text.splitlines():
        if not line.startswith("  "):
            if line.startswith(("__all__:", "# ")):
                continue
            scope = re.sub(r"( yields)?( awaits)?$", "", line)
            scopes[scope]
        elif match := re.match(r"  from (.*): (.*)$", line):
            scopes[scope][1].update((match[1], name) for name in match[2].split())
        else:
            scopes[scope][0].add(line.strip().split(":")[0])
    return dict(scopes)


def compare(path, program):
    try:
        text = path.read_text(encoding="utf-8")
        want = expected(text, str(path))
    except (SyntaxError, UnicodeDecodeError, ValueError):
        return []
    # Alone in a folder, where it is the whole program.
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(path, Path(folder, "module.py"))
        run = subprocess.run(
            [program, "check", "--root", folder, "--print", "bindings", folder], capture_output=True, text=True
        )
    if run.returncode != 0:
        return [f"{path}: exit status {run.returncode}: {run.stderr.strip()}"]
    have = printed(run.stdout)
    out = []
    private = {name for names, outer, _ in want.values() for name in names | {n for _, n in outer} if re.match(r"_\w+__\w", name)}
    stars = "*" in have.get("module", (set(), set()))[0]

    future = re.search(r"^from __future__ import .*\bannotations\b", text, re.MULTILINE)

    def plain(names):
        return {n for n in names if n not in IMPLICIT and not (n.startswith("__") and not n.endswith("__")) and n not in private and n != "*"}

    for scope in sorted(want.keys() | have.keys()):
        if any(step.startswith("function top@") for step in scope.split("/")):
            continue
        if scope not in have or scope not in want:
            out.append(f"{path}: {scope}: only {'CPython' if scope in want else 'sqlawait'} has it")
            continue
        bound = plain(want[scope][0]), plain(have[scope][0])
        if bound[0] != bound[1] and not (stars and scope == "module"):
            out.append(f"{path}: {scope}: CPython alone binds {bound[0] - bound[1]}, sqlawait alone {bound[1] - bound[0]}")
        outer = tuple({(where, n) for where, n in side[scope][1] if plain({n})} for side in (want, have))
        # A class body may read a name both of its own and of the module: CPython calls it local.
        in_class = scope.rsplit("/")[-1].startswith("class ")
        known = want[scope][2] | (bound[0] if in_class else set())
        extra = {(where, n) for where, n in outer[1] - outer[0] if n not in known and not future}
        missing = outer[0] - outer[1]
        if (extra or missing) and not stars:
            out.append(f"{path}: {scope}: CPython alone reads {missing}, sqlawait alone {extra}")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda path: Path(path).resolve())
    parser.add_argument("paths", nargs="+", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    files = [f for path in options.paths for f in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    differences = 0
    for file in files:
        for line in compare(file, options.program):
            differences += 1
            print(line)
    print(f"{len(files)} files, {differences} differences", file=sys.stderr)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
