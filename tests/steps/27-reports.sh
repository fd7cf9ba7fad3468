# The checklist, the gate's formats and the page, against schemas and independent counts.
"$SQLAWAIT_PYTHON" tests/reports.py --tool "$SQLAWAIT"
