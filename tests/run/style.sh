#!/usr/bin/env bash
# What the project shows has the style of `netc fmt`: the examples, the library of defs, and the
# programs in its documents. Those of the pages N0001 .. N0014 are about the text itself: some of
# them cannot be read, others must have the line breaks they have.
source=$(cd "$(dirname "$0")/../.." && pwd)
source "$source/tests/run/lib.sh"

# programs FILE.md: each ```net block as a file PAGE-LINE.net, with an edition if it has none.
programs() {
    awk -v page="$(basename "$1" .md)" '
        /^<a id=/ { text = /"n00[01][0-9]"/ }
        /^```net/ { if (!text) { file = page "-" NR + 1 ".net"; block = ""; headed = 0 } next }
        /^```/ && file {
            printf "%s%s", headed ? "" : "net 1\n", block >file
            close(file)
            file = ""
        }
        file { block = block $0 "\n"; headed = headed || /^net [0-9]/ }' "$1"
}

mkdir shown
cp -r "$source/examples" "$source/compiler/std" shown/
(cd "$source" && find README.md compiler examples grammar -name '*.md' -not -path '*/pages/*') |
    (cd shown && while read -r file; do programs "$source/$file"; done)
find shown -name '*.net' | sort >list
[ "$(wc -l <list)" -ge 300 ] || fail "only $(wc -l <list) programs"

# An edition to come has no style yet: the page of N0901 shows one.
xargs "$NETC" fmt --check <list >out 2>err
grep 'is not formatted' err >&2 && fail "netc fmt does it; of grammar/reference, its source in compiler/explain/pages"
[ "$(grep -c '^error' err)" -eq "$(grep -c '^error\[N0901\]' err)" ] || fail "$(grep -A3 '^error' err)"

# The test can fail.
sed -i 's/conv(c=6, k=5)/conv(k=5, c=6)/' shown/examples/lenet5/lenet5.net
expect 1 "$NETC" fmt --check shown/examples/lenet5/lenet5.net
finish
