"""Starts the program that lies beside this file."""
from __future__ import annotations

import os
import pathlib
import subprocess
import sys

__all__ = ["main", "program"]


def program() -> str:
    """The path of the program."""
    return str(pathlib.Path(__file__).resolve().parent / "bin" / "sqlawait")


def main() -> int:
    arguments = [program(), *sys.argv[1:]]
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(arguments[0], arguments)  # signals and the exit status are the program's own
    return subprocess.run(arguments).returncode
