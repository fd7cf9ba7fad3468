# 400 random programs that read relationships: the same values and rows, no lazy load, no more statements than before.
"$SQLAWAIT_PYTHON" tests/random/loads.py --tool "$SQLAWAIT" --count 400 --seed "${SQLAWAIT_SEED:-1}"
