# The wheel in a fresh environment, hooks and templates, completions.
"$SQLAWAIT_PYTHON" tests/packaging.py --tool "$SQLAWAIT"
