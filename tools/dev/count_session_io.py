#!/usr/bin/env python3
"""A second opinion on what the program counts: session I/O sites and relationship reads, by means of its own.

    count_session_io.py list FOLDER                     sites as JSON, one a line
    count_session_io.py compare FOLDER --tool SQLAWAIT  which of them the program does not see, and the reverse
    count_session_io.py differences FOLDER --repository NAME [--explained FILE]

Nothing here is shared with the program: CPython's `ast`, names and annotations inside one function or class,
and no types across files. What counts as a session: a parameter or a variable whose annotation ends in `Session`;
what is bound to a call of a name that the tree binds to `sessionmaker(...)` or `scoped_session(...)`, to
`Session(...)`, or to `with` on one; a fixture's or dependency's parameter with one of the NAMES; `self.NAME` of
these names. An `await` before a call says that it is asynchronous: it is left out.
Sites inside one chain (`db.query(X).filter(...).all()`) count once, at the line where the chain begins; what runs a query
that a variable holds counts where it does. A `with` on a session or a connection counts too, and what is called on an
engine (a name bound to `create_engine(...)`) and on its connections.

A relationship read: `x.name` that is loaded, where `x` is an object of a mapped class with `name = relationship(...)` by
simple means: an annotation, `x = Class(...)`, `x = db.query(Class)...first()`, `for x in db.query(Class)...`, `self` in
the class, another relationship, a call of a function whose return annotation says so and whose name no other has.
What is read of something else under such a name is counted apart: it says nothing of what `x` is.
`differences` prints what one sees and the other does not as rows for tools/dev/labels/differences.tsv; with --explained
FILE only those that FILE does not explain, and then the exit status is 1.
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
RUNS = {"all", "first", "one", "one_or_none", "scalar", "count", "delete", "update", "get", "paginate"}
ENGINE = {"connect", "begin", "dispose", "raw_connection"}
CONNECTION = {"execute", "scalar", "scalars", "exec_driver_sql", "commit", "rollback", "close", "begin", "begin_nested"}
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
        self.factories, self.engines, self.relationships = {"Session"}, set(), set()
        for tree in self.trees.values():
            for node in ast.walk(tree):
                if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
                    made = last_name(node.value.func)
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    for target in targets:
                        if made in {"sessionmaker", "scoped_session"}:
                            self.factories.add(last_name(target))
                        if made in {"create_engine", "engine_from_config"}:
                            self.engines.add(last_name(target))
                        if made in {"relationship", "Relationship"} and isinstance(target, ast.Name):
                            self.relationships.add(target.id)
        self.factories.discard("")
        self.models = Models(self.trees)


ONE = {"first", "one", "one_or_none", "scalar_one", "scalar_one_or_none", "get", "get_one", "scalar", "merge"}
MANY = {"all", "scalars", "unique", "fetchall"}


class Models:
    """Classes by name: their relationships with the name of the target, their bases; what functions say they give."""

    def __init__(self, trees: dict[str, ast.Module]):
        self.relationships: dict[str, dict[str, str]] = collections.defaultdict(dict)
        self.bases: dict[str, list[str]] = {}
        self.returns: dict[str, set[str]] = collections.defaultdict(set)
        columns = set()
        for tree in trees.values():
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    self.bases.setdefault(node.name, [last_name(base) for base in node.bases])
                    for statement in node.body:
                        self.read(node.name, statement, columns)
                elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self.returns[node.name].add(ast.unparse(node.returns) if node.returns else "")
        self.mapped = {name for name in self.bases if self.lineage(name) & (columns | set(self.relationships))}

    def read(self, owner: str, statement, columns: set[str]):
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or not isinstance(statement.value, ast.Call):
            return
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        made = last_name(statement.value.func)
        if made in {"Column", "mapped_column"}:
            columns.add(owner)
        if made not in {"relationship", "Relationship"} or not isinstance(target, ast.Name):
            return
        named = statement.value.args[0] if statement.value.args else None
        name = named.value.split(".")[-1] if isinstance(named, ast.Constant) else last_name(named) if named else ""
        if not name and isinstance(statement, ast.AnnAssign):
            words = [word for word in words_of(ast.unparse(statement.annotation))
                     if word not in {"Mapped", "List", "list", "Set", "set", "Optional", "None", "Union", "typing"}]
            name = words[-1] if words else ""
        self.relationships[owner][target.id] = name
        for keyword in statement.value.keywords:
            if keyword.arg == "backref":
                given = keyword.value.args[0] if isinstance(keyword.value, ast.Call) and keyword.value.args else keyword.value
                if isinstance(given, ast.Constant):
                    self.relationships[name][given.value] = owner

    def lineage(self, name: str, seen=()) -> set[str]:
        if name in seen:
            return set()
        return {name}.union(*(self.lineage(base, (*seen, name)) for base in self.bases.get(name, [])))

    def target(self, owner: str, attribute: str) -> str | None:
        for name in self.lineage(owner):
            if attribute in self.relationships.get(name, {}):
                return self.relationships[name][attribute]
        return None


def words_of(text: str) -> list[str]:
    return "".join(c if c.isidentifier() or c.isdigit() else " " for c in text).split()


class Sites(ast.NodeVisitor):
    def __init__(self, tree: Tree, path: str):
        self.tree, self.path, self.models = tree, path, tree.models
        self.objects: list[dict[str, str | None]] = [{}]
        self.holds: list[dict[str, str]] = [{}] # "query", "connection" or "" by name
        self.classes: list[str] = []
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

    # ------------------------------------------------------------ queries and connections in variables
    def kind_of(self, node) -> str:
        """"query" or "connection" where that is what an expression gives."""
        if isinstance(node, ast.Name):
            for scope in reversed(self.holds):
                if node.id in scope:
                    return scope[node.id]
            return ""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return ""
        method, receiver = node.func.attr, node.func.value
        if method == "query" and self.is_session(receiver):
            return "query"
        if method in {"connect", "begin"} and self.is_engine(receiver):
            return "connection"
        if method == "connection" and self.is_session(receiver):
            return "connection"
        return "query" if self.kind_of(receiver) == "query" and method not in RUNS | {"subquery", "exists", "statement"} else ""

    def is_engine(self, node) -> bool:
        return isinstance(node, (ast.Name, ast.Attribute)) and last_name(node) in self.tree.engines

    def hold(self, target, value):
        if isinstance(target, ast.Name):
            self.holds[-1][target.id] = self.kind_of(value)

    def runs_held(self, node) -> bool:
        """`query.filter(...).all()` of a query that a variable holds."""
        base = node.func.value
        while isinstance(base, ast.Call) and isinstance(base.func, ast.Attribute):
            base = base.func.value
        return isinstance(base, ast.Name) and self.kind_of(node.func.value) == "query"

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
        objects: dict[str, str | None] = {one.arg: self.annotated(one.annotation)
                                          for one in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
        if self.classes and self.classes[-1] in self.models.mapped and "self" in objects:
            objects["self"] = self.classes[-1]
        self.objects.append(objects)
        self.holds.append({name: "" for name in objects})
        self.scopes.append(scope)
        self.functions.append(node.name)
        for statement in node.body:
            self.visit(statement)
        self.functions.pop()
        self.scopes.pop()
        self.objects.pop()
        self.holds.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.functions.append(node.name)
        self.classes.append(node.name)
        self.generic_visit(node)
        self.classes.pop()
        self.functions.pop()

    # ------------------------------------------------------------ what is an object of a mapped class
    def annotated(self, annotation) -> str | None:
        """The one mapped class that an annotation names; of a list its elements, for `for` is what asks."""
        if annotation is None:
            return None
        text = annotation.value if isinstance(annotation, ast.Constant) else ast.unparse(annotation)
        if not isinstance(text, str) or text.startswith(("Type[", "type[", "dict", "Dict", "Callable")):
            return None
        named = set(words_of(text)) & self.models.mapped
        rest = set(words_of(text)) - named - {"Optional", "List", "list", "Sequence", "Iterable", "None", "typing", "models"}
        return named.pop() if len(named) == 1 and not rest else None

    def object_of(self, node) -> str | None:
        """The mapped class of what an expression gives, or of its elements."""
        if isinstance(node, ast.Name):
            for scope in reversed(self.objects):
                if node.id in scope:
                    return scope[node.id]
            return None
        if isinstance(node, ast.Await):
            return self.object_of(node.value)
        if isinstance(node, ast.Attribute):
            owner = self.object_of(node.value)
            return self.models.target(owner, node.attr) if owner else None
        if isinstance(node, ast.Subscript):
            return self.object_of(node.value)
        if isinstance(node, ast.BoolOp):
            found = {self.object_of(value) for value in node.values} - {None}
            return found.pop() if len(found) == 1 else None
        if not isinstance(node, ast.Call):
            return None
        name = last_name(node.func)
        if name in self.models.mapped:
            return name
        if isinstance(node.func, ast.Attribute) and node.func.attr in ONE | MANY:
            return self.queried(node)
        said = self.models.returns.get(name, set())
        if len(said) == 1 and isinstance(node.func, (ast.Name, ast.Attribute)) and "" not in said:
            try:
                return self.annotated(ast.parse(next(iter(said)), mode="eval").body)
            except SyntaxError:
                return None
        return None

    def queried(self, node) -> str | None:
        """`Class` of `db.query(Class)...`, `db.get(Class, key)`, `db.execute(select(Class)...)...`."""
        while isinstance(node, (ast.Call, ast.Attribute, ast.Await)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first = node.args[0] if node.args else None
                if node.func.attr == "query" and self.is_session(node.func.value):
                    return self.class_of(node.args)
                if node.func.attr in {"get", "get_one"} and self.is_session(node.func.value):
                    return self.class_of([first])
                if node.func.attr in {"execute", "scalars", "scalar"}:
                    while isinstance(first, ast.Call):
                        if isinstance(first.func, ast.Name) and first.func.id == "select":
                            return self.class_of(first.args)
                        first = first.func.value if isinstance(first.func, ast.Attribute) else None
                    return None
                if node.func.attr in {"join", "with_entities", "add_columns", "add_entity"}:
                    return None if node.func.attr != "join" else self.queried(node.func.value)
            node = node.func if isinstance(node, ast.Call) else node.value
        return None

    def class_of(self, arguments) -> str | None:
        name = last_name(arguments[0]) if len(arguments) == 1 and arguments[0] is not None else ""
        return name if name in self.models.mapped else None

    def visit_For(self, node):
        self.visit(node.iter)
        if isinstance(node.iter, ast.Name) and self.kind_of(node.iter) == "query":
            self.add("io", node.iter, "for", node.iter.id)
        if isinstance(node.target, ast.Name):
            self.objects[-1][node.target.id] = self.object_of(node.iter) or self.queried(node.iter)
        else:
            self.forget(node.target)
        for statement in [*node.body, *node.orelse]:
            self.visit(statement)

    visit_AsyncFor = visit_For

    def comprehension(self, node):
        self.objects.append({})
        for part in node.generators:
            self.visit(part.iter)
            if isinstance(part.target, ast.Name):
                self.objects[-1][part.target.id] = self.object_of(part.iter) or self.queried(part.iter)
            else:
                self.forget(part.target)
            for condition in part.ifs:
                self.visit(condition)
        for part in ([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]):
            self.visit(part)
        self.objects.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    def visit_Lambda(self, node):
        self.objects.append({one.arg: None for one in node.args.args})
        self.visit(node.body)
        self.objects.pop()

    def forget(self, target):
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                self.objects[-1][name.id] = None

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            self.hold(target, node.value)
            if isinstance(target, ast.Name):
                self.objects[-1][target.id] = self.object_of(node.value)
            elif isinstance(target, (ast.Tuple, ast.List)):
                self.forget(target)
            if isinstance(target, ast.Name) and (self.makes_session(node.value) or target.id not in NAMES):
                self.bind(target, self.makes_session(node.value) or self.is_plain_session(node.value))

    def is_plain_session(self, value) -> bool:
        return isinstance(value, (ast.Name, ast.Attribute)) and self.is_session(value)

    def visit_With(self, node):
        for item in node.items:
            self.visit(item.context_expr)
            if self.makes_session(item.context_expr):
                self.add("io", item.context_expr, "with", ast.unparse(item.context_expr))
            if item.optional_vars is not None:
                self.hold(item.optional_vars, item.context_expr)
                if self.makes_session(item.context_expr):
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
        elif isinstance(function, ast.Attribute) and id(node) not in self.awaited and (
                (function.attr in ENGINE and self.is_engine(function.value))
                or (function.attr in CONNECTION and self.kind_of(function.value) == "connection")
                or (function.attr in RUNS and self.runs_held(node))):
            self.add("io", node, function.attr, ast.unparse(function.value))
        self.generic_visit(node)

    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Load) and node.attr in self.tree.relationships and self.functions:
            owner = self.object_of(node.value)
            if owner and self.models.target(owner, node.attr) is not None:
                self.add("read", node, node.attr, ast.unparse(node.value))
            elif not owner and not (isinstance(node.value, ast.Name) and (node.value.id[:1].isupper() or node.value.id in {"self", "models"})):
                self.add("name", node, node.attr, ast.unparse(node.value))
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


def reads_of(tool: str, folder: pathlib.Path) -> dict[tuple[str, int], str]:
    """Places where the program reads a relationship, with its name, by `report`."""
    ran = subprocess.run([tool, "report", "--quiet", "--format", "json", "--root", str(folder), str(folder)],
                         capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"{tool}: {ran.stderr.strip()}")
    return {(read["path"], read["line"]): one["name"]
            for one in json.loads(ran.stdout)["relationships"] for read in one["reads"]}


class Comparison:
    """What each side sees, by place; a site of several lines is the same wherever in it the other one stands."""

    def __init__(self, folder: pathlib.Path, tool: str):
        every = sites_of(folder)
        self.sites = [site for site in every if site["what"] == "io"]
        self.reads = [site for site in every if site["what"] == "read"]
        self.by_name = [site for site in every if site["what"] == "name"]
        self.findings = findings_of(tool, folder)
        self.program_reads = reads_of(tool, folder)
        lines = collections.defaultdict(set)
        for finding in self.findings:
            lines[finding["path"]].update(range(finding["line"], finding.get("end_line", finding["line"]) + 1))
        self.missed = [site for site in self.sites if not lines[site["path"]] & set(span(site))]
        self.missed_reads = [site for site in self.reads
                             if not any((site["path"], line) in self.program_reads for line in span(site))]
        own = {(site["path"], line) for site in self.sites for line in span(site)}
        self.more = [one for one in self.findings
                     if one["code"][:3] in {"SA1", "SA2"} and (one["path"], one["line"]) not in own
                     and not one["message"].startswith("alembic.")] # operations of migrations: no session runs them
        own = {(site["path"], line) for site in self.reads for line in span(site)}
        self.more_reads = sorted(place for place in self.program_reads if place not in own)

    def rows(self, repository: str):
        for site in self.missed:
            yield repository, site["path"], site["line"], "io", "here", f"{site['receiver']}.{site['name']}"
        for one in self.more:
            yield repository, one["path"], one["line"], "io", "program", one["code"]
        for site in self.missed_reads:
            yield repository, site["path"], site["line"], "read", "here", f"{site['receiver']}.{site['name']}"
        for path, line in self.more_reads:
            yield repository, path, line, "read", "program", self.program_reads[path, line]


def span(site: dict) -> range:
    return range(site["line"], site["end"] + 1)


def compare(folder: pathlib.Path, tool: str, recall: float, verbose: bool) -> int:
    both = Comparison(folder, tool)
    for site in [*both.missed, *(both.missed_reads if verbose else [])]:
        print(f"not seen by the program: {site['path']}:{site['line']} {site['receiver']}.{site['name']} in {site['function']}")
    if verbose:
        for one in both.more:
            print(f"seen by the program alone: {one['path']}:{one['line']} {one['code']} {one['message']}")
        for path, line in both.more_reads:
            print(f"read seen by the program alone: {path}:{line} {both.program_reads[path, line]}")
    seen = len(both.sites) - len(both.missed)
    share = seen / len(both.sites) if both.sites else 1.0
    print(f"session I/O: {len(both.sites)} sites here, {seen} of them seen by the program ({share:.1%}), "
          f"{len(both.more)} seen by it alone")
    seen = len(both.reads) - len(both.missed_reads)
    print(f"relationship reads: {len(both.reads)} here, {seen} of them seen by the program, {len(both.more_reads)} lines "
          f"seen by it alone; {len(both.by_name)} more by their name")
    return 0 if share >= recall else 1


def differences(args) -> int:
    explained = set()
    if args.explained is not None:
        for line in args.explained.read_text().splitlines():
            if line and not line.startswith("#"):
                explained.add(tuple(line.split("\t")[:5]))
    left = 0
    for row in Comparison(args.folder.resolve(), args.tool).rows(args.repository):
        if tuple(str(cell) for cell in row[:5]) not in explained:
            left += 1
            print(*row, sep="\t")
    return 1 if left and args.explained is not None else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["list", "compare", "differences"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tool", default="build/release/sqlawait")
    parser.add_argument("--recall", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("-v", "--verbose", action="store_true", help="also what the program alone sees")
    parser.add_argument("--repository", default="", help="its name in the rows")
    parser.add_argument("--explained", type=pathlib.Path, metavar="FILE", help="rows with a verdict and a reason")
    args = parser.parse_args()
    if not args.folder.is_dir():
        print(f"{args.folder}: no such folder", file=sys.stderr)
        return 2
    if args.command == "differences":
        return differences(args)
    if args.command == "compare":
        return compare(args.folder.resolve(), args.tool, args.recall, args.verbose)
    for site in sites_of(args.folder.resolve()):
        print(json.dumps(site))
    return 0


if __name__ == "__main__":
    sys.exit(main())
