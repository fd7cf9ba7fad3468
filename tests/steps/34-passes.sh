# What every pass prints of small programs, plain and odd.
"$SQLAWAIT_PYTHON" tests/passes.py --tool "$SQLAWAIT"
