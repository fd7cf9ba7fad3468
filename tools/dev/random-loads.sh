#!/usr/bin/env bash
# 3,000 random programs that read relationships, compared before and after their migration; others with another seed.
#
#     tools/dev/random-loads.sh [FIRST_SEED]
set -euo pipefail
cd "$(dirname "$0")/../.."
first=${1:-100}
status=0
for ((seed = first; seed < first + 6; ++seed)); do
    .venv/bin/python tests/random/loads.py --tool "${SQLAWAIT:-build/release/sqlawait}" --count 500 --seed "$seed" || status=1
done
exit "$status"
