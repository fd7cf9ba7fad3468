#!/usr/bin/env python3
"""The sample applications: the tests of each one are green before its migration and after it.

Every folder of fixtures/projects/ is copied into a git repository of its own and migrated in several ways.

- By the patch that `TOOL migrate` prints: its own tests pass before; the patch applies, compiles, and is not empty;
  what has to be awaited is (tests/awaits.py); the same number of tests, which were migrated with it, passes after;
  a second migration changes nothing; the patch reverses to the same bytes.
- By the numbered patches of `--series`, one at a time: the tree after each compiles and the same number of tests passes;
  after the last all is awaited and nothing is left to change; reversed, they restore every byte.
- With `--feature-flag` (SWITCHED): the same number of tests passes with the switch off and on, and once more with the
  switch off after `--stage clean` has taken the synchronous forms away; a second run changes nothing.
- On PostgreSQL as well as on SQLite (POSTGRES), given `--postgres-url`: all of the above counts the tests of both.
- By `--strategy twin` and `--only`, one of the project's parts (PARTS) at a time: the same number of tests passes after
  each; nothing outside of the scope is changed; running a step again changes nothing.

Closing line: `N passed, N failed`. Exit status: 0 all passed, 1 some failed.
"""
from __future__ import annotations

import argparse
import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROJECTS = ROOT / "fixtures" / "projects"
SECONDS = 600
GIT = ["git", "-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "core.autocrlf=false"]
COMMIT = [*GIT, "commit", "--quiet", "--message"]
# What every step may touch, and the parts that move one at a time.
PARTS = {
    "eventhub": (
        ["app/db/*", "app/crud/*", "app/services/*", "app/api/deps.py", "app/main.py", "requirements.txt"],
        [f"app/api/v1/endpoints/{name}.py"
         for name in ("speakers", "venues", "users", "registrations", "events", "reports", "health")],
    ),
    "boxoffice": (
        ["boxoffice/database.py", "boxoffice/crud.py", "boxoffice/payments.py", "requirements.txt"],
        ["boxoffice/graph.py"],
    ),
    "chatlog": (
        ["chatlog/database.py", "chatlog/credits.py", "chatlog/insights.py", "requirements.txt"],
        ["chatlog/routers/chats.py"],
    ),
    "quizbot": (
        ["quizbot/database.py", "quizbot/services/*", "requirements.txt"],
        ["quizbot/web.py", "quizbot/bot.py"],
    ),
}
# The tests of the others, which stay as they are, use what has an asynchronous form now.
LEAVES_FORMS_THAT_NOTHING_NEEDS = {"eventhub"}


# The applications that are run with a switch between the two sessions, its name, and a route that has both forms.
SWITCHED = {"diary": ("USE_ASYNC_DB", "diary/main.py", "def moods_sync(")}
# The applications whose tests take a database by DATABASE_URL, too.
POSTGRES = {"invoices"}


class Failure(Exception):
    """What was expected and is not so; the text says what was seen."""


def run(command, folder, expect=0, environment=None):
    """Standard output as bytes; a `Failure` when the exit status is another."""
    done = subprocess.run([str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL,
                          env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)
    if done.returncode != expect:
        seen = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
        words = " ".join(map(str, command[:4]))
        raise Failure(f"{words}: exit status {done.returncode}\n" + "\n".join(f"     | {line}" for line in seen[-25:]))
    return done.stdout


def make_repository(project, folder):
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", "*.db"))
    run(["git", "init", "--quiet"], folder)
    run([*GIT, "add", "--all"], folder)
    run([*COMMIT, "before"], folder)


def own_tests(folder, environment=None):
    """How many of the application's own tests pass; none may fail."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    output = run(command, folder, environment=environment).decode(errors="replace")
    passed = re.search(r"^(?:=+ )?(\d+) passed", output, re.MULTILINE)
    if not passed:
        raise Failure("no test ran")
    return int(passed[1])


def changed_files(folder):
    return run(["git", "diff", "--name-only", "-z"], folder).decode().split("\0")[:-1]


def check_compiles(folder):
    for path in changed_files(folder):
        if path.endswith(".py"):
            try:
                compile((folder / path).read_bytes(), path, "exec", dont_inherit=True)
            except SyntaxError as error:
                raise Failure(f"{path} does not compile: {error}") from None


class Project:
    """One application; the steps of a way stand on each other, so the first failure ends it."""

    def __init__(self, tool, source, work, postgres_url=None):
        self.tool, self.source, self.work = tool, source, work
        # What the tests are run with, once for each.
        self.environments = [{}]
        if postgres_url and source.name in POSTGRES:
            self.environments.append({"DATABASE_URL": postgres_url})
        self.folder = work / source.name
        self.patch = work / f"{source.name}.patch"
        self.before = 0

    def ways(self):
        yield (self.tests_before, self.patch_applies, self.result_compiles, self.all_is_awaited, self.tests_after,
               self.second_run, self.patch_reverses)
        yield self.patch_by_patch, self.all_is_awaited, self.second_run, self.series_reverses
        if self.source.name in SWITCHED:
            yield self.switched_at_start, self.switch_goes
        if self.source.name in PARTS:
            yield self.part_by_part, *((self.cleaned_up,) if self.source.name in LEAVES_FORMS_THAT_NOTHING_NEEDS else ())

    def tests_before(self):
        make_repository(self.source, self.folder)
        self.before = self.own_tests()
        return f"{self.before} tests"

    def patch_applies(self):
        self.patch.write_bytes(run([self.tool, "migrate", "."], self.folder))
        if not self.patch.stat().st_size:
            raise Failure("the patch is empty")
        run(["git", "apply", self.patch], self.folder)
        return f"{len(changed_files(self.folder))} files"

    def result_compiles(self):
        check_compiles(self.folder)

    def all_is_awaited(self):
        run([sys.executable, ROOT / "tests" / "awaits.py", self.source, self.folder], ROOT)

    def tests_after(self):
        self.same_tests("migrated")
        return f"{self.before} tests"

    def own_tests(self, environment=None):
        return sum(own_tests(self.folder, {**one, **(environment or {})}) for one in self.environments)

    def same_tests(self, when, environment=None):
        after = self.own_tests(environment)
        if after != self.before:
            raise Failure(f"{when}: {self.before} tests before, {after} after")

    def second_run(self):
        again = run([self.tool, "migrate", "."], self.folder)
        if again:
            raise Failure("a second migration changes more:\n" + again.decode(errors="replace")[:2000])

    def patch_reverses(self):
        self.reverse([self.patch])

    def reverse(self, patches):
        for patch in reversed(patches):
            run(["git", "apply", "--reverse", patch], self.folder)
        if changed_files(self.folder):
            raise Failure(f"not the same bytes: {', '.join(changed_files(self.folder))}")

    def patch_by_patch(self):
        series = self.work / f"{self.source.name}.series"
        run([self.tool, "migrate", "--series", series, "."], self.folder)
        self.series = sorted(series.iterdir())
        if len(self.series) < 2:
            raise Failure(f"{len(self.series)} patches")
        for patch in self.series:
            run(["git", "apply", patch], self.folder)
            check_compiles(self.folder)
            self.same_tests(patch.name)
        return f"{len(self.series)} patches"

    def series_reverses(self):
        self.reverse(self.series)

    def switched_at_start(self):
        """Both forms of the routes, of which the environment chooses one."""
        flag, path, text = SWITCHED[self.source.name]
        command = [self.tool, "migrate", "--feature-flag", flag, "."]
        self.patch.write_bytes(run(command, self.folder))
        run(["git", "apply", "--index", self.patch], self.folder)
        run([*COMMIT, "switch"], self.folder)
        if text not in (self.folder / path).read_text():
            raise Failure(f"{path}: no {text}")
        for value in ("", "false", "true"):
            self.same_tests(f"{flag}={value}", {flag: value})
        if again := run(command, self.folder):
            raise Failure("a second migration changes more:\n" + again.decode(errors="replace")[:2000])

    def switch_goes(self):
        flag, path, text = SWITCHED[self.source.name]
        run([self.tool, "migrate", "--write", "--stage", "clean", "."], self.folder)
        if text in (self.folder / path).read_text():
            raise Failure(f"{path}: still {text}")
        check_compiles(self.folder)
        self.same_tests("cleaned up", {flag: ""})
        run(["git", "reset", "--quiet", "--hard", "HEAD~1"], self.folder)

    def part_by_part(self):
        shared, parts = PARTS[self.source.name]
        scope = [*shared]
        for part in parts:
            scope.append(part)
            command = [self.tool, "migrate", "--strategy", "twin", *(word for glob in scope for word in ("--only", glob))]
            patch = self.work / "part.patch"
            patch.write_bytes(run([*command, "."], self.folder))
            run(["git", "apply", "--index", patch], self.folder)
            outside = [name for name in run(["git", "diff", "--cached", "--name-only"], self.folder).decode().split()
                       if not any(fnmatch.fnmatchcase(name, glob) for glob in scope)]
            if outside:
                raise Failure(f"{part}: changes {', '.join(outside)}")
            run([*COMMIT, part], self.folder)
            if not run(["git", "log", "-1", "--format=", "--name-only", "--", part], self.folder):
                raise Failure(f"{part}: not changed")
            self.same_tests(part)
            if again := run([*command, "."], self.folder):
                raise Failure(f"{part}: again changes more:\n" + again.decode(errors="replace")[:2000])
        return f"{len(parts)} parts"

    def cleaned_up(self):
        """What the parts left in two forms and nothing needs any more goes, and comes back with the patch reversed."""
        command = [self.tool, "migrate", "--stage", "clean", "."]
        patch = self.work / "clean.patch"
        patch.write_bytes(run(command, self.folder))
        if not patch.stat().st_size:
            raise Failure("nothing to take away")
        run(["git", "apply", "--index", patch], self.folder)
        check_compiles(self.folder)
        self.same_tests("cleaned up")
        if again := run(command, self.folder):
            raise Failure("a second time takes away more:\n" + again.decode(errors="replace")[:2000])
        changed = len(run(["git", "diff", "--cached", "--name-only"], self.folder).decode().split())
        run(["git", "apply", "--index", "--reverse", patch], self.folder)
        if changed_files(self.folder):
            raise Failure(f"not the same bytes: {', '.join(changed_files(self.folder))}")
        return f"{changed} files"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, type=pathlib.Path, help="the program")
    parser.add_argument("--postgres-url", help="of an empty database: postgresql://...")
    parser.add_argument("-k", default="", help="only the projects whose name contains this")
    arguments = parser.parse_args()

    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="projects-") as work:
        for source in sorted(path for path in PROJECTS.iterdir() if path.is_dir() and arguments.k in path.name):
            project = Project(arguments.tool.resolve(), source, pathlib.Path(work), arguments.postgres_url)
            for way in project.ways():
                for step in way:
                    label = f"{source.name}: {step.__name__.replace('_', ' ')}"
                    try:
                        note = step()
                    except (Failure, subprocess.TimeoutExpired) as failure:
                        failed += 1
                        print(f"FAIL {label}: {failure}", flush=True)
                        break
                    passed += 1
                    print(f"ok   {label}" + (f" ({note})" if note else ""), flush=True)
                else:
                    continue
                break
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
