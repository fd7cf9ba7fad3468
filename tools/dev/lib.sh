# Shared by the scripts of this folder: source it first. Sets $root and goes there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

# say TEXT...: a heading on stderr, so that stdout stays data.
say() {
    printf '\n==> %s\n' "$*" >&2
}

# die TEXT...: ends the script with a message.
die() {
    printf 'error: %s\n' "$*" >&2
    exit 2
}

# Where a preset's build lies, and the program in it.
preset=${SQLAWAIT_PRESET:-release}
build="$root/build/$preset"
sqlawait="$build/sqlawait"

# build_all [TARGET...]: configures and builds, quietly unless something is wrong.
build_all() {
    local log
    log=$(mktemp)
    if ! { cmake --preset "$preset" && cmake --build --preset "$preset" ${1:+--target "$@"}; } >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        rm -f "$log"
        die "the build failed"
    fi
    rm -f "$log"
}
