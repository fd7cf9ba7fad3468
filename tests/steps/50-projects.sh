# The sample applications: their own tests before and after the migration, on SQLite and PostgreSQL.
"$SQLAWAIT_PYTHON" tests/awaits.py --self-test || exit
PYTHONPATH=$PWD/.venv/projects "$SQLAWAIT_PYTHON" tests/postgres.py "$SQLAWAIT_PYTHON" tests/projects.py --tool "$SQLAWAIT" \
    --postgres-url 'postgres://tester@127.0.0.1:{port}/tester' | awk -f tests/steps/known.awk tests/steps/known_failures.txt -
