# The golden fixtures of the rules.
"$SQLAWAIT_PYTHON" tests/fixtures/run.py --tool "$SQLAWAIT"
