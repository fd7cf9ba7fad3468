#!/usr/bin/env bash
# clang-format on every C++ file, clang-tidy on those that changed.
#
#     tools/dev/lint.sh             check; clang-tidy on what changed since LINT_BASE, which is by default where
#                                   the branch left origin/main, or else the commit before the last one
#     tools/dev/lint.sh --all       clang-tidy on every file
#     tools/dev/lint.sh --fix       format in place, nothing else
source "$(dirname "$0")/lib.sh"

mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.cpp' '*.h' '*.c' | grep -v '^fixtures/' |
    while read -r file; do [[ -e $file ]] && echo "$file"; done)

if [[ ${1-} == --fix ]]; then
    clang-format-19 -i "${files[@]}"
    exit 0
fi

# lint_base: the revision that changes are counted from; nothing when there is none (a shallow clone).
lint_base() {
    local base=${LINT_BASE-}
    if [[ -z $base ]]; then
        base=$(git merge-base HEAD origin/main 2>/dev/null || true)
        [[ -n $base && $base != $(git rev-parse HEAD) ]] || base=HEAD~1
    fi
    git rev-parse --quiet --verify "$base^{commit}" || true
}

# changed_units: the .cpp files that changed, and those beside a header that changed.
changed_units() {
    local base
    base=$(lint_base)
    if [[ ${1-} == --all || -z $base ]]; then
        printf '%s\n' "${files[@]}" | grep '\.cpp$'
        return
    fi
    { git diff --name-only --diff-filter=d "$base"; git ls-files --others --exclude-standard; } |
        sed -n 's/\.h$/.cpp/; /\.cpp$/p' | sort -u | while read -r unit; do
        if [[ -e $unit && $unit != fixtures/* ]]; then echo "$unit"; fi
    done
}

# tidy FILE: prints the complaints; what clang-tidy counts on stderr is only noise.
tidy() {
    local output
    if ! output=$(clang-tidy-19 -p "$build" --quiet "$1" 2>/dev/null); then
        printf 'FAIL tidy %s\n%s\n' "$1" "$output"
    else
        printf 'ok tidy %s\n' "$1"
    fi
}
export -f tidy
export build

log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
    printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -I{} bash -c \
        'if clang-format-19 --dry-run -Werror "$1" 2>/dev/null; then echo "ok format $1"; else echo "FAIL format $1"; fi' - {}
    [[ -f $build/compile_commands.json ]] || cmake --preset "$preset" >/dev/null
    changed_units "$@" | xargs -r -P "$(nproc)" -I{} bash -c 'tidy "$1"' - {}
} >"$log"

grep -v '^ok ' "$log" || true
passed=$(grep -c '^ok ' "$log" || true)
failed=$(grep -c '^FAIL ' "$log" || true)
if grep -q '^FAIL format' "$log"; then echo "tools/dev/lint.sh --fix formats them"; fi
echo "$passed passed, $failed failed"
exit $((failed > 0))
