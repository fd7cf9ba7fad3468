# The conformance suite: the whole migration, then the two stages that stay synchronous.
status=0
for stage in "" select loads; do
    echo "-- stage: ${stage:-all}"
    "$SQLAWAIT_PYTHON" tests/conformance/run.py --tool "$SQLAWAIT" ${stage:+--stage "$stage"} || status=1
done
exit "$status"
