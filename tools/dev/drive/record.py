"""Starts the application in this process, drives it, and writes what came of each request."""
from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import json
import random
import re
import subprocess
import sys
import traceback
import warnings

import httpx
import sqlalchemy as sa

from . import calls, jobs
from .rows import Pool, fill
from .watch import Watch

UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[a-z]+_[0-9a-f]{8,32}\b")
MOMENT = re.compile(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")


ERROR = re.compile(r"\((?:psycopg2?|sqlite3|sqlalchemy\.dialects)[\w.]*\) (?:<class '[\w.]+'>: )?")
STATEMENT = re.compile(r"\\n\[SQL: .*?sqlalche\.me/e/[\w/]+\)|\nDETAIL.*", re.S)


class Neutral:
    """Values that differ from run to run get names, anew for each answer; drivers' names for errors are left out."""

    def __init__(self, known: set[str], unsteady: list[str]):
        self.known = known
        self.unsteady = re.compile(r'("(?:%s)": ?)("(?:[^"\\]|\\.)*"|[-+.\de]+)' % "|".join(map(re.escape, unsteady)))

    def text(self, text: str) -> str:
        names: dict[str, str] = {}

        def named(found):
            one = found.group(0)
            return one if one in self.known else names.setdefault(one, f"<id {len(names)}>")
        text = UUID.sub(named, STATEMENT.sub("", ERROR.sub("", self.unsteady.sub(r'\1"<unsteady>"', text))))
        text = text.replace("\\n\"", "\"")  # at the end of psycopg2's details
        return MOMENT.sub(lambda found: found.group(0) if found.group(0).startswith("2030") else "<now>", text)


def load(name: str):
    module, _, attribute = name.partition(":")
    out = importlib.import_module(module)
    for part in filter(None, attribute.split(".")):
        out = getattr(out, part)
    return out


@contextlib.asynccontextmanager
async def running(app):
    """The lifespan protocol of ASGI."""
    incoming, outgoing = asyncio.Queue(), asyncio.Queue()
    task = asyncio.ensure_future(app({"type": "lifespan", "asgi": {"version": "3.0"}}, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    answer = await outgoing.get()
    if answer["type"] != "lifespan.startup.complete":
        raise RuntimeError(f"the application does not start: {answer.get('message', '')}")
    yield
    await incoming.put({"type": "lifespan.shutdown"})
    await outgoing.get()
    task.cancel()


async def send(client: httpx.AsyncClient, request: dict, watch: Watch, neutral: Neutral) -> dict:
    watch.reset()
    random.seed(0)
    out = {}
    try:
        given = {key: one for key, one in request.items() if key in ("params", "headers", "json", "data")}
        async with asyncio.timeout(30) if sys.version_info >= (3, 11) else contextlib.nullcontext():
            answer = await client.request(request["method"], request["path"], **given)
        out["status"] = answer.status_code
        out["body"] = neutral.text(answer.text)
    except Exception as error:  # what the application lets through
        out["status"] = 599
        out["body"] = neutral.text(f"{type(error).__name__}: {error}".split("\n")[0][:300])
        out["where"] = [f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)
                        if "site-packages" not in one.filename and "/lib/python" not in one.filename][-3:]
    out["raised"] = list(watch.raised)
    out["statements"] = watch.statements
    return out


async def drive(options, app, metadata: sa.MetaData, pool: Pool, out) -> None:
    watch = Watch()
    if options.blocking:
        watch.blocking_calls()
    neutral = Neutral({str(value) for values in pool.values.values() for value in values}, options.unsteady)
    headers = dict(one.split("=", 1) for one in options.header)
    if options.bearer_secret:
        import jwt
        claims = {"exp": 4102444800, **json.loads(options.bearer_claims)}
        headers["Authorization"] = "Bearer " + jwt.encode(claims, options.bearer_secret, algorithm="HS256")
    transport = httpx.ASGITransport(app=app)
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://driver", headers=headers) as http:
        rest = calls.OpenApi(app.openapi(), pool, options.seed)
        requests = []
        if options.graphql:
            asked = await http.post(options.graphql, json={"query": calls.INTROSPECTION})
            graphql = calls.GraphQl(asked.json()["data"]["__schema"], pool, options.seed)
            for _ in range(options.rounds):
                requests += [{"method": "POST", "path": options.graphql, **one} for one in graphql.round()]
        for _ in range(options.rounds):
            requests += rest.round()
        skip = re.compile(options.skip) if options.skip else None
        for request in requests:
            name = request.get("field") or f"{request['method']} {request['path']}"
            if skip and skip.search(name):
                continue
            shown = {"request": name, **{key: request[key] for key in ("params", "json") if request.get(key)}}
            result = await send(http, request, watch, neutral)
            out.write(json.dumps({**shown, **result}, default=str) + "\n")
            out.flush()
        await jobs.run(options, watch, neutral, metadata, out)
    out.write(json.dumps({"blocking": sorted(watch.blocking), "other blocking": sorted(watch.others)}) + "\n")


def create(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Like create_all(), but a table that the database refuses is made without its defaults."""
    for table in metadata.sorted_tables:
        try:
            with connection.begin_nested():
                table.create(connection, checkfirst=True)
        except sa.exc.DBAPIError as error:
            print(f"{table.name}: {error.orig}".strip(), file=sys.stderr)
            defaults = {column: column.server_default for column in table.columns}
            for column in table.columns:
                column.server_default = None
            table.create(connection, checkfirst=True)
            for column, default in defaults.items():
                column.server_default = default


def record(options) -> int:
    sys.path.insert(0, ".")
    unawaited: list[str] = []
    warnings.showwarning = lambda message, *_: unawaited.append(str(message)) if "never awaited" in str(message) else None
    warnings.simplefilter("always", RuntimeWarning)
    app, metadata = load(options.app), load(options.metadata)
    metadata = getattr(metadata, "metadata", metadata)
    engine = sa.create_engine(options.database_url)
    pool = Pool(dict(one.split("=", 1) for one in options.constant))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        else:
            metadata.drop_all(connection)
        if not options.prepare:
            create(connection, metadata)
    if options.prepare:
        subprocess.run(options.prepare, shell=True, check=True)
    with engine.begin() as connection:
        made = fill(connection, metadata, pool, options.rows)
    engine.dispose()
    empty = sorted(set(metadata.tables) - set(made))
    print(f"{sum(made.values())} rows in {len(made)} of {len(metadata.tables)} tables"
          + (f"; none in {', '.join(empty)}" if empty else ""), file=sys.stderr)
    with open(options.out, "w", encoding="utf-8") as out:
        asyncio.run(drive(options, app, metadata, pool, out))
        gc.collect()
        out.write(json.dumps({"unawaited": sorted(set(unawaited))}) + "\n")
    return 0
