#!/usr/bin/env bash
# Makes .venv, the Python environment of the tests, from tests/requirements.lock, and in it, for PYTHONPATH, the
# folder sqlalchemy-next with the next SQLAlchemy. Every package is checked against its hash. PYTHON names another interpreter than python3; it has to be 3.10 or newer.
source "$(dirname "$0")/lib.sh"

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    die "$python is $("$python" --version 2>&1), the tests need Python 3.10 or newer; set PYTHON"

# install LOCK [OPTION...]
install() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: \
        --require-hashes -r "$@"
}

# What it was made from: unchanged means nothing to do.
wanted=$("$python" --version; cat tests/requirements.lock)
stamp=.venv/made-from
if [[ ! -x .venv/bin/python || ! -f $stamp || $(<"$stamp") != "$wanted" ]]; then
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
    install tests/requirements.lock
    printf '%s\n' "$wanted" >"$stamp"
fi

next=.venv/sqlalchemy-next
if ! cmp -s tests/sqlalchemy-next.lock "$next/made-from"; then
    say "installing the next SQLAlchemy in $next"
    rm -rf "$next"
    install tests/sqlalchemy-next.lock --no-deps --target "$next"
    cp tests/sqlalchemy-next.lock "$next/made-from"
fi
