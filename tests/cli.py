#!/usr/bin/env python3
"""The command line: exit statuses, streams, bad usage, writing, the gate, recovery.

    cli.py --tool build/release/sqlawait [-k WORD] [-v]

Needs git and nothing else. Each test has a folder of its own.
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import tempfile
import unittest

TOOL = "sqlawait"

MODELS = """\
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)
"""
QUERIES = """\
from sqlalchemy.orm import Session

from models import User


def names(db: Session):
    return [user.name for user in db.query(User).all()]


def rename(db: Session, old, new):
    db.query(User).filter(User.name == old).one().name = new
    db.commit()
"""


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sqlawait-cli-")
        self.root = pathlib.Path(self.folder.name)
        (self.root / "pyproject.toml").write_text("[project]\nname = 'x'\n")
        (self.root / "models.py").write_text(MODELS)
        (self.root / "queries.py").write_text(QUERIES)

    def tearDown(self):
        self.folder.cleanup()

    def run_tool(self, *args, status=0, stdin=None, cwd=None):
        done = subprocess.run([TOOL, *args], cwd=cwd or self.root, input=stdin, text=True, capture_output=True,
                              timeout=120)
        self.assertEqual(done.returncode, status, f"{args}\nstdout: {done.stdout}\nstderr: {done.stderr}")
        return done

    def git(self, *args):
        env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        for who in ("AUTHOR", "COMMITTER"):
            env[f"GIT_{who}_NAME"] = env[f"GIT_{who}_EMAIL"] = "someone@example.org"
        done = subprocess.run(["git", *args], cwd=self.root, env=env, text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def commit_all(self):
        if not (self.root / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-qm", "all")

    def text(self, name="queries.py"):
        return (self.root / name).read_text()


class Usage(CommandLine):
    def test_help_fits_a_screen(self):
        done = self.run_tool("-h")
        self.assertEqual(done.stderr, "")
        lines = done.stdout.splitlines()
        self.assertLessEqual(len(lines), 40)
        self.assertLessEqual(max(map(len, lines)), 100)
        for command in ("migrate", "check", "report", "explain", "rules"):
            self.assertIn(command, done.stdout)
            self.assertIn(f"sqlawait {command}", self.run_tool(command, "-h").stdout)

    def test_version(self):
        self.assertRegex(self.run_tool("--version").stdout, r"^sqlawait \d+\.\d+\.\d+\n$")

    def bad(self, *args, says):
        done = self.run_tool(*args, status=2)
        self.assertEqual(done.stdout, "")
        self.assertTrue(done.stderr.startswith("sqlawait: "), done.stderr)
        self.assertIn(says, done.stderr)

    def test_bad_usage_goes_to_stderr_with_status_2(self):
        self.bad(says="give a command")
        self.bad("migrat", says="did you mean migrate?")
        self.bad("migrate", "--wirte", says="did you mean --write?")
        self.bad("migrate", "--stage", "never", says="--stage")
        self.bad("migrate", "--jobs", "0", says="--jobs")
        self.bad("check", "--max", "few", says="--max few: not a number from 0 on")
        self.bad("check", "--format", "jsn", says="did you mean json?")
        self.bad("check", "--max", "1", "--baseline", "b.json", says="--baseline")
        self.bad("check", "--update-baseline", says="--baseline")
        self.bad("migrate", "nowhere", says="nowhere: no such file or folder")
        self.bad("migrate", "--root", "nowhere", says="nowhere: no such folder")
        self.bad("migrate", "--print", "nothing", says="there are files, tree, bindings")
        self.bad("migrate", "--print", "plan", "--stop-after", "parse", says="ends before")
        self.bad("migrate", "--write", "--output", "x", says="exclude")
        self.bad("migrate", "--series", "d", "--write", says="--series writes patches alone")
        self.bad("migrate", "--series", "d", "--stage", "select", says="--series has a patch for each stage")
        self.bad("explain", "SA999999", says="neither a rule")
        self.bad("explain", "queries.py:100:1", says="lines")

    def test_a_reader_that_has_enough_is_no_error(self):
        """Also under a Python that ignores SIGPIPE and hands that on, as the installed launcher does."""
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([TOOL, "rules"], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60,
                              preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN), restore_signals=False)
        os.close(writer)
        self.assertEqual((done.returncode, done.stderr), (-signal.SIGPIPE, ""))

    def test_names_of_switches(self):
        self.bad("migrate", "--feature-flag", "a b", says="the name of a variable is needed")

    def test_proof_is_for_loads(self):
        self.bad("migrate", "--proof", says="--stage loads")

    def test_colours(self):
        plain = self.run_tool("check", status=1).stdout
        self.assertNotIn("\x1b", plain)
        always = self.run_tool("check", "--color", "always", status=1).stdout
        self.assertIn("\x1b[31mSA", always)
        self.assertEqual(re.sub(r"\x1b\[\d+m", "", always), plain)

    def on_terminal(self, *args, **variables):
        """Standard output and error of a run on a terminal, as one text."""
        leader, follower = pty.openpty()
        env = {**{key: value for key, value in os.environ.items() if key != "NO_COLOR"}, "TERM": "xterm", **variables}
        done = subprocess.Popen([TOOL, *args], cwd=self.root, stdout=follower, stderr=follower, env=env)
        os.close(follower)
        text = b""
        while True:
            try:
                some = os.read(leader, 65536)
            except OSError:
                break
            if not some:
                break
            text += some
        done.wait(timeout=120)
        os.close(leader)
        return text.decode()

    def test_a_terminal_gets_colours_unless_it_says_no(self):
        self.assertIn("\x1b[31mSA", self.on_terminal("check"))
        self.assertNotIn("\x1b[31m", self.on_terminal("check", NO_COLOR="1"))
        self.assertNotIn("\x1b[31m", self.on_terminal("check", "--color", "never"))
        self.assertNotIn("\x1b[31m", self.on_terminal("check", TERM="dumb"))

    def test_configuration_errors_name_the_line(self):
        (self.root / "pyproject.toml").write_text("[tool.sqlawait]\nstrategie = 'twin'\n")
        self.bad("migrate", says="pyproject.toml:2")

    def test_flags_win_over_the_configuration(self):
        (self.root / "pyproject.toml").write_text("[tool.sqlawait]\nstage = 'clean'\n")
        self.assertEqual(self.run_tool("migrate").stdout, "")
        self.run_tool("migrate", "--stage", "all")

    def test_options_take_one_value_each(self):
        done = self.run_tool("migrate", "--only", "models.py", "queries.py")
        self.assertEqual(done.stdout, "")


class Migrate(CommandLine):
    def test_prints_a_patch_and_talks_on_stderr(self):
        self.commit_all()
        done = self.run_tool("migrate")
        self.assertIn("diff --git a/queries.py b/queries.py", done.stdout)
        self.assertIn("files changed", done.stderr)
        self.assertEqual(self.text(), QUERIES)
        self.assertEqual(self.run_tool("migrate", "-q").stderr, "")

    def test_the_patch_applies_from_anywhere_and_reverses(self):
        below = self.root / "below"
        below.mkdir()
        for name in ("models.py", "queries.py", "pyproject.toml"):
            (self.root / name).rename(below / name)
        self.commit_all()
        patch = self.run_tool("migrate", "below").stdout
        (self.root / "p.patch").write_text(patch)
        subprocess.run(["git", "apply", "../p.patch"], cwd=below, check=True)
        self.assertNotEqual((below / "queries.py").read_text(), QUERIES)
        subprocess.run(["git", "apply", "-R", "p.patch"], cwd=self.root, check=True)
        self.assertEqual((below / "queries.py").read_text(), QUERIES)

    def test_write_and_a_second_run_changes_nothing(self):
        done = self.run_tool("migrate", "--write")
        self.assertEqual(done.stdout, "")
        after = self.text()
        self.assertIn("select(User)", after)
        compile(after, "queries.py", "exec")
        self.assertEqual(self.run_tool("migrate").stdout, "")

    def test_output_to_a_file(self):
        done = self.run_tool("migrate", "--output", "out.patch")
        self.assertEqual(done.stdout, "")
        self.assertIn("diff --git", self.text("out.patch"))
        self.run_tool("migrate", "--output", "no/such/folder/out.patch", status=2)

    def test_write_refuses_dirty_files(self):
        self.commit_all()
        (self.root / "queries.py").write_text(QUERIES + "\n# mine\n")
        done = self.run_tool("migrate", "--write", status=2)
        self.assertIn("queries.py", done.stderr)
        self.assertEqual(self.text(), QUERIES + "\n# mine\n")
        self.run_tool("migrate", "--write", "--allow-dirty")
        self.assertTrue(self.text().endswith("\n# mine\n"))

    def test_dirty_files_that_would_not_change_do_not_matter(self):
        self.commit_all()
        (self.root / "other.py").write_text("x = 1\n")
        self.run_tool("migrate", "--write")

    def test_bad_files_are_reported_and_left_alone(self):
        (self.root / "broken.py").write_text("def (:\n")
        (self.root / "zero.py").write_bytes(b"x = 1\n\0\n")
        done = self.run_tool("migrate", "--write")
        self.assertIn("broken.py:1", done.stderr)
        self.assertIn("zero.py", done.stderr)
        self.assertEqual(self.text("broken.py"), "def (:\n")

    def test_jobs_do_not_change_the_result(self):
        one = self.run_tool("migrate", "--jobs", "1").stdout
        self.assertEqual(self.run_tool("migrate", "--jobs", "4").stdout, one)

    def test_passes_print(self):
        for name in ("files", "tree", "bindings", "symbols", "models", "types", "calls", "queries", "colours", "loads",
                     "findings", "plan", "diff", "verify"):
            done = self.run_tool("migrate", "--print", name)
            self.assertTrue(done.stdout or name in ("calls", "loads"), name)
        done = self.run_tool("migrate", "--stop-after", "infer", "--timings")
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"infer +[\d.]+ ms +[\d.]+ MB")
        self.assertNotIn("colour", done.stderr)


class Report(CommandLine):
    def test_what_is_to_be_done_beside_the_code_is_in_it(self):
        (self.root / "main.py").write_text("""\
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from models import User

SessionLocal = sessionmaker(create_engine("sqlite:///a.db"))


def main():
    with SessionLocal() as db:
        print(db.query(User).count())


if __name__ == "__main__":
    main()
""")
        needs = "no file declares SQLAlchemy; the program now needs aiosqlite"
        self.assertIn(needs, json.loads(self.run_tool("report", "--format", "json").stdout)["notes"][0]["message"])
        self.assertIn("- [ ] " + needs, self.run_tool("report").stdout)
        self.assertIn(needs, self.run_tool("report", "--format", "text").stdout)


class Check(CommandLine):
    def test_counts_and_statuses(self):
        done = self.run_tool("check", "--format", "json", status=1)
        report = json.loads(done.stdout)
        self.assertEqual(report["version"], 1)
        count = report["counts"]["remaining"]
        self.assertGreater(count, 0)
        self.assertEqual(count, sum(f["status"] == "remaining" for f in report["findings"]))
        for finding in report["findings"]:
            self.assertEqual({"code", "path", "line", "column", "function", "message", "status", "reason"},
                             set(finding))
        self.run_tool("check", "--max", str(count))
        self.run_tool("check", "--max", str(count - 1), status=1)

    def test_nothing_left_after_migration(self):
        self.run_tool("migrate", "--write")
        self.run_tool("check")

    def test_baseline(self):
        self.run_tool("check", "--baseline", "b.json", status=2)
        self.run_tool("check", "--baseline", "b.json", "--update-baseline")
        self.run_tool("check", "--baseline", "b.json")
        # Lines may move.
        (self.root / "queries.py").write_text("# a comment\n\n" + QUERIES)
        self.run_tool("check", "--baseline", "b.json")
        # More than before fails, and is not taken into the baseline.
        before = self.text("b.json")
        (self.root / "queries.py").write_text(QUERIES + "\n\ndef more(db: Session):\n    return db.query(User).count()\n")
        self.run_tool("check", "--baseline", "b.json", status=1)
        self.run_tool("check", "--baseline", "b.json", "--update-baseline", status=1)
        self.assertEqual(self.text("b.json"), before)
        # Fewer asks for an update.
        (self.root / "queries.py").write_text(QUERIES.split("def rename")[0])
        self.run_tool("check", "--baseline", "b.json", status=3)
        self.run_tool("check", "--baseline", "b.json", "--update-baseline")
        self.run_tool("check", "--baseline", "b.json")
        (self.root / "b.json").write_text("[]")
        self.run_tool("check", "--baseline", "b.json", status=2)

    def test_since(self):
        self.commit_all()
        self.assertEqual(self.run_tool("check", "--since", "HEAD").stdout, "")
        (self.root / "queries.py").write_text(QUERIES.replace(".all()]", ".all()]  # now"))
        done = self.run_tool("check", "--since", "HEAD", status=1)
        self.assertEqual({line.split(":")[1] for line in done.stdout.splitlines() if line.startswith("queries")}, {"7"})
        self.assertIn("no such revision", self.run_tool("check", "--since", "nothing", status=2).stderr)

    def test_stdin(self):
        text = QUERIES.replace("db.query(User).all()", "[]")
        done = self.run_tool("check", "--stdin-filename", "queries.py", "--format", "json", status=1, stdin=text)
        self.assertNotIn("names", [finding["function"] for finding in json.loads(done.stdout)["findings"]])
        done = self.run_tool("check", "--stdin-filename", "new.py", "--format", "json", status=1, stdin=QUERIES)
        self.assertEqual({finding["path"] for finding in json.loads(done.stdout)["findings"]}, {"new.py"})

    def test_suppressions(self):
        code = json.loads(self.run_tool("check", "--format", "json", status=1).stdout)["findings"][0]["code"]
        text = QUERIES.replace("db.query(User).all()]", f"db.query(User).all()]  # sqlawait: ignore[{code}]")
        text = text.replace("db.commit()", "db.commit()  # sqlawait: ignore[SA99999]")
        (self.root / "queries.py").write_text(text)
        found = json.loads(self.run_tool("check", "--format", "json", status=1).stdout)["findings"]
        self.assertIn((code, "suppressed"), [(f["code"], f["status"]) for f in found])
        self.assertIn("SA001", [f["code"] for f in found])

    def test_formats(self):
        self.assertIn("::error file=queries.py,line=7", self.run_tool("check", "--format", "github", status=1).stdout)
        issues = json.loads(self.run_tool("check", "--format", "gitlab", status=1).stdout)
        self.assertEqual(len({issue["fingerprint"] for issue in issues}), len(issues))
        sarif = json.loads(self.run_tool("check", "--format", "sarif", status=1).stdout)
        self.assertEqual(sarif["version"], "2.1.0")
        self.assertTrue(sarif["runs"][0]["results"])

    def test_paths_in_ci_formats_start_at_the_top_level(self):
        below = self.root / "below"
        below.mkdir()
        for name in ("models.py", "queries.py", "pyproject.toml"):
            (self.root / name).rename(below / name)
        self.commit_all()
        self.assertIn("file=below/queries.py,", self.run_tool("check", "below", "--format", "github", status=1).stdout)


class ReportAndExplain(CommandLine):
    def test_report(self):
        text = self.run_tool("report").stdout
        self.assertIn("queries.py", text)
        self.assertTrue(text.startswith("# "))
        report = json.loads(self.run_tool("report", "--format", "json").stdout)
        self.assertEqual(report["version"], 1)
        self.assertEqual(report["counts"]["sites"], sum(file["counts"]["sites"] for file in report["files"]))
        self.run_tool("report", "--format", "text", "--output", "r.txt")
        self.assertIn("queries.py", self.text("r.txt"))
        self.assertEqual(self.text(), QUERIES)

    def test_rules_and_their_prose(self):
        rules = self.run_tool("rules").stdout.splitlines()
        self.assertEqual(rules, sorted(rules))
        for line in rules:
            code, name = line.split(":")[0].split()
            by_code = self.run_tool("explain", code).stdout
            self.assertIn("## What changes", by_code)
            self.assertEqual(self.run_tool("explain", name).stdout, by_code)

    def test_explain_a_spot(self):
        text = self.run_tool("explain", "queries.py:7:42").stdout
        self.assertIn("Session", text)
        self.assertIn("query", text)
        self.assertIn("in queries.names", text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    args, rest = parser.parse_known_args()
    TOOL = str(pathlib.Path(args.tool).resolve())
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed", flush=True)
    sys.exit(bad > 0)
