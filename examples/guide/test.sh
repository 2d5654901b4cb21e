#!/usr/bin/env bash
# Every program of the guide's table passes check without a warning and verify; every program stands
# in the table; every file and every quoted case that the table names is there.
#
#     test.sh NETC FOLDER
set -euo pipefail
netc=$1
cd "$2"
failed=0
fail() {
    echo "guide: $*" >&2
    failed=1
}

count=0
for file in *.net; do
    count=$((count + 1))
    "$netc" check -Werror "$file" || fail "$file does not pass check"
    report=$("$netc" verify "$file" 2>&1) || fail "$file: $report"
    grep -qF "]($file)" README.md || fail "$file is not in README.md"
done

references=0
while IFS='|' read -r path name; do
    references=$((references + 1))
    if [[ ! -e $path ]]; then
        fail "README.md names $path"
    elif [[ -n $name ]] && ! grep -qF -e "\"$name\"" -e ", $name)" "$path"; then
        fail "$path has no $name"
    fi
done < <(grep -oE '\]\([^)]*\)( "[^"]*")?' README.md | sed -E 's/^\]\(([^)]*)\)( "(.*)")?$/\1|\3/')

echo "$count programs, $references references"
[[ $count -ge 33 && $references -ge 100 && $failed -eq 0 ]]
