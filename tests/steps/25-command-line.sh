# Exit statuses, streams, bad usage, writing and the gate.
"$SQLAWAIT_PYTHON" tests/cli.py --tool "$SQLAWAIT"
