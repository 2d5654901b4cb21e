#!/usr/bin/env bash
# compiler/export/OPERATORS.md has a row for every layer of the language, and names every operator that
# the exporter writes.
#
#     operator_table.sh SOURCE_DIR
set -euo pipefail
cd "$1/compiler"
failed=0
fail() {
    echo "$*"
    failed=1
}
rows=$(grep '^| `' export/OPERATORS.md | cut -d'|' -f2)
for layer in $(sed -n 's/^LAYER("\([a-z_0-9]*\)".*/\1/p' sema/attrs.def); do
    grep -qF "\`$layer\`" <<<"$rows" || fail "$layer has no row"
done
operators=$(grep -ohE '(PUT|put_node|put_with)\(builder, (is_global\(node\) \? )?"[A-Z][A-Za-z]*"( : "[A-Z][A-Za-z]*")?' \
    export/*.c | grep -oE '"[A-Za-z]+"' | tr -d '"' | sort -u)
for operator in $operators; do
    grep -qF "\`$operator\`" export/OPERATORS.md || fail "$operator is not in the table"
done
count=$(wc -w <<<"$operators")
echo "$count operators"
[[ $count -ge 40 && $failed -eq 0 ]]
