#!/usr/bin/env python3
"""What `sqlawait check` writes for other systems, against the schemas that those systems publish.

    validate_formats.py --sarif sarif-schema-2.1.0.json --gitlab codeclimate.json FOLDER... [--tool SQLAWAIT]

The schemas are not part of this repository (tests/schemas holds what we write of each, transcribed and stricter). SARIF's
is OASIS's sarif-schema-2.1.0.json; GitLab's is app/validators/json_schemas/codeclimate.json of its sources, for one entry
of the list. Every finding, with and without a baseline. Needs jsonschema. Exit status: 1 when something does not fit.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema


def validator(path: pathlib.Path):
    schema = json.loads(path.read_text())
    return jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--sarif", type=pathlib.Path, required=True)
    parser.add_argument("--gitlab", type=pathlib.Path, required=True)
    parser.add_argument("--tool", default="build/release/sqlawait")
    args = parser.parse_args()
    sarif, gitlab, bad = validator(args.sarif), validator(args.gitlab), 0
    with tempfile.TemporaryDirectory(prefix="sqlawait-formats-") as scratch:
        for folder in args.folders:
            baseline = str(pathlib.Path(scratch) / f"{folder.resolve().name}.json")

            def check(*words):
                done = subprocess.run([args.tool, "check", "--quiet", "--root", str(folder), *words, str(folder)],
                                      text=True, capture_output=True)
                if done.returncode not in (0, 1, 3):
                    raise SystemExit(done.stderr)
                return done.stdout
            for words in ([], ["--include-kept"], ["--baseline", baseline]):
                if words[:1] == ["--baseline"]:
                    check(*words, "--update-baseline")
                log = json.loads(check("--format", "sarif", *words))
                errors = [error.message for error in sarif.iter_errors(log)]
                issues = json.loads(check("--format", "gitlab", *words))
                errors += [error.message for issue in issues for error in gitlab.iter_errors(issue)]
                bad += len(errors)
                print(f"{folder} {' '.join(words[:1])}: {len(log['runs'][0]['results'])} results, {len(issues)} issues, "
                      f"{len(errors)} errors", *errors[:5], sep="\n  " if errors else "")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
