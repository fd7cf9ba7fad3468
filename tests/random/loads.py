#!/usr/bin/env python3
"""Random programs that read random relationships through random flows need no lazy load after their migration.

Models and programs are made from a seed: relationships of every kind, and functions that read paths of them behind
queries, containers, generators, closures, sort keys, properties, commits, rollbacks and changes. All modules are
migrated by one run of the tool. Each program then runs on SQLite, before with `Session` and after with `AsyncSession`,
and must give the same values and leave the same rows behind; together they may not execute more statements than before.

    tests/random/loads.py --tool build/release/sqlawait --count 400 --seed 1

Closing lines: the statements, `N left synchronous`, `N passed, N failed`. Exit status: 0 all passed, 1 some failed.
"""
from __future__ import annotations

import pathlib
import random
import sys

from beside import PROGRAMS_IN_A_MODULE, Suite, main

ROWS = 4  # of each model
NAMES = ("Ant", "Bee", "Cat", "Dog", "Elk")


class Relation:
    def __init__(self, name: str, target: "Model", many: bool, key: str = ""):
        self.name, self.target, self.many, self.key = name, target, many, key


class Model:
    def __init__(self, name: str):
        self.name, self.table = name, name.lower() + "s"
        self.columns: list[str] = []
        self.relations: list[Relation] = []
        self.lines: list[str] = []  # of relationships
        self.methods: list[str] = []
        self.readers: list[str] = []  # what is behind the dot: "shown", "show()"


class World:
    """The models of one module."""

    def __init__(self, seed: int, first: int):
        self.random = random.Random(seed * 1_000_003 + first)
        self.models = [Model(name) for name in NAMES[:self.random.randint(3, 5)]]
        self.tables: list[str] = []
        pairs = set()
        for number in range(self.random.randint(4, 8)):
            child, parent = self.random.choice(self.models), self.random.choice(self.models)
            if (child, parent) in pairs or (parent, child) in pairs:
                continue
            pairs.add((child, parent))
            self.random.choice((self.add_key, self.add_key, self.add_key, self.add_table))(number, child, parent)
        for model in self.models:
            for name, call in (("shown", "@property"), ("show", "")):
                if self.random.random() < 0.4:
                    text = self.read("self", model, 2, calls=False)
                    model.methods += ["", *([f"    {call}"] if call else []), f"    def {name}(self):", f"        return {text}"]
                    model.readers.append(name if call else name + "()")

    def add_key(self, number: int, child: Model, parent: Model):
        one, many, key = f"one{number}", f"many{number}", f"key{number}"
        child.columns.append(f'    {key} = Column(ForeignKey("{parent.table}.id"))')
        single = self.random.random() < 0.2 and child is not parent
        remote = ', remote_side="%s.id"' % child.name if child is parent else ""
        back = ", uselist=False" if single else f', order_by="{child.name}.id"'
        way = self.random.randrange(4) if child is not parent else 0
        if way == 0:
            child.lines.append(f'    {one} = relationship("{parent.name}", back_populates="{many}"{remote})')
            parent.lines.append(f'    {many} = relationship("{child.name}", back_populates="{one}"{back})')
        elif way == 1:
            child.lines.append(f'    {one} = relationship("{parent.name}", backref=backref("{many}"{back}))')
        elif way == 2:
            child.lines.append(f'    {one} = relationship("{parent.name}")')
        else:
            parent.lines.append(f'    {many} = relationship("{child.name}"{back})')
        if way != 3:
            child.relations.append(Relation(one, parent, False, key))
        if way != 2:
            parent.relations.append(Relation(many, child, not single))

    def add_table(self, number: int, left: Model, right: Model):
        if left is right:
            return
        table = f"links{number}"
        self.tables.append(f'{table} = Table("{table}", Base.metadata, '
                           f'Column("left_id", ForeignKey("{left.table}.id"), primary_key=True), '
                           f'Column("right_id", ForeignKey("{right.table}.id"), primary_key=True))')
        there, back = f"right{number}", f"left{number}"
        if self.random.random() < 0.5:
            left.lines.append(f'    {there} = relationship("{right.name}", secondary={table}, order_by="{right.name}.id", '
                              f'back_populates="{back}")')
            right.lines.append(f'    {back} = relationship("{left.name}", secondary={table}, order_by="{left.name}.id", '
                               f'back_populates="{there}")')
            right.relations.append(Relation(back, left, True))
        else:
            left.lines.append(f'    {there} = relationship("{right.name}", secondary={table}, order_by="{right.name}.id")')
        left.relations.append(Relation(there, right, True))

    def read(self, on: str, model: Model, depth: int, functions: dict | None = None, calls: bool = True) -> str:
        """An expression that reads what hangs on an object."""
        ways = [lambda: f"{on}.value"]
        name = f"v{depth}"
        for relation in model.relations if depth else ():
            path = f"{on}.{relation.name}"
            inner = lambda where, r=relation: self.read(where, r.target, depth - 1, functions, False)
            if relation.many:
                ways += [lambda p=path: f"len({p})", lambda p=path, i=inner: f"[{i(name)} for {name} in {p}]",
                         lambda p=path: f"sum(v.value for v in {p})",
                         lambda p=path, i=inner: f"sorted([{i(name)} for {name} in {p}], key=repr)",
                         lambda p=path, i=inner: f"{{{name}.id: {i(name)} for {name} in {p}}}",
                         lambda r=relation: f'[v.value for v in getattr({on}, "{r.name}")]',
                         lambda p=path: f"max((v.value for v in {p}), default=None)"]
            else:
                ways += [lambda p=path, i=inner: f"({i(p)} if {p} else None)"] * 3
                ways += [lambda p=path: f"({p} is None)", lambda p=path, i=inner: f"({p} and {i(p)})"]
        if not calls:  # what is read inside of what is read would grow without end
            return self.random.choice(ways[1:] or ways)()
        ways += [lambda r=reader: f"{on}.{r}" for reader in model.readers]
        ways += [lambda f=function: f"{f}({on})" for function in (functions or {}).get(model.name, ())]
        return self.random.choice(ways[1:] if len(ways) > 1 and self.random.random() < 0.85 else ways)()

    def source(self) -> str:
        out = ["from sqlalchemy import Column, ForeignKey, Integer, Table",
               "from sqlalchemy.orm import backref, declarative_base, relationship", "", "Base = declarative_base()", ""]
        out += self.tables
        for model in self.models:
            out += ["", "", f"class {model.name}(Base):", f'    __tablename__ = "{model.table}"',
                    "    id = Column(Integer, primary_key=True)", "    value = Column(Integer)", *model.columns,
                    *model.lines, *model.methods]
        return "\n".join([*out, ""])


class Maker:
    """One program: helpers `pN_0` ... and `case_pN`."""

    def __init__(self, world: World, number: int, seed: int):
        self.world, self.name = world, f"p{number}"
        self.random = world.random = random.Random(seed * 1_000_033 + number)
        self.text: list[str] = []
        self.functions: dict[str, list[str]] = {}
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"{self.name}_{self.count}"

    def model(self) -> Model:
        return self.random.choice(self.world.models)

    def read(self, on: str, model: Model, depth: int = 0) -> str:
        return self.world.read(on, model, depth or self.random.randint(1, 3), self.functions)

    def function(self, head: str, lines: list[str]) -> str:
        name = self.fresh()
        self.text += ["", "", f"def {name}({head}):", *("    " + line for line in lines)]
        return name

    def many(self, model: Model) -> str:
        query = f"db.query({model.name}).order_by({model.name}.id)"
        if self.random.random() < 0.3:
            return f"{self.function('db: Session', [f'return {query}.all()'])}(db)"
        return query + self.random.choice((".all()", ".all()", f".filter({model.name}.value > 10).all()"))

    def one(self, model: Model) -> str:
        key = self.random.randint(1, ROWS)
        way = self.random.randrange(5)
        if way == 0:
            return f"db.get({model.name}, {key})"
        if way == 1:
            got = self.function("db: Session, key", [f"found = db.query({model.name}).filter({model.name}.id == key).first()",
                                                    "return found"])
            return f"{got}(db, {key})"
        return f"db.query({model.name}).filter({model.name}.id == {key}).{self.random.choice(('one', 'first', 'one_or_none'))}()"

    # Each gives the statements of one flow; what is read goes to `out`.
    def flow_one(self, m: Model):
        return [f"x = {self.one(m)}", f"out.append({self.read('x', m)})"]

    def flow_loop(self, m: Model):
        return [f"for x in {self.many(m)}:", f"    out.append({self.read('x', m)})"]

    def flow_comprehension(self, m: Model):
        return [f"out.append([{self.read('x', m)} for x in {self.many(m)} if x.value % 2])"]

    def flow_index(self, m: Model):
        return [f"table = {{x.id: x for x in {self.many(m)}}}", f"out.append([{self.read('table[k]', m)} for k in table])"]

    def flow_groups(self, m: Model):
        return ["groups = {}", f"for x in {self.many(m)}:", "    groups.setdefault(x.value % 2, []).append(x)",
                f"out.append({{k: [{self.read('x', m)} for x in groups[k]] for k in sorted(groups)}})"]

    def flow_sorted(self, m: Model):
        return [f"xs = {self.many(m)}", f"out.append([x.id for x in sorted(xs, key=lambda x: (repr({self.read('x', m)}), x.id))])"]

    def flow_helper(self, m: Model):
        helper = self.function("x", [f"return {self.world.read('x', m, 2, calls=False)}"])
        self.functions.setdefault(m.name, []).append(helper)
        return [self.random.choice((f"out.append({helper}({self.one(m)}))", f"out.append(list(map({helper}, {self.many(m)})))",
                                    f"out.append([{helper}(x) for x in {self.many(m)}])"))]

    def flow_closure(self, m: Model):
        maker = self.function("x", ["def later():", f"    return {self.read('x', m)}", "return later"])
        return [f"readers = [{maker}(x) for x in {self.many(m)}]", "out.append([later() for later in readers])"]

    def flow_holder(self, m: Model):
        name = self.fresh().replace("p", "Holder")
        self.text += ["", "", f"class {name}:", "    def __init__(self, db: Session):", "        self.db = db",
                      "        self.kept = None", "", "    def load(self):", f"        self.kept = {self.one(m).replace('(db', '(self.db').replace('db.', 'self.db.').replace('self.self.', 'self.')}",
                      "", "    def show(self):", f"        return {self.read('self.kept', m)}"]
        return [f"holder = {name}(db)", "holder.load()", "out.append(holder.show())"]

    def flow_pair(self, m: Model):
        other = self.model()
        made = self.function("db: Session", [f"return {self.one(m)}, {self.many(other)}"])
        return [f"x, ys = {made}(db)", f"out.append(({self.read('x', m)}, [{self.read('y', other)} for y in ys]))"]

    def flow_branch(self, m: Model):
        return [f"x = {self.one(m)}", "if x.value % 2:", f"    out.append({self.read('x', m)})", "else:",
                f"    out.append({self.read('x', m)})"]

    def flow_created(self, m: Model):
        keys = "".join(f", {r.key}={self.random.randint(1, ROWS)}" for r in m.relations if r.key and self.random.random() < 0.6)
        end = self.random.choice((["db.flush()"], ["db.commit()"], ["db.commit()", "db.refresh(x)"]))
        return [f"x = {m.name}(value={self.random.randint(5, 9)}{keys})", "db.add(x)", *end, f"out.append({self.read('x', m)})"]

    def flow_changed(self, m: Model):
        end = self.random.choice((["db.flush()"], ["db.commit()"], ["db.commit()", "db.refresh(x)"]))
        return [f"x = {self.one(m)}", f"out.append({self.read('x', m)})", "x.value = x.value + 1", *end,
                f"out.append({self.read('x', m)})"]

    def flow_moved(self, m: Model):
        keys = [r.key for r in m.relations if r.key]
        if not keys:
            return self.flow_changed(m)
        end = self.random.choice((["db.flush()"], ["db.commit()"]))
        return [f"x = {self.one(m)}", f"x.{self.random.choice(keys)} = {self.random.randint(1, ROWS)}", *end,
                f"out.append({self.read('x', m)})"]

    def flow_appended(self, m: Model):
        many = [r for r in m.relations if r.many]
        if not many:
            return self.flow_one(m)
        r = self.random.choice(many)
        end = self.random.choice((["db.flush()"], ["db.commit()"]))
        return [f"x = {self.one(m)}", f"x.{r.name}.append({r.target.name}(value=3))", *end,
                f"out.append([v.value for v in x.{r.name}])", f"out.append({self.read('x', m)})"]

    def flow_rolled_back(self, m: Model):
        return [f"x = {self.one(m)}", "x.value = 99", "db.rollback()", f"out.append((x.value, {self.read('x', m)}))"]

    def flow_deleted(self, m: Model):
        plain = [r for r in m.relations if r.key]
        if not plain:
            return self.flow_one(m)
        return [f"x = {m.name}(value=1, {plain[0].key}=1)", "db.add(x)", "db.flush()", f"out.append({self.read('x', m)})",
                "db.delete(x)", "db.commit()"]

    def source(self) -> str:
        flows = [getattr(self, name) for name in sorted(vars(Maker)) if name.startswith("flow_")]
        body = ["out = []"]
        for _ in range(self.random.randint(1, 3)):
            body += self.random.choice(flows)(self.model())
        lines = ["", "", f"def case_{self.name}(db: Session):", *("    " + line for line in body), "    return out"]
        return "\n".join([*self.text, *lines])


def write_programs(folder: pathlib.Path, count: int, seed: int):
    for first in range(0, count, PROGRAMS_IN_A_MODULE):
        world = World(seed, first)
        (folder / f"models_{first}.py").write_text(world.source())
        programs = [Maker(world, number, seed).source() for number in range(first, min(first + PROGRAMS_IN_A_MODULE, count))]
        header = f"from sqlalchemy.orm import Session\n\nfrom models_{first} import {', '.join(m.name for m in world.models)}"
        (folder / f"programs_{first}.py").write_text("\n".join([header, *programs, ""]))


def fill(models, connection):
    """The same rows for every program of a module."""
    chance = random.Random(7)
    for table in models.Base.metadata.sorted_tables:
        if "left_id" in table.c:
            pairs = [(a, b) for a in range(1, ROWS + 1) for b in range(1, ROWS + 1) if chance.random() < 0.4]
            rows = [{"left_id": a, "right_id": b} for a, b in pairs]
        else:
            used = {column.name: set() for column in table.c}
            rows = []
            for number in range(1, ROWS + 1):
                row = {"id": number, "value": 10 * number + chance.randint(0, 3)}
                for column in table.c:
                    if column.name.startswith("key"):
                        own = any(key.column.table is table for key in column.foreign_keys)
                        # A tree: a row that hangs below itself could not be written by a flush.
                        value = chance.choice((None, *range(1, number if own else ROWS + 1)))
                        row[column.name] = None if value in used[column.name] and chance.random() < 0.5 else value
                        used[column.name].add(value)
                rows.append(row)
        if rows:
            connection.execute(table.insert(), rows)


def models_of(programs: str) -> str:
    return programs.replace("programs", "models")


def arguments() -> list[tuple]:
    return [()]


SUITE = Suite(write=write_programs, models=models_of, fill=fill, arguments=arguments, count=400, no_more_statements=True)

if __name__ == "__main__":
    sys.exit(main(SUITE, __doc__.splitlines()[0]))
