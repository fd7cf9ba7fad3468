# The checklist and the gate's formats, against schemas and independent counts.
"$SQLAWAIT_PYTHON" tests/reports.py --tool "$SQLAWAIT"
