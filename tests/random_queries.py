#!/usr/bin/env python3
"""Random queries, before and after `--stage select`: the same values, exceptions and rows.

    random_queries.py --tool build/release/sqlawait [--count 600] [--seed N] [--only NUMBER] [-v]

Function number N of a run is made from the seed `SEED:N` alone: entities or columns, joins, criteria, options,
grouping, then a terminal; in one expression, in a variable, on two branches, through helper functions. All of them
stand in one module that the tool migrates once. Each runs on SQLite before and after, in a transaction that is rolled
back, and what it gives is compared: objects by class and key, rows as tuples, exceptions by type.

Closing line: `N passed, N failed`. Exit status: 0 none failed, 1 some did, 2 the run was not possible.
"""
from __future__ import annotations

import argparse
import importlib.util
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings

from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

MODELS = '''\
from sqlalchemy import Column, ForeignKey, Integer, String, Table, and_, func, or_, select
from sqlalchemy.orm import (Session, aliased, contains_eager, declarative_base, joinedload, relationship, selectinload,
                            subqueryload)

Base = declarative_base()
book_tags = Table("book_tags", Base.metadata, Column("book_id", ForeignKey("books.id")),
                  Column("tag_id", ForeignKey("tags.id")))


class Author(Base):
    __tablename__ = "authors"
    id = Column(Integer, primary_key=True)
    name = Column(String, nullable=False)
    email = Column(String, unique=True)
    code = Column(String, unique=True, nullable=False)
    age = Column(Integer)
    books = relationship("Book", back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "books"
    id = Column(Integer, primary_key=True)
    title = Column(String, nullable=False)
    price = Column(Integer)
    author_id = Column(ForeignKey("authors.id"))
    author = relationship(Author, back_populates="books")
    tags = relationship("Tag", secondary=book_tags, order_by="Tag.id")


class Tag(Base):
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)
    name = Column(String, nullable=False)


def fill(db):
    tags = [Tag(id=i, name=name) for i, name in enumerate(("new", "old", "red"), 1)]
    for i in range(1, 6):
        db.add(Author(id=i, name="ABABC"[i - 1], email=None if i % 2 else f"e{i}", code=f"c{i}",
                      age=None if i == 3 else 20 + i % 3))
    for i in range(1, 9):
        db.add(Book(id=i, title=f"t{i % 4}", price=None if i == 5 else 5 * (i % 5), author_id=None if i == 8 else i % 4 + 1,
                    tags=tags[: i % 4]))
    db.commit()


def narrow(query, number):
    return query.filter(Author.id > number)


def narrow_books(query, number):
    return query.filter(Book.id > number)


def page(query, size):
    return query.limit(size).offset(1)


def list_objects(query):
    return [one for one in query]


def run_objects(db, query):
    return query.all()


def list_tuples(query):
    return [row for row in query]


def run_tuples(db, query):
    return query.all()


def many(query):
    return query.count()


'''

COLUMNS = {"Author": {"id": 3, "name": '"A"', "email": '"e2"', "code": '"c2"', "age": 21},
           "Book": {"id": 4, "title": '"t1"', "price": 10, "author_id": 2}, "Tag": {"id": 2, "name": '"old"'}}


class Maker:
    """One random function."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def criterion(self, entity):
        column = self.random.choice(list(COLUMNS[entity]))
        value = COLUMNS[entity][column]
        text = isinstance(value, str)
        return self.random.choice([
            f"{entity}.{column} == {value}", f"{entity}.{column} != {value}", f"{entity}.{column} > {value}",
            f"{entity}.{column}.in_([{value}])", f"{entity}.{column}.is_(None)", f"{entity}.{column} == None",
            f"or_({entity}.{column} == {value}, {entity}.id == 1)",
            f"and_({entity}.{column} == {value}, {entity}.id > 0)",
            f'{entity}.{column}.like("%1%")' if text else f"{entity}.{column} + 1 < 9"])

    def start(self):
        """(columns, root, kind)"""
        root = self.random.choice(["Author", "Author", "Book"])
        kind = self.random.choice(["entity"] * 5 + ["columns"] * 3 + ["aggregate", "mixed", "pair"])
        one, two = self.random.sample(list(COLUMNS[root]), 2)
        columns = {"entity": root, "columns": f"{root}.{one}, {root}.{two}" if self.chance(60) else f"{root}.{one}",
                   "aggregate": self.random.choice(["func.count({0}.id)", "func.max({0}.id)", "func.count()"]).format(root),
                   "mixed": f"{root}, {root}.{one}", "pair": "Book, Author"}[kind]
        if kind == "pair":
            root = "Book"
        return columns, root, kind

    def links(self, root, kind):
        """The middle of a chain, and the entities that may be named in what follows."""
        out, named = [], [root]
        if kind == "pair":
            out.append(".filter(Book.author_id == Author.id)")
            named.append("Author")
        elif kind == "aggregate" and self.columns == "func.count()":
            out.append(f".select_from({root})")
        if kind != "pair" and self.chance(45):
            other, ways = self.random.choice(
                [("Book", ["Author.books", "Book, Book.author_id == Author.id", "Book"])] if root == "Author" else
                [("Author", ["Book.author", "Author, Author.id == Book.author_id", "Author"]), ("Tag", ["Book.tags"])])
            out.append(f".{self.random.choice(['join', 'join', 'outerjoin'])}({self.random.choice(ways)})")
            named.append(other)
        for _ in range(self.random.randrange(3)):
            entity = self.random.choice(named)
            if self.chance(70):
                parts = ", ".join(self.criterion(entity) for _ in range(1 + self.chance(20)))
                out.append(f".{self.random.choice(['filter', 'filter', 'where'])}({parts})")
            else:
                column = self.random.choice(list(COLUMNS[named[-1]]))
                out.append(f".filter_by({column}={COLUMNS[named[-1]][column]})")
        if kind == "entity" and self.chance(35):
            path = "Author.books" if root == "Author" else self.random.choice(["Book.author", "Book.tags"])
            out.append(f".options({self.random.choice(['joinedload', 'selectinload', 'subqueryload'])}({path}))")
        if kind == "columns" and self.chance(25):
            out.append(f".group_by({self.columns})")
            if self.chance(50):
                out.append(".having(func.count() > 0)")
        if self.chance(20) and kind != "aggregate":
            out.append(".distinct()")
        return out, named

    def expression(self):
        """A query without an end, ordered so that the order of its rows is certain."""
        self.columns, self.root, self.kind = self.start()
        links, self.named = self.links(self.root, self.kind)
        self.loads = any(".options(" in link for link in links)  # yield_per() raises over most of them
        text = f"db.query({self.columns})" + "".join(links)
        if self.kind == "columns":
            keys = ", ".join(self.columns.split(", "))
        else:
            # What is distinct can be ordered by what is selected alone.
            named = self.named if self.kind == "pair" or ".distinct()" not in text else [self.root]
            keys = ", ".join(f"{entity}.id" for entity in named)
        self.ordered = self.kind != "aggregate"
        if self.ordered:
            text += f".order_by({keys})"
        self.limited = self.ordered and self.chance(25)
        if self.limited:
            text += self.random.choice([".limit(3)", ".offset(1)", ".limit(2).offset(1)", ".slice(1, 4)"])
        return text

    def end(self, query):
        """An expression that runs it."""
        choices = [f"{query}.all()"] * 4 + [f"{query}.first()"] * 3 + [
            f"{query}.one()", f"{query}.one_or_none()", f"{query}.count()", f"{query}.count()", f"[x for x in {query}]",
            f"list({query})", f"len({query}.all())",
            f"{query}.first() is not None", f"db.query({query}.exists()).scalar()", f"bool({query}.all())"]
        if self.kind in ("entity", "columns"):  # helpers that get both would have to ask which it is
            what = "objects" if self.kind == "entity" else "tuples"
            choices += [f"list_{what}({query})", f"run_{what}(db, {query})"]
        if not self.loads:
            choices.append(f"{query}.yield_per(10).all()")
        if self.kind != "mixed":
            choices.append(f"{query}.scalar()")
        if self.ordered:
            choices += [f"{query}[0]", f"{query}[:2]", f"{query}[1:3]", f"{query}[1:]"]
        return self.random.choice(choices)

    def special(self):
        """What does not begin like the others."""
        entity = self.random.choice(["Author", "Book"])
        column = "code" if entity == "Author" else "title"
        criterion = self.criterion(entity)
        way = self.random.choice(["False", "'fetch'", "'auto'"])
        left = f"db.query({entity}.id).filter({criterion})"
        right = f"db.query({entity}.id).filter({self.criterion(entity)})"
        return self.random.choice([
            f"db.query({entity}).get({self.random.randrange(1, 12)})",
            f"db.query({entity}).filter({criterion}).delete(synchronize_session={way})",
            f"db.query({entity}).filter({criterion}).update({{{entity}.{column}: {entity}.{column} + \"x\"}}, "
            f"synchronize_session=False)",
            f"sorted({left}.{self.random.choice(['union', 'union_all', 'intersect', 'except_'])}({right}).all())",
            f"db.query({entity}).filter({entity}.id.in_({left})).order_by({entity}.id).all()",
            f"db.query({entity}).filter({entity}.id.in_({left}.subquery())).count()",
            f"db.query({entity}.id, {left}.subquery().c.id).count()",
            f"db.query({entity}).with_entities({entity}.id, {entity}.{column}).order_by({entity}.id).all()",
            f"db.query({entity}.id).add_columns({entity}.{column}).order_by({entity}.id).first()",
            f"db.query({entity}).filter_by({column}={COLUMNS[entity][column]}).one_or_none()",
            f"db.query({entity}).populate_existing().filter({criterion}).order_by({entity}.id).all()"])

    def body(self):
        if self.chance(18):
            return [f"return {self.special()}"]
        query = self.expression()
        way = self.random.choice(["one"] * 4 + ["kept", "kept", "condition", "branches", "helper", "page", "both"])
        extra = f".filter({self.criterion(self.root)})"
        if self.limited and way in ("condition", "branches", "helper"):
            way = "kept"
        if way == "one":
            return [f"return {self.end(query)}"]
        lines = [f"query = {query}"]
        if way == "condition":
            lines += [f"if flag:", f"    query = query{extra}"]
        elif way == "branches":
            lines += [f"narrower = query{extra}", f"return {self.end('narrower')}, {self.end('query')}"]
        elif way == "helper":
            lines += [f"query = {'narrow' if self.root == 'Author' else 'narrow_books'}(query, 1)"]
        elif way == "page" and self.ordered:
            lines += ["total = query.count()", "return total, page(query, 2).all()"]
        elif way == "both":
            lines += [f"return {self.end('query')}, many(query) if flag else None"]
        return lines if lines[-1].startswith("return") else lines + [f"return {self.end('query')}"]

    def function(self, number):
        return "\n    ".join([f"def query_{number}(db: Session, flag: bool = {self.chance(50)}):"] + self.body()) + "\n"


def value(thing):
    if isinstance(thing, (list, tuple)) or type(thing).__name__ == "Row":
        return [value(one) for one in thing]
    if hasattr(thing, "__table__"):
        return f"{type(thing).__name__} {thing.id}"
    return thing


def outcomes(path, name, numbers):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    engine = create_engine("sqlite://")
    # SQLite's driver begins transactions late: without this a rollback would keep what DELETE took.
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    module.Base.metadata.create_all(engine)
    with Session(engine) as db:
        module.fill(db)
    out = {}
    for number in numbers:
        with Session(engine) as db:
            try:
                given = value(getattr(module, f"query_{number}")(db))
            except Exception as error:
                given = f"raises {type(error).__name__}"
            rows = [db.connection().exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                    for table in ("authors", "books")] if not str(given).startswith("raises") else None
            out[number] = (given, rows)
            db.rollback()
    return out


def source_of(text, number):
    found = re.search(rf"^def query_{number}\(.*?(?=^def |\Z)", text, re.M | re.S)
    return found[0].rstrip() if found else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=None, help="default: from the clock")
    parser.add_argument("--only", type=int)
    parser.add_argument("--form", default="statement", choices=("statement", "expression"))
    parser.add_argument("-v", action="store_true", help="show every function before and after")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    seed = int(time.time()) if options.seed is None else options.seed
    print(f"seed {seed}")
    numbers = [options.only] if options.only is not None else list(range(options.count))
    functions = {number: Maker(f"{seed}:{number}").function(number) for number in numbers}
    with tempfile.TemporaryDirectory() as folder:
        before, after = pathlib.Path(folder, "before.py"), pathlib.Path(folder, "after", "after.py")
        before.write_text(MODELS + "\n\n".join(functions.values()))
        after.parent.mkdir()
        after.write_text(before.read_text())
        done = subprocess.run([options.tool, "migrate", "--stage", "select", "--form", options.form, "--write",
                               str(after.parent)], capture_output=True, text=True, timeout=600)
        if done.returncode:
            print(done.stderr)
            return 2
        text = after.read_text()
        want, got = outcomes(before, "before", numbers), outcomes(after, "after", numbers)
    failed = 0
    left = sum(".query(" in source_of(text, number) for number in numbers)
    for number in numbers:
        if want[number] != got[number]:
            failed += 1
            print(f"FAIL {seed}:{number}: {want[number][0]} became {got[number][0]}")
        if want[number] != got[number] or options.v:
            print("    " + functions[number].rstrip().replace("\n", "\n    "))
            print("  became\n    " + source_of(text, number).replace("\n", "\n    "))
    raised = sum(str(one[0]).startswith("raises") for one in want.values())
    print(f"{len(numbers)} functions, {left} left as they are, {raised} raise")
    print(f"{len(numbers) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
