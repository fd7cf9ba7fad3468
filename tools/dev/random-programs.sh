#!/usr/bin/env bash
# 5,000 random programs, compared before and after their migration; other seeds with a number as the argument.
#
#     tools/dev/random-programs.sh [FIRST_SEED]
set -euo pipefail
cd "$(dirname "$0")/../.."
first=${1:-100}
status=0
for ((seed = first; seed < first + 10; ++seed)); do
    PYTHONPATH=$PWD/.venv/projects .venv/bin/python tests/random/run.py --tool "${SQLAWAIT:-build/release/sqlawait}" --count 500 --seed "$seed" || status=1
done
exit "$status"
