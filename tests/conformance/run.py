#!/usr/bin/env python3
"""Behaviour conformance: every case has to behave the same before and after its migration.

A case is a module `case_*.py` with a function `case(db: Session)`. The folder of
cases is copied, TOOL rewrites the copy (`TOOL migrate --write COPY`), and both
versions run, each on a fresh, equally seeded database:

  before   case(session)         with sqlalchemy.orm.Session
  after    await case(session)   with AsyncSession(expire_on_commit=False)

A case passes when both give the same value (or raise the same type of exception),
leave the same rows behind, leave no coroutine un-awaited, no legacy query and no
`run_sync` that hides synchronous code. `EXPECT = "refuse"` in a case says that the
tool must leave that module alone, byte for byte, and name it in
`TOOL check --format json`.

With `--stage select` or `--stage loads` the tool is asked for that stage alone and
the result is run on the synchronous Session; after `loads` a lazy load at run time
is a failure too.

Of the whole migration it is also checked, unasked, that every file of the result
compiles, that a second migration changes nothing, that `--jobs 1` and `--jobs 4`
give the same patch, and that git can apply that patch, from the top level and from
a sub-folder, and reverse it to the same bytes.

A case listed in known_failures.txt may fail; one that is not listed may not. One that
executes more statements than before is listed in more_statements.txt, with the reason.
Closing line: `N passed, N failed`, and `, N skipped` for the known failures.

Exit status: 0 nothing unexpected, 1 an unexpected failure, 2 the run was not possible.
"""
from __future__ import annotations

import argparse
import ast
import collections
import concurrent.futures
import contextlib
import difflib
import json
import multiprocessing
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings

sys.dont_write_bytecode = True
warnings.simplefilter("ignore")

try:
    import sqlalchemy as sa
    from sqlalchemy.pool import NullPool

    from bench import SECONDS_A_CASE, Bench, run_async, run_sync
except ImportError as missing:
    print(f"cannot run: {missing}; the cases need sqlalchemy, greenlet and aiosqlite", file=sys.stderr)
    sys.exit(2)

HERE = pathlib.Path(__file__).resolve().parent
SECONDS_A_TOOL_RUN = 600

# What may remain in a right migration, by a part of the case's name.
RUN_SYNC_ALLOWED = ("bulk_", "dynamic", "parent_chain", "tree", "recursi", "event_listener")
QUERY_ALLOWED = ("event_listener", "repository_inheritance")
LAZY_ALLOWED = ("dynamic", "parent_chain", "tree", "recursi", "event_listener")


def allowed(name: str, parts: tuple[str, ...]) -> bool:
    return any(part in name for part in parts)


# ---------------------------------------------------------------- the verdict on a case
def left_sync(name, source):
    """Why the source still counts as synchronous, or None. Strings and comments do not count."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "query" and not allowed(name, QUERY_ALLOWED):
                return "a legacy query is left", node.lineno
            if node.func.attr == "run_sync" and not allowed(name, RUN_SYNC_ALLOWED):
                return "run_sync hides synchronous code", node.lineno
    return None


def expects_refusal(source):
    return re.search(r'^EXPECT = "refuse"', source, re.MULTILINE) is not None


class Failure(Exception):
    """A case that does not pass: a short reason that many may share, and this case's detail."""

    def __init__(self, reason, detail=""):
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def judge(bench, name, named):
    """(statements before, statements after) of a case that passes; `Failure` otherwise."""
    source_before = (bench.before / f"{name}.py").read_text(encoding="utf-8")
    source_after = (bench.after / f"{name}.py").read_text(encoding="utf-8")
    try:
        compile(source_after, f"{name}.py", "exec")
    except SyntaxError as error:
        raise Failure("does not compile", str(error)) from None
    if expects_refusal(source_before):
        if source_after != source_before:
            raise Failure("changed, but must be left alone")
        if f"{name}.py" not in named:
            raise Failure("left alone, but `check --format json` does not name it")
        return 0, 0
    left = left_sync(name, source_after)
    if left and bench.stage != "loads":
        raise Failure(left[0], f"line {left[1]}")

    lazy_seen = []
    want, want_rows, count_before = run_sync(bench, bench.before, name)
    if bench.stage in ("select", "loads"):
        got, got_rows, count_after = run_sync(bench, bench.after, name, lazy_seen)
    else:
        got, got_rows, count_after = run_async(bench, bench.after, name)
    if got != want:
        if got[0] in ("not migrated", "never awaited"):
            raise Failure(got[0], got[1])
        reason = f"raises {got[1]}" if got[0] == "raises" else "a different outcome"
        raise Failure(reason, f"before {want!r}, after {got!r}")
    if got_rows != want_rows:
        tables = [table for table in want_rows if want_rows[table] != got_rows.get(table)]
        raise Failure("different rows left behind", ", ".join(tables))
    if bench.stage == "loads" and lazy_seen and not allowed(name, LAZY_ALLOWED):
        raise Failure("a lazy load is left", lazy_seen[0])
    return count_before, count_after


def judge_before(bench, name):
    """Without a tool: the case has to work as it stands."""
    outcome, _, count = run_sync(bench, bench.before, name)
    if outcome[0] == "raises" and not getattr(sys.modules[name], "RAISES", False):
        raise Failure(f"raises {outcome[1]}")
    return count, count


# ---------------------------------------------------------------- workers
BENCH = None


def start_worker(before, after, work, urls, databases, stage):
    global BENCH
    own = pathlib.Path(tempfile.mkdtemp(prefix="worker-", dir=work))
    if databases is not None:
        database = databases.get()
        urls = tuple(sa.make_url(url).set(database=database).render_as_string(hide_password=False) for url in urls)
    BENCH = Bench(before, after, own, urls, stage)


def out_of_time(*_):
    raise TimeoutError(f"no end after {SECONDS_A_CASE} s")


def run_case(name, named):
    """(name, verdict, reason, detail, statements before, statements after)"""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, out_of_time)
        signal.setitimer(signal.ITIMER_REAL, 2 * SECONDS_A_CASE)
    try:
        counts = judge(BENCH, name, named) if BENCH.after else judge_before(BENCH, name)
        return name, True, "", "", *counts
    except Failure as failure:
        return name, False, failure.reason, failure.detail, 0, 0
    except Exception as error:
        if os.environ.get("CONFORMANCE_TRACE"):
            traceback.print_exc()
        return name, False, f"raises {type(error).__name__} outside the case", str(error).split("\n")[0], 0, 0
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def databases_for(url, jobs):
    """A queue of names: on a server each worker has a database of its own."""
    if url is None:
        yield None
        return
    engine = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    names = [f"{engine.url.database}_{os.getpid()}_{number}" for number in range(jobs)]
    quote = engine.dialect.identifier_preparer.quote
    queue = multiprocessing.SimpleQueue()
    with engine.connect() as connection:
        for name in names:
            connection.exec_driver_sql(f"CREATE DATABASE {quote(name)}")
            queue.put(name)
    try:
        yield queue
    finally:
        with engine.connect() as connection:
            for name in names:
                connection.exec_driver_sql(f"DROP DATABASE {quote(name)} WITH (FORCE)")


# ---------------------------------------------------------------- the tool
class Tool:
    def __init__(self, command, proof=False):
        self.proof = ["--proof"] if proof else []
        self.command = shlex.split(command)
        program = shutil.which(self.command[0])
        if program is None:
            raise FileNotFoundError(self.command[0])
        self.command[0] = os.path.abspath(program)

    def run(self, *arguments, cwd=None):
        if arguments[0] == "migrate":
            arguments += tuple(self.proof)
        return subprocess.run(
            [*self.command, *map(str, arguments)],
            cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS_A_TOOL_RUN,
        )

    def migrate(self, folder, stage, *more):
        return self.run("migrate", *more, *(["--stage", stage] if stage else []), folder, cwd=folder)

    def named(self, folder):
        """Names of the files that the gate's JSON mentions in a finding."""
        done = self.run("check", "--format", "json", folder, cwd=folder)
        try:
            return {pathlib.PurePath(finding["path"]).name for finding in json.loads(done.stdout)["findings"]}
        except (ValueError, KeyError, TypeError):
            return set()


def content(folder):
    """Path to bytes of everything in a folder, git's own files left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def git(folder, *arguments, text=None):
    return subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "core.autocrlf=false", *arguments],
        cwd=folder, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )


def patch_problems(tool, cases, written, stage, work):
    """What is wrong with the patch that the tool prints, as opposed to the files that it wrote."""
    top = work / "repository"
    folder = top / "nested" / "cases"  # so that paths relative to the top level are needed
    shutil.copytree(cases, folder)
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "cases")
    first = tool.run("migrate", *(["--stage", stage] if stage else []), "--jobs", "1", "--root", folder, folder, cwd=top)
    second = tool.run("migrate", *(["--stage", stage] if stage else []), "--jobs", "4", "--root", folder, folder, cwd=top)
    if first.returncode != 0:
        yield f"printing the patch ended with status {first.returncode}"
        return
    if first.stdout != second.stdout:
        yield "`--jobs 1` and `--jobs 4` give different patches"
    before = content(folder)
    if written == before:
        if first.stdout.strip():
            yield "a patch is printed, but `--write` changed nothing"
        return
    for where in (top, folder):
        applied = git(where, "apply", text=first.stdout)
        if applied.returncode != 0:
            yield f"git apply from {where.relative_to(work)}: {applied.stdout.decode(errors='replace').splitlines()[0]}"
            continue
        after = content(folder)
        if after != written:
            differing = [path for path in written if after.get(path) != written[path]]
            yield f"the patch, applied from {where.relative_to(work)}, differs from `--write` in {summary(differing)}"
        reversed_ = git(where, "apply", "-R", text=first.stdout)
        if reversed_.returncode != 0 or content(folder) != before:
            yield f"git apply -R from {where.relative_to(work)} does not restore the bytes"
            git(top, "checkout", "-q", "--", ".")


def summary(names, most=6):
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def tool_problems(tool, before, after, stage, work, behaviour_only):
    """Migrates `after` in place and yields what is wrong with the migration as a whole."""
    done = tool.migrate(after, stage, "--write")
    if done.returncode != 0:
        yield f"`migrate --write` ended with status {done.returncode}\n" + done.stderr.decode(errors="replace")[-2000:]
    broken = []
    for path in sorted(after.rglob("*.py")):
        try:
            compile(path.read_bytes(), str(path), "exec")
        except (SyntaxError, ValueError) as error:
            broken.append(f"{path.relative_to(after)}: {error}")
    if broken:
        yield f"{len(broken)} files do not compile: {summary(broken)}"
    if behaviour_only:
        return
    twice = work / "twice"
    shutil.copytree(after, twice)
    tool.migrate(twice, stage, "--write")
    first, second = content(after), content(twice)
    changed = [path for path in first if first[path] != second.get(path)]
    if changed:
        yield f"a second migration changes {len(changed)} files: {summary(changed)}"
    yield from patch_problems(tool, before, first, stage, work)


# ---------------------------------------------------------------- known failures
def read_known(path):
    """Case name to the comment behind it."""
    known = {}
    if path and path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, comment = line.partition("#")
            if name.strip():
                known[name.strip()] = comment.strip()
    return known


def read_allowed(path):
    """Case name to (statements more than before, why), of cases that may execute more after their migration."""
    allowed_more = {}
    if path and path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                more, name, reason = line.split(None, 2)
                allowed_more[name] = (int(more), reason)
    return allowed_more


def too_many_statements(results, path, whole):
    """One line for each passing case that executes more statements than before and than its line says; lines that
    say too much are named, too: the list may only get shorter."""
    allowed_more = read_allowed(path)
    for name, *_, old, new in results:
        more, reason = allowed_more.get(name, (0, ""))
        if new - old > more:
            yield f"{name} executes {new - old} statements more after its migration ({old} before), {more} are written down"
        elif more and max(new - old, 0) < more:
            print(f"{new - old:+} instead of {more:+} statements now, mend its line in {path.name}: {name}")
    if whole:
        for name in sorted(set(allowed_more) - {name for name, *_ in results}):
            print(f"no such passing case, take it off {path.name}: {name}")


def write_known(path, failing, known):
    """The failing cases in order; the head of the file and the comments of cases that stay are kept."""
    head = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            break
        head.append(line)
    lines = [f"{name}  # {known[name]}" if known.get(name) else name for name in sorted(failing)]
    path.write_text("".join(line + "\n" for line in [*head, *lines]), encoding="utf-8")


# ---------------------------------------------------------------- the run
def show(name, before, after):
    """The change that the tool made to a case, indented."""
    old = (before / f"{name}.py").read_text(encoding="utf-8").splitlines()
    new = (after / f"{name}.py").read_text(encoding="utf-8").splitlines()
    diff = list(difflib.unified_diff(old, new, "before", "after", lineterm="", n=2))
    print("\n".join("     | " + line for line in diff or ["(unchanged)"]))


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", help="the migration command; without it the cases run as they stand")
    parser.add_argument("--cases", type=pathlib.Path, default=HERE / "cases", metavar="DIR")
    parser.add_argument("--stage", choices=("select", "loads", "async", "clean", "all"), help="this stage alone")
    parser.add_argument("--proof", action="store_true", help="with --stage loads: what the plan missed raises")
    parser.add_argument("--known", type=pathlib.Path, metavar="FILE",
                        help="known failures; default known_failures.txt, with --stage S known_failures.S.txt")
    parser.add_argument("--strict", action="store_true", help="no failure is a known one")
    parser.add_argument("--update-known", action="store_true", help="write the known failures from this run")
    parser.add_argument("--sync-url", help="a PostgreSQL instead of SQLite; databases are made beside the one that is named")
    parser.add_argument("--async-url", help="the same, for AsyncSession")
    parser.add_argument("--behaviour-only", action="store_true",
                        help="no look at the patch and at a second migration: they don't change with the database")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR", help="leave the migrated copy here")
    parser.add_argument("--statements", action="store_true", help="name the cases that execute more statements after it")
    parser.add_argument("--list", action="store_true", help="name the cases and stop")
    parser.add_argument("-k", default="", metavar="WORD", help="only the cases whose name contains this")
    parser.add_argument("-q", action="store_true", help="no line for what passes or is known to fail")
    parser.add_argument("-v", action="store_true", help="show what the tool made of a case that fails")
    arguments = parser.parse_args()
    if arguments.known is None:
        staged = f".{arguments.stage}" if arguments.stage in ("select", "loads") else ""
        arguments.known = HERE / f"known_failures{staged}.txt"
    if bool(arguments.sync_url) != bool(arguments.async_url):
        parser.error("--sync-url and --async-url go together")
    if arguments.update_known and (not arguments.tool or arguments.k or arguments.strict):
        parser.error("--update-known needs --tool, all cases, and no --strict")
    return arguments


def main():
    args = options()
    names = sorted(path.stem for path in args.cases.glob("case_*.py") if args.k in path.stem)
    known = {} if args.strict or not args.tool else read_known(args.known)
    if args.list:
        for name in names:
            print(name + ("  # known failure" if name in known else ""))
        return 0
    if not names:
        print(f"no case in {args.cases} has {args.k!r} in its name", file=sys.stderr)
        return 2
    try:
        tool = Tool(args.tool, args.proof) if args.tool else None
    except FileNotFoundError as error:
        print(f"cannot run {error}: no such program", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="conformance-") as work:
        return run(args, names, known, tool, pathlib.Path(work).resolve())


def run(args, names, known, tool, work):
    before, after = work / "before", work / "after" if tool else None
    shutil.copytree(args.cases, before, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"))
    problems, named = [], set()
    if tool:
        shutil.copytree(before, after)
        named = tool.named(before)
        problems = list(tool_problems(tool, before, after, args.stage, work, args.behaviour_only))
        for problem in problems:
            print(f"FAIL the migration as a whole: {problem}")

    urls = (args.sync_url, args.async_url)
    jobs = max(1, min(args.jobs, len(names)))
    results = []
    with databases_for(args.sync_url, jobs) as databases, concurrent.futures.ProcessPoolExecutor(
        jobs, initializer=start_worker, initargs=(before, after, work, urls, databases, args.stage)
    ) as pool:
        waiting = [(name, pool.submit(run_case, name, named)) for name in names]
        for name, future in waiting:
            try:
                results.append(future.result(timeout=4 * SECONDS_A_CASE * len(names)))
            except concurrent.futures.process.BrokenProcessPool:
                results.append((name, False, "the process that ran it died", "", 0, 0))

    reasons = collections.Counter()
    surprises, solved, failing = 0, [], set()
    for name, passed, reason, detail, *_ in results:
        if passed:
            solved += [name] if name in known else []
            if not args.q:
                print(f"ok    {name}")
            continue
        failing.add(name)
        reasons[reason] += 1
        surprises += name not in known
        if name in known and args.q:
            continue
        print(f"{'known' if name in known else 'FAIL '} {name}: {reason}" + (f" ({detail})" if detail else ""))
        if args.v and after:
            show(name, before, after)

    for reason, count in reasons.most_common():
        print(f"{count:4} {reason}")
    if tool:
        good = [result for result in results if result[1]]
        print(f"statements executed by passing cases: {sum(r[4] for r in good)} before, {sum(r[5] for r in good)} after")
        if not args.sync_url and not args.strict and args.cases == HERE / "cases" and sa.__version__.startswith("2.0"):
            staged = f".{args.stage}" if args.stage in ("select", "loads") else ""
            more = list(too_many_statements(good, HERE / f"more_statements{staged}.txt", not args.k))
            problems += more
            for one in more:
                print(f"FAIL {one}")
        if args.statements:
            for name, *_, old, new in sorted(good, key=lambda result: result[4] - result[5]):
                if new > old:
                    print(f"{new - old:+4} {old:3} before {new:3} after  {name}")
        left = sum(text.count(b".query(") for path, text in content(after).items() if path.endswith(".py"))
        print(f"legacy .query( calls left in the result: {left}")
        if args.keep:
            shutil.copytree(after, args.keep, dirs_exist_ok=True)
    for name in solved:
        print(f"passes now, take it off {args.known.name}: {name}")
    for name in sorted(set(known) - {path.stem for path in before.glob("case_*.py")}):
        print(f"no such case, take it off {args.known.name}: {name}")
    if args.update_known:
        write_known(args.known, failing, known)
        surprises = 0

    passed, skipped = len(results) - len(failing), len(failing) - surprises
    failed = surprises + len(problems)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
