#!/usr/bin/env python3
"""What becomes of every public name of Query and Session: docs/sqlalchemy-api.md is made here, and checked.

    api.py --tool build/release/sqlawait [--update] [-v]

`tests/api/*.txt` hold an example for each name. The names are those of the SQLAlchemy that is installed: one without
an example fails, and so does an example of which the tool says nothing although it leaves it synchronous. What it
makes of the examples is the page; `--update` writes it.

Closing line: `N passed, N failed`. Exit status: 0 none failed, 1 some did, 2 the run was not possible.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import sqlalchemy
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Query, Session

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "sqlalchemy-api.md"

PRELUDE = '''\
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine, func, select, text
from sqlalchemy.orm import Session, declarative_base, joinedload, relationship

Base = declarative_base()
engine = create_engine("sqlite://")


class Author(Base):
    __tablename__ = "authors"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    books = relationship("Book", back_populates="author")


class Book(Base):
    __tablename__ = "books"
    id = Column(Integer, primary_key=True)
    title = Column(String)
    author_id = Column(ForeignKey("authors.id"))
    author = relationship(Author, back_populates="books")


def only_live(query):
    return query.filter(Author.name != "")

'''

HEAD = """\
# SQLAlchemy's names, and what becomes of them

Made by `tests/api.py --update` from `tests/api/*.txt`, out of what the tool really does; the test enumerates the
names of the SQLAlchemy that is installed and fails on one that is missing here.

What stays is counted and reported with the reason that stands beside it.
"""


def examples(name):
    out = {}
    for line in (HERE / "api" / f"{name}.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            key, _, expression = line.partition(": ")
            out[key] = expression
    return out


def run(tool, *arguments):
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1):
        print(done.stderr, file=sys.stderr)
        sys.exit(2)
    return done.stdout


def migrated(tool, stage, shown, head, before):
    """name -> (text after, reason) of each example, all of them in one program."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "program.py")
        lines, at = PRELUDE.splitlines(), {}
        for number, (name, expression) in enumerate(shown.items()):
            lines += ["", f"def example_{number}({head}):", *before, f"    return {expression}"]
            at[name] = len(lines)
        path.write_text("\n".join(lines) + "\n")
        flags = ["--stage", stage, "--form", "expression"]
        found = json.loads(run(tool, "check", "--format", "json", folder))["findings"]
        findings = run(tool, "migrate", *flags, "--print", "findings", folder)
        run(tool, "migrate", *flags, "--write", folder)
        after = path.read_text()
    reasons, place = {}, None
    for line in findings.splitlines():
        if match := re.match(r"program\.py:(\d+):\d+: (SA\d+) (\w+)", line):
            place = int(match[1])
        elif line.startswith("  reason: ") and place:
            reasons.setdefault(place, line[len("  reason: "):])
    out = {}
    bodies = re.split(r"^(?:async )?def example_\d+\([^)]*\):\n", after, flags=re.M)[1:]
    seen = {finding["line"] for finding in found}
    for (name, expression), body in zip(shown.items(), bodies):
        text = body[body.index("return ") + len("return "):].strip()
        out[name] = (text, reasons.get(at[name], ""), at[name] in seen)
    return out


def row(name, expression, text, reason):
    code = lambda source: "`" + re.sub(r"\s+", " ", source).replace("|", "\\|") + "`"
    same = text == expression
    becomes = ("stays: " + reason.replace("|", "\\|") if reason else "the same") if same else code(text)
    return f"| `{name}` | {code(expression)} | {becomes} |"


def public(cls, instance=None):
    names = set(dir(cls)) | (set(vars(instance)) if instance is not None else set())
    return {name for name in names if not name.startswith("_")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    passed, problems, page = 0, [], [HEAD]
    asynchronous = AsyncSession(create_async_engine("sqlite+aiosqlite://"))

    def judge(name, right, what):
        nonlocal passed
        passed += bool(right)
        if not right:
            problems.append(f"FAIL {name}: {what}")

    parts = [
        ("queries", "Query", "select", "db: Session, author, cursor, rows, style, extension",
         "`--stage select --form expression`, on the synchronous session."),
        ("sessions", "Session", "all", "db: Session, author, rows",
         "The whole migration, in a function that becomes `async def`."),
        ("removed", "Removed in SQLAlchemy 2.0", "select", "db: Session, author",
         "Spellings that SQLAlchemy 1.4 warned about. They are the program's to change before it moves."),
    ]
    for part, title, stage, head, note in parts:
        shown = examples(part)
        # What talks to the database makes its function asynchronous; the rest goes along with a flush().
        before = ["    db.flush()"] if part == "sessions" else []
        results = migrated(options.tool, stage, shown, head, before)
        page += [f"\n## {title}\n{note}\n", "| name | before | after |", "|---|---|---|"]
        for name, expression in shown.items():
            text, reason, listed = results[name]
            page.append(row(name, expression, text, reason))
            left = ".query(" in text or part == "removed" and text == expression
            judge(f"{title}.{name}", not left or (reason and listed), f"it stays and nothing is said: {text}")
            if part == "sessions" and name in public(Session, Session()):  # not those of other versions
                for attribute in re.findall(r"\bdb\.(\w+)", text):
                    judge(f"AsyncSession.{attribute}", hasattr(asynchronous, attribute) or reason,
                          f"there is none, but {text} asks for it")
    for cls, names, instance in ((Query, examples("queries"), None), (Session, examples("sessions"), Session())):
        for name in sorted(public(cls, instance)):
            judge(f"{cls.__name__}.{name}", name in names,
                  f"SQLAlchemy {sqlalchemy.__version__} has it, tests/api has no example")

    text = "\n".join(page) + "\n"
    if options.update:
        PAGE.write_text(text)
    judge("docs/sqlalchemy-api.md", PAGE.exists() and PAGE.read_text() == text,
          "not what the tool does; look at the difference, then `tests/api.py --update`")
    print("\n".join(problems), end="\n" if problems else "")
    print(f"{passed} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
