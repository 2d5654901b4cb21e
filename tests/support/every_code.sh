#!/usr/bin/env bash
# every_code.sh SOURCE_DIR: every diagnostic that the compiler can raise stands in a golden test of
# tests/error named after it, and no golden test shows one that nothing raises. A code can be raised
# if the sources mention it outside of comments.
set -euo pipefail
cd "$1"

# The C source on standard input without its comments.
strip_comments() {
    awk '{
        line = $0; out = ""
        while (line != "") {
            at = index(line, inside ? "*/" : "/*")
            if (!inside) out = out (at ? substr(line, 1, at - 1) : line)
            line = at ? substr(line, at + 2) : ""
            if (at) inside = !inside
        }
        print out
    }'
}

codes=$(sed -n 's/^DIAG(\([NW][0-9]*\),.*/\1/p' compiler/base/diag.def)
sources=$(find compiler grammar -name '*.[chyl]' ! -path compiler/base/diag.c)
raised=$(for source in $sources; do strip_comments <"$source"; done |
    grep -oE '\b[NW]0[0-9]{3}\b' | sort -u)
failed=0
count=0
for code in $codes; do
    shown=0
    for expected in tests/error/"${code,,}"-*.expected; do
        if [[ -e $expected ]] && grep -qE "^(error|warning)\[$code\]" "$expected"; then shown=1; fi
    done
    can=0
    if grep -qx "$code" <<<"$raised"; then can=1; fi
    if [[ $can -gt $shown ]]; then
        echo "$code can be raised, but no tests/error/${code,,}-*.expected shows it"
        failed=1
    elif [[ $can -lt $shown ]]; then
        echo "tests/error/${code,,}-* shows $code, which nothing raises"
        failed=1
    fi
    count=$((count + can))
done
echo "$count codes can be raised"
[[ $count -gt 0 && $failed -eq 0 ]]
