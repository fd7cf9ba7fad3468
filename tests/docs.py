#!/usr/bin/env python3
"""The documentation: every command in it is run, every list in it is complete.

    docs.py --tool build/release/sqlawait [-k WORD] [-v]

A ```console block holds commands behind `$ ` and what they print; `...` stands for any lines, in a line for any text.
A command exits with 0 unless a comment behind it says otherwise: `# exits with 1`. A block of another language with
`file=PATH` behind its language is written to that file first. The blocks of a page are run in order, in a folder of
the page's own: a copy of the sample application in a git repository, or an empty one when the page says so with
<!-- sandbox: empty -->. In the README, which shows commands alone, what they print is not looked at. Blocks of other
languages hold what other systems run; the commands of sqlawait in them are run as well.
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOL = "sqlawait"
ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_tool(*args):
    return subprocess.run([TOOL, *args], text=True, capture_output=True, check=True, cwd=ROOT).stdout


class Sandbox:
    def __init__(self, kind):
        self.folder = tempfile.TemporaryDirectory(prefix="sqlawait-docs-")
        top = pathlib.Path(self.folder.name)
        self.project = top / "project"
        binaries = top / "bin"
        binaries.mkdir()
        (binaries / "sqlawait").symlink_to(TOOL)
        for name in ("python", "python3"):
            (binaries / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
            (binaries / name).chmod(0o755)
        if kind == "eventhub":
            shutil.copytree(ROOT / "fixtures/projects/eventhub", self.project,
                            ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", "*.db"))
        else:
            self.project.mkdir()
            (self.project / "pyproject.toml").write_text("[project]\nname = 'sample'\nversion = '1'\n")
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
               for what, value in (("NAME", "someone"), ("EMAIL", "someone@example.org"))}
        self.env = {**os.environ, **who, "PATH": f"{binaries}:{os.environ['PATH']}", "GIT_CONFIG_GLOBAL": "/dev/null",
                    "GIT_CONFIG_SYSTEM": "/dev/null", "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(top), "NO_COLOR": "1",
                    "PYTHONPATH": str(ROOT / "packaging")}
        self.shell("git init -q -b main && git add -A && git commit -qm all")

    def shell(self, command):
        return subprocess.run(["bash", "--noprofile", "--norc", "-c", command], cwd=self.project, env=self.env,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)


def goes_on(command):
    """Whether a command is not at its end: a backslash, a quotation that is open."""
    try:
        shlex.split(command.partition(" # exits")[0])
    except ValueError:
        return True
    return command.endswith("\\")


def fits(expected, actual):
    """Whether the lines are those; a line `...` stands for any number of them, also in the middle of one."""
    pattern = ""
    for line in expected:
        pattern += r"(?:.*\n)*?" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + r"\n"
    return re.fullmatch(pattern, actual if actual.endswith("\n") or not actual else actual + "\n") is not None


class Commands(unittest.TestCase):
    """One test a page, made below."""

    def run_page(self, path):
        text = path.read_text()
        said = re.search(r"<!-- sandbox: (\w+) -->", text)
        sandbox, written = None, False
        for match in BLOCK.finditer(text):
            info, body = match[1].split(), match[2]
            place = f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"
            if sandbox is None:
                sandbox = Sandbox(said[1] if said else "eventhub")
                self.addCleanup(sandbox.folder.cleanup)
            for word in info[1:]:
                if word.startswith("file="):
                    target = sandbox.project / word[5:]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(body)
                    written = True
            if info and info[0] == "console":
                if written:
                    sandbox.shell("git add -A && git commit -qm files")
                written = False
                self.run_block(sandbox, place, body)

    def run_block(self, sandbox, place, body):
        steps = []
        for line in body.splitlines():
            if line.startswith("$ "):
                steps.append([line[2:], []])
            elif steps and not steps[-1][1] and goes_on(steps[-1][0]):
                steps[-1][0] += "\n" + line
            else:
                self.assertTrue(steps, f"{place}: a console block begins with a command")
                steps[-1][1].append(line)
        for command, expected in steps:
            status = re.search(r"# exits with (\d)$", command)
            done = sandbox.shell(command)
            self.assertEqual(done.returncode, int(status[1]) if status else 0, f"{place}: $ {command}\n{done.stdout}")
            self.assertTrue(place.startswith("README.md") or fits(expected, done.stdout),
                            f"{place}: $ {command}\nexpected:\n" + "\n".join(expected) + f"\nprinted:\n{done.stdout}")


def add_page(path):
    name = "test_" + re.sub(r"\W+", "_", str(path.relative_to(ROOT).with_suffix("")))
    setattr(Commands, name, lambda self: self.run_page(path))


for page in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
    if "```console" in page.read_text():
        add_page(page)


class OtherSystems(unittest.TestCase):
    """Commands in blocks that no shell of ours runs: CI systems, other programs, the making of an environment."""

    # What is not sqlawait's, and what is tried in another way.
    ELSEWHERE = re.compile(r"^(\$ )?(tools/dev/(try|test)\.sh|cmake |SQLAWAIT_PRESET=|cp -r|git init|python -m venv|"
                           r"pip install -r|python -m pytest|multi-gitter run|--branch)")

    def test_every_command_is_run_or_known(self):
        sandbox = Sandbox("eventhub")
        self.addCleanup(sandbox.folder.cleanup)
        sandbox.shell("sqlawait report --format json --output shop.json -q")
        ran = 0
        for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]:
            for info, body in BLOCK.findall(page.read_text()):
                if info.startswith(("console", "python", "diff", "toml", "html", "json")) and "sqlawait" not in info:
                    continue
                if "loads.json" in body:  # of a run of the program's tests: tests/trace.py
                    continue
                found = re.findall(r"\bsqlawait (?:migrate|check|report|explain|rules)\b[^\"&|#\n]*", body)
                for command in found:
                    ran += 1
                    sandbox.shell("git checkout -q . ")
                    done = sandbox.shell(re.sub(r"\$\{\{[^}]*\}\}", "shop", command.rstrip(" \\")))
                    self.assertIn(done.returncode, (0, 1, 3), f"{page}: {command}\n{done.stdout}")
                if info in ("sh", "shell", "bash", ""):
                    for line in body.splitlines():
                        known = self.ELSEWHERE.match(line.strip()) or "sqlawait " in line or not line.strip()
                        code = re.match(r"[a-z./-]+( [\w./-]+)*", line.strip()) and info != ""
                        self.assertTrue(known or not code, f"{page}: nothing runs {line!r}")
        self.assertGreater(ran, 3)


class Complete(unittest.TestCase):
    def test_every_option_is_in_the_reference(self):
        text = (DOCS / "reference/command-line.md").read_text()
        sections = dict(re.findall(r"^## `sqlawait(?: (\w+))?`[^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
        top = run_tool("-h")
        commands = re.findall(r"^  (\w+) ", top.partition("\nCommands:\n")[2].partition("\n\n")[0], re.MULTILINE)
        self.assertEqual(set(sections), {"", *commands})
        for command, section in sections.items():
            shown = run_tool(*([command] if command else []), "-h").partition("\nOptions:\n")[2].partition("\n\n")[0]
            options = set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", shown, re.MULTILINE)) - {"--help"}
            told = set(re.findall(r"^\| `(?:-\w`, `)?(--[\w-]+)", section, re.MULTILINE))
            self.assertEqual(told, options, command)

    def test_every_key_is_in_the_reference(self):
        source = (ROOT / "analysis/project/configuration.cpp").read_text()
        keys = set(re.findall(r'^        \{"([\w-]+)", (?:Text|File|Number|Switch|List)\{', source, re.MULTILINE))
        text = (DOCS / "reference/configuration.md").read_text()
        self.assertEqual(set(re.findall(r"^\| `([\w-]+)`", text, re.MULTILINE)), keys)

    def test_every_field_of_the_report_is_in_the_reference(self):
        text = (DOCS / "reference/report.md").read_text()
        told = set(re.findall(r"`([a-z_]+)`", text))
        for name in ("report", "check", "baseline"):
            schema = json.loads((DOCS / f"schemas/{name}.schema.json").read_text())
            objects = [schema, *schema.get("$defs", {}).values()]
            fields = {key for one in objects for key in one.get("properties", {})}
            self.assertEqual(fields - told, set(), name)

    def test_rules_are_rendered(self):
        done = subprocess.run([sys.executable, ROOT / "tools/dev/rule_pages.py", "--tool", TOOL, "--check"], text=True,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_page_can_be_reached(self):
        seen, open_pages = set(), [ROOT / "README.md"]
        while open_pages:
            page = open_pages.pop()
            if page in seen:
                continue
            seen.add(page)
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
                if "://" not in target and target.endswith(".md"):
                    open_pages.append((page.parent / target).resolve())
        self.assertEqual({str(page) for page in DOCS.rglob("*.md")} - {str(page) for page in seen}, set())


class Features(unittest.TestCase):
    """The table of docs/applications.md: each line's text is in its file before, and after the migration or in what the
    command prints."""

    SYSTEMS = 37

    def setUp(self):
        work = tempfile.TemporaryDirectory(prefix="sqlawait-features-")
        self.addCleanup(work.cleanup)
        self.work = pathlib.Path(work.name)
        self.printed = {}

    def application(self, name):
        folder = self.work / name
        if not folder.exists():
            shutil.copytree(ROOT / "fixtures/projects" / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
            (folder / ".git").mkdir()
        return folder

    def output(self, name, words):
        """Of a command, on the application as it was."""
        if (name, *words) not in self.printed:
            done = subprocess.run([TOOL, *words, "--root", ".", "."], cwd=self.application(name), text=True,
                                  capture_output=True)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.printed[name, *words] = done.stdout + done.stderr
        return self.printed[name, *words]

    def migrated(self, name, path):
        folder = self.work / f"{name}-migrated"
        if not folder.exists():
            shutil.copytree(self.application(name), folder)
            subprocess.run([TOOL, "migrate", "--write", "--quiet", "--root", ".", "."], cwd=folder, check=True,
                           capture_output=True)
        return (folder / path).read_text()

    def test_every_line_is_true(self):
        text = (DOCS / "applications.md").read_text().partition("## By feature")[2]
        lines = [[cell.strip() for cell in line.strip("| ").split(" | ")]
                 for line in text.splitlines() if re.match(r"\| \d", line)]
        self.assertEqual({int(cells[0]) for cells in lines}, set(range(1, self.SYSTEMS + 1)))
        spaces = re.compile(r"\s+")
        for cells in lines:
            where, *told = [re.findall(r"`` (.*?) ``|`([^`]*)`", cell) for cell in cells[2:]] + [[]] * (5 - len(cells))
            before, after = ([one or other for one, other in spans] for spans in told)
            path = "".join(where[0])
            own = path.startswith("tests/")
            stands = (ROOT / ("" if own else "fixtures/projects") / path).read_text()
            with self.subTest(cells[0], path=path, before=before, after=after):
                for one in before:
                    self.assertIn(spaces.sub("", one), spaces.sub("", stands))
                if own or not after:
                    self.assertTrue(own or before)
                    continue
                name, _, inside = path.partition("/")
                if after[0].startswith("sqlawait "):
                    stands = self.output(name, shlex.split(after[0])[1:])
                else:
                    stands = self.migrated(name, inside)
                self.assertIn(spaces.sub("", after[-1]), spaces.sub("", stands))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    options, rest = parser.parse_known_args()
    TOOL = str(pathlib.Path(options.tool).resolve())
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed", flush=True)
    sys.exit(bad > 0)
