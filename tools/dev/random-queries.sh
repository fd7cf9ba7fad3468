#!/usr/bin/env bash
# 5,000 random queries in each of the two forms; `tools/dev/random-queries.sh SEED` repeats a run.
source "$(dirname "$0")/lib.sh"

build_all sqlawait
seed=${1:-$(date +%s)}
status=0
for form in statement expression; do
    .venv/bin/python tests/random_queries.py --tool "$sqlawait" --count 5000 --seed "$seed" --form "$form" || status=1
done
exit "$status"
