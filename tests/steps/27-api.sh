# Every public name of Query and Session has an answer, and docs/sqlalchemy-api.md says which.
"$SQLAWAIT_PYTHON" tests/api.py --tool "$SQLAWAIT"
