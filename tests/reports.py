#!/usr/bin/env python3
"""The checklist, the gate's formats and the HTML page, against schemas and independent counts.

    reports.py --tool build/release/sqlawait [-k WORD] [-v]

Needs git and the tests' Python environment (jsonschema).
"""
from __future__ import annotations

import argparse
import ast
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import jsonschema

TOOL = "sqlawait"
HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent
SCHEMAS = REPOSITORY / "docs" / "schemas"

SMALL = {
    "requirements.txt": "sqlalchemy>=2.0,<3\npsycopg2-binary\nfastapi[all]==0.110\n",
    ".python-version": "3.11.4\n",
    "shop/__init__.py": "",
    "shop/db.py": """\
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker

engine = create_engine("postgresql://localhost/shop")
SessionLocal = sessionmaker(bind=engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
""",
    "shop/models.py": """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Base


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")
    prizes: Mapped[list["Prize"]] = relationship(lazy="dynamic")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")


class Prize(Base):
    __tablename__ = "prizes"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
""",
    "shop/crud.py": """\
from sqlalchemy.orm import Session

from shop.models import Author


def author(db: Session, key: int):
    return db.query(Author).filter(Author.id == key).first()


def add_author(db: Session, name: str):
    made = Author(name=name)
    db.add(made)
    db.commit()
    db.refresh(made)
    return made
""",
    "shop/api.py": """\
import time

import requests
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from shop import crud
from shop.db import get_db

router = APIRouter()


def slow_answer():
    time.sleep(1)
    return requests.get("http://example.org").text


@router.get("/authors/{key}")
def read_author(key: int, db: Session = Depends(get_db)):
    found = crud.author(db, key)
    return {"books": [book.title for book in found.books], "answer": slow_answer()}


def untyped(db):
    db.query(None).all()
    db.commit()
""",
}


def schema(name):
    loaded = json.loads((SCHEMAS / name).read_text())
    kind = jsonschema.validators.validator_for(loaded)
    kind.check_schema(loaded)
    return kind(loaded)


class Reports(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sqlawait-reports-")
        self.root = pathlib.Path(self.folder.name) / "shop-service"
        self.root.mkdir()
        for name, text in SMALL.items():
            path = self.root / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        (self.root / "sqlawait.toml").write_text("")

    def tearDown(self):
        self.folder.cleanup()

    def run_tool(self, *args, status=0, cwd=None):
        done = subprocess.run([TOOL, *args], cwd=cwd or self.root, text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, status, f"{args}\nstdout: {done.stdout}\nstderr: {done.stderr}")
        return done.stdout

    def report(self, *args):
        return json.loads(self.run_tool("report", "--format", "json", *args))

    def file(self, report, path):
        return next(file for file in report["files"] if file["path"] == path)


class Checklist(Reports):
    def test_json_fits_its_schema(self):
        report = self.report()
        schema("report.schema.json").validate(report)
        broken = json.loads(json.dumps(report))
        broken["files"][0]["status"] = "ready"
        with self.assertRaises(jsonschema.ValidationError):
            schema("report.schema.json").validate(broken)

    def test_layers_come_from_what_files_do(self):
        report = self.report()
        layers = {file["path"]: file["layer"] for file in report["files"]}
        self.assertEqual(layers["shop/db.py"], "foundation")
        self.assertEqual(layers["shop/models.py"], "models")
        self.assertEqual(layers["shop/crud.py"], "CRUD")
        self.assertEqual(layers["shop/api.py"], "routers")

    def test_order_follows_the_calls(self):
        report = self.report()
        batch = {file["path"]: file["batch"] for file in report["files"]}
        self.assertLess(batch["shop/crud.py"], batch["shop/api.py"])
        self.assertLess(batch["shop/db.py"], batch["shop/api.py"])
        after = self.file(report, "shop/api.py")["after"]
        self.assertIn("uses author of shop/crud.py", after)
        self.assertIn("uses get_db of shop/db.py", after)

    def test_operations_blocking_calls_and_what_is_not_recognised(self):
        report = self.report()
        crud, api = self.file(report, "shop/crud.py"), self.file(report, "shop/api.py")
        self.assertEqual(crud["operations"], {"add": 1, "commit": 1, "query": 1, "refresh": 1})
        blocking = {call["name"]: call for call in api["blocking_calls"]}
        self.assertEqual(set(blocking), {"time.sleep", "requests.get"})
        # Both stand in a plain function that the route calls, and the route becomes a coroutine.
        self.assertTrue(all(call["in_coroutine"] for call in blocking.values()))
        self.assertTrue(blocking["requests.get"]["http"])
        self.assertEqual({call["method"] for call in api["unrecognised"]}, {"query", "commit"})

    def test_models_are_audited(self):
        audit = {f"{one['model']}.{one['name']}": one for one in self.report()["relationships"]}
        self.assertEqual(set(audit), {"Author.books", "Author.prizes", "Book.author"})
        self.assertEqual(audit["Author.prizes"]["suggestion"], 'lazy="write_only"')
        self.assertEqual(audit["Book.author"]["reads"], [])
        self.assertEqual([(read["path"], read["line"]) for read in audit["Author.books"]["reads"]],
                         [("shop/api.py", 21)])

    def test_prerequisites_are_read_from_the_files(self):
        found = {one["what"]: one for one in self.report()["prerequisites"]}
        self.assertEqual(found["Python 3.10 or newer"]["state"], "fine")
        self.assertEqual(found["SQLAlchemy 2.0 or newer"]["state"], "fine")
        self.assertIn("requirements.txt:1", found["SQLAlchemy 2.0 or newer"]["found"])
        self.assertEqual(found["an asynchronous driver: asyncpg"]["state"], "to do")
        (self.root / "requirements.txt").write_text("sqlalchemy<2\nasyncpg\n")
        (self.root / ".python-version").write_text("3.8\n")
        found = {one["what"]: one for one in self.report()["prerequisites"]}
        self.assertEqual(found["Python 3.10 or newer"]["state"], "to do")
        self.assertEqual(found["SQLAlchemy 2.0 or newer"]["state"], "to do")
        self.assertEqual(found["an asynchronous driver: asyncpg"]["state"], "fine")

    def test_a_second_run_shows_progress(self):
        before = {file["path"]: file["status"] for file in self.report()["files"]}
        self.assertEqual(before["shop/crud.py"], "pending")
        self.assertEqual(before["shop/models.py"], "nothing to do")
        self.run_tool("migrate", "--write")
        after = self.report()
        self.assertEqual(self.file(after, "shop/crud.py")["status"], "done")
        self.assertEqual(after["counts"]["sites"], 0)
        self.assertEqual(self.file(after, "shop/crud.py")["async_operations"]["commit"], 1)
        (self.root / "shop/crud.py").write_text((self.root / "shop/crud.py").read_text() + """

def later(db: Session):
    return db.query(Author).count()
""")
        text = (self.root / "shop/crud.py").read_text()
        if "import Session" not in text:
            (self.root / "shop/crud.py").write_text("from sqlalchemy.orm import Session\n" + text)
        self.assertEqual(self.file(self.report(), "shop/crud.py")["status"], "in progress")

    def test_markdown(self):
        text = self.run_tool("report")
        self.assertEqual(text.count("<details>"), text.count("</details>"))
        self.assertEqual(text.count("<summary>"), text.count("</summary>"))
        for path in SMALL:
            if path.endswith(".py") and SMALL[path]:
                self.assertIn(path, text)
        # Markdown inside of a folded part needs an empty line behind its summary.
        for found in re.finditer(r"</summary>\n(.?)", text):
            self.assertEqual(found[1], "")
        # Every link inside of the page has its heading.
        anchors = {re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
                   for line in text.splitlines() if line.startswith("#")}
        for target in re.findall(r"\]\(#([^)]+)\)", text):
            self.assertIn(target, anchors)
        # Rows of a table have as many cells as its head.
        width = None
        for line in text.splitlines():
            if not line.startswith("|"):
                width = None
                continue
            cells = len(re.findall(r"(?<!\\)\|", line))
            width = width or cells
            self.assertEqual(cells, width, line)

    def test_paths_narrow_the_report(self):
        report = self.report("shop/crud.py")
        self.assertEqual([file["path"] for file in report["files"]], ["shop/crud.py"])


class IndependentCount(Reports):
    """The sample application, counted by CPython's own parser."""

    def test_counts_agree(self):
        root = self.root.parent / "eventhub"
        shutil.copytree(REPOSITORY / "fixtures/projects/eventhub", root)
        report = json.loads(self.run_tool("report", "--format", "json", str(root)))
        schema("report.schema.json").validate(report)
        files = {file["path"]: file for file in report["files"]}
        paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py"))
        self.assertEqual(sorted(files), paths)
        for path in paths:
            text = (root / path).read_text()
            tree = ast.parse(text)
            calls = [node.func.attr for node in ast.walk(tree)
                     if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
            for name in ("query", "commit", "rollback", "refresh", "flush", "add_all", "scalars"):
                mine = files[path]["operations"].get(name, 0)
                mine += sum(call["method"] == name for call in files[path]["unrecognised"])
                self.assertEqual(mine, calls.count(name), f"{name} in {path}")
            self.assertEqual(files[path]["lines"], len(text.splitlines()), path)
            functions = files[path]["functions"]
            self.assertEqual(functions["sync"], sum(isinstance(node, ast.FunctionDef) for node in ast.walk(tree)), path)
            self.assertEqual(functions["async"],
                             sum(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree)), path)


class Merge(Reports):
    def test_one_report_stays_what_it_is(self):
        text = self.run_tool("report", "--format", "json", "--output", "r.json") or (self.root / "r.json").read_text()
        self.assertEqual(self.run_tool("report", "--merge", "r.json", "--format", "json"), text)
        self.assertEqual(self.run_tool("report", "--merge", "r.json"), self.run_tool("report"))

    def test_several(self):
        self.run_tool("report", "--format", "json", "--output", "r.json")
        one = json.loads((self.root / "r.json").read_text())
        both = json.loads(self.run_tool("report", "--merge", "r.json", "r.json", "--format", "json"))
        schema("report.schema.json").validate(both)
        self.assertEqual(both["counts"], {key: 2 * value for key, value in one["counts"].items()})
        self.assertEqual(both["project"], "shop-service, shop-service-2")
        self.assertIn("shop-service-2/shop/crud.py", [file["path"] for file in both["files"]])
        self.assertEqual(both["effort_minutes"]["high"], 2 * one["effort_minutes"]["high"])

    def test_what_is_no_report_is_refused(self):
        for text, says in (("{}", "another version"), ("[]", "no object"), ("{", "r.json"),
                           ('{"version": 1}', "'project' is missing")):
            (self.root / "r.json").write_text(text)
            done = subprocess.run([TOOL, "report", "--merge", "r.json"], cwd=self.root, text=True, capture_output=True)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(says, done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    options, rest = parser.parse_known_args()
    TOOL = str(pathlib.Path(options.tool).resolve())
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed, {len(result.skipped)} skipped", flush=True)
    sys.exit(bad > 0)
