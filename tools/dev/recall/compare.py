"""How much of the loading that teams added by hand the tool plans by itself.

    cd tools/dev && python3 -m recall.compare --tool ../../build/release/sqlawait --mirrors DIR [--missed] [-k WORD]

Labels lie in `labels/loads.tsv`: repository, revision before, revision after, root inside of it, path, line (after),
function, relationship, verdict (needed, needless), reason, and, of what the tool is known to miss, why. For each
repository the tree before is taken out of `DIR/OWNER+NAME/repo`, the tool prints its plan for it (stage loads), and
each needed label is

- found: an origin in the same function loads that path, or a refresh there names the relationship
- found elsewhere: another place loads it (the query that made the object, a caller, a refresh behind a commit), and
  no read of it in the label's function, or else in its file, is left without a load
- missed
"""

import argparse
import ast
import collections
import csv
import pathlib
import re
import subprocess
import sys
import tempfile

ANSWERS = ["found", "found elsewhere", "missed"]
HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ["repository", "before", "after", "root", "path", "line", "function", "relationship", "verdict", "reason",
          "missed"]


def read_labels() -> list[dict]:
    with open(HERE.parent / "labels" / "loads.tsv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), FIELDS, delimiter="\t",
                                   quoting=csv.QUOTE_NONE))


def unpack(mirrors: pathlib.Path, repository: str, revision: str, to: pathlib.Path) -> None:
    git = mirrors / repository.replace("/", "+") / "repo"
    archive = subprocess.run(["git", f"--git-dir={git}", "archive", revision, "--",
                              *[f":(glob)**/*.{ending}" for ending in ("py", "toml")]],
                             capture_output=True, check=True)
    subprocess.run(["tar", "x", "-C", to], input=archive.stdout, check=True)


class Functions:
    """Which function a line of a file is in."""

    def __init__(self, tree: pathlib.Path):
        self.tree, self.known = tree, {}

    def at(self, path: str, line: int) -> str:
        if path not in self.known:
            spans = []

            def walk(node, scope):
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                        spans.append((child.lineno, child.end_lineno, ".".join([*scope, child.name])))
                        walk(child, [*scope, child.name])
                    else:
                        walk(child, scope)

            try:
                walk(ast.parse((self.tree / path).read_bytes()), [])
            except SyntaxError:  # of another Python
                pass
            self.known[path] = spans
        inside = [span for span in self.known[path] if span[0] <= line <= span[1]]
        return inside[-1][2] if inside else ""


class Plan:
    """What `--print loads` says, by place."""

    def __init__(self, text: str, tree: pathlib.Path):
        functions = Functions(tree)
        self.loads = []  # (path, function, [attribute, ...], kind)
        self.reads = collections.defaultdict(list)  # by path: (function, attributes, whether nothing loads it)
        for line in text.splitlines():
            read = re.match(r"(\S+):(\d+):\d+ read ([^:]*): (.*)", line)
            if read:
                steps = re.sub(r" as \w+", "", read[3]).replace("[]", "").split(".")[1:]
                left = re.match("not loaded|no origin known|left alone", read[4]) is not None
                self.reads[read[1]].append((functions.at(read[1], int(read[2])), steps, left))
            found = re.match(r"(\S+):(\d+):\d+ (\w+)(?: of .*? by \S+)? loads(.*)", line)
            if not found:
                continue
            path, number, kind, what = found.groups()
            what = re.sub(r" (through the options|what its callers).*", "", what)
            where = functions.at(path, int(number))
            for one in re.sub(r" as \w+", "", what).split(" "):
                steps = one.replace("[]", "").split(".")[1:]
                if steps:
                    self.loads.append((path, where, steps, kind))
            if " as " in what:
                self.loads.append((path, where, ["subclasses"], kind))

    def answer(self, label: dict) -> str:
        relationship = label["relationship"]
        words = relationship.split(" ")
        if "subclasses" in words:
            wanted = ["subclasses"]
        elif words[0] in ("refresh", "awaitable"):
            wanted = [words[1]]
        else:
            wanted = words[-1].split(".")[1:]

        def has(steps):
            return any(steps[at:at + len(wanted)] == wanted for at in range(len(steps)))

        there = [load for load in self.loads if has(load[2])]
        if any(path == label["path"] and where == label["function"] for path, where, _, _ in there):
            return "found"
        reads = [read for read in self.reads[label["path"]] if has(read[1])]
        reads = [read for read in reads if read[0] == label["function"]] or reads
        if there and not any(left for _, _, left in reads):
            return "found elsewhere"
        return "missed"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", type=pathlib.Path, required=True)
    parser.add_argument("--mirrors", type=pathlib.Path, required=True)
    parser.add_argument("--missed", action="store_true", help="name what is missed, and why")
    parser.add_argument("-k", default="", help="repositories with this in their name")
    options = parser.parse_args()
    by_tree = collections.defaultdict(list)
    for label in read_labels():
        if options.k in label["repository"]:
            by_tree[label["repository"], label["before"], label["root"]].append(label)
    total = collections.Counter()
    for (repository, before, root), labels in by_tree.items():
        with tempfile.TemporaryDirectory() as scratch:
            unpack(options.mirrors, repository, before, pathlib.Path(scratch))
            tree = pathlib.Path(scratch) / root
            # The whole migration keeps values at commit and leaves synchronous code alone; the stage takes all code.
            plans = [Plan(subprocess.run([options.tool.resolve(), "migrate", *stage, "--print", "loads", "--root", tree,
                                          tree], capture_output=True, text=True, check=True).stdout, tree)
                     for stage in ([], ["--stage", "loads"])]
        counts = collections.Counter()
        for label in labels:
            if label["verdict"] != "needed":
                counts[label["verdict"]] += 1
                continue
            answer = min((plan.answer(label) for plan in plans), key=ANSWERS.index)
            counts[answer] += 1
            if options.missed and answer == "missed":
                print(f"  missed {label['path']}:{label['line']} {label['function']} {label['relationship']}: "
                      f"{label['missed'] or 'no reason known'}")
        total += counts
        print_line(repository, counts)
    print_line("all", total)
    return 0


def print_line(name: str, counts: collections.Counter) -> None:
    needed = counts["found"] + counts["found elsewhere"] + counts["missed"]
    share = (needed - counts["missed"]) / needed if needed else 1
    print(f"{name}: {needed} needed: {counts['found']} found, {counts['found elsewhere']} found elsewhere, "
          f"{counts['missed']} missed ({share:.1%}); {counts['needless']} needless")


if __name__ == "__main__":
    sys.exit(main())
