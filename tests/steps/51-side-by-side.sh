# A Celery worker on the synchronous session beside the service on the asynchronous one, both on one PostgreSQL.
PYTHONPATH=$PWD/.venv/projects "$SQLAWAIT_PYTHON" tests/postgres.py "$SQLAWAIT_PYTHON" tests/side_by_side.py --tool "$SQLAWAIT" \
    --url 'postgresql+psycopg2://tester@127.0.0.1:{port}/tester'
