#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
#
#     tools/dev/test.sh            everything
#     tools/dev/test.sh unit lint  these steps alone
#     tools/dev/test.sh --list     the steps
#
# A step is a script tests/steps/NN-name.sh; adding one edits no list. It finds the program in SQLAWAIT, the
# build in SQLAWAIT_BUILD and the interpreter in SQLAWAIT_PYTHON, prints any number of lines
# `N passed, N failed`, which are summed here, and exits with 0 when nothing unexpected failed.
source "$(dirname "$0")/lib.sh"

shopt -s nullglob
steps=(tests/steps/[0-9]*.sh)

# step_name FILE: tests/steps/10-unit.sh is "unit".
step_name() {
    local name=${1##*/[0-9][0-9]-}
    printf '%s\n' "${name%.sh}"
}

if [[ ${1-} == --list ]]; then
    for step in "${steps[@]}"; do step_name "$step"; done
    exit 0
fi

wanted=" $* "
for name in "$@"; do
    found=(tests/steps/[0-9][0-9]-"$name".sh)
    ((${#found[@]})) || die "there is no step '$name'; see $0 --list"
done

tools/dev/setup.sh
say "building build/$preset (a few minutes the first time)"
if ! (build_all); then
    echo "0 passed, 1 failed"
    exit 1
fi

export SQLAWAIT="$sqlawait" SQLAWAIT_BUILD="$build" SQLAWAIT_PYTHON="$root/.venv/bin/python"
export SQLAWAIT_PRESET="$preset" PYTHONDONTWRITEBYTECODE=1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0 broken=0 summary=()
for step in "${steps[@]}"; do
    name=$(step_name "$step")
    [[ $# -eq 0 || $wanted == *" $name "* ]] || continue
    say "$name"
    status=0
    started=$SECONDS
    bash "$step" </dev/null 2>&1 | tee "$log" || status=$?
    read -r step_passed step_failed step_skipped < <(awk '
        /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { passed += $1; failed += $3; skipped += $5; lines++ }
        END { print passed + 0, failed + (lines == 0), skipped + 0 }' "$log")
    # A step that ends badly without having counted why counts as one failure.
    if ((status != 0 && step_failed == 0)); then step_failed=1; fi
    if ((status != 0 || step_failed != 0)); then broken=1; fi
    passed=$((passed + step_passed)) failed=$((failed + step_failed)) skipped=$((skipped + step_skipped))
    summary+=("$(printf '%-24s %6d passed %5d failed %5d skipped %5d s' \
        "$name" "$step_passed" "$step_failed" "$step_skipped" $((SECONDS - started)))")
done

say "total"
if ((${#summary[@]})); then printf '%s\n' "${summary[@]}"; fi
if ((skipped)); then echo "$skipped known failures are skipped; their suites name them"; fi
echo "$passed passed, $failed failed"
exit "$broken"
