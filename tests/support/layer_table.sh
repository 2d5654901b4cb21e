#!/usr/bin/env bash
# The table of compiler/ARCHITECTURE.md that says where each layer stands has a row for every layer
# of the language; the files that it names are there, and its tests know the layer.
#
#     layer_table.sh SOURCE_DIR
set -euo pipefail
cd "$1"
failed=0
fail() {
    echo "$*"
    failed=1
}

table=$(sed -n '/^## Where each layer stands/,/^## How/p' compiler/ARCHITECTURE.md |
    grep '^| `')
quoted() { grep -oE '`[^`]+`' <<<"$1" | tr -d '`'; }

declare -A rows
while IFS='|' read -r _ layers sizes taps lowering definition tests _; do
    while read -r layer; do rows[$layer]=1; done < <(quoted "$layers")
    for file in $(quoted "$sizes$taps$lowering$definition"); do
        [[ -e compiler/$file ]] || fail "no file compiler/$file"
    done
    for file in $(quoted "$tests"); do
        while read -r layer; do
            [[ $layer == x\ ?\ y ]] && known="join by ${layer:2:1}" || known=$layer
            grep -qF "$known" "tests/$file" || fail "tests/$file has no $layer"
        done < <(quoted "$layers")
    done
done <<<"$table"

layers=$(sed -n 's/^LAYER("\([a-z_0-9]*\)".*/\1/p' compiler/sema/attrs.def)
for layer in $layers; do
    [[ -n ${rows[$layer]:-} ]] || fail "$layer has no row"
done
count=$(wc -w <<<"$layers")
echo "$count layers, ${#rows[@]} in the table"
[[ $count -ge 20 && ${#rows[@]} -eq $((count + 4)) && $failed -eq 0 ]]
