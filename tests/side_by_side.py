#!/usr/bin/env python3
"""A Celery worker and the service side by side on one database: fixtures/projects/parcels, before its migration and after.

    tests/postgres.py tests/side_by_side.py --tool TOOL --url 'postgresql+psycopg2://tester@127.0.0.1:{port}/tester'

The worker is a process of its own, which takes its tasks from a folder; the requests reach the application without a
server. The same conversation gives the same answers with both versions. After the migration the service stands on an
asynchronous engine while the worker keeps the synchronous one, and what both use is there in two forms: among that a
function that was a coroutine before.

Closing line: `N passed, N failed`. Exit status: 0 all passed, 1 some failed.
"""
from __future__ import annotations

import argparse
import ast
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "fixtures" / "projects" / "parcels"
SHARED = ("find", "note", "deliver", "announce")
CONVERSATION = """
import json, sys, time
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from parcels.api import app

drivers = set()
event.listen(Engine, "before_cursor_execute", lambda connection, *_: drivers.add(connection.dialect.driver))
answers = []
with TestClient(app) as client:
    ids = [client.post("/parcels", params={"address": f"{n} Hill Road"}).json()["id"] for n in range(3)]
    for id in ids:
        answers.append(client.post(f"/parcels/{id}/announce").json())
        answers.append(client.post(f"/parcels/{id}/deliver").json())
    # While the worker delivers, the service goes on answering.
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        shown = [client.get(f"/parcels/{id}").json() for id in ids]
        if all(one["status"] == "delivered" and len(one["history"]) == 3 for one in shown):
            break
        time.sleep(0.1)
    # A folder keeps no order of tasks: which of two is done first differs from run to run.
    answers += [{**one, "history": sorted(one["history"])} for one in shown]
    answers.append(client.post(f"/parcels/{ids[0]}/announce").json())
    answers.append(client.get("/parcels/999999").status_code)
print(json.dumps(answers))
print(*sorted(drivers), file=sys.stderr)
"""


class Failure(Exception):
    """What was expected and is not so; the text says what was seen."""


def converse(folder: pathlib.Path, work: pathlib.Path, url: str) -> tuple[str, str]:
    """What the service answers while a worker runs, and the drivers that its statements went through."""
    tasks = work / f"{folder.name}-tasks"
    tasks.mkdir()
    environment = {**os.environ, "DATABASE_URL": url, "CELERY_BROKER": "filesystem://", "CELERY_FOLDER": str(tasks)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    log = work / f"{folder.name}.log"
    with open(log, "w") as out:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "parcels.tasks", "worker", "--pool", "solo", "--loglevel", "INFO",
             "--without-gossip", "--without-mingle", "--without-heartbeat"],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        done = subprocess.run([sys.executable, "-W", "error::RuntimeWarning", "-c", CONVERSATION], cwd=folder,
                              env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180)
        if done.returncode or worker.poll() is not None:
            raise Failure(f"{folder.name}: {done.stderr[-1500:]}\nworker: {log.read_text()[-1500:]}")
        return done.stdout.strip(), done.stderr.strip().splitlines()[-1]
    finally:
        if worker.poll() is None:
            worker.terminate()
            worker.wait(timeout=60)


def empty(url: str) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DROP TABLE IF EXISTS events, parcels"))
    engine.dispose()


def forms(folder: pathlib.Path) -> dict[str, bool]:
    """The functions of the shared module: which are coroutines."""
    tree = ast.parse((folder / "parcels" / "service.py").read_text())
    return {node.name: isinstance(node, ast.AsyncFunctionDef)
            for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, type=pathlib.Path, help="the program")
    parser.add_argument("--url", required=True, help="of an empty PostgreSQL database, through psycopg2")
    arguments = parser.parse_args()
    passed = failed = 0

    def check(label: str, good: bool, seen: object = "") -> None:
        nonlocal passed, failed
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {label}" + ("" if good else f": {seen}"), flush=True)

    with tempfile.TemporaryDirectory(prefix="side-by-side-") as name:
        work = pathlib.Path(name)
        before, after = work / "before", work / "after"
        for folder in (before, after):
            shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", "*.db"))
        subprocess.run([arguments.tool.resolve(), "migrate", "--write", after], check=True, capture_output=True)
        try:
            empty(arguments.url)
            answers, drivers = converse(before, work, arguments.url)
            check("before: a worker beside the service", '"delivered"' in answers and drivers == "psycopg2", (answers, drivers))
            empty(arguments.url)
            migrated, drivers = converse(after, work, arguments.url)
            check("after: the same conversation", migrated == answers, f"{answers}\n     {migrated}")
            check("after: every statement of the service is asynchronous", drivers == "asyncpg", drivers)
        except (Failure, subprocess.TimeoutExpired) as failure:
            check("a conversation", False, failure)
        there = forms(after)
        for function in SHARED:
            twins = [name for name in there if name.startswith(function + "_")]
            check(f"{function}: both forms", bool(twins) and there[function], sorted(there))
        tasks = (after / "parcels" / "tasks.py").read_text()
        check("the worker has no asynchronous session", "AsyncSession" not in tasks and "await " not in tasks, tasks)
        empty(arguments.url)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
