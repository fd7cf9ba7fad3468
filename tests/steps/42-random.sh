# Random programs: the same value, order of effects and rows before and after.
PYTHONPATH=$PWD/.venv/projects "$SQLAWAIT_PYTHON" tests/random/run.py --tool "$SQLAWAIT" --count 600 --seed 1
