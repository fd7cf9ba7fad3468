#!/usr/bin/env python3
"""A second opinion on what the program counts: session I/O sites and relationship reads, by means of its own.

    count_session_io.py list FOLDER                     sites as JSON, one a line
    count_session_io.py compare FOLDER --tool SQLAWAIT  which of them the program does not see, and the reverse

Nothing here is shared with the program: CPython's `ast`, names and annotations inside one function or class,
and no types across files. What counts as a session: a parameter or a variable whose annotation ends in `Session`;
what is bound to a call of a name that the tree binds to `sessionmaker(...)` or `scoped_session(...)`, to
`Session(...)`, or to `with` on one; a fixture's or dependency's parameter with one of the NAMES; `self.NAME` of
these names. An `await` before a call says that it is asynchronous: it is left out.
Sites inside one chain (`db.query(X).filter(...).all()`) count once, at the line where the chain begins.

A relationship read: `x.name` that is loaded, where a class of the tree has `name = relationship(...)`, and `x` is
neither a class nor a module by its spelling. That says nothing of what `x` is, so it finds too much; what only the
program sees is of more interest there.
Exit status: 0, or 1 when `compare` finds less than --recall of the sites in the program's list.
"""
from __future__ import annotations

import argparse
import ast
import collections
import json
import pathlib
import subprocess
import sys
import warnings

NAMES = {"db", "session", "db_session", "sess", "dbsession", "database_session"}
IO = {"query", "execute", "scalar", "scalars", "exec", "get", "get_one", "commit", "rollback", "flush", "refresh", "merge",
      "delete", "close", "begin_nested", "bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"}
SKIPPED = {".git", ".venv", "venv", "node_modules", "__pycache__", "build", "dist", ".tox"}
warnings.simplefilter("ignore")


def files_of(folder: pathlib.Path):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.py"], cwd=folder, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [folder / name for name in sorted(listed.stdout.splitlines()) if (folder / name).is_file()]
    return sorted(p for p in folder.rglob("*.py") if not SKIPPED & set(p.relative_to(folder).parts))


def trees_of(folder: pathlib.Path):
    for path in files_of(folder):
        try:
            yield str(path.relative_to(folder)), ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, RecursionError):
            continue


def last_name(node) -> str:
    """`Session` of `orm.Session`, `Optional[Session]`, `"Session"`, `Annotated[Session, ...]`, `Session | None`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return last_name(ast.parse(node.value, mode="eval").body)
        except SyntaxError:
            return ""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.BinOp):
        return last_name(node.left)
    if isinstance(node, ast.Subscript):
        if last_name(node.value) in {"Optional", "Annotated", "Final"}:
            inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            return last_name(inner)
        return ""
    return ""


def says_session(annotation) -> bool | None:
    """True and False where the annotation decides, None where there is none."""
    if annotation is None:
        return None
    name = last_name(annotation)
    return name in {"Session", "scoped_session", "SessionType", "DbSession", "SessionDep", "DBSession"}


class Tree:
    """What is known of the tree as a whole: names of factories, of relationships."""

    def __init__(self, folder: pathlib.Path):
        self.trees = dict(trees_of(folder))
        self.factories, self.relationships = {"Session"}, set()
        for tree in self.trees.values():
            for node in ast.walk(tree):
                if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
                    made = last_name(node.value.func)
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    for target in targets:
                        if made in {"sessionmaker", "scoped_session"}:
                            self.factories.add(last_name(target))
                        if made in {"relationship", "Relationship"} and isinstance(target, ast.Name):
                            self.relationships.add(target.id)
        self.factories.discard("")


class Sites(ast.NodeVisitor):
    def __init__(self, tree: Tree, path: str):
        self.tree, self.path = tree, path
        self.scopes: list[dict[str, bool]] = [{}]
        self.functions: list[str] = []
        self.found: list[dict] = []
        self.awaited: set[int] = set()

    # ------------------------------------------------------------ what is a session
    def is_session(self, node) -> bool:
        if isinstance(node, ast.Name):
            for scope in reversed(self.scopes):
                if node.id in scope:
                    return scope[node.id]
            return node.id in NAMES and bool(self.functions)
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
                return node.attr.lstrip("_") in NAMES
            return node.attr == "session" and isinstance(node.value, ast.Name) and node.value.id == "db"
        return self.makes_session(node)

    def makes_session(self, node) -> bool:
        return isinstance(node, ast.Call) and last_name(node.func) in self.tree.factories

    def bind(self, target, value: bool):
        if isinstance(target, ast.Name):
            self.scopes[-1][target.id] = value

    # ------------------------------------------------------------ scopes and bindings
    def visit_FunctionDef(self, node):
        for part in [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]:
            self.visit(part)
        scope = {}
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            said = says_session(argument.annotation)
            scope[argument.arg] = said if said is not None else argument.arg in NAMES
        self.scopes.append(scope)
        self.functions.append(node.name)
        for statement in node.body:
            self.visit(statement)
        self.functions.pop()
        self.scopes.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.functions.append(node.name)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            if isinstance(target, ast.Name) and (self.makes_session(node.value) or target.id not in NAMES):
                self.bind(target, self.makes_session(node.value) or self.is_plain_session(node.value))

    def is_plain_session(self, value) -> bool:
        return isinstance(value, (ast.Name, ast.Attribute)) and self.is_session(value)

    def visit_With(self, node):
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None and self.makes_session(item.context_expr):
                self.bind(item.optional_vars, True)
        for statement in node.body:
            self.visit(statement)

    def visit_AsyncWith(self, node):
        for item in node.items:
            if item.optional_vars is not None:
                self.bind(item.optional_vars, False)
        self.generic_visit(node)

    # ------------------------------------------------------------ sites
    def visit_Await(self, node):
        self.awaited.add(id(node.value))
        self.generic_visit(node)

    def visit_Call(self, node):
        function = node.func
        if (isinstance(function, ast.Attribute) and function.attr in IO and id(node) not in self.awaited
                and self.is_session(function.value)):
            self.add("io", node, function.attr, ast.unparse(function.value))
        self.generic_visit(node)

    def visit_Attribute(self, node):
        if (isinstance(node.ctx, ast.Load) and node.attr in self.tree.relationships and self.functions
                and not (isinstance(node.value, ast.Name) and (node.value.id[:1].isupper() or node.value.id in {"self", "models"}))):
            self.add("read", node, node.attr, ast.unparse(node.value))
        self.generic_visit(node)

    def add(self, what, node, name, receiver):
        self.found.append({"what": what, "path": self.path, "line": node.lineno, "end": node.end_lineno,
                           "name": name, "receiver": receiver[:60], "function": ".".join(self.functions)})


def sites_of(folder: pathlib.Path) -> list[dict]:
    tree = Tree(folder)
    out = []
    for path, parsed in tree.trees.items():
        visitor = Sites(tree, path)
        try:
            visitor.visit(parsed)
        except RecursionError:
            continue
        out += visitor.found
    return sorted(out, key=lambda site: (site["path"], site["line"], site["name"]))


# ---------------------------------------------------------------- the program's side
def findings_of(tool: str, folder: pathlib.Path) -> list[dict]:
    ran = subprocess.run([tool, "check", "--format", "json", "--max", "1000000", "--root", str(folder), str(folder)],
                         capture_output=True, text=True)
    if ran.returncode not in (0, 1, 3):
        raise SystemExit(f"{tool}: {ran.stderr.strip()}")
    return json.loads(ran.stdout)["findings"]


def reads_of(tool: str, folder: pathlib.Path) -> set[tuple[str, int]]:
    """Places of relationship reads and of queries that load for one, by `--print loads`."""
    ran = subprocess.run([tool, "migrate", "--print", "loads", "--root", str(folder), str(folder)], capture_output=True, text=True)
    places = set()
    for line in ran.stdout.splitlines():
        parts = line.split(" ")[0].split(":")
        if len(parts) == 3 and " read " in line:
            places.add((parts[0], int(parts[1])))
    return places


def compare(folder: pathlib.Path, tool: str, recall: float, verbose: bool) -> int:
    sites = [site for site in sites_of(folder) if site["what"] == "io"]
    lines = collections.defaultdict(set)
    for finding in findings_of(tool, folder):
        lines[finding["path"]].add(finding["line"])
    missed = [site for site in sites if not any(line in lines[site["path"]] for line in range(site["line"], site["end"] + 1))]
    spans = collections.defaultdict(set)
    for site in sites:
        spans[site["path"]].update(range(site["line"], site["end"] + 1))
    for site in missed:
        print(f"not seen by the program: {site['path']}:{site['line']} {site['receiver']}.{site['name']} in {site['function']}")
    if verbose:
        for path, own in sorted(lines.items()):
            for line in sorted(own - spans[path]):
                print(f"seen by the program alone: {path}:{line}")
    seen = len(sites) - len(missed)
    share = seen / len(sites) if sites else 1.0
    reads = [site for site in sites_of(folder) if site["what"] == "read"]
    found = reads_of(tool, folder)
    both = sum(any((site["path"], line) in found for line in range(site["line"], site["end"] + 1)) for site in reads)
    print(f"session I/O: {len(sites)} sites, {seen} seen by the program ({share:.1%}); "
          f"relationship reads by name: {len(reads)}, {both} seen, {len(found)} lines by the program")
    return 0 if share >= recall else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["list", "compare"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tool", default="build/release/sqlawait")
    parser.add_argument("--recall", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("-v", "--verbose", action="store_true", help="also what the program alone sees")
    args = parser.parse_args()
    if not args.folder.is_dir():
        print(f"{args.folder}: no such folder", file=sys.stderr)
        return 2
    if args.command == "compare":
        return compare(args.folder.resolve(), args.tool, args.recall, args.verbose)
    for site in sites_of(args.folder.resolve()):
        print(json.dumps(site))
    return 0


if __name__ == "__main__":
    sys.exit(main())
