#!/usr/bin/env bash
# golden.sh NETC DIR: runs netc on every DIR/*.net and compares what it prints, and its exit status,
# with NAME.expected byte for byte. A file may say how it is run in a comment line
#
#     # run: check -Wall
#
# else it is `check`. UPDATE_GOLDEN=1 writes the expected files instead.
set -euo pipefail
netc=$1
cd "$2"
failed=0
count=0
for file in *.net; do
    command=$(sed -n 's/^# run: //p' "$file" | head -n 1)
    read -ra words <<<"${command:-check}"
    status=0
    printed=$("$netc" "${words[@]}" "$file" 2>&1; echo "exit $?") || status=$?
    expected=${file%.net}.expected
    count=$((count + 1))
    if [[ ${UPDATE_GOLDEN:-0} == 1 ]]; then
        printf '%s\n' "$printed" >"$expected"
    elif ! diff -u --label "$expected" --label "netc ${words[*]} $file" \
        <(cat "$expected" 2>/dev/null || true) <(printf '%s\n' "$printed"); then
        failed=$((failed + 1))
    fi
done
for expected in *.expected; do
    if [[ -e $expected && ! -e ${expected%.expected}.net ]]; then
        echo "$expected has no program"
        failed=$((failed + 1))
    fi
done
echo "$count programs, $failed failed"
[[ $count -gt 0 && $failed -eq 0 ]]
