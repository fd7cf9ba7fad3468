# The conformance suite on other databases and versions than step 40's, which is SQLite with SQLAlchemy 2.0. Each two
# of PostgreSQL, SQLAlchemy 2.1, the whole migration and the stage `select` meet once.
suite=("$SQLAWAIT_PYTHON" tests/conformance/run.py --tool "$SQLAWAIT" --behaviour-only -q)
postgres=(--sync-url 'postgresql+psycopg2://tester@127.0.0.1:{port}/tester'
          --async-url 'postgresql+asyncpg://tester@127.0.0.1:{port}/tester')
next="$PWD/.venv/sqlalchemy-next"
status=0

echo "-- PostgreSQL, SQLAlchemy 2.0"
"$SQLAWAIT_PYTHON" tests/postgres.py "${suite[@]}" "${postgres[@]}" || status=1

if ! "$SQLAWAIT_PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "-- SQLAlchemy 2.1 needs Python 3.11"
    exit "$status"
fi
version=$(PYTHONPATH=$next "$SQLAWAIT_PYTHON" -c 'import sqlalchemy; print(sqlalchemy.__version__)')
if [[ $version != 2.1.* ]]; then
    echo "there is no SQLAlchemy 2.1 in $next: run tools/dev/setup.sh"
    exit 1
fi
echo "-- SQLite, SQLAlchemy $version"
PYTHONPATH=$next "${suite[@]}" || status=1
echo "-- PostgreSQL, SQLAlchemy $version, stage: select"
PYTHONPATH=$next "$SQLAWAIT_PYTHON" tests/postgres.py "${suite[@]}" "${postgres[@]}" --stage select || status=1
exit "$status"
