# 600 random queries, before and after the stage `select`. SQLAWAIT_SEED makes others of them.
"$SQLAWAIT_PYTHON" tests/random_queries.py --tool "$SQLAWAIT" --count 600 --seed "${SQLAWAIT_SEED:-1}"
