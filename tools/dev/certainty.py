#!/usr/bin/env python3
"""How sure the program is, tree by tree: a Markdown table of what `sqlawait report --format json` says of it.

    certainty.py [--tool SQLAWAIT] FOLDER...

Of session I/O: whether what it is called on is a session, connection or engine. Of relationship reads: whether what
they are read of is an object of a mapped class that has the relationship. Unknown is counted by the name alone: what
would be session I/O, or a read, if what nothing is known of were a session, or such an object.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys

KINDS = {"session_io": "session I/O", "relationship_reads": "relationship reads"}
SURE = ["proved", "likely", "unknown"]


def certainty(tool: str, folder: pathlib.Path) -> dict:
    ran = subprocess.run([tool, "report", "--quiet", "--format", "json", "--root", str(folder), str(folder)],
                         capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"{folder}: {ran.stderr.strip()}")
    return json.loads(ran.stdout)["certainty"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, nargs="+")
    parser.add_argument("--tool", default="build/release/sqlawait")
    args = parser.parse_args()
    print("| tree | " + " | ".join(f"{title}: {sure}" for title in KINDS.values() for sure in SURE) + " |")
    print("|---|" + "---:|" * (len(KINDS) * len(SURE)))
    for folder in args.folder:
        counts, cells = certainty(args.tool, folder.resolve()), []
        for kind in KINDS:
            total = sum(counts[kind].values())
            cells += [f"{counts[kind][sure]}" + (f" ({counts[kind][sure] / total:.1%})" if total else "") for sure in SURE]
        print(f"| {folder.name} | " + " | ".join(cells) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
