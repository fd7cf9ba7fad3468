"""Where cases run: one version of a case on a database that is the same each time.

A case's outcome is its value in a plain form, or the type of its exception; with it come the rows that it leaves and
the number of statements that it executed.
"""
from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import os
import pathlib
import shutil
import sys
import traceback
import warnings

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

SECONDS_A_CASE = 30


def normalise(value, depth=0):
    """A plain form of whatever a case returned, so that two runs can be compared."""
    if depth > 12:
        return "..."
    if isinstance(value, sa.Row):
        return ("row", tuple(normalise(v, depth + 1) for v in value))
    state = None if isinstance(value, type) else sa.inspect(value, raiseerr=False)
    if state is not None and hasattr(state, "mapper") and hasattr(state, "identity"):
        loaded = {k: v for k, v in vars(value).items() if not k.startswith("_")}
        key = state.identity or tuple(loaded.get(c.key) for c in state.mapper.primary_key)
        return ("entity", type(value).__name__, tuple(key))
    if isinstance(value, dict):
        return {str(k): normalise(v, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple)) or type(value).__name__ in ("InstrumentedList", "ScalarResult"):
        return [normalise(v, depth + 1) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted((normalise(v, depth + 1) for v in value), key=repr)
    if isinstance(value, (int, float, str, bytes, bool, type(None))):
        return value
    return repr(value)


def dump(engine, metadata):
    """Every row of every table, ordered, as text."""
    rows = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows[table.name] = sorted(tuple(map(str, row)) for row in connection.execute(sa.select(table)))
    return rows


class Bench:
    """Where a worker runs cases: two copies of the modules, one database, one template of it."""

    def __init__(self, before, after, work, urls, stage):
        self.before, self.after, self.work, self.stage = before, after, work, stage
        self.sync_url = urls[0] or f"sqlite:///{work}/case.db"
        self.async_url = urls[1] or f"sqlite+aiosqlite:///{work}/case.db"
        self.template = work / "template.db"
        self.seeded = None  # on a server: (rows by table, values of sequences), as they were made
        self.copies = [str(folder) for folder in (before, after) if folder]

    def load(self, folder, name):
        """Import `name` from `folder`, with nothing of another copy in the way."""
        for module_name, module in list(sys.modules.items()):
            origin = getattr(module, "__file__", None) or ""
            if any(origin.startswith(copy + os.sep) for copy in self.copies):
                del sys.modules[module_name]
        sys.path[:] = [entry for entry in sys.path if entry not in self.copies]
        sys.path.insert(0, str(folder))
        importlib.invalidate_caches()
        return importlib.import_module(name)

    def reset(self, models, engine):
        """The seeded tables: a copied file on SQLite, filled anew elsewhere."""
        metadata = models.Base.metadata
        if engine.dialect.name != "sqlite":
            self.refill(models, metadata, engine)
            return
        target = pathlib.Path(engine.url.database)
        if not self.template.exists():
            models.reset(engine)
            shutil.copyfile(target, self.template)
            return
        shutil.copyfile(self.template, target)
        metadata.create_all(engine)  # tables that only this case defines

    def refill(self, models, metadata, engine):
        """Tables that are there are emptied and filled: on a server that is much faster than making them."""
        if self.seeded is None:
            models.reset(engine)
            with engine.connect() as connection:
                rows = {
                    table.name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
                    for table in metadata.sorted_tables
                }
                sequences = connection.exec_driver_sql("SELECT sequencename, last_value FROM pg_sequences").all()
            self.seeded = rows, [tuple(sequence) for sequence in sequences if sequence[1] is not None]
            return
        rows, sequences = self.seeded
        if set(metadata.tables) - set(rows):
            metadata.create_all(engine)  # tables that only this case defines
        quote = engine.dialect.identifier_preparer.quote
        with engine.begin() as connection:
            every = ", ".join(quote(name) for name in metadata.tables)
            connection.exec_driver_sql(f"TRUNCATE {every} RESTART IDENTITY")
            for table in metadata.sorted_tables:
                if rows.get(table.name):
                    connection.execute(table.insert(), rows[table.name])
            for name, value in sequences:
                connection.execute(sa.select(sa.func.setval(quote(name), value)))


class Ticks:
    """Counts the statements that an engine executes."""

    def __init__(self, engine):
        self.count = 0
        sa.event.listen(engine, "before_cursor_execute", self._tick)

    def _tick(self, *_):
        self.count += 1


def inside_session_call(frame):
    """Whether a load is part of what the session was told to do: refresh(), or a cascade of flush(), delete(),
    merge(). On AsyncSession those are awaited; only what an attribute loads by itself is a lazy load of the program."""
    calls = ("refresh", "_flush", "delete", "merge")
    while frame is not None:
        if frame.f_code.co_name in calls and frame.f_code.co_filename == orm.session.__file__:
            return True
        frame = frame.f_back
    return False


def run_sync(bench, folder, name, lazy_seen=None):
    """(outcome, rows left behind, number of statements) on the synchronous Session."""
    module = bench.load(folder, name)
    models = sys.modules["models"]
    engine = sa.create_engine(bench.sync_url, poolclass=NullPool)

    def note_lazy(state):
        if state.is_select and state.lazy_loaded_from is not None and not inside_session_call(sys._getframe()):
            lazy_seen.append(str(state.statement)[:80])

    try:
        bench.reset(models, engine)
        ticks = Ticks(engine)
        with orm.Session(engine, **getattr(module, "SESSION", {})) as session:
            if lazy_seen is not None:
                sa.event.listen(session, "do_orm_execute", note_lazy)
            try:
                outcome = ("value", normalise(module.case(session)))
            except TimeoutError:
                raise
            except Exception as error:  # the type of the exception is the outcome
                outcome = ("raises", type(error).__name__)
        count = ticks.count
        return outcome, dump(engine, models.Base.metadata), count
    finally:
        engine.dispose()


def run_async(bench, folder, name):
    """The same on AsyncSession; a dropped coroutine is an outcome of its own."""
    module = bench.load(folder, name)
    models = sys.modules["models"]
    setup = sa.create_engine(bench.sync_url, poolclass=NullPool)
    bench.reset(models, setup)
    if not inspect.iscoroutinefunction(module.case):
        return ("not migrated", "case() is not a coroutine function"), {}, 0

    async def main():
        engine = create_async_engine(bench.async_url, poolclass=NullPool)
        ticks = Ticks(engine.sync_engine)
        arguments = {"expire_on_commit": False, **getattr(module, "SESSION", {})}
        try:
            async with AsyncSession(engine, **arguments) as session:
                try:
                    outcome = ("value", normalise(await module.case(session)))
                except Exception as error:
                    outcome = ("raises", type(error).__name__)
                    if os.environ.get("CONFORMANCE_TRACE"):
                        traceback.print_exc()
            return outcome, ticks.count
        finally:
            await engine.dispose()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        hook, sys.unraisablehook = sys.unraisablehook, lambda *_: None
        try:
            outcome, count = asyncio.run(asyncio.wait_for(main(), SECONDS_A_CASE))
            gc.collect()
        finally:
            sys.unraisablehook = hook
    dropped = [str(w.message) for w in caught if "never awaited" in str(w.message)]
    rows = dump(setup, models.Base.metadata)
    setup.dispose()
    return (("never awaited", dropped[0]) if dropped else outcome), rows, count
