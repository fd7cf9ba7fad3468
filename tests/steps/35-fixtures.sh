# The golden fixtures of the rules.
"$SQLAWAIT_PYTHON" tests/fixtures/run.py --tool "$SQLAWAIT" | awk -f tests/steps/known.awk tests/steps/known_failures.txt -
