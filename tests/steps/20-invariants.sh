# What must hold of the source tree itself.
"$SQLAWAIT_PYTHON" tests/invariants.py
