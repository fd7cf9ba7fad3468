# What the pytest plugin records, and what --trace makes of it.
"$SQLAWAIT_PYTHON" tests/trace.py --tool "$SQLAWAIT"
