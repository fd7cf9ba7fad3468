#!/usr/bin/env bash
# Builds the wheel from the sources into dist/, and a second one for other distributions (manylinux) where auditwheel
# is installed. The grammar sources have to be there: tools/dev/setup.sh.
source "$(dirname "$0")/lib.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch"
"$scratch/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    -r tests/wheel.lock
"$scratch/bin/python" -m pip wheel --disable-pip-version-check --no-build-isolation --no-deps -w dist .
if command -v auditwheel >/dev/null; then
    auditwheel repair -w dist dist/sqlawait-*-linux_*.whl
fi
ls -l dist
