# The sample applications: their own tests before and after the migration.
"$SQLAWAIT_PYTHON" tests/awaits.py --self-test || exit
PYTHONPATH=$PWD/.venv/projects "$SQLAWAIT_PYTHON" tests/projects.py --tool "$SQLAWAIT" | awk -f tests/steps/known.awk tests/steps/known_failures.txt -
