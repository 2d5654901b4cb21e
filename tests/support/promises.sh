#!/usr/bin/env bash
# Every test that runtime/README.md names as the proof of a promise is there.
#   promises.sh SOURCE_DIR
set -euo pipefail
cd "$1"
missing=0 found=0

need() { # WHAT CONDITION...
    local what=$1
    shift
    found=$((found + 1))
    "$@" >/dev/null && return
    echo "runtime/README.md names $what, which is not there"
    missing=1
}

table=$(sed -n '/^## The promises/,$p' runtime/README.md)
for test in $(grep -oE '[a-z_]+::[a-z_0-9]+' <<<"$table" | grep -v '^a::b$'); do
    need "$test" grep -rE "Test\(${test%%::*}, ${test##*::}[,)]" tests --include='*.c'
done
for file in $(grep -oE '`(run|property|unit|error)/[a-z_/.*]+`' <<<"$table" | tr -d '`'); do
    need "$file" compgen -G "tests/$file"
done
[ $found -ge 30 ] || { echo "only $found names were found"; exit 1; }
exit $missing
