# The unit tests, through ctest.
set -o pipefail
ctest --test-dir "$SQLAWAIT_BUILD" --output-on-failure --no-tests=error -j "$(nproc)" |
    awk '{ print } /tests passed, [0-9]+ tests? failed out of/ { print $NF - $4 " passed, " $4 " failed" }'
