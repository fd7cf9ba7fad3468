"""What differs between two recordings."""
from __future__ import annotations

import collections
import json


def canonical(body: str, ordered: bool) -> str:
    try:
        value = json.loads(body)
    except ValueError:
        return body

    def sort(one):
        if isinstance(one, list):
            return sorted((sort(part) for part in one), key=lambda part: json.dumps(part, sort_keys=True))
        if isinstance(one, dict):
            return {key: sort(part) for key, part in one.items()}
        return one
    return json.dumps(value if ordered else sort(value), sort_keys=True)


def read(path: str):
    with open(path, encoding="utf-8") as lines:
        parts = [json.loads(line) for line in lines]
    return [one for one in parts if "request" in one], {key: value for one in parts if "request" not in one
                                                        for key, value in one.items()}


def compare(options) -> int:
    (before, _), (after, end) = read(options.before), read(options.after)
    kinds = collections.Counter()
    statements = [0, 0]
    for one, other in zip(before, after):
        kinds[f"status {one['status'] // 100}xx before"] += 1
        kinds["with statements"] += one["statements"] > 0
        statements[0] += one["statements"]
        statements[1] += other["statements"]
        lazy = "MissingGreenlet" in other["raised"] or "greenlet_spawn" in other["body"] or "MissingGreenlet" in other["body"]
        same = one["status"] == other["status"] and canonical(one["body"], True) == canonical(other["body"], True)
        if lazy:
            kind = "a lazy load"
        elif same:
            kind = "equal" if one["raised"] == other["raised"] else "equal, other exceptions logged"
        elif one["status"] == other["status"] and canonical(one["body"], False) == canonical(other["body"], False):
            kind = "equal but for the order"
        else:
            kind = "different"
        kinds[kind] += 1
        if kind in ("different", "a lazy load") or (options.all and kind != "equal"):
            print(f"{kind}: {one['request']}\n  before {one['status']} {one['raised']} {one['body'][:options.width]}\n"
                  f"  after  {other['status']} {other['raised']} {other['body'][:options.width]}"
                  + (f"\n  at {' '.join(other['where'])}" if other.get("where") else ""))
    print(f"{len(before)} requests before, {len(after)} after; statements {statements[0]} before, {statements[1]} after")
    for kind, count in sorted(kinds.items()):
        print(f"{count:6} {kind}")
    for name in ("blocking", "unawaited"):
        for one in end.get(name, ()):
            print(f"{name}: {one}")
    for one in end.get("other blocking", ()):
        print(f"on the loop: {one}")
    bad = kinds["different"] + kinds["a lazy load"] + len(end.get("unawaited", ())) + len(end.get("blocking", ()))
    return 1 if bad or len(before) != len(after) else 0
