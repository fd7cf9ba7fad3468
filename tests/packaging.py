#!/usr/bin/env python3
"""What people install: the wheel in a fresh environment, hooks and CI templates, completions.

    packaging.py --tool build/release/sqlawait [-k WORD] [-v]

The wheel holds the given program; tools/dev/wheel.sh builds one from the sources. Needs git, CMake, Ninja and, for
the packages in tests/wheel.lock, a package index.
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
import zipfile

TOOL = "sqlawait"
ROOT = pathlib.Path(__file__).resolve().parent.parent

PROGRAM = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)


def users(db: Session):
    return db.query(User).all()
"""


def run(*args, cwd=None, status=0, env=None):
    done = subprocess.run([str(arg) for arg in args], cwd=cwd, text=True, capture_output=True, env=env, timeout=300)
    if done.returncode != status:
        raise AssertionError(f"{args}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def script_of(text, key, name):
    """The shell text behind `key:` of the step or job `name`, of our own YAML: one line, a block or a list."""
    after = text[text.index(name):]
    found = re.search(rf"^( *)(?:- )?{key}: ?(.*)$", after, re.MULTILINE)
    if found[2] not in ("", "|"):
        return found[2]
    lines = []
    for line in after[found.end():].lstrip("\n").splitlines():
        if line.strip() and len(line) - len(line.lstrip()) <= len(found[1]):
            break
        lines.append(line)
    return re.sub(r"^- ", "", textwrap.dedent("\n".join(lines)), flags=re.MULTILINE)


class Packaging(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sqlawait-packaging-")
        self.top = pathlib.Path(self.folder.name)
        self.project = self.top / "project"
        self.project.mkdir()
        (self.project / "app.py").write_text(PROGRAM)
        (self.project / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n")

    def tearDown(self):
        self.folder.cleanup()


class Wheel(Packaging):
    def test_a_fresh_environment_runs_the_three_uses(self):
        builder, user = self.top / "builder", self.top / "user"
        run(sys.executable, "-m", "venv", builder)
        run(builder / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes",
            "--only-binary", ":all:", "-r", ROOT / "tests/wheel.lock")
        sources = self.top / "sources"
        listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
        for name in filter(None, listed):
            if name.split("/")[0] in ("fixtures", "docs", "tests") or not (ROOT / name).is_file():
                continue
            (sources / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, sources / name)
        run(builder / "bin/python", "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-build-isolation",
            "--no-deps", "-w", self.top / "wheels", "-C", f"cmake.define.SQLAWAIT_PROGRAM={TOOL}", sources)
        wheel, = (self.top / "wheels").glob("*.whl")
        self.assertRegex(wheel.name, r"^sqlawait-[\d.]+-py3-none-(linux|manylinux)\w*\.whl$")
        names = zipfile.ZipFile(wheel).namelist()
        for name in ("sqlawait/bin/sqlawait", "sqlawait/__init__.py", "sqlawait/__main__.py",
                     "sqlawait/pytest_plugin.py"):
            self.assertIn(name, names)
        entries, = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
        self.assertIn("[pytest11]\nsqlawait=sqlawait.pytest_plugin",
                      zipfile.ZipFile(wheel).read(entries).decode().replace(" = ", "="))
        for name in ("sqlawait", "_sqlawait", "sqlawait.fish"):
            self.assertTrue(any(path.startswith("sqlawait-") and path.endswith("/" + name) for path in names), names)

        run(sys.executable, "-m", "venv", user)
        run(user / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", wheel)
        program = user / "bin/sqlawait"
        self.assertEqual(run(program, "--version"), run(TOOL, "--version"))
        self.assertEqual(run(user / "bin/python", "-m", "sqlawait", "--version"), run(TOOL, "--version"))
        patch = run(program, "migrate", cwd=self.project)
        self.assertIn("+async def users(db: AsyncSession):", patch)
        run(program, "check", cwd=self.project, status=1)
        self.assertIn("app.py", run(program, "report", cwd=self.project))
        run(program, "migrate", "--write", cwd=self.project)
        run(user / "bin/python", "-m", "sqlawait", "check", cwd=self.project)
        run(program, "check", "--no-such-option", cwd=self.project, status=2)


class Templates(Packaging):
    """The commands of the templates, run as their systems run them; `pip` only says what it is asked for."""

    def setUp(self):
        super().setUp()
        self.bin = self.top / "bin"
        self.bin.mkdir()
        (self.bin / "sqlawait").symlink_to(TOOL)
        (self.bin / "python").write_text('#!/bin/sh\necho "$@" >> "$ASKED"\n')
        (self.bin / "python").chmod(0o755)
        self.asked = self.top / "asked"
        self.env = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "ASKED": str(self.asked)}

    def shell(self, script, status=0, **variables):
        return run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, cwd=self.project, status=status,
                   env={**self.env, **variables})

    def test_github_action(self):
        text = (ROOT / "action.yml").read_text()
        inputs = set(re.findall(r"^  (\w+):$", text.partition("runs:")[0], re.MULTILINE))
        self.assertEqual(inputs, set(re.findall(r"inputs\.(\w+)", text)))
        self.shell(script_of(text, "run", "name: install"), PACKAGE="sqlawait==1.0")
        self.assertEqual(self.asked.read_text(), "-m pip install --quiet sqlawait==1.0\n")
        self.shell(script_of(text, "run", "name: sarif"), ARGS="--max 0", PATHS=".", SARIF="out.sarif")
        self.assertEqual(json.loads((self.project / "out.sarif").read_text())["version"], "2.1.0")
        self.shell(script_of(text, "run", "name: sarif"), status=1, ARGS="--wrong", PATHS=".", SARIF="out.sarif")
        check = script_of(text, "run", "name: check")
        self.assertIn("::error file=app.py,line=14", self.shell(check, status=1, ARGS="--max 0", PATHS="."))
        self.shell(check, ARGS="--max 5", PATHS="app.py")

    def test_gitlab_template(self):
        text = (ROOT / "ci/sqlawait.gitlab-ci.yml").read_text()
        text = text[text.index("\n.sqlawait:"):]
        defaults = dict(re.findall(r"^    (SQLAWAIT_\w+): (.*)$", text, re.MULTILINE))
        self.shell(script_of(text, "before_script", ".sqlawait:"), **defaults)
        self.assertEqual(self.asked.read_text(), "-m pip install --quiet sqlawait\n")
        script = script_of(text, "script", "\n  script:")
        self.shell(script, status=1, **defaults)
        report = re.search(r"codequality: (\S+)", text)[1]
        self.assertTrue(json.loads((self.project / report).read_text()))
        self.shell(script, **{**defaults, "SQLAWAIT_ARGS": "--max 5"})

    def test_pre_commit_hooks(self):
        text = (ROOT / ".pre-commit-hooks.yaml").read_text()
        hooks = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
        self.assertEqual(len(hooks), 2)
        for hook in hooks:
            keys = dict(re.findall(r"^ *(\w+): (.*)$", hook, re.MULTILINE))
            self.assertTrue({"id", "name", "entry", "language"} <= set(keys))
            self.assertEqual(keys["require_serial"], "true")
            # pre-commit adds the arguments of the configuration and the files that changed.
            self.shell(keys["entry"] + " --max 0 app.py", status=1)
            self.shell(keys["entry"] + " --max 1 app.py")


class Completions(Packaging):
    def test_up_to_date(self):
        run(sys.executable, ROOT / "tools/dev/completions.py", "--tool", TOOL, "--check")

    def complete(self, *words):
        script = f"source {ROOT}/completions/sqlawait.bash; COMP_WORDS=({' '.join(map(repr, words))}); " \
                 f"COMP_CWORD={len(words) - 1}; _sqlawait; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        return run("bash", "-c", script, cwd=self.project).split()

    def test_bash(self):
        self.assertEqual(self.complete("sqlawait", "ch"), ["check"])
        self.assertEqual(self.complete("sqlawait", "check", "--format", "g"), ["github", "gitlab"])
        self.assertEqual(self.complete("sqlawait", "migrate", "--st"), ["--stage", "--strategy", "--stop-after"])
        self.assertEqual(self.complete("sqlawait", "migrate", "--form", ""), ["statement", "expression"])
        self.assertEqual(self.complete("sqlawait", "report", "ap"), ["app.py"])

    def test_other_shells_read_theirs(self):
        for shell, flag, name in (("zsh", "-n", "_sqlawait"), ("fish", "--no-execute", "sqlawait.fish")):
            if shutil.which(shell):
                run(shell, flag, ROOT / "completions" / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    options, rest = parser.parse_known_args()
    TOOL = str(pathlib.Path(options.tool).resolve())
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed", flush=True)
    sys.exit(bad > 0)
