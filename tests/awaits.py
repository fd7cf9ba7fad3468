#!/usr/bin/env python3
"""Awaits of a migrated tree, checked by CPython's own parser and none of the tool's code.

    tests/awaits.py BEFORE AFTER       two folders: a program before its migration and after it
    tests/awaits.py --self-test        does the check see what it is for?

Looked for in AFTER: files that do not compile, `await` outside of `async def` among the reasons; calls of functions
that BEFORE has as `def` and AFTER as `async def`, or that only AFTER has, which nobody awaits; calls on sessions
annotated as asynchronous which nobody awaits; `await` of a function that stayed a plain `def`. What BEFORE has of
these already is not counted. A function is found by name: in its module, through imports, by the class of `self`,
or because all methods of that name in the tree turned.

One line a finding, `path:line: what`. Closing line: `N findings`. Exit status: 0 none, 1 some.
"""
from __future__ import annotations

import argparse
import ast
import collections
import pathlib
import sys
import tempfile

# Methods of AsyncSession that give a coroutine.
SESSION = {"close", "commit", "connection", "delete", "execute", "flush", "get", "get_one", "invalidate", "merge",
           "refresh", "rollback", "run_sync", "scalar", "scalars", "stream", "stream_scalars"}
# Names that foreign objects have as well: a method of such a name is only found through its class.
COMMON = SESSION | {"add", "all", "append", "clear", "copy", "count", "create", "delete", "exists", "filter", "find",
                    "first", "index", "insert", "items", "join", "keys", "list", "load", "open", "order_by", "patch", "pop",
                    "post", "put", "read", "remove", "replace", "run", "save", "search", "send", "set", "sort",
                    "start", "stop", "update", "values", "write"}
AWAITS_ARGUMENTS = {"asyncio", "anyio", "loop", "tg", "group"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def parse(path):
    try:
        return ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError):
        return None


def is_generator(function):
    """Whether a `yield` stands directly in it."""
    todo = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(node))
    return False


def decorator_names(function):
    for decorator in function.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        yield ast.unparse(node).rsplit(".", 1)[-1]


def kind_of(function):
    """What a call of it gives: "value", "coroutine", "iterator" (asynchronous), "context" (likewise), "unknown"."""
    names = set(decorator_names(function))
    if "asynccontextmanager" in names:
        return "context"
    if not isinstance(function, ast.AsyncFunctionDef):
        return "unknown" if names - {"staticmethod", "classmethod", "abstractmethod", "override"} else "value"
    return "iterator" if is_generator(function) else "coroutine"


class Module:
    def __init__(self, root, path):
        self.path = path.relative_to(root)
        self.tree = parse(path)
        parts = list(self.path.with_suffix("").parts)
        self.package = parts[:-1]
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.functions = {}  # "f" or "Class.f": definition; the last one counts, as in Python
        self.bases = {}      # class: names of its bases
        self.imports = {}    # local name: (module, name or None)
        if self.tree is None:
            return
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                child.parent = node
        for node in self.tree.body:
            self.define(node, "")
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                base = self.package[:len(self.package) - node.level + 1] if node.level else []
                source = ".".join(base + ([node.module] if node.module else []))
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = (source, alias.name)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    self.imports[alias.asname or alias.name.split(".")[0]] = \
                        (alias.name if alias.asname else alias.name.split(".")[0], None)

    def define(self, node, prefix):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions[prefix + node.name] = node
        elif isinstance(node, ast.ClassDef):
            self.bases[node.name] = [ast.unparse(base).split("[")[0] for base in node.bases]
            for child in node.body:
                self.define(child, prefix + node.name + ".")
        elif isinstance(node, (ast.If, ast.Try)):
            for child in node.body + node.orelse + [one for handler in getattr(node, "handlers", [])
                                                    for one in handler.body]:
                self.define(child, prefix)


class Tree:
    def __init__(self, root):
        self.root = root
        self.modules = {}
        for path in sorted(root.rglob("*.py")):
            if not any(part.startswith(".") or part in ("node_modules", "site-packages") for part in
                       path.relative_to(root).parts):
                module = Module(root, path)
                self.modules[module.name] = module
        self.methods = collections.defaultdict(set)  # name: kinds of all methods and attributes so called
        for module in self.modules.values():
            for name, function in module.functions.items():
                if "." in name:
                    self.methods[name.rsplit(".", 1)[1]].add(kind_of(function))

    def find_module(self, module, name):
        """Roots of imports are anywhere: the shortest module whose name ends so."""
        if name in self.modules:
            return self.modules[name]
        for cut in range(len(module.package), 0, -1):
            inside = ".".join(module.package[:cut] + [name])
            if inside in self.modules:
                return self.modules[inside]
        return None

    def resolve(self, module, name, depth=0):
        """The definition behind a name of a module, through imports; (module, "f" or "Class") or None."""
        if depth > 8:
            return None
        if name in module.functions or name in module.bases:
            return module, name
        if name in module.imports:
            source, original = module.imports[name]
            other = self.find_module(module, source)
            if other is not None and original is not None and other is not module:
                return self.resolve(other, original, depth + 1)
        return None

    def method(self, module, class_name, name, skip_own=False, depth=0):
        """The definition of a method, through bases of the tree."""
        found = self.resolve(module, class_name)
        if found is None or depth > 8 or found[1] not in found[0].bases:
            return None
        home, own = found
        if not skip_own and f"{own}.{name}" in home.functions:
            return home.functions[f"{own}.{name}"]
        for base in home.bases[own]:
            inherited = self.method(home, base, name, depth=depth + 1)
            if inherited is not None:
                return inherited
        return None


def enclosing(node, kinds):
    node = getattr(node, "parent", None)
    while node is not None and not isinstance(node, kinds):
        node = getattr(node, "parent", None)
    return node


def is_local(name, call):
    """Whether a function around the call binds the name: a parameter or a variable of its own."""
    function = enclosing(call, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    while function is not None:
        arguments = function.args
        for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs:
            if argument.arg == name:
                return True
        if not isinstance(function, ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
                    return True
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not function \
                        and node.name == name:
                    return True
        function = enclosing(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    return False


def known_class(tree, module, call, receiver):
    """Whether a receiver is a class of the tree, or a variable that is made of one in the function around."""
    first = receiver
    while isinstance(first, ast.Attribute):
        first = first.value
    if isinstance(first, ast.Name) and first.id in module.imports and not is_local(first.id, call):
        return True
    if not isinstance(receiver, ast.Name):
        return False
    scope = enclosing(call, (ast.FunctionDef, ast.AsyncFunctionDef))
    for node in ast.walk(scope) if scope is not None else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and \
                isinstance(node.value.func, ast.Name) and tree.resolve(module, node.value.func.id) and \
                any(isinstance(target, ast.Name) and target.id == receiver.id for target in node.targets):
            return True
    return tree.resolve(module, receiver.id) is not None


def called(tree, module, call):
    """The definition that a call goes to, or the name of a method all of whose namesakes turned, or None."""
    callee = call.func
    if isinstance(callee, ast.Name):
        found = None if is_local(callee.id, call) else tree.resolve(module, callee.id)
        return found[0].functions.get(found[1]) if found else None
    if not isinstance(callee, ast.Attribute):
        return None
    receiver = callee.value
    class_node = enclosing(call, ast.ClassDef)
    if isinstance(receiver, ast.Name) and receiver.id in ("self", "cls") and class_node is not None:
        return tree.method(module, class_node.name, callee.attr)
    if isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name):
        if receiver.func.id == "super" and class_node is not None:
            return tree.method(module, class_node.name, callee.attr, skip_own=True)
        return tree.method(module, receiver.func.id, callee.attr)
    if isinstance(receiver, ast.Name) and not is_local(receiver.id, call):
        if receiver.id in module.imports:
            source, original = module.imports[receiver.id]
            other = tree.find_module(module, f"{source}.{original}" if original else source)
            if other is not None and callee.attr in other.functions:
                return other.functions[callee.attr]
        method = tree.method(module, receiver.id, callee.attr)
        if method is not None:
            return method
    if known_class(tree, module, call, receiver):
        return None  # it has no such method
    kinds = tree.methods.get(callee.attr)
    if kinds and kinds <= {"coroutine"} and callee.attr not in COMMON:
        return callee.attr
    return None


def session_names(function):
    """Names in a function that are asynchronous sessions by annotation or by `async with`."""
    if function is None or isinstance(function, ast.Lambda):
        return set()
    arguments = function.args
    names = {argument.arg for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs
             if argument.annotation is not None and "AsyncSession" in ast.unparse(argument.annotation)}
    return names


def is_used_later(call, scope):
    """`task = f()` whose name is read again: awaited or handed on there."""
    parent = call.parent
    if not isinstance(parent, ast.Assign) or scope is None:
        return False
    names = {node.id for target in parent.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    return any(isinstance(node, (ast.Await, ast.AsyncFor, ast.withitem, ast.comprehension, ast.Call)) and
               any(isinstance(part, ast.Name) and part.id in names and isinstance(part.ctx, ast.Load)
                   for part in ast.walk(node)) for node in ast.walk(scope))


def is_taken(call, kind):
    """Whether the value of a call is awaited, iterated over or entered as its kind asks for, or handed on."""
    node, parent = call, call.parent
    while isinstance(parent, (ast.IfExp, ast.NamedExpr, ast.Starred)) and node is not getattr(parent, "test", None):
        node, parent = parent, parent.parent
    scope = enclosing(call, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module))
    if isinstance(parent, ast.Await):
        return True
    if isinstance(parent, ast.Lambda) or is_used_later(call, scope):
        return True
    if isinstance(parent, ast.Return) and isinstance(scope, ast.FunctionDef):
        return kind != "coroutine" or bool(scope.decorator_list) or isinstance(scope.parent, ast.FunctionDef)
    while isinstance(parent, (ast.ListComp, ast.List, ast.Tuple, ast.GeneratorExp, ast.Starred)):
        node, parent = parent, parent.parent
    if isinstance(parent, (ast.Call, ast.keyword)) and node is not getattr(parent, "func", None):
        outer = parent if isinstance(parent, ast.Call) else parent.parent
        name = ast.unparse(outer.func)
        words = set(name.replace("_", ".").split("."))
        if kind == "coroutine":
            return bool(words & (AWAITS_ARGUMENTS | {"gather", "run", "wait", "task", "await", "coroutine", "future", "isawaitable"}))
        return True
    if kind == "iterator":
        return (isinstance(parent, ast.AsyncFor) or (isinstance(parent, ast.comprehension) and parent.is_async) or
                isinstance(parent, (ast.Yield, ast.Return, ast.Assign)))
    if kind == "context":
        return isinstance(parent, ast.withitem) and isinstance(parent.parent, ast.AsyncWith)
    return False


def findings(tree, turned):
    for module in tree.modules.values():
        if module.tree is None:
            continue
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            scope = enclosing(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and \
                    node.func.attr in SESSION and node.func.value.id in session_names(scope) and \
                    not is_taken(node, "coroutine") and not is_taken(node, "context"):
                yield module, node, f"{ast.unparse(node.func)}() of an asynchronous session is not awaited"
            target = called(tree, module, node)
            if target is None:
                continue
            if isinstance(target, str):
                if target in turned and not is_taken(node, "coroutine"):
                    yield module, node, f"{ast.unparse(node.func)}() is not awaited"
                continue
            kind = kind_of(target)
            if kind in ("coroutine", "iterator", "context") and id(target) in turned and not is_taken(node, kind):
                word = {"coroutine": "awaited", "iterator": "iterated over asynchronously",
                        "context": "entered asynchronously"}[kind]
                yield module, node, f"{ast.unparse(node.func)}() is not {word}"
            if kind == "value" and isinstance(node.parent, ast.Await) and not is_generator(target) and \
                    target.returns is None and not any(isinstance(part, ast.Return) and part.value is not None
                                                       for part in ast.walk(target)):
                yield module, node, f"{ast.unparse(node.func)}() gives nothing that could be awaited"


def check(before_root, after_root):
    before, after = Tree(before_root), Tree(after_root)
    lines = []
    for path in sorted(after_root.rglob("*.py")):
        name = path.relative_to(after_root)
        old = before_root / name
        try:
            compile(path.read_bytes(), str(name), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            if not old.exists() or parse(old) is not None:
                lines.append(f"{name}:{getattr(error, 'lineno', 1)}: does not compile: {error}")
    turned = set()
    for module in after.modules.values():
        old = before.modules.get(module.name)
        for name, function in module.functions.items():
            was = old.functions.get(name) if old else None
            if kind_of(function) in ("coroutine", "iterator", "context") and \
                    (was is None or kind_of(was) != kind_of(function)):
                turned.add(id(function))
                turned.add(name.rsplit(".", 1)[-1])
    known = collections.Counter((module.name, text) for module, _, text in findings(before, set()))
    for module, node, text in findings(after, turned):
        if known[module.name, text]:
            known[module.name, text] -= 1
        else:
            lines.append(f"{module.path}:{node.lineno}: {text}")
    return lines


BEFORE = """
class Repo:
    def names(self): return []
    def rows(self): yield 1
def load(db): return 1
def use(repo, db: Session):
    repo.names(); load(db)
    for row in Repo().rows(): pass
    return [load(db)]
"""
AFTER = """
class Repo:
    async def names(self): return []
    async def rows(self): yield 1
async def load(db): return 1
async def use(repo, db: AsyncSession):
    await repo.names(); await load(db)
    async for row in Repo().rows(): pass
    await db.commit()
    return [await load(db)]
"""
# What is taken out of AFTER, each of which has to be found.
MISTAKES = [("await repo", "repo"), ("; await load", "; load"), ("async for", "for"), ("await db", "db"),
            ("[await load", "[load"), ("async def use", "def use")]


def self_test():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        roots = [pathlib.Path(folder, name) for name in ("before", "after")]
        for root in roots:
            root.mkdir()
        (roots[0] / "m.py").write_text(BEFORE)
        for old, new in [("", ""), *MISTAKES]:
            assert old in AFTER
            (roots[1] / "m.py").write_text(AFTER.replace(old, new, 1))
            found = check(*roots)
            if bool(found) != bool(old):
                failed += 1
                print(f"FAIL {old!r} as {new!r}: {found}")
    print(f"{len(MISTAKES) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("roots", nargs="*", type=pathlib.Path, metavar="FOLDER", help="before and after")
    parser.add_argument("--self-test", action="store_true", help="check the check")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if len(arguments.roots) != 2:
        parser.error("two folders are needed")
    lines = check(*arguments.roots)
    print("\n".join(lines + [f"{len(lines)} findings"]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
