"""Loader options in Python source: which relationships a tree's queries load, where.

    python3 -m recall.options TREE_BEFORE TREE_AFTER    # options that only the second tree has, one a line

A path of options is named by its attributes: `joinedload(Book.author).selectinload(Author.books)` gives
"Book.author" and "Book.author.books".
"""

import ast
import collections
import pathlib
import sys
from typing import Iterator, NamedTuple

LOADERS = {
    "joinedload", "selectinload", "subqueryload", "immediateload", "contains_eager", "selectin_polymorphic",
    "with_polymorphic",
}


class Option(NamedTuple):
    path: str
    line: int
    function: str  # dotted, "" at module level
    relationship: str  # "Book.author.books"; of mappings "lazy Book.author"; of refreshes "refresh books"
    loader: str


def _links(call: ast.Call) -> list[ast.Call]:
    """The calls of a chain, first one first."""
    out = [call]
    while isinstance(out[-1].func, ast.Attribute) and isinstance(out[-1].func.value, ast.Call):
        out.append(out[-1].func.value)
    return out[::-1]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _argument(node: ast.expr) -> tuple[str, str]:
    """("Book", "author") of `Book.author`, `Book.author.of_type(...)`, `Book.author.and_(...)`."""
    while isinstance(node, ast.Call):
        node = node.func
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    parts.reverse()
    if len(parts) > 2 and parts[-1] in ("of_type", "and_"):
        parts.pop()
    return ".".join(parts[:-1]).rsplit(".", 1)[-1], parts[-1]


class _Reader(ast.NodeVisitor):
    def __init__(self, path: str):
        self.path, self.out, self.scope, self.inside = path, [], [], []

    def visit_ClassDef(self, node):
        self._scoped(node)

    def visit_FunctionDef(self, node):
        self._scoped(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def _scoped(self, node):
        self.scope.append(node.name)
        self.generic_visit(node)
        self.scope.pop()

    def _add(self, node, relationship, loader):
        self.out.append(Option(self.path, node.lineno, ".".join(self.scope), relationship, loader))

    def visit_Call(self, node):
        chain = _links(node)
        loaders = [one for one in chain if _name(one) in LOADERS and one.args]
        if loaders and _name(node) in LOADERS | {"options", "load_only", "raiseload"}:
            prefix = self.inside[-1] if self.inside else ""
            for one in loaders:
                owner, attribute = _argument(one.args[0])
                if _name(one) in ("selectin_polymorphic", "with_polymorphic"):
                    self._add(one, (prefix + " " if prefix else "") + f"subclasses {attribute}", _name(one))
                    continue
                prefix = f"{prefix}.{attribute}" if prefix else f"{owner}.{attribute}"
                self._add(one, prefix, _name(one))
            self.inside.append(prefix)
            last = chain[-1]
            if _name(last) == "options":
                for argument in last.args:
                    self.visit(argument)
            self.inside.pop()
            return
        if _name(node) == "refresh":
            for keyword in [*node.keywords, *(ast.keyword("attribute_names", one) for one in node.args[1:])]:
                if keyword.arg == "attribute_names" and isinstance(keyword.value, (ast.List, ast.Tuple)):
                    for element in keyword.value.elts:
                        if isinstance(element, ast.Constant):
                            self._add(node, f"refresh {element.value}", "refresh")
        if _name(node) == "relationship":
            for keyword in node.keywords:
                if keyword.arg == "lazy" and isinstance(keyword.value, ast.Constant):
                    if keyword.value.value in ("joined", "selectin", "subquery", "immediate"):
                        self._add(node, f"lazy {self.scope[-1] if self.scope else ''}.{self.target}", "lazy")
        self.generic_visit(node)

    target = ""

    def visit_Assign(self, node):
        self.target = getattr(node.targets[0], "id", "")
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        self.target = getattr(node.target, "id", "")
        self.generic_visit(node)

    def visit_Attribute(self, node):
        if isinstance(node.value, ast.Attribute) and node.value.attr == "awaitable_attrs":
            self._add(node, f"awaitable {node.attr}", "awaitable_attrs")
        self.generic_visit(node)


def options_in(tree: pathlib.Path) -> Iterator[Option]:
    for file in sorted(tree.rglob("*.py")):
        path = file.relative_to(tree)
        if any(part in ("tests", "test", "alembic", "versions", "node_modules") for part in path.parts):
            continue
        try:
            parsed = ast.parse(file.read_bytes())
        except SyntaxError:
            continue
        reader = _Reader(path.as_posix())
        reader.visit(parsed)
        yield from reader.out


def added(before: pathlib.Path, after: pathlib.Path) -> list[Option]:
    """What `after` has more often than `before`, by file and relationship: code that only moved adds nothing."""
    there = collections.Counter((one.path, one.relationship) for one in options_in(before))
    out = []
    for one in options_in(after):
        key = (one.path, one.relationship)
        if there[key] > 0:
            there[key] -= 1
        else:
            out.append(one)
    return out


if __name__ == "__main__":
    for option in added(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])):
        print(*option, sep="\t")
