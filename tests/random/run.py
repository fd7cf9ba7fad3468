#!/usr/bin/env python3
"""Random small programs behave the same before and after their migration.

Programs are made from a seed: call graphs of functions, methods, overrides, generators, decorators, closures,
context managers and comprehensions, some of which query and some of which do not. Many of them stand in one module
and all modules are migrated by one run of the tool. Each program then runs on SQLite, before with `Session` and
after with `AsyncSession`, and must give the same value, the same order of effects and the same rows. A program that
the tool left synchronous runs synchronously again; it may not be changed for the worse.

    tests/random/run.py --tool build/release/sqlawait --count 600 --seed 1

Closing lines: `N left synchronous`, `N passed, N failed`. Exit status: 0 all passed, 1 some failed.
"""
from __future__ import annotations

import pathlib
import random
import sys

from beside import PROGRAMS_IN_A_MODULE, Suite, main

MODELS = '''from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    age = Column(Integer, nullable=False)


class Event(Base):
    __tablename__ = "events"
    id = Column(Integer, primary_key=True)
    name = Column(String(80), nullable=False)
'''

HEADER = '''import functools
from contextlib import contextmanager

from sqlalchemy.orm import Session

from models import Event, User


def logged(function):
    @functools.wraps(function)
    def wrapper(db, log, x):
        log.append("in")
        try:
            return function(db, log, x)
        finally:
            log.append("out")
    return wrapper
'''


class Maker:
    """One program: functions `pN_0` ... that only call those with a smaller number, and `case_N`."""

    def __init__(self, number: int, seed: int):
        self.name = f"p{number}"
        self.random = random.Random(seed * 1_000_003 + number)
        self.text: list[str] = []
        self.functions: list[str] = []   # f(db, log, x) -> int
        self.generators: list[str] = []  # f(db, log, x) -> ints
        self.scopes: list[str] = []      # context managers f(db, log, x)
        self.classes: list[str] = []     # C(db, log), method run(x) -> int

    def choose(self, *items):
        return self.random.choice(items)

    def pure(self) -> str:
        return self.choose("x", "x + 1", "2 * x", "x % 3", "-x", "(x or 1)")

    def call(self, argument: str | None = None) -> str:
        """An expression of an int that may query."""
        argument = argument or self.pure()
        ways = [f"db.query(User).filter(User.id == abs({argument}) % 3 + 1).one().age",
                f"db.query(User).filter(User.age > {argument}).count()", f"len(log) + {argument}"]
        if self.functions:
            ways += [f"{self.random.choice(self.functions)}(db, log, {argument})"] * 4
        if self.classes:
            ways += [f"{self.random.choice(self.classes)}(db, log).run({argument})"] * 2
        return self.random.choice(ways)

    def expression(self) -> str:
        a, b = self.call(), self.call("i")
        ways = [a, f"{a} + {self.call()}", f"({a} if {self.pure()} > 1 else {self.call()})", f"({self.pure()} and {a})",
                f"({a} or {self.call()})", f"sum([{b} for i in range(3)])", f"sum({b} for i in range(3))",
                f"len([i for i in range(4) if {b} % 2])", f"int(any({b} > 20 for i in range(3)))",
                f"int(all({b} > 0 for i in range(3)))", f"sorted([2, 0, 1], key=lambda i: {b})[0]",
                f"max([0, 1, 2], key=lambda i: {b})", f"len(f'{{{a}}}')", f"(lambda i: i + 1)({a})",
                f"{{i: {b} for i in range(2)}}[1]", f"[{a}, {self.call()}][x % 2]", f"-({a})", f"({a}) ** 2 % 97",
                f"next(({b} for i in range(3)), 0)", f"min({a}, {self.call()})", f"int({a} == {self.call()})"]
        if self.generators:
            g = self.random.choice(self.generators)
            ways += [f"sum({g}(db, log, {self.pure()}))", f"next({g}(db, log, {self.pure()}), 0)",
                     f"len(list({g}(db, log, {self.pure()})))", f"sum(i for i in {g}(db, log, {self.pure()}))"]
        return self.random.choice(ways)

    def statement(self, indent: str, depth: int = 0) -> list[str]:
        inner = indent + "    "
        block = lambda: self.statement(inner, depth + 1) if depth < 2 else [f"{inner}total += 1"]
        value = self.expression()
        ways = [
            lambda: [f"{indent}total += {value}"],
            lambda: [f"{indent}y = {value}", f"{indent}total += y"],
            lambda: [f'{indent}db.add(Event(name=f"{self.name} {{x}} {{total}}"))', f"{indent}db.flush()"],
            lambda: [f'{indent}log.append(("{self.choose("a", "b", "c")}", {value}))'],
            lambda: [f"{indent}if {value} % 2:", *block(), f"{indent}else:", *block()],
            lambda: [f"{indent}for i in range({self.choose(1, 2, 3)}):", f"{inner}total += {self.call('i')}", *block()],
            lambda: [f"{indent}try:", *block(), f"{inner}if total % 5 == {self.choose(0, 1)}:",
                     f"{inner}    raise ValueError({self.call()})", f"{indent}except ValueError as error:",
                     f"{inner}total += len(error.args)", f"{indent}finally:", f'{inner}log.append("finally")'],
            lambda: [f"{indent}n = 0", f"{indent}while (n := n + 1) < 3 and {self.call()} > 5:", f"{inner}total += n"],
        ]
        if self.generators:
            ways.append(lambda: [f"{indent}for i in {self.random.choice(self.generators)}(db, log, {self.pure()}):",
                                 f"{inner}total += i", f"{inner}if total % 7 == 0:", f"{inner}    continue"])
        if self.scopes:
            ways.append(lambda: [f"{indent}with {self.random.choice(self.scopes)}(db, log, {self.pure()}) as y:",
                                 f"{inner}total += y", *block()])
        return self.random.choice(ways)()

    def body(self, indent: str) -> list[str]:
        lines = [f"{indent}total = 0"]
        for _ in range(self.random.randint(1, 3)):
            lines += self.statement(indent)
        return lines

    def add_function(self, name: str):
        kind = self.random.randrange(8)
        if kind == 0:
            self.text += ["@logged"]
        if kind == 1:  # nothing to do with the database
            self.text += [f"def {name}(db, log, x):", '    log.append("pure")', f"    return {self.pure()}"]
        elif kind == 2:  # a closure
            self.text += [f"def {name}(db: Session, log, x):", "    def inner(x):", *self.body("        "),
                          "        return total", f"    return inner({self.pure()}) + inner(1)"]
        elif kind == 3:  # a table of functions
            self.text += [f"def {name}(db: Session, log, x):", f"    table = {{0: {name}_even, 1: {name}_odd}}",
                          "    return table[x % 2](db, log, x)"]
            for suffix in ("even", "odd"):
                self.text = [*self.function_text(f"{name}_{suffix}"), "", "", *self.text]
        else:
            self.text += self.function_text(name)
        self.functions.append(name)

    def function_text(self, name: str) -> list[str]:
        return [f"def {name}(db: Session, log, x):", *self.body("    "), "    return total"]

    def add_generator(self, name: str):
        self.text += [f"def {name}(db: Session, log, x):", f"    for j in range({self.choose(1, 2, 3)}):",
                      f"        x += {self.call('j')}", '        log.append("yield")', "        yield x % 11"]
        self.generators.append(name)

    def add_scope(self, name: str):
        self.text += ["@contextmanager", f"def {name}(db: Session, log, x):", f"    y = {self.call()}",
                      '    log.append("enter")', "    try:", "        yield y % 13", "    finally:",
                      '        log.append("leave")']
        self.scopes.append(name)

    def add_classes(self, name: str):
        self.text += [f"class {name}Base:", "    def __init__(self, db: Session, log):", "        self.db = db",
                      "        self.log = log", "", "    def step(self, x):", f"        return {self.pure()}", "",
                      "    def run(self, x):", "        db, log = self.db, self.log", *self.body("        "),
                      "        return total + self.step(x)", "", "", f"class {name}({name}Base):",
                      "    def step(self, x):", "        db, log = self.db, self.log",
                      f"        return super().step(x) + {self.call()}"]
        self.classes.append(self.choose(name, f"{name}Base"))

    def source(self) -> str:
        for index in range(self.random.randint(2, 6)):
            add = self.choose(self.add_function, self.add_function, self.add_function, self.add_generator,
                              self.add_scope, self.add_classes)
            before, self.text = self.text, []
            add(f"{self.name}_{index}")
            self.text = [*before, *(["", ""] if before else []), *self.text]
        case = [f"def case_{self.name}(db: Session, log, x):", *self.body("    "), f"    return total + {self.call()}"]
        return "\n".join([*self.text, "", "", *case, ""])


def write_programs(folder: pathlib.Path, count: int, seed: int):
    (folder / "models.py").write_text(MODELS)
    for first in range(0, count, PROGRAMS_IN_A_MODULE):
        programs = [Maker(number, seed).source() for number in range(first, min(first + PROGRAMS_IN_A_MODULE, count))]
        (folder / f"programs_{first}.py").write_text("\n\n".join([HEADER, *programs]))


def models_of(programs: str) -> str:
    return "models"


def fill(models, connection):
    connection.execute(models.User.__table__.insert(), [{"id": i, "age": 10 * i} for i in (1, 2, 3)])


def arguments() -> list[tuple]:
    return [([], 0), ([], 3)]


SUITE = Suite(write=write_programs, models=models_of, fill=fill, arguments=arguments, count=600, expire_on_commit=False)

if __name__ == "__main__":
    sys.exit(main(SUITE, __doc__.splitlines()[0]))
