"""Runs random programs before and after their migration and compares what they do.

Programs stand in modules `programs_*.py`, each a function `case_NAME(..., db)`. All modules of one folder are migrated by
one run of the tool. A program whose session became asynchronous runs on aiosqlite, another one on the synchronous
session again, as does `task_NAME(..., db)`, which has to stay synchronous; value, changed arguments and rows left behind
have to be the same. The time goes into waiting for the driver's threads, so several processes share the modules.
"""
from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import importlib
import inspect
import multiprocessing
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import types
import warnings
from collections.abc import Callable
from multiprocessing import connection

PROGRAMS_IN_A_MODULE = 20


@dataclasses.dataclass(frozen=True)
class Suite:
    """What the kinds of random programs differ in. Its functions stand in modules, for other processes to find."""

    write: Callable[[pathlib.Path, int, int], None]  # (folder, count, seed)
    models: Callable[[str], str]  # the module of the models of a module of programs
    fill: Callable[[types.ModuleType, object], None]  # (models, connection): the rows that each program finds
    arguments: Callable[[], list[tuple]]  # behind the session, for each call of a program
    count: int  # of programs, unless told otherwise
    expire_on_commit: bool = True  # before the migration
    no_more_statements: bool = False  # after it than before


@dataclasses.dataclass(frozen=True)
class Outcome:
    is_async: bool
    seen: str  # of each call the result and the arguments
    rows: str  # that each call leaves
    statements: int


def modules_in(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(folder.rglob("programs_*.py"))


def migrate(tool: pathlib.Path, folder: pathlib.Path, *options: str) -> bytes:
    """Each tree of a folder by a run of its own; what the runs print."""
    trees = sorted({path.parent for path in modules_in(folder)})
    return b"".join(subprocess.run([tool, "migrate", "--quiet", *options, "--root", tree, tree], stdout=subprocess.PIPE,
                                   check=True).stdout for tree in trees)


def database_of(suite: Suite, models: types.ModuleType) -> str:
    """A script that makes the tables and their rows."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        models.Base.metadata.create_all(connection)
        suite.fill(models, connection)
    raw = engine.raw_connection()
    script = "\n".join(raw.driver_connection.iterdump())
    raw.close()
    engine.dispose()
    return script


def counted(engine) -> list[int]:
    from sqlalchemy import event

    seen: list[int] = []
    event.listen(engine, "before_cursor_execute", lambda *_: seen.append(1))
    return seen


def rows_of(dump: list[str]) -> list[str]:
    return sorted(line for line in dump if line.startswith("INSERT"))


def takes_async_session(case: Callable) -> bool:
    """By the annotation of its session; without one, whether it is a coroutine function."""
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    annotation = inspect.signature(case).parameters["db"].annotation
    return annotation is AsyncSession if annotation in (AsyncSession, Session) else inspect.iscoroutinefunction(case)


def call_sync(loop: asyncio.AbstractEventLoop, suite: Suite, script: str, case: Callable,
              arguments: tuple) -> tuple[str, list[str], int]:
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import StaticPool

    raw = sqlite3.connect(":memory:", check_same_thread=False)  # programs hand the session to other threads
    raw.executescript(script)
    engine = create_engine("sqlite://", poolclass=StaticPool, creator=lambda: raw)
    statements = counted(engine)
    with Session(engine, expire_on_commit=suite.expire_on_commit) as db:
        try:
            result = case(*arguments, db=db)
            if inspect.isawaitable(result):
                result = loop.run_until_complete(result)
            count = len(statements)
            db.flush()
        except Exception as error:
            result, count = type(error).__name__, len(statements)
            db.rollback()
        rows = rows_of(list(raw.iterdump()))
    engine.dispose()
    return repr((result, *arguments)), rows, count


async def call_async(script: str, case: Callable, arguments: tuple) -> tuple[str, list[str], int]:
    import aiosqlite
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
    from sqlalchemy.pool import StaticPool

    raw = await aiosqlite.connect(":memory:")
    await raw.executescript(script)

    async def connect():
        return raw

    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool, async_creator=connect)
    statements = counted(engine.sync_engine)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        try:
            result = case(*arguments, db=db)
            if inspect.isawaitable(result):  # what asks nothing stays a plain function
                result = await result
            count = len(statements)
            await db.flush()
        except Exception as error:
            result, count = type(error).__name__, len(statements)
            await db.rollback()
        rows = rows_of([line async for line in raw.iterdump()])
    await engine.dispose()
    await raw.close()  # what never ran a statement has not handed it to the pool, and its thread would stay
    return repr((result, *arguments)), rows, count


def run_module(task: tuple[Suite, str, str]) -> dict[str, Outcome]:
    suite, folder, name = task
    sys.path.insert(0, folder)
    from sqlalchemy.exc import SAWarning

    warnings.simplefilter("ignore")
    warnings.simplefilter("error", RuntimeWarning)  # of coroutines that nobody awaits
    warnings.simplefilter("ignore", SAWarning)
    module = importlib.import_module(name)
    script = database_of(suite, importlib.import_module(suite.models(name)))

    out = {}
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        for name in sorted(vars(module)):
            if not name.startswith(("case_", "task_")):
                continue
            case = getattr(module, name)
            is_async = name.startswith("case_") and takes_async_session(case)
            calls = [loop.run_until_complete(call_async(script, case, arguments)) if is_async
                     else call_sync(loop, suite, script, case, arguments) for arguments in suite.arguments()]
            results, rows, counts = zip(*calls)
            out[name] = Outcome(is_async, "; ".join(results), repr(rows), sum(counts))
    return out


def run_in_process(task: tuple[Suite, str, str], answer: connection.Connection):
    """Sends the outcomes of a module. Ends with the process that began it, however that one ended."""

    def end_with_parent():
        connection.wait([multiprocessing.parent_process().sentinel])
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    answer.send(run_module(task))


def run_all(suite: Suite, folder: pathlib.Path, jobs: int, time_limit: float) -> tuple[dict[str, Outcome], list[str]]:
    """The outcomes of all modules, and of those that gave none what became of them.

    A process for each module, for modules of other folders have the same names; one that dies or does not end takes
    no other with it.
    """
    spawn = multiprocessing.get_context("spawn")
    waiting = modules_in(folder)
    running: dict[connection.Connection, tuple[multiprocessing.process.BaseProcess, str, float]] = {}
    out: dict[str, Outcome] = {}
    lost = []
    while waiting or running:
        while waiting and len(running) < jobs:
            path = waiting.pop(0)
            answer, sender = spawn.Pipe(duplex=False)
            process = spawn.Process(target=run_in_process, args=((suite, str(path.parent), path.stem), sender), daemon=True)
            process.start()
            sender.close()  # the end of the process is the end of the pipe
            running[answer] = process, str(path.relative_to(folder)), time.monotonic() + time_limit
        for answer in connection.wait(list(running), timeout=1):
            process, name, _ = running.pop(answer)
            try:
                out.update(answer.recv())
                process.join()
            except EOFError:
                process.join()
                lost.append(f"{name} ended with status {process.exitcode}")
            answer.close()
        for answer, (process, name, end) in list(running.items()):
            if time.monotonic() > end:
                process.kill()
                process.join()
                answer.close()
                del running[answer]
                lost.append(f"{name} did not end within {time_limit:.0f} s")
    return out, lost


def compare(suite: Suite, seed: int, old: dict[str, Outcome], new: dict[str, Outcome], lost: bool) -> list[str]:
    """Prints what differs; the names of programs that do, and of what else is wrong.

    Where modules were lost, their programs fail without a line each.
    """
    failed = [name for name in old if name not in new] if lost else []
    for name, want in old.items():
        if name in failed:
            continue
        got = new.get(name)
        if got is None or got.seen != want.seen:
            print(f"FAIL {name} of seed {seed}: {want.seen} became {got.seen if got else 'nothing'}"[:600])
        elif got.rows != want.rows:
            print(f"FAIL {name} of seed {seed}: rows {want.rows} became {got.rows}")
        else:
            continue
        failed.append(name)
    before, after = (sum(side[name].statements for name in old if name not in failed) for side in (old, new))
    print(f"seed {seed}: {before} statements before, {after} after")
    if suite.no_more_statements and after > before:
        print("FAIL more statements than before")
        failed.append("statements")
    return failed


def main(suite: Suite, description: str) -> int:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tool", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=suite.count)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="processes that run programs")
    parser.add_argument("--time-limit", type=float, default=600, metavar="SECONDS", help="for the programs of one module")
    parser.add_argument("--keep", type=pathlib.Path, help="copy the programs, before and after, to this folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="random-programs-") as work:
        before, after = pathlib.Path(work, "before"), pathlib.Path(work, "after")
        before.mkdir()
        suite.write(before, args.count, args.seed)
        shutil.copytree(before, after)
        tool = args.tool.resolve()
        migrate(tool, after, "--write")
        if args.keep:
            shutil.copytree(work, args.keep, dirs_exist_ok=True)
        (old, old_lost), (new, new_lost) = (run_all(suite, side, args.jobs, args.time_limit) for side in (before, after))
        for when, lost in (("before", old_lost), ("after", new_lost)):
            for what in lost:
                print(f"FAIL {what} {when} the migration of seed {args.seed}")
        failed = compare(suite, args.seed, old, new, bool(new_lost))
        if migrate(tool, after):
            print("FAIL a second migration changes the programs again")
            failed.append("second")
        print(f"{sum(not one.is_async for name, one in new.items() if name.startswith('case_'))} left synchronous")
        failed += old_lost + new_lost
        print(f"{len(set(old) - set(failed))} passed, {len(failed)} failed")
        return 1 if failed else 0
