"""Each scheduled job once, and functions that are named: tasks, handlers of messages."""
from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import json

import sqlalchemy as sa


def scheduled():
    """(name, function, arguments, whether it runs in a thread) of the jobs of every scheduler that runs."""
    try:
        from apscheduler.schedulers.base import BaseScheduler
    except ImportError:
        return []
    schedulers = [one for one in gc.get_objects() if isinstance(one, BaseScheduler)]
    return sorted((f"job {job.id}", job.func, job.args, "AsyncIO" not in type(one).__name__)
                  for one in schedulers for job in one.get_jobs())


def named(text: str):
    """`module:function` or `module:function [argument, ...]` in JSON; a Celery task runs here and now."""
    name, _, arguments = text.partition(" ")
    module, _, attribute = name.partition(":")
    function = importlib.import_module(module)
    for part in attribute.split("."):
        function = getattr(function, part)
    arguments = json.loads(arguments or "[]")
    if hasattr(function, "apply_async"):
        task = function
        return f"task {attribute}", lambda *given: task.apply(given).get(), arguments, True
    return f"call {attribute}", function, arguments, not inspect.iscoroutinefunction(function)


def count(engine: sa.Engine, metadata: sa.MetaData) -> dict[str, int]:
    with engine.connect() as connection:
        return {table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
                for table in metadata.sorted_tables}


async def run(options, watch, neutral, metadata, out) -> None:
    if not options.jobs and not options.call:
        return
    engine = sa.create_engine(options.database_url)
    for name, function, arguments, threaded in [*(scheduled() if options.jobs else ()), *map(named, options.call)]:
        rows = await asyncio.to_thread(count, engine, metadata)
        watch.reset()
        entry = {"request": name, "status": 200}
        try:
            if threaded:  # also of a coroutine function that nobody would await: that is seen at the end
                result = await asyncio.to_thread(function, *arguments)
            else:
                result = function(*arguments)
                result = await result if inspect.isawaitable(result) else result
            body = repr(result)
        except Exception as error:
            entry["status"] = 599
            body = f"{type(error).__name__}: {error}".split("\n")[0]
        entry |= {"raised": list(watch.raised), "statements": watch.statements}
        after = await asyncio.to_thread(count, engine, metadata)
        more = {table: after[table] - rows[table] for table in rows if after[table] != rows[table]}
        entry["body"] = json.dumps([neutral.text(body), more])
        out.write(json.dumps(entry) + "\n")
    engine.dispose()
