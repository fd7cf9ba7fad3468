# The gate on the sample application: adopted, worsened, improved, with every exit status.
if "$SQLAWAIT_PYTHON" tools/dev/gate_statuses.py fixtures/projects/eventhub --tool "$SQLAWAIT"; then
    echo "1 passed, 0 failed"
else
    echo "0 passed, 1 failed"
    exit 1
fi
