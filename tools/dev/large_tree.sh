#!/usr/bin/env bash
# One tree of at least LINES lines of Python, for measuring: copies of the given folders, each a root of its own
# below OUT. Prints a line a pass, with time and peak memory, of what the tool does there.
#
#   tools/dev/large_tree.sh OUT LINES FOLDER...
#   SQLAWAIT=build/release/sqlawait tools/dev/large_tree.sh /tmp/large 500000 ../shop ../blog
set -euo pipefail
if (($# < 3)); then
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 2
fi
out=$1 lines=$2
shift 2
tool=$(realpath "${SQLAWAIT:-build/release/sqlawait}")
[[ ! -e $out ]] || { echo "$out is there already" >&2; exit 2; }
mkdir -p "$out"
: >"$out/sqlawait.toml"

count() { find "$1" -name '*.py' -type f -print0 | xargs -0 cat | wc -l; }
total=0 copy=0
while ((total < lines)); do
    for folder in "$@"; do
        ((total < lines)) || break
        to=$out/part_$(printf %03d $copy)
        mkdir "$to"
        (cd "$folder" && find . -name '*.py' -type f -not -path '*/.git/*' -print0 | tar c --null -T -) | tar x -C "$to"
        total=$((total + $(count "$to"))) copy=$((copy + 1))
    done
done
echo "$copy copies, $total lines"
cd "$out"
"$tool" migrate --timings --quiet . 2>&1 >patch.diff
