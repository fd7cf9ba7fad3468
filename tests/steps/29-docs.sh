# Every command in the documentation is run, every list in it is complete.
"$SQLAWAIT_PYTHON" tests/docs.py --tool "$SQLAWAIT"
