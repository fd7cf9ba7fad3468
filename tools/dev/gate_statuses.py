#!/usr/bin/env python3
"""The gate on a real repository: adopted, worsened, improved, moved about, with every exit status seen.

    gate_statuses.py FOLDER [--tool SQLAWAIT]

Works on a copy, in a git repository of its own. FOLDER is a program with at least two synchronous queries. Prints what
was done and with which status `sqlawait check` ended; stops at the first that is another one than it should be.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

GIT = ["git", "-c", "user.name=gate", "-c", "user.email=gate@example.org"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tool", default="build/release/sqlawait")
    args = parser.parse_args()
    tool = str(pathlib.Path(args.tool).resolve())
    with tempfile.TemporaryDirectory(prefix="sqlawait-gate-") as folder:
        root = pathlib.Path(folder) / args.folder.resolve().name
        shutil.copytree(args.folder, root, symlinks=True, ignore=shutil.ignore_patterns(".git", "node_modules", "__pycache__"))
        (root / "sqlawait.toml").touch()

        def git(*words):
            subprocess.run([*GIT, *words], cwd=root, check=True, capture_output=True)

        def check(what, status, *words):
            begin = time.monotonic()
            done = subprocess.run([tool, "check", *words], cwd=root, text=True, capture_output=True)
            print(f"{done.returncode}  {time.monotonic() - begin:5.1f} s  {what}", flush=True)
            if done.returncode != status:
                raise SystemExit(f"should have been {status}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
            return done.stdout

        git("init", "-q")
        git("add", "-A")
        git("commit", "-qm", "before")
        base = ["--baseline", "baseline.json"]
        check("the baseline is not there", 2, *base)
        check("everything against no allowance", 1)
        check("adopted", 0, *base, "--update-baseline")
        rows = json.loads((root / "baseline.json").read_text())["findings"]
        check("nothing has changed", 0, *base)

        chosen = next(row["path"] for row in rows if row["code"] == "SA101" and "def " not in row["text"])
        path = root / chosen
        before = path.read_text()
        path.write_text(before + "\n\nfrom sqlalchemy.orm import Session as OneMore\n\n\ndef one_more(db: OneMore):\n    db.flush()\n")
        said = check(f"worse: a flush at the end of {chosen}", 1, *base)
        assert said.count("\n") <= 2 and "one_more" in said, said
        check("a worse baseline is not written", 1, *base, "--update-baseline")
        check("only lines that changed", 1, *base, "--since", "HEAD")
        path.write_text(before)

        path.write_text("# moved\n" * 7 + before)
        check("the same code seven lines further down", 0, *base)
        path.write_text(before)

        lines = before.splitlines(keepends=True)
        at = next(int(number) for number in [
            one["line"] for one in json.loads(check("as JSON", 1, "--format", "json", chosen))["findings"]
            if one["code"] == "SA101" and one["status"] == "remaining"])
        lines[at - 1] = lines[at - 1].rstrip("\n") + "  # sqlawait: ignore[SA101] wanted\n"
        path.write_text("".join(lines))
        check("better: one query is suppressed", 3, *base)
        check("the better baseline", 0, *base, "--update-baseline")
        check("nothing has changed since", 0, *base)
        path.write_text(before)
        check("and it does not go back", 1, *base)
        for name in ("json", "github", "gitlab", "sarif"):
            check(f"as {name}", 1, "--format", name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
