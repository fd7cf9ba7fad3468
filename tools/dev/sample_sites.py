#!/usr/bin/env python3
"""A sample of places that might be session I/O, labelled by reading the code, against what the program says of them.

    sample_sites.py draw FOLDER --repository NAME --commit ID   places drawn by chance, as rows for the labels file
    sample_sites.py show LABELS --trees FOLDER                  each with the code around it, for labelling
    sample_sites.py compare LABELS --trees FOLDER --tool SQLAWAIT

`draw` knows nothing of the program and of what a name holds: a candidate is a chain of attributes and calls that
calls a method with the name of one of the session's, the query's, the connection's or the result's. Most methods
of that name are a dict's, an HTTP client's or a cache's, so half of the sample comes from chains with a name that
is rare elsewhere (STRONG), half from the rest. The same seed gives the same places.

A label says what the chain is, by its code alone:
    io      it runs SQL, or begins, ends or closes a transaction, through a session, query, connection or engine of the
            synchronous SQLAlchemy; the second word says through which
    build   it makes a legacy Query that something else runs
    calls   it calls a function of the program that does so
    not     anything else; the second word says what
    unclear the code does not say

TREES holds one folder for each repository, named as in the labels. `compare` fails when a place labelled `not` is
counted by the program, or one labelled `io` is not seen by it. Alembic's operations are `not`: no session runs them; the
program mentions them as kept, and they count for nothing.
"""
from __future__ import annotations

import argparse
import ast
import collections
import csv
import json
import pathlib
import random
import subprocess
import sys
import warnings

STRONG = {"query", "execute", "scalar", "scalars", "exec", "commit", "rollback", "flush", "refresh", "begin_nested", "get_one",
          "bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings", "one_or_none", "scalar_one_or_none",
          "scalar_one", "fetchall", "fetchone", "stream", "connection", "run_callable"}
WEAK = {"get", "delete", "update", "merge", "close", "all", "first", "one", "count", "begin", "connect", "remove", "exists",
        "dispose", "paginate", "filter", "filter_by", "create_all", "drop_all", "raw_connection"}
FIELDS = ["repository", "commit", "path", "line", "column", "methods", "verdict", "what"]
warnings.simplefilter("ignore")


class Chains(ast.NodeVisitor):
    """The outermost chains of attributes, calls and subscripts that call a method of one of the names."""

    def __init__(self):
        self.found: list[tuple[int, int, list[str]]] = []

    def generic_visit(self, node):
        if isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
            self.chain(node)
        else:
            super().generic_visit(node)

    def chain(self, node):
        methods, first = [], node
        while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute) and node.func.attr in STRONG | WEAK:
                    methods.append(node.func.attr)
                for argument in [*node.args, *node.keywords]:
                    self.visit(argument)
                node = node.func
            else:
                if isinstance(node, ast.Subscript):
                    self.visit(node.slice)
                node = node.value
        self.visit(node)
        if methods:
            self.found.append((first.lineno, first.col_offset + 1, methods[::-1]))


def candidates(folder: pathlib.Path):
    for path in sorted(folder.rglob("*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        chains = Chains()
        chains.visit(tree)
        for line, column, methods in sorted(chains.found):
            yield str(path.relative_to(folder)), line, column, methods


def draw(args) -> int:
    everything = list(candidates(args.folder))
    chance = random.Random(f"{args.seed}:{args.repository}")
    if args.without is not None:
        taken_before = {(one["repository"], one["path"], int(one["line"]), int(one["column"])) for one in read(args.without)}
        everything = [one for one in everything if (args.repository, *one[:3]) not in taken_before]
    strong = [one for one in everything if STRONG & set(one[3])]
    weak = [one for one in everything if not STRONG & set(one[3])]
    half = min(len(weak), args.count // 2)
    taken = chance.sample(strong, min(len(strong), args.count - half)) + chance.sample(weak, half)
    out = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    for path, line, column, methods in sorted(taken):
        out.writerow([args.repository, args.commit, path, line, column, ".".join(methods), "", ""])
    return 0


def read(path: pathlib.Path) -> list[dict]:
    with path.open() as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), FIELDS, delimiter="\t"))


def show(args) -> int:
    """The chain with two lines around it, the heads of what it stands in, and what binds its first name there."""
    for number, label in enumerate(read(args.labels)):
        if args.repository and label["repository"] != args.repository:
            continue
        path = args.trees / label["repository"] / label["path"]
        text = path.read_text(errors="replace")
        lines, tree, at = text.splitlines(), ast.parse(text), int(label["line"])
        print(f"=== {number} {label['path']}:{at}:{label['column']} {label['methods']}")
        around = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
                  and node.lineno <= at <= node.end_lineno]
        for node in around:
            parameters = "" if isinstance(node, ast.ClassDef) else ast.unparse(node.args)
            print(f"  in {type(node).__name__} {node.name}({parameters[:200]})")
        name = lines[at - 1].encode()[int(label["column"]) - 1:].decode(errors="replace")
        base = "".join(c if c.isidentifier() or c.isdigit() else " " for c in name).split(" ")[0]
        if base in ("self", "cls"):
            base = ".".join(name.split("(")[0].split(".")[:2])
        scope = around[-1] if around and base[:4] not in ("self", "cls.") else tree
        for node in ast.walk(scope):
            bound = []
            if isinstance(node, ast.Assign):
                bound = node.targets
            elif isinstance(node, (ast.AnnAssign, ast.For)):
                bound = [node.target]
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                bound = [node.optional_vars]
            if any(ast.unparse(one) == base for one in bound) and not at - 2 <= getattr(node, "lineno", 0) <= at + 1:
                print("   ", ast.unparse(node).splitlines()[0][:150])
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)) and any((one.asname or one.name) == base for one in node.names):
                print("   ", ast.unparse(node)[:150])
        for i in range(max(1, at - 2), min(len(lines), at + 3) + 1):
            print(f"  {'>' if i == at else ' '} {lines[i - 1][:140]}")
    return 0


def findings(tool: str, folder: pathlib.Path) -> dict[tuple[str, int, int], list[dict]]:
    ran = subprocess.run([tool, "check", "--format", "json", "--include-kept", "--max", "1000000", "--root", str(folder), str(folder)],
                         capture_output=True, text=True)
    if ran.returncode not in (0, 1, 3):
        raise SystemExit(f"{tool}: {ran.stderr.strip()}")
    out = collections.defaultdict(list)
    for finding in json.loads(ran.stdout)["findings"]:
        out[finding["path"], finding["line"], finding["column"]].append(finding)
    return out


def starts(path: pathlib.Path) -> dict[tuple[int, int], set[tuple[int, int]]]:
    """Of each candidate's place where its links begin: `(a.b().c()).d()` begins with the bracket, its links do not."""
    out = {}
    for first in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(first, (ast.Call, ast.Attribute, ast.Subscript)):
            continue
        node, own = first, set()
        while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
            own.add((node.lineno, node.col_offset + 1))
            node = node.func if isinstance(node, ast.Call) else node.value
        out.setdefault((first.lineno, first.col_offset + 1), set()).update(own)
    return out


def compare(args) -> int:
    """Counted is what `check` counts against the allowance; what it merely mentions as kept is seen all the same."""
    labels = read(args.labels)
    wrong = missed = ios = 0
    for repository in sorted({label["repository"] for label in labels}):
        found = findings(args.tool, args.trees / repository)
        tally, places = collections.Counter(), {}
        for label in labels:
            if label["repository"] != repository:
                continue
            path = args.trees / repository / label["path"]
            if path not in places:
                places[path] = starts(path)
            at = int(label["line"]), int(label["column"])
            seen = [one for place in places[path].get(at, {at}) for one in found.get((label["path"], *place), [])]
            counted = [one for one in seen if one["status"] == "remaining"]
            tally[label["verdict"], "counted" if counted else "kept" if seen else "not seen"] += 1
            ios += label["verdict"] == "io"
            place = f"{repository} {label['path']}:{label['line']}:{label['column']} {label['methods']}"
            if label["verdict"] == "not" and counted:
                wrong += 1
                print(f"counted, but {label['what']}: {place}: {counted[0]['code']} {counted[0]['message']}")
            if label["verdict"] == "io" and not seen:
                missed += 1
                print(f"not seen, but {label['verdict']} {label['what']}: {place}")
        print(f"{repository}: " + ", ".join(f"{verdict} {how} {number}" for (verdict, how), number in sorted(tally.items())))
    print(f"{len(labels)} places: {wrong} counted wrongly; of {ios} that are session I/O {missed} not seen")
    return 1 if wrong or missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("draw")
    one.add_argument("folder", type=pathlib.Path)
    one.add_argument("--repository", required=True)
    one.add_argument("--commit", required=True)
    one.add_argument("--count", type=int, default=100)
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--without", type=pathlib.Path, metavar="LABELS", help="no place that stands there")
    one.set_defaults(run=draw)
    for name, run in (("show", show), ("compare", compare)):
        one = commands.add_parser(name)
        one.add_argument("labels", type=pathlib.Path)
        one.add_argument("--trees", type=pathlib.Path, required=True)
        one.add_argument("--repository")
        one.add_argument("--tool", default="build/release/sqlawait")
        one.set_defaults(run=run)
    args = parser.parse_args()
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
