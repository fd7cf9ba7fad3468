#!/usr/bin/env bash
# Writes tests/requirements.lock anew from tests/requirements.in, for every Python from 3.10 on.
source "$(dirname "$0")/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch"
"$scratch/bin/python" -m pip install --quiet --disable-pip-version-check uv
{
    printf '# Made by tools/dev/lock-python.sh from requirements.in.\n'
    "$scratch/bin/uv" pip compile --quiet --universal --python-version 3.10 --upgrade \
        --generate-hashes --no-header --no-annotate --no-emit-index-url tests/requirements.in
} >"$scratch/lock"
cp "$scratch/lock" tests/requirements.lock
