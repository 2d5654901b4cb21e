#!/usr/bin/env bash
# every_code.sh SOURCE_DIR: the codes of diag.def are those that the compiler can raise, those that a
# golden test of tests/error named after them shows, and those with a page of `netc explain`. A code
# can be raised if the sources mention it outside of comments; the page is run by unit_explain.
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
count=0 raisable=0 shown=0 explained=0

# Notes that a code lacks something.
lacks() {
    echo "$1"
    failed=1
}

for code in $codes; do
    count=$((count + 1))
    if grep -qx "$code" <<<"$raised"; then
        raisable=$((raisable + 1))
    else
        lacks "$code stands in diag.def, but nothing raises it"
    fi
    if grep -qsE "^(error|warning)\[$code\]" tests/error/"${code,,}"-*.expected; then
        shown=$((shown + 1))
    else
        lacks "no tests/error/${code,,}-*.expected shows $code"
    fi
    page=compiler/explain/pages/codes/$code.md
    if [[ -s $page ]] && grep -q '^```net fails' "$page" && grep -q '^```net mended' "$page"; then
        explained=$((explained + 1))
    else
        lacks "$page explains nothing, or has no program that fails and none that is mended"
    fi
done
echo "$count codes in diag.def: $raisable can be raised, $shown have a golden test," \
    "$explained have a page"
[[ $count -gt 0 && $failed -eq 0 ]]
