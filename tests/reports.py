#!/usr/bin/env python3
"""The checklist and the gate's formats, against schemas and independent counts.

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
    path = SCHEMAS / name
    loaded = json.loads((path if path.exists() else HERE / "schemas" / name).read_text())
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

    def test_how_sure_it_is(self):  # query.first(), commit(), refresh(), close(); two calls in untyped()
        shares = {name: tuple(counts.values()) for name, counts in self.report()["certainty"].items()}
        self.assertEqual(shares, {"session_io": (4, 0, 2), "relationship_reads": (1, 0, 0)})

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

    def test_a_named_file_counts_although_git_ignores_it(self):
        subprocess.run(["git", "init", "-q"], cwd=self.root, check=True)
        (self.root / ".gitignore").write_text("made.py\n")
        (self.root / "made.py").write_text((self.root / "shop/crud.py").read_text())
        self.assertNotIn("made.py", self.run_tool("check", status=1))
        self.assertIn("made.py:7:12: SA101", self.run_tool("check", "made.py", status=1))
        self.assertEqual([file["path"] for file in self.report("made.py")["files"]], ["made.py"])

    def test_paths_narrow_the_report(self):
        report = self.report("shop/crud.py")
        self.assertEqual([file["path"] for file in report["files"]], ["shop/crud.py"])


class Gate(Reports):
    """A repository on which the gate is adopted, worsened, improved."""

    def check(self, *args, status=0):
        return self.run_tool("check", "--baseline", "baseline.json", *args, status=status)

    def edit(self, path, old, new):
        text = (self.root / path).read_text()
        self.assertIn(old, text)
        (self.root / path).write_text(text.replace(old, new))

    def test_adopted_worsened_improved(self):
        self.check(status=2)
        self.check("--update-baseline")
        baseline = json.loads((self.root / "baseline.json").read_text())
        schema("baseline.schema.json").validate(baseline)
        self.assertEqual(self.check(), "")
        with (self.root / "shop/crud.py").open("a") as file:
            file.write("\n\ndef worse(db: Session):\n    db.flush()\n")
        self.assertRegex(self.check(status=1), r"^shop/crud\.py:19:5: \S+ .*\[worse\]\n$")
        self.check("--update-baseline", status=1)
        self.edit("shop/crud.py", "    db.flush()\n", "    return db\n")
        self.check()
        self.edit("shop/crud.py", "    db.refresh(made)\n", "")
        self.check(status=3)
        self.check("--update-baseline")
        self.check()
        smaller = json.loads((self.root / "baseline.json").read_text())
        self.assertLess(len(smaller["findings"]), len(baseline["findings"]))

    def test_lines_and_layout_may_change(self):
        self.check("--update-baseline")
        self.edit("shop/crud.py", "def author", "# a line\n\n\ndef author")
        self.edit("shop/crud.py", "db.query(Author).filter(Author.id == key).first()",
                  "(\n        db.query(Author)\n        .filter(\n            Author.id == key,  # why\n        )\n        .first()\n    )")
        before = (self.root / "baseline.json").read_text()
        self.check()
        prints = [one["fingerprint"] for one in json.loads(before)["findings"]]
        self.check("--update-baseline")
        self.assertEqual(prints, [one["fingerprint"] for one in
                                  json.loads((self.root / "baseline.json").read_text())["findings"]])

    def test_what_is_edited_or_renamed_is_not_new(self):
        self.check("--update-baseline")
        self.edit("shop/crud.py", "Author.id == key", "Author.id == key, Author.name != ''")
        self.check()
        (self.root / "shop/crud.py").rename(self.root / "shop/storage.py")
        self.edit("shop/api.py", "from shop import crud", "from shop import storage as crud")
        self.edit("shop/storage.py", "Author.id == key, Author.name != ''", "Author.id == key")
        self.check()
        # The same once more beside it is new.
        (self.root / "shop/again.py").write_text((self.root / "shop/storage.py").read_text())
        self.check(status=1)

    def test_a_part_is_compared_with_its_part(self):
        self.check("--update-baseline")
        self.check("shop/crud.py")
        self.check("shop/db.py", "shop/api.py")
        self.edit("shop/crud.py", "    db.refresh(made)\n", "")
        self.check("shop/db.py")
        self.check("shop/crud.py", status=3)
        before = json.loads((self.root / "baseline.json").read_text())["findings"]
        self.check("shop/crud.py", "--update-baseline")
        after = json.loads((self.root / "baseline.json").read_text())["findings"]
        self.assertEqual(len(after), len(before) - 1)

    def test_branches_merge(self):
        """Two branches that improve different files leave a baseline that git merges."""
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]

        def run(*args):
            subprocess.run([*git, *args], cwd=self.root, check=True, capture_output=True)
        self.check("--update-baseline")
        run("init", "-qb", "main")
        run("add", "-A")
        run("commit", "-qm", "all")
        run("checkout", "-qb", "one")
        self.edit("shop/crud.py", "    db.refresh(made)\n", "")
        self.check("--update-baseline")
        run("commit", "-qam", "one")
        run("checkout", "-q", "main")
        self.edit("shop/db.py", "    finally:\n        db.close()\n", "    finally:\n        pass\n")
        self.check("--update-baseline")
        run("commit", "-qam", "two")
        run("merge", "-q", "one", "-m", "merged")
        self.check()

    def test_adopting_says_little_and_kept_only_on_request(self):
        self.assertEqual(self.check("--update-baseline"), "")
        (self.root / "sqlawait.toml").write_text('keep-sync = ["shop/crud.py"]\n')
        self.assertNotIn("shop/crud.py", self.run_tool("check", status=1))
        self.assertIn("(kept)", self.run_tool("check", "--verbose", status=1))
        self.assertIn("shop/crud.py", self.run_tool("check", "--include-kept", status=1))
        counts = json.loads(self.run_tool("check", "--format", "json", status=1))["counts"]
        self.assertEqual(sum(counts["by_code"].values()), counts["remaining"])
        self.assertEqual(sum(counts["by_file"].values()), counts["remaining"])

    def test_since_and_the_baseline(self):
        self.check("--update-baseline")
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
        for args in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
            subprocess.run([*git, *args], cwd=self.root, check=True, capture_output=True)
        self.check("--since", "HEAD")
        with (self.root / "shop/crud.py").open("a") as file:
            file.write("\n\ndef worse(db: Session):\n    db.flush()\n")
        self.check("--since", "HEAD", status=1)

    def test_marks_left_behind_count(self):
        self.edit("shop/crud.py", "    db.add(made)", "    db.add(made)  # sqlawait: ask billing")
        self.edit("shop/crud.py", "db.refresh(made)", "db.refresh(made)  # sqlawait: ignore[SA201] a trigger fills it")
        self.edit("shop/crud.py", "db.commit()", "db.commit()  # sqlawait: ignore SA201")
        found = json.loads(self.run_tool("check", "--format", "json", "shop/crud.py", status=1))
        schema("check.schema.json").validate(found)
        marks = [one for one in found["findings"] if one["code"] == "SA002"]
        self.assertEqual([one["status"] for one in marks], ["remaining", "remaining"])
        self.assertEqual(found["counts"]["by_kind"]["marker"], 2)
        self.assertIn("suppressed: a trigger fills it", [one["reason"] for one in found["findings"]])


class Formats(Reports):
    def setUp(self):
        super().setUp()
        (self.root / "shop/käse crud.py").write_text((self.root / "shop/crud.py").read_text().replace(
            "db.commit()", "name = 'é'; db.commit()  # sqlawait: ignore[SA201] 100% sure: fine"))

    def output(self, name, *args, status=1):
        return self.run_tool("check", "--format", name, *args, status=status)

    def test_sarif(self):
        sarif = json.loads(self.output("sarif"))
        schema("sarif.schema.json").validate(sarif)
        results = sarif["runs"][0]["results"]
        rules = [rule["id"] for rule in sarif["runs"][0]["tool"]["driver"]["rules"]]
        self.assertTrue(all(rules[result["ruleIndex"]] == result["ruleId"] for result in results))
        self.assertIn("shop/k%C3%A4se%20crud.py",
                      {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results})
        suppressed = [result for result in results if "suppressions" in result]
        self.assertEqual(suppressed[0]["suppressions"][0]["justification"], "suppressed: 100% sure: fine")
        # Columns are characters: é is one.
        self.assertEqual(suppressed[0]["locations"][0]["physicalLocation"]["region"]["startColumn"], 17)
        self.run_tool("check", "--baseline", "b.json", "--update-baseline")
        with (self.root / "shop/crud.py").open("a") as file:
            file.write("\n\ndef worse(db: Session):\n    db.flush()\n")
        sarif = json.loads(self.output("sarif", "--baseline", "b.json"))
        schema("sarif.schema.json").validate(sarif)
        states = [result.get("baselineState") for result in sarif["runs"][0]["results"]]
        self.assertEqual(states.count("new"), 1)
        self.assertGreater(states.count("unchanged"), 3)

    def test_gitlab(self):
        issues = json.loads(self.output("gitlab"))
        schema("gitlab-code-quality.schema.json").validate(issues)
        self.assertEqual(len({issue["fingerprint"] for issue in issues}), len(issues))

    def test_github(self):
        """As the runner reads workflow commands: properties up to `::`, with %, CR, LF, `:` and `,` escaped."""
        self.assertNotIn("100% sure", self.output("github") + self.output("gitlab"))
        lines = self.output("github", "--verbose").splitlines()
        found = []
        for line in lines:
            match = re.fullmatch(r"::(error|notice) ([^:]*)::(.+)", line)
            self.assertTrue(match, line)
            properties = dict(one.split("=", 1) for one in match[2].split(","))
            self.assertEqual(set(properties), {"file", "line", "endLine", "col", "title"})
            self.assertTrue((self.root / properties["file"]).is_file(), line)
            unescaped = re.sub(r"%(25|0D|0A|3A|2C)", lambda one: chr(int(one[1], 16)), match[3])
            found.append((match[1], unescaped))
        self.assertTrue(any(kind == "notice" and "100% sure: fine" in text for kind, text in found))
        findings = json.loads(self.output("json"))["findings"]
        self.assertEqual(len(lines), len(findings))
        self.assertEqual(sum(kind == "error" for kind, text in found),
                         sum(one["status"] == "remaining" for one in findings))

    def test_json(self):
        found = json.loads(self.output("json"))
        schema("check.schema.json").validate(found)


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
