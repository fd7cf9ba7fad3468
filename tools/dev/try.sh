#!/usr/bin/env bash
# Shows what the program does: installs, builds, and migrates a copy of the sample application
# fixtures/projects/eventhub, whose own tests over HTTP run before and after.
source "$(dirname "$0")/lib.sh"

tools/dev/setup.sh
say "building sqlawait (a few minutes the first time)"
build_all sqlawait

copy=$(mktemp -d)/eventhub
python="$root/.venv/bin/python"
export PYTHONDONTWRITEBYTECODE=1

# run_tests: the application's own tests; prints pytest's last line.
run_tests() {
    local output status=0
    output=$(cd "$copy" && "$python" -m pytest -q -p no:cacheprovider --disable-warnings </dev/null 2>&1) || status=$?
    if ((status != 0)); then printf '%s\n' "$output" | tail -n 40; fi
    total=$(printf '%s\n' "$output" | tail -n 1)
    printf '%s\n' "$total"
    return "$status"
}

say "copying the sample application to $copy"
cp -R fixtures/projects/eventhub "$copy"
git -C "$copy" init --quiet
git -C "$copy" add --all
git -C "$copy" -c user.name=you -c user.email=you@example.invalid commit --quiet --message "synchronous"

say "its tests, on the synchronous Session"
run_tests || die "the sample application's tests should have passed before the migration"
before=$total

say "sqlawait report: the checklist, its first lines"
"$sqlawait" report "$copy" >"$copy/../checklist.md"
head -n 30 "$copy/../checklist.md"

say "sqlawait migrate: the patch"
"$sqlawait" migrate "$copy" >"$copy/../async.patch"
git -C "$copy" apply --stat ../async.patch | tail -n 30
git -C "$copy" apply ../async.patch

say "its tests, which the patch migrated too, on AsyncSession"
status=0
run_tests || status=$?

say "done"
cat <<END
before     $before
after      $total
checklist  $(realpath "$copy/../checklist.md")
patch      $(realpath "$copy/../async.patch")
result     $copy (git -C $copy diff)
END
exit "$status"
