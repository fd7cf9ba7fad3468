#!/usr/bin/env bash
# Makes .venv, the Python environment of the tests, from tests/requirements.lock, and in it, for PYTHONPATH, the
# folders sqlalchemy-next with the next SQLAlchemy and projects with what the sample applications need. Every package is checked against its hash. PYTHON names another interpreter than python3; it has to be 3.10 or newer.
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

# beside NAME: what tests/NAME.lock pins, in a folder of that name
beside() {
    local folder=.venv/$1
    if ! cmp -s "tests/$1.lock" "$folder/made-from"; then
        say "installing $1 in $folder"
        rm -rf "$folder"
        install "tests/$1.lock" --no-deps --target "$folder"
        cp "tests/$1.lock" "$folder/made-from"
    fi
}
beside sqlalchemy-next
beside projects
