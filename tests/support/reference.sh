#!/usr/bin/env bash
# The reference in grammar/reference is what `netc explain --markdown` prints: reference.sh NETC SOURCE
set -euo pipefail
netc=$1 source=$2 failed=0
trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
for group in codes relationships layers std; do
    "$netc" explain --markdown $group >"$trial/$group.md"
    [ "$(grep -c '^<a id=' "$trial/$group.md")" -ge 13 ] || { echo "$group: too few pages"; failed=1; }
    diff -u "$source/grammar/reference/$group.md" "$trial/$group.md" || failed=1
done
[ $failed -eq 0 ] || echo "write it anew: cmake --build build/dev --target explain_reference"
exit $failed
