# The module that tests with mocked sessions get answers as they are told.
"$SQLAWAIT_PYTHON" tests/session_doubles.py
