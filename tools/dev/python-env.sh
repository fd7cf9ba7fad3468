#!/usr/bin/env bash
# Makes .venv, the Python environment of the tests, from tests/requirements.lock. Every package is checked
# against its hash. PYTHON names another interpreter than python3; it has to be 3.10 or newer.
source "$(dirname "$0")/lib.sh"

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    die "$python is $("$python" --version 2>&1), the tests need Python 3.10 or newer; set PYTHON"

# What .venv was made from: unchanged means nothing to do.
wanted=$("$python" --version; cat tests/requirements.lock)
stamp=.venv/made-from
if [[ -x .venv/bin/python && -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    exit 0
fi

say "making .venv with $("$python" --version)"
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: \
    --require-hashes -r tests/requirements.lock
printf '%s\n' "$wanted" >"$stamp"
