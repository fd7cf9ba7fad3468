#!/usr/bin/env python3
"""What a run of the tests records, and what the tool makes of it.

    trace.py --tool build/release/sqlawait [-v]

A small application with tests is run under the pytest plugin, on the SQLAlchemy of this interpreter; the program then
plans what the analysis alone cannot see, and the tests of the result load nothing lazily.
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = "sqlawait"
ROOT = pathlib.Path(__file__).resolve().parent.parent

MODELS = """\
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool)
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


class Region(Base):
    __tablename__ = "regions"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    region: Mapped[Region] = relationship()
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="orders")
"""

# No analysis sees which attributes these paths name.
SHOP = """\
from functools import reduce

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import Customer, Order


def orders(db: Session):
    return (
        db.query(Order)
        .filter(Order.id > 0)
        .order_by(Order.id)
        .all()
    )


def purge(db: Session):
    return db.execute(delete(Order)).rowcount


def customer(db: Session, key: int):
    return db.get(Customer, key)


def leave(db: Session, leaving: int):
    db.delete(db.get(Customer, leaving))


def follow(thing, path: str):
    return eval("reduce(getattr, path.split('.'), thing)")  # a line of text has no place in a file
"""

TESTS = """\
import pytest

import shop
from models import Base, Customer, Order, Region, Session, engine


@pytest.fixture
def db():
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session() as session:
        session.add(Customer(id=1, region=Region(name="north"), orders=[Order(id=1), Order(id=2)]))
        session.commit()
    with Session() as session:
        yield session


def test_orders(db):
    assert [shop.follow(one, "customer.region.name") for one in shop.orders(db)] == ["north", "north"]


def test_purge(db):
    assert shop.purge(db) == 2


def test_leave(db):
    shop.purge(db)
    shop.leave(db, 1)
    db.flush()
    assert db.get(Customer, 1) is None


def test_customer(db):
    assert len(shop.follow(shop.customer(db, 1), "orders")) == 2
"""


class Trace(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sqlawait-trace-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        for name, text in (("models.py", MODELS), ("shop.py", SHOP), ("test_shop.py", TESTS), ("sqlawait.toml", "")):
            (self.path / name).write_text(text, encoding="utf-8")

    def record(self):
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "packaging"), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "sqlawait.pytest_plugin", "-p",
                               "no:cacheprovider", "--sqlawait-trace", "loads.json"],
                              cwd=self.path, env=environment, text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads((self.path / "loads.json").read_text(encoding="utf-8"))["loads"]

    def migrate(self, *options, status=0):
        done = subprocess.run([TOOL, "migrate", "--stage", "loads", *options, "."], cwd=self.path, text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def line(self, text):
        return next(number for number, line in enumerate(SHOP.splitlines(), 1) if text in line)

    def test_origins_and_paths(self):
        loads = {(one["origin"]["line"], ".".join(step["relationship"] for step in one["steps"]))
                 for one in self.record()}
        query, get = self.line("db.query"), self.line("db.get")
        statement = range(query - 1, query + 5)
        self.assertEqual({path for line, path in loads if line in statement}, {"customer", "customer.region"})
        self.assertEqual({path for line, path in loads if line == get}, {"orders"})
        self.assertEqual({one["read"]["path"] for one in self.record()}, {"shop.py"})
        # What delete() looks for is part of that call.
        self.assertEqual({path for line, path in loads if line == self.line("leaving))")}, set())

    def test_recorded_loads_are_planned(self):
        self.assertEqual(self.migrate().stdout, "", "the analysis alone sees nothing here")
        self.assertTrue(self.record())
        self.migrate("--trace", "loads.json", "--write", "--allow-dirty")
        shop = (self.path / "shop.py").read_text(encoding="utf-8")
        self.assertIn("joinedload(Order.customer).joinedload(Customer.region)", shop)
        self.assertIn("selectinload(Customer.orders)", shop)
        self.assertEqual(self.record(), [])

    def test_unknown_origin_is_reported(self):
        self.record()
        trace = json.loads((self.path / "loads.json").read_text(encoding="utf-8"))
        for one in trace["loads"]:
            one["origin"] = None
        (self.path / "loads.json").write_text(json.dumps(trace), encoding="utf-8")
        said = self.migrate("--trace", "loads.json", "--print", "findings").stdout
        self.assertIn("SA505", said)
        self.assertIn("no query made the object", said)

    def test_bad_files(self):
        for text in ("", "{", "[]", '{"version": 2, "loads": []}', '{"version": 1, "loads": [{"steps": []}]}'):
            with self.subTest(text=text):
                (self.path / "loads.json").write_text(text, encoding="utf-8")
                self.assertIn("--trace loads.json", self.migrate("--trace", "loads.json", status=2).stderr)
        self.assertIn("No such file", self.migrate("--trace", "absent.json", status=2).stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    options, rest = parser.parse_known_args()
    TOOL = str(pathlib.Path(options.tool).resolve())
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed", flush=True)
    sys.exit(bad > 0)
