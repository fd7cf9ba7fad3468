"""Makes random programs of functions, classes, generators, decorators and the like, some of which query.

One `Maker` makes one program: definitions `pN_0` ... each of which only uses those made before it, and its roots:
`case_pN`, which is a function that nobody calls or a route, synchronous or a coroutine already, and sometimes
`task_pN`, a task of a worker that shares definitions with it. What of them stands first may stand in a package of its
own, which hands it on by name. Everything takes the session, a log of effects and a number, and gives a number.
"""
from __future__ import annotations

import dataclasses
import random
import re

# Decorators; each program has its own, because what one of them wraps shares its fate with all that it wraps.
DECORATORS = {
    "logged": ('''def {name}(function):
    @functools.wraps(function)
    def wrapper(db, log, x):
        log.append("in")
        try:
            return function(db, log, x)
        finally:
            log.append("out")
    return wrapper''', "@{name}"),
    "plus": ('''def {name}(number):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs) + number
        return wrapper
    return decorate''', "@{name}(2)"),
    "twice": ('''def {name}(function):
    @functools.wraps(function)
    def wrapper(db, log, x):
        first = function(db, log, x)
        log.append(("first", first))
        return first + function(db, log, x + 1)
    return wrapper''', "@{name}"),
    "registered": ('''REGISTRY_{name} = {{}}


def {name}(key):
    def decorate(function):
        REGISTRY_{name}[key] = function
        return function
    return decorate''', "@{name}('a')"),
}

IMPORTS = '''import asyncio
import contextlib
import functools
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import Callable, Protocol

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from database import get_db, worker
from models import Event, User
'''


@dataclasses.dataclass
class Names:
    """What a program has made so far, by how it is used."""

    functions: list[str] = dataclasses.field(default_factory=list)   # f(db, log, x) -> int
    generators: list[str] = dataclasses.field(default_factory=list)  # f(db, log, x) -> ints
    scopes: list[str] = dataclasses.field(default_factory=list)      # context managers f(db, log, x) as int
    runners: list[str] = dataclasses.field(default_factory=list)     # C(db, log).run(x) -> int
    sized: list[str] = dataclasses.field(default_factory=list)       # C(db, log).size: a property
    values: list[str] = dataclasses.field(default_factory=list)      # C(db, log, x).value: `__init__` queries
    steps: list[str] = dataclasses.field(default_factory=list)       # C().step(db, log, x): members of a family
    decorators: list[str] = dataclasses.field(default_factory=list)  # "@d" or "@d(2)"
    coroutines: list[str] = dataclasses.field(default_factory=list)  # await f(db, log, x) -> int
    calm: list[str] = dataclasses.field(default_factory=list)        # coroutines that let no other one run

    def all(self) -> list[str]:
        return [name for names in vars(self).values() for name in names]


LIMIT = 60  # of the calls that a definition makes: those of call graphs grow with a power of their depth


class Maker:
    def __init__(self, number: int, seed: int):
        self.name = f"p{number}"
        self.random = random.Random(seed * 1_000_003 + number)
        self.parts: list[tuple[list[str], list[str]]] = []  # the names that a definition makes, its lines
        self.names = Names()
        self.is_async = False  # what is being written stands in a coroutine function
        self.step, self.run = f"step_{self.name}", f"run_{self.name}"  # no other program has methods of these names
        self.fresh = 0
        self.costs: dict[str, int] = {}  # of each name, about how many calls one of it makes
        self.cost = 1  # of what is being written
        self.uses: dict[str, set[str]] = {}  # of each name, the others that its definition uses or calls through a registry
        self.callers: dict[str, str] = {}  # of decorators that register a function, by their use, what calls all of those

    def choose(self, *items):
        return self.random.choice(items)

    def pick(self, names: list[str]) -> str:
        """One of the names, of the cheap ones when the definition that is being written has called enough."""
        affordable = [name for name in names if self.cost + self.costs.get(name, LIMIT) <= LIMIT]
        name = self.random.choice(affordable) if affordable else min(names, key=lambda one: self.costs.get(one, LIMIT))
        self.cost += 3 * self.costs.get(name, LIMIT)  # as if it stood in a loop
        return name

    def variable(self) -> str:
        self.fresh += 1
        return f"v{self.fresh}"

    # Expressions

    def pure(self) -> str:
        return self.choose("x", "x + 1", "2 * x", "x % 3", "-x", "(x or 1)")

    def call(self, argument: str | None = None) -> str:
        """An expression of an int that may query. Never an `await`, so that it may stand anywhere."""
        argument = argument or self.pure()
        names = self.names
        kinds = [([], "db.query(User).filter(User.id == abs({x}) % 3 + 1).one().age", 1),
                 ([], "db.query(User).filter(User.age > {x}).count()", 1), ([], "len(log) + {x}", 1),
                 (names.functions, "{name}(db, log, {x})", 4), (names.runners, f"{{name}}(db, log).{self.run}({{x}})", 2),
                 (names.sized, "{name}(db, log).size", 1), (names.values, "{name}(db, log, {x}).value", 1),
                 (names.steps, f"{{name}}().{self.step}(db, log, {{x}})", 1)]
        kinds = [one for one in kinds if one[0] or "{name}" not in one[1]]
        choice, text, _ = self.random.choices(kinds, [weight for _, _, weight in kinds])[0]
        return text.format(x=argument, name=self.pick(choice) if choice else "")

    def expression(self) -> str:
        kinds = [self.plain_expression, self.plain_expression, self.comprehension, self.key_function]
        if self.names.generators:
            kinds += [self.consumed_generator] * 2
        if self.is_async:
            kinds += [self.awaited] * 4
        return self.random.choice(kinds)()

    def plain_expression(self) -> str:
        a, b = self.call(), self.call()
        return self.choose(
            a, f"{a} + {b}", f"({a} if {self.pure()} > 1 else {b})", f"({self.pure()} and {a})", f"({a} or {b})",
            f"(not {a}) + {b}", f"int(0 < {a} < {b})", f"len(f'{{{a}}} {{{b}:>4}}')", f"[{a}, {b}][x % 2]",
            f"-({a})", f"({a}) ** 2 % 97", f"min({a}, {b})", f"int({a} == {b})", f"sum((*[{a}], {b}))",
            f"dict(a={a}, b={b})['a']", f"(lambda i: i + 1)({a})", f"(lambda i, j=2: i * j)({a}, j={b})",
            f"divmod({a}, 7)[1]", f"abs({a} - {b})", f"len(str({a}))", f"max({a}, *[{b}, 1])",
            f"{{'k': {a}}}.get('k', {b})", f"int({a} in (10, {b}))", f"(y0 := {a}) + y0")

    def comprehension(self) -> str:
        a, b, c = self.call("i"), self.call("j"), self.call("i")
        return self.choose(
            f"sum([{a} for i in range(3)])", f"sum({a} for i in range(3))", f"len([i for i in range(4) if {a} % 2])",
            f"int(any({a} > 20 for i in range(3)))", f"int(all({a} > 0 for i in range(3)))",
            f"{{i: {a} for i in range(2)}}[1]", f"next(({a} for i in range(3)), 0)",
            f"next((i for i in range(3) if {a} > 15), -1)", f"next(iter([{a} for i in range(2)]))",
            f"sum([{a} for i in range({self.call()} % 3)])", f"sum(sum([{b} for j in range(i)]) for i in range(3))",
            f"sum([i * {b} for i in range(2) for j in range(2)])", f"len({{{a} % 5 for i in range(3)}})",
            f"sum({c} for i in range(3) if {a} % 2)", f"int(any(all({b} > i for j in range(2)) for i in range(2)))",
            f"len({{{a}: {c} for i in range(2)}})", f"sum([len([j for j in range(2) if {b} > i]) for i in range(2)])",
            f"int(not any({a} < 0 for i in range(2)))", f"max(({a} for i in range(3)), default=0)",
            f"len(' '.join(str({a}) for i in range(2)))", f"tuple({a} for i in range(3))[x % 3]")

    def key_function(self) -> str:
        a = self.call("i")
        ways = [f"sorted([2, 0, 1], key=lambda i: {a})[0]", f"max([0, 1, 2], key=lambda i: {a})",
                f"min([0, 1, 2], key=lambda i: ({a}, i))", f"sorted(range(3), key=lambda i: -({a}), reverse=True)[1]",
                f"sum(map(lambda i: {a}, range(3)))", f"len(list(filter(lambda i: {a} > 10, range(3))))",
                f"functools.reduce(lambda t, i: t + {a}, range(3), 0)", f"sum(list(map(lambda i: {a}, [1, 2])))"]
        if self.names.functions:
            f = self.pick(self.names.functions)
            ways += [f"functools.partial({f}, db, log)({self.pure()})", f"sum(map(functools.partial({f}, db, log), [0, 1]))"]
        return self.random.choice(ways)

    def consumed_generator(self) -> str:
        def g():
            return f"{self.pick(self.names.generators)}(db, log, {self.pure()})"

        return self.choose(
            f"sum({g()})", f"next({g()}, 0)", f"len(list({g()}))", f"sum(i for i in {g()})", f"max({g()}, default=0)",
            f"int(any(i > 3 for i in {g()}))", f"sorted({g()})[0]", f"sum([*{g()}, 1])", f"len(tuple({g()}))",
            f"sum(i * j for i, j in enumerate({g()}))", f"len(dict(enumerate({g()})))", f"int(3 in {g()})",
            f"len(set({g()}))", f"sum([i + j for i in {g()} for j in {g()}])", f"sum(i for i, _ in zip({g()}, range(2)))",
            f"next((i for i in {g()} if i > 2), 0)", f"sum(i + {self.call('i')} for i in {g()})")

    def awaited(self) -> str:
        argument = self.pure()
        ways = []
        if self.names.functions:
            f = self.pick(self.names.functions)
            ways += [f"await asyncio.to_thread({f}, db, log, {argument})",
                     f"await asyncio.get_running_loop().run_in_executor(None, {f}, db, log, {argument})"]
        if self.names.coroutines:
            f = self.pick(self.names.coroutines)
            ways += [f"await {f}(db, log, {argument})"] * 3
            ways += [f"(await {f}(db, log, {argument})) + {self.call()}",
                     f"sum([await {f}(db, log, i) for i in range(2)])"]
        if self.names.calm:
            f, g = self.pick(self.names.calm), self.pick(self.names.calm)
            ways += [f"sum(await asyncio.gather({f}(db, log, 1), {g}(db, log, {argument})))",
                     f"sum(await asyncio.gather(*[{f}(db, log, i) for i in range(2)]))"]
        return self.random.choice(ways) if ways else self.call()

    # Statements

    def statement(self, indent: str, depth: int = 0) -> list[str]:
        inner = indent + "    "

        def block(at: str = inner) -> list[str]:
            return self.statement(at, depth + 1) if depth < 2 else [f"{at}total += 1"]

        value, v = self.expression(), self.variable()
        ways = [
            lambda: [f"{indent}total += {value}"],
            lambda: [f"{indent}total = total + {value}"],
            lambda: [f"{indent}{v} = {value}", f"{indent}total += {v}"],
            lambda: [f"{indent}{v}, w = {value}, {self.call()}", f"{indent}total += {v} - w"],
            lambda: [f"{indent}{v} = [0, 0]", f"{indent}{v}[{self.call()} % 2] += {value}", f"{indent}total += {v}[0]"],
            lambda: [f'{indent}db.add(Event(name=f"{self.name} {{x}} {{total}}"))', f"{indent}db.flush()"],
            lambda: [f'{indent}log.append(("{self.choose("a", "b", "c")}", {value}))'],
            lambda: [f"{indent}if {value} % 2:", *block(), f"{indent}elif {self.call()} > 5:", *block(),
                     f"{indent}else:", *block()],
            lambda: [f"{indent}for i in range({self.choose(1, 2, 3)}):", f"{inner}total += {self.call('i')}", *block()],
            lambda: [f"{indent}for i in range({value} % 3):", f"{inner}if {self.call('i')} > 15:", f"{inner}    break",
                     f"{indent}else:", *block()],
            lambda: [f"{indent}try:", *block(), f"{inner}if total % 5 == {self.choose(0, 1)}:",
                     f"{inner}    raise ValueError({self.call()})", f"{indent}except ValueError as error:",
                     f"{inner}total += len(error.args)", f"{indent}else:", *block(), f"{indent}finally:",
                     f'{inner}log.append("finally")'],
            lambda: [f"{indent}n = 0", f"{indent}while (n := n + 1) < 3 and {self.call()} > 5:", f"{inner}total += n"],
            lambda: [f"{indent}match {value} % 3:", f"{inner}case 0:", *block(inner + "    "), f"{inner}case n if {self.call('n')} > 5:",
                     f"{inner}    total += n", f"{inner}case _:", *block(inner + "    ")],
            lambda: [f"{indent}def {v}(y, z={self.pure()}):", f"{inner}nonlocal total", f"{inner}total += z",
                     f"{inner}return y + {self.call('y')}", f"{indent}total += {v}({self.pure()})"],
            lambda: [f"{indent}{v} = [2, 0, 1]", f"{indent}{v}.sort(key=lambda i: {self.call('i')})",
                     f"{indent}total += {v}[0]"],
            lambda: [f"{indent}{v} = lambda i: {self.call('i')}", f"{indent}total += {v}({self.pure()})"],
        ]
        if self.names.generators:
            g = self.pick(self.names.generators)
            ways += [
                lambda: [f"{indent}for i in {g}(db, log, {self.pure()}):", f"{inner}total += i",
                         f"{inner}if total % 7 == 0:", f"{inner}    {self.choose('continue', 'break')}"],
                lambda: [f"{indent}{v} = {g}(db, log, {self.pure()})", f"{indent}total += next({v}, 0)",
                         f"{indent}total += sum({v})"],
                lambda: [f"{indent}for i, j in enumerate({g}(db, log, {self.pure()})):", f"{inner}total += i * j"],
                lambda: [f"{indent}for i in list({g}(db, log, {self.pure()})):", *block()],
            ]
        if self.names.scopes:
            s, t = self.pick(self.names.scopes), self.pick(self.names.scopes)
            ways += [
                lambda: [f"{indent}with {s}(db, log, {self.pure()}) as y:", f"{inner}total += y", *block()],
                lambda: [f"{indent}with {s}(db, log, x) as y, {t}(db, log, y) as z:", f"{inner}total += y - z", *block()],
                lambda: [f"{indent}with contextlib.ExitStack() as stack:",
                         f"{inner}total += stack.enter_context({s}(db, log, {self.pure()}))", *block()],
            ]
        return self.random.choice(ways)()

    def body(self, indent: str) -> list[str]:
        lines = [f"{indent}total = 0"]
        for _ in range(self.random.randint(1, 3)):
            lines += self.statement(indent)
        return lines

    # Definitions: each gives its lines

    def function_text(self, name: str, *decorators: str) -> list[str]:
        return [*decorators, f"def {name}(db: Session, log, x):", *self.body("    "), "    return total"]

    def make_function(self, name: str) -> list[str]:
        uses = [self.random.choice(self.names.decorators)] if self.names.decorators and self.random.random() < 0.4 else []
        lines = self.function_text(name)
        for use in uses:
            caller = self.callers.get(use)
            if caller is None or not self.reaches(lines, caller):  # nothing ends what calls itself through its registry
                lines.insert(0, use)
                if caller is not None:
                    self.uses[caller].add(name)
        self.names.functions.append(name)
        return lines

    def reaches(self, lines: list[str], target: str) -> bool:
        """Whether what these lines use comes to use the target."""
        found, open_names = set(), self.names_used(lines)
        while open_names:
            found |= open_names
            open_names = set().union(*(self.uses.get(name, set()) for name in open_names)) - found
        return target in found

    def names_used(self, lines: list[str]) -> set[str]:
        return set(re.findall(rf"\b{self.name}_\w+", "\n".join(lines)))

    def make_decorator(self, name: str) -> list[str]:
        text, use = DECORATORS[self.choose(*DECORATORS)]
        self.names.decorators.append(use.format(name=name))
        lines = [*text.format(name=name).split("\n"), "", "", *self.function_text(f"{name}_own", use.format(name=name))]
        self.names.functions.append(f"{name}_own")
        if "REGISTRY" in text:
            lines += ["", "", f"def {name}_all(db: Session, log, x):",
                      f"    return sum(function(db, log, x) for function in REGISTRY_{name}.values())"]
            self.names.functions.append(f"{name}_all")
            self.callers[use.format(name=name)] = f"{name}_all"
        return lines

    def make_pure(self, name: str) -> list[str]:
        self.names.functions.append(name)
        return [f"def {name}(db, log, x):", '    log.append("pure")', f"    return {self.pure()}"]

    def make_closure(self, name: str) -> list[str]:
        lines = [f"def {name}(db: Session, log, x):", "    def inner(x):", *self.body("        "), "        return total",
                 f"    return inner({self.pure()}) + inner(1)"]
        self.names.functions.append(name)
        return lines

    def make_recursion(self, name: str) -> list[str]:
        lines = [f"def {name}(db: Session, log, x):", "    if not 0 < x < 4:", "        return 1", *self.body("    "),
                 f"    return total + {name}(db, log, x - 1)"]
        self.names.functions.append(name)
        return lines

    def make_table(self, name: str) -> list[str]:
        """Functions that are called through a table, of the function or of the module."""
        pair = [*self.function_text(f"{name}_even"), "", "", *self.choose(
            self.function_text(f"{name}_odd"), [f"def {name}_odd(db, log, x):", "    return x"])]
        table = f"{{0: {name}_even, 1: {name}_odd}}"
        self.names.functions.append(name)
        if self.random.random() < 0.5:
            return [*pair, "", "", f"TABLE_{name} = {table}", "", "", f"def {name}(db: Session, log, x):",
                    f"    return TABLE_{name}[x % 2](db, log, x)"]
        return [*pair, "", "", f"def {name}(db: Session, log, x):", f"    table = {table}",
                f"    return table.get(x % 2, {name}_odd)(db, log, x)"]

    def make_callback(self, name: str) -> list[str]:
        """A function that gets functions."""
        annotation = self.choose("", ": Callable[[Session, list, int], int]", ": Callable")
        given = [self.pick(self.names.functions) for _ in self.names.functions[-2:]] + [f"{name}_own"]
        lines = [*self.function_text(f"{name}_own"), "", "",
                 f"def {name}_apply(db: Session, log, function{annotation}, x):", '    log.append("apply")',
                 "    return function(db, log, x)", "", "", f"def {name}(db: Session, log, x):",
                 "    return " + " + ".join(f"{name}_apply(db, log, {one}, {self.pure()})" for one in given)]
        self.names.functions.append(name)
        return lines

    def make_cached(self, name: str) -> list[str]:
        """A table of the module that remembers what was asked."""
        lines = [f"CACHE_{name} = {{}}", "", "", f"def {name}(db: Session, log, x):", f"    if x not in CACHE_{name}:",
                 f"        CACHE_{name}[x] = {self.call()}", f"    return CACHE_{name}[x]"]
        self.names.functions.append(name)
        return lines

    def make_generator(self, name: str) -> list[str]:
        lines = [f"def {name}(db: Session, log, x):", f"    for j in range({self.choose(1, 2, 3)}):",
                 f"        x += {self.call('j')}", '        log.append("yield")', "        yield x % 11"]
        if self.names.generators and self.random.random() < 0.5:
            lines.append(f"    yield from {self.pick(self.names.generators)}(db, log, x)")
        self.names.generators.append(name)
        return lines

    def make_scope(self, name: str) -> list[str]:
        if self.random.random() < 0.6:
            lines = ["@contextmanager", f"def {name}(db: Session, log, x):", f"    y = {self.call()}",
                     '    log.append("enter")', "    try:", "        yield y % 13", "    finally:", '        log.append("leave")']
        else:
            lines = [f"class {name}:", "    def __init__(self, db: Session, log, x):", "        self.db = db",
                     "        self.log = log", "        self.x = x", "", "    def __enter__(self):",
                     "        db, log, x = self.db, self.log, self.x", f"        return {self.call()} % 13", "",
                     "    def __exit__(self, kind, error, trace):", "        db, log, x = self.db, self.log, self.x",
                     f'        log.append(("leave", {self.call()}))', "        return False"]
        self.names.scopes.append(name)
        return lines

    def make_classes(self, name: str) -> list[str]:
        """A base class with a hook, and a class that overrides it."""
        held = "        db, log = self.db, self.log"
        lines = [f"class {name}Base:", "    def __init__(self, db: Session, log):", "        self.db = db",
                 "        self.log = log", "", f"    def {self.step}(self, x):", f"        return {self.pure()}", "",
                 f"    def {self.run}(self, x):", held, *self.body("        "), f"        return total + self.{self.step}(x)", "", "",
                 f"class {name}({name}Base):", f"    def {self.step}(self, x):", held,
                 f"        return super().{self.step}(x) + {self.call()}"]
        if self.random.random() < 0.4:
            lines += ["", "    @property", "    def size(self):", held.replace("log", "log, x").replace("self.log, x", "self.log, 1"),
                      f"        return {self.call('x')}"]
            self.names.sized.append(name)
        if self.random.random() < 0.3:
            lines += ["", "    @staticmethod", "    def some(db: Session, log, x):", f"        return {self.call()}", "",
                      "    @classmethod", "    def made(cls, db: Session, log, x):", f"        return cls(db, log).{self.run}(x)"]
            self.names.functions += [f"{name}.some", f"{name}.made"]
        self.names.runners.append(self.choose(name, f"{name}Base"))
        return lines

    def make_family(self, name: str) -> list[str]:
        """An abstract base class or a protocol with two implementations, one of which may ask nothing."""
        protocol = self.random.random() < 0.4
        base = f"{name}Protocol" if protocol else f"{name}Abstract"
        lines = [f"class {base}({'Protocol' if protocol else 'ABC'}):", *([] if protocol else ["    @abstractmethod"]),
                 f"    def {self.step}(self, db: Session, log, x) -> int:", "        ..."]
        for suffix in "AB":
            asks = suffix == "A" or self.random.random() < 0.5
            lines += ["", "", f"class {name}{suffix}{'' if protocol else f'({base})'}:",
                      f"    def {self.step}(self, db: Session, log, x){self.choose('', ' -> int')}:",
                      *(self.body("        ") if asks else ["        total = x"]), "        return total"]
        use = self.choose(
            [f"    one: {base} = {name}A() if x % 2 else {name}B()", f"    return one.{self.step}(db, log, x)"],
            [f"    return sum(one.{self.step}(db, log, x) for one in ({name}A(), {name}B()))"],
            ["    total = 0", f"    for one in [{name}A(), {name}B()]:", f"        total += one.{self.step}(db, log, x)", "    return total"],
            [f"    return {name}_use(db, log, {name}A(), x) - {name}_use(db, log, {name}B(), 1)"])
        if "_use(" in use[0]:
            lines += ["", "", f"def {name}_use(db: Session, log, one: {base}, x):", f"    return one.{self.step}(db, log, x)"]
        lines += ["", "", f"def {name}(db: Session, log, x):", *use]
        self.names.functions.append(name)
        self.names.steps += [f"{name}A", f"{name}B"]
        return lines

    def make_value(self, name: str) -> list[str]:
        """A class that queries while it is made."""
        lines = [f"class {name}:", "    def __init__(self, db: Session, log, x):", f"        self.value = {self.call()}"]
        self.names.values.append(name)
        return lines

    def make_callable(self, name: str) -> list[str]:
        """A class whose objects are called, measured or asked."""
        way, use = self.choose(("__call__(self, x)", "one({})"), ("__getitem__(self, x)", "one[{}]"),
                               ("__contains__(self, x)", "int({} in one)"), ("__len__(self)", "len(one)"),
                               ("__bool__(self)", "(2 if one else 3)"), ("__iter__(self)", "sum(one)"))
        value = self.call("1" if "x" not in way else "x")
        ends = {"__call__": f"return {value}", "__getitem__": f"return {value}", "__contains__": f"return {value} > 10",
                "__len__": f"return abs({value})", "__bool__": f"return {value} > 10", "__iter__": f"yield {value}"}
        lines = [f"class {name}Object:", "    def __init__(self, db: Session, log):", "        self.db = db",
                 "        self.log = log", "", f"    def {way}:", "        db, log = self.db, self.log",
                 f"        {ends[way.split('(')[0]]}", "", "", f"def {name}(db: Session, log, x):",
                 f"    one = {name}Object(db, log)", f"    return {use.format(self.pure())}"]
        self.names.functions.append(name)
        return lines

    def make_coroutine(self, name: str) -> list[str]:
        self.is_async = True
        lines = [f"async def {name}(db: Session, log, x):", *self.body("    "), "    return total"]
        self.is_async = False
        self.names.coroutines.append(name)
        waits = ("to_thread", "run_in_executor", *(f"{one}(" for one in set(self.names.coroutines) - set(self.names.calm)))
        if not any(word in line for line in lines[1:] for word in waits):
            self.names.calm.append(name)
        return lines

    MAKERS = ((make_function, 8), (make_decorator, 1), (make_pure, 1), (make_closure, 1), (make_recursion, 1), (make_table, 1), (make_callback, 1),
              (make_cached, 1), (make_generator, 3), (make_scope, 2), (make_classes, 2), (make_family, 2), (make_value, 0.5),
              (make_callable, 0.5), (make_coroutine, 2))

    def make(self) -> Program:
        makers, weights = zip(*self.MAKERS)
        for index in range(self.random.randint(2, 6)):
            self.cost = 1
            make = self.random.choices(makers, weights)[0]
            lines = make(self, f"{self.name}_{index}")
            for name in self.names.all():
                self.costs.setdefault(name, self.cost * (4 if make is Maker.make_recursion else 1))
            made = names_of(lines)
            self.uses.update((one, self.names_used(lines) - set(made)) for one in made)
            self.parts.append((made, lines))
        self.cost = 1
        away = self.random.randint(0, len(self.parts)) if self.random.random() < 0.4 else 0
        self.is_async = bool(self.names.coroutines) or self.random.random() < 0.2
        is_route = self.random.random() < 0.4
        self.parts.append(([], [
            *([f'@router.get("/{self.name}", response_model=None)'] if is_route else []),
            f"{'async ' if self.is_async else ''}def case_{self.name}(" + (
                "log: list, x: int, db: Session = Depends(get_db)" if is_route else "log, x, db: Session") + "):",
            *self.body("    "), f"    return total + {self.expression()}"]))
        self.is_async = False
        if self.random.random() < 0.25:
            self.parts.append(([], ["@worker.task", f"def task_{self.name}(log, x, db: Session):", *self.body("    "),
                                    f"    return total + {self.call()}"]))
        return Program(self.parts[:away], self.parts[away:])


@dataclasses.dataclass
class Program:
    """Its definitions that stand in the package, and those that stand beside its roots."""

    away: list[tuple[list[str], list[str]]]
    here: list[tuple[list[str], list[str]]]


def names_of(lines: list[str]) -> list[str]:
    """The functions, classes and tables that lines of a module define."""
    found = []
    for line in lines:
        words = line.replace("(", " ").replace(":", " ").split()
        if line.startswith(("def ", "class ")):
            found.append(words[1])
        elif line.startswith("async def "):
            found.append(words[2])
    return found


def text_of(parts: list[tuple[list[str], list[str]]]) -> str:
    return "".join("\n\n" + "\n".join(lines) + "\n" for _, lines in parts)
