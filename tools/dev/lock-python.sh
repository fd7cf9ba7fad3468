#!/usr/bin/env bash
# Writes tests/requirements.lock anew from tests/requirements.in, for every Python from 3.10 on, and likewise the
# other locks of tests/.
source "$(dirname "$0")/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch"
"$scratch/bin/python" -m pip install --quiet --disable-pip-version-check uv
cp tests/*.in tests/requirements.lock "$scratch"
for name in requirements projects sqlalchemy-next wheel; do
    {
        printf '# Made by tools/dev/lock-python.sh from %s.in.\n' "$name"
        "$scratch/bin/uv" pip compile --quiet --universal --python-version 3.10 --upgrade \
            --generate-hashes --no-header --no-annotate --no-emit-index-url "$scratch/$name.in"
    } >"$scratch/$name.lock"
done
cp "$scratch"/*.lock tests/
