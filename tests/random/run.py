#!/usr/bin/env python3
"""Random small programs behave the same before and after their migration.

Programs are made from a seed (programs.py): call graphs of functions, methods, overrides, protocols, generators,
decorators, closures, callbacks, context managers, lambdas and comprehensions over modules and packages, some of which
query and some of which do not, called by routes, tasks and functions that nobody calls. Many of them stand in one
module, beside a package with some of what they call, and are migrated by one run of the tool. Each program then runs on SQLite, before with `Session` and
after with `AsyncSession`, and must give the same value, the same order of effects and the same rows. A program that
the tool left synchronous runs synchronously again; it may not be changed for the worse. Tasks stay synchronous.

    tests/random/run.py --tool build/release/sqlawait --count 600 --seed 1

Closing lines: `N left synchronous`, `N passed, N failed`. Exit status: 0 all passed, 1 some failed.
"""
from __future__ import annotations

import pathlib
import sys

from beside import Suite, main
from programs import IMPORTS, Maker, text_of

PROGRAMS_IN_A_MODULE = 60  # one tree each; what they import takes longer than they do

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

DATABASE = '''from celery import Celery
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite:///unused.db")
SessionLocal = sessionmaker(bind=engine, expire_on_commit=False)
worker = Celery("programs", broker="memory://")


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
'''


def write_package(folder: pathlib.Path, programs: list) -> list[str]:
    """The definitions that stand away, in two modules of a package that hands them on; their names."""
    folder.mkdir()
    handed_on: list[str] = []
    init = []
    for index, half in enumerate((programs[::2], programs[1::2])):
        parts = [part for program in half for part in program.away]
        names = [name for part in parts for name in part[0]]
        (folder / f"part_{index}.py").write_text(IMPORTS + text_of(parts))
        if names:
            init.append(f"from .part_{index} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n")
        handed_on += names
    listed = "".join(f'    "{name}",\n' for name in handed_on)
    (folder / "__init__.py").write_text("".join(init) + f"\n__all__ = [\n{listed}]\n")
    return handed_on


def write_programs(folder: pathlib.Path, count: int, seed: int):
    for first in range(0, count, PROGRAMS_IN_A_MODULE):
        programs = [Maker(number, seed).make() for number in range(first, min(first + PROGRAMS_IN_A_MODULE, count))]
        tree = folder / f"tree_{first}"
        tree.mkdir()
        (tree / "models.py").write_text(MODELS)
        (tree / "database.py").write_text(DATABASE)
        names = write_package(tree / f"package_{first}", programs)
        imported = f"from package_{first} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n" if names else ""
        (tree / f"programs_{first}.py").write_text(
            IMPORTS + imported + "\nrouter = APIRouter()\n" + "".join(text_of(program.here) for program in programs))


def models_of(programs: str) -> str:
    return "models"


def fill(models, connection):
    connection.execute(models.User.__table__.insert(), [{"id": i, "age": 10 * i} for i in (1, 2, 3)])


def arguments() -> list[tuple]:
    return [([], 0), ([], 3)]


SUITE = Suite(write=write_programs, models=models_of, fill=fill, arguments=arguments, count=600, expire_on_commit=False)

if __name__ == "__main__":
    sys.exit(main(SUITE, __doc__.splitlines()[0]))
