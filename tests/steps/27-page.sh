# The report as an HTML page: markup, keys, names, contrast, width, in a headless Chromium where there is one.
"$SQLAWAIT_PYTHON" tests/page.py --tool "$SQLAWAIT"
