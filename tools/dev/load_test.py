#!/usr/bin/env python3
"""Requests a second and the 95th percentile of an application before and after its migration.

    load_test.py --database postgresql://user@host/name BEFORE AFTER

BEFORE and AFTER are folders with the same application, by default the sample application diary. Each runs in a process
of its own, without a server: requests go to the ASGI application itself, from as many users at a time as --users says,
each sending its next request when the last is answered. Every statement waits --wait milliseconds in the database, on
its connection, which is what a network and a disk cost; both sides have --pool connections, and a request that gets none
within --patience seconds fails. The two take turns, --turns times each, and the median of their turns is printed: what
else the machine does meets both. Failed requests count for nothing else; CPU is the process's own, for each request. The
tables are dropped at the end.
"""
import argparse
import asyncio
import importlib
import json
import logging
import os
import pathlib
import statistics
import subprocess
import sys
import time


def listen(wait, pool, patience):
    """Every statement waits, and every engine has the same pool."""
    import sqlalchemy
    import sqlalchemy.ext.asyncio as asynchronous

    @sqlalchemy.event.listens_for(sqlalchemy.Engine, "before_cursor_execute")
    def _(connection, cursor, statement, parameters, context, executemany):
        cursor.execute(f"SELECT pg_sleep({wait / 1000})")

    for module, name in (sqlalchemy, "create_engine"), (asynchronous, "create_async_engine"):
        make = getattr(module, name)
        setattr(module, name, lambda *args, make=make, **kwargs: make(
            *args, **{"pool_size": pool, "max_overflow": 0, "pool_timeout": patience, **kwargs}))


async def measure(options):
    import httpx

    module, name = options.app.split(":")
    app = getattr(importlib.import_module(module), name)
    headers = dict(header.split(":", 1) for header in options.header)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    limits = httpx.Limits(max_connections=None)
    async with (app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, limits=limits,
                                  timeout=None) as client):
        for request in options.prepare:
            method, path = request.split(" ", 1)
            (await client.request(method, path)).raise_for_status()

        async def user(until, times, failed):
            while time.perf_counter() < until:
                begin = time.perf_counter()
                answer = await client.get(options.path)
                (times if answer.is_success else failed).append(time.perf_counter() - begin)

        print(json.dumps("ready"), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            users = json.loads(line)
            await asyncio.gather(*(client.get(options.path) for _ in range(users)))  # fills the pool
            times, failed = [], []
            begin, used = time.perf_counter(), time.process_time()
            await asyncio.gather(*(user(begin + options.seconds, times, failed) for _ in range(users)))
            spent, used = time.perf_counter() - begin, time.process_time() - used
            times.sort()
            print(json.dumps({"rate": len(times) / spent, "p95": times[int(len(times) * 0.95)] if times else None,
                              "failed": len(failed), "cpu": used / max(len(times), 1)}), flush=True)


def child(options):
    sys.path.insert(0, options.folder)
    logging.disable(logging.CRITICAL)  # what fails is counted
    listen(options.wait, options.pool, options.patience)
    asyncio.run(measure(options))


def main():
    if sys.argv[1:2] == ["--child"]:
        return child(argparse.Namespace(**json.loads(sys.argv[2])))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER", help="before and after")
    parser.add_argument("--database", required=True, help="an empty database of PostgreSQL, without a driver")
    parser.add_argument("--app", default="diary.main:app")
    parser.add_argument("--path", default="/entries", help="what is asked for")
    parser.add_argument("--header", action="append", default=["x-user:ada"])
    parser.add_argument("--prepare", action="append", metavar="'METHOD PATH'", default=[
        "POST /users?username=ada&city=London",
        "POST /entries?day=2024-05-01&text=one&mood=3&tags=sun",
        "POST /entries?day=2024-05-02&text=two&mood=5&tags=rain"])
    parser.add_argument("--users", type=int, nargs="+", default=[10, 100, 500])
    parser.add_argument("--seconds", type=float, default=4, help="of a turn")
    parser.add_argument("--turns", type=int, default=5, help="of each side, for each number of users")
    parser.add_argument("--wait", type=float, default=10, help="milliseconds, in each statement")
    parser.add_argument("--pool", type=int, help="connections; as many as users, unless told otherwise. With fewer, plain "
                        "routes that wait for a thread and threads that wait for a connection may wait for each other")
    parser.add_argument("--patience", type=float, default=30, help="seconds that a request waits for a connection")
    options = parser.parse_args()
    options.pool = options.pool or max(options.users)

    import sqlalchemy

    sides = {}
    for folder, driver, name in zip(options.folders, ("psycopg2", "asyncpg"), ("before", "after")):
        scheme, rest = options.database.split("://", 1)
        environment = {**os.environ, "DATABASE_URL": f"{scheme}+{driver}://{rest}", "DATABASE_TYPE": "postgresql"}
        told = {**vars(options), "folder": str(folder.resolve()), "folders": None}
        if sides:
            told["prepare"] = []  # the rows are there
        command = [sys.executable, __file__, "--child", json.dumps(told)]
        sides[name] = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        while (line := sides[name].stdout.readline()) and line != '"ready"\n':
            pass  # what the application prints when it starts

    print(f"{'users':>6} {'':8} {'requests/s':>10} {'p95 ms':>8} {'failed':>8} {'CPU ms':>8}")
    for users in options.users:
        seen = {name: [] for name in sides}
        for _ in range(options.turns):
            for name, side in sides.items():
                side.stdin.write(f"{users}\n")
                side.stdin.flush()
                seen[name].append(json.loads(side.stdout.readline()))
        for name, turns in seen.items():
            rate, cpu = (statistics.median(turn[key] for turn in turns) for key in ("rate", "cpu"))
            late = [turn["p95"] for turn in turns if turn["p95"] is not None]
            print(f"{users:>6} {name:8} {rate:10.0f} {round(statistics.median(late) * 1000) if late else '-':>8} "
                  f"{sum(turn['failed'] for turn in turns):8} {cpu * 1000:8.1f}", flush=True)
    for side in sides.values():
        side.stdin.close()
        side.wait()
    engine = sqlalchemy.create_engine(options.database.replace("://", "+psycopg2://", 1))
    tables = sqlalchemy.MetaData()
    tables.reflect(engine)
    tables.drop_all(engine)
    engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
