#!/usr/bin/env python3
"""Runs a command beside a PostgreSQL server of its own.

    postgres.py COMMAND [ARGUMENT...]

The server lies in a temporary folder, listens on a free port of 127.0.0.1 and is gone when the command ends. `{port}`
in an argument stands for the port; the user is `tester`, without a password, the database `tester`. PostgreSQL
refuses to run as root: then the server runs as `nobody`.

Exit status: that of the command, 2 when there is no server to be started.
"""
from __future__ import annotations

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time


def find(program):
    """The newest one: Debian keeps them out of PATH."""
    there = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: float(path.parts[4]))
    return str(there[-1]) if there else shutil.which(program)


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 2
    initdb, postgres = find("initdb"), find("postgres")
    if not initdb or not postgres:
        print("no PostgreSQL server is installed: tools/dev/setup.sh does that", file=sys.stderr)
        return 2
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    other = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sqlawait-postgres-"))
    server = None
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = folder / "data"
        made = subprocess.run([initdb, "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
                              cwd=folder, capture_output=True, text=True, **other)
        if made.returncode:
            print(made.stderr, file=sys.stderr)
            return 2
        # Nothing is kept, so nothing has to reach the disk.
        options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off",
                   "synchronous_commit=off", "full_page_writes=off", "max_connections=50"]
        with open(folder / "log", "w") as log:
            server = subprocess.Popen([postgres, "-D", data, *(word for one in options for word in ("-c", one))],
                                      cwd=folder, stdout=log, stderr=log, **other)
        create = [find("createdb"), "-h", "127.0.0.1", "-p", port, "-U", "tester", "tester"]
        for _ in range(150):
            if subprocess.run(create, cwd=folder, capture_output=True).returncode == 0:
                break
            if server.poll() is not None:
                break
            time.sleep(0.2)
        else:
            server.terminate()
        if server.poll() is not None:
            print((folder / "log").read_text(), file=sys.stderr)
            return 2
        return subprocess.run([word.replace("{port}", port) for word in sys.argv[1:]]).returncode
    finally:
        if server is not None and server.poll() is None:
            server.terminate()
            server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
