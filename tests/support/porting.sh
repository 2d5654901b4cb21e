#!/usr/bin/env bash
# porting.sh NETC SOURCE_DIR: the tables of names in grammar/PORTING.md are those of sema/foreign.def
# (UPDATE_GOLDEN=1 writes them anew), and each program there checks without a warning.
set -euo pipefail
netc=$1
cd "$2"
page=grammar/PORTING.md
names=compiler/sema/foreign.def

# FOREIGN_ATTR("kernel_size", K, "TKC"): a row for each attribute, a column for each framework.
attributes() {
    echo '| netc | PyTorch | Keras | ONNX | Caffe | Darknet | MXNet |'
    echo '|---|---|---|---|---|---|---|'
    awk -F'[(",) ]+' '/^FOREIGN_ATTR/ {
        attr = tolower($3)
        if (!(attr in seen)) { order[++n] = attr; seen[attr] = 1 }
        for (i = 1; i <= 6; i++)
            if (index($4, substr("TKOCDM", i, 1)))
                cell[attr, i] = cell[attr, i] (cell[attr, i] ? ", " : "") "`" $2 "`"
    }
    END {
        for (a = 1; a <= n; a++) {
            line = "| `" order[a] "` |"
            for (i = 1; i <= 6; i++) line = line (cell[order[a], i] ? " " cell[order[a], i] : "") " |"
            print line
        }
    }' "$names"
}

# FOREIGN_LAYER("Conv2d", "conv"): a row for each layer.
layers() {
    echo '| netc | elsewhere |'
    echo '|---|---|'
    awk -F'"' '/^FOREIGN_LAYER/ {
        if (!($4 in row)) order[++n] = $4
        row[$4] = row[$4] (row[$4] ? ", " : "") "`" $2 "`"
    }
    END { for (l = 1; l <= n; l++) print "| `" order[l] "` | " row[order[l]] " |" }' "$names"
}

# The page with its tables between `<!-- attributes -->` or `<!-- layers -->` and the next empty line.
made() {
    local skips=0 line
    while IFS= read -r line; do
        [[ -z $line ]] && skips=0
        [[ $skips -eq 0 ]] && printf '%s\n' "$line"
        case $line in
            '<!-- attributes -->') attributes; skips=1 ;;
            '<!-- layers -->') layers; skips=1 ;;
        esac
    done <"$page"
}

[[ $(grep -cE '^<!-- (attributes|layers) -->$' "$page") -eq 2 ]]
[[ $(attributes | wc -l) -gt 10 && $(layers | wc -l) -gt 10 ]]
if [[ ${UPDATE_GOLDEN:-0} == 1 ]]; then
    text=$(made)
    printf '%s\n' "$text" >"$page"
else
    diff -u "$page" <(made)
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
awk -v folder="$folder" '/^```net$/ { n++; inside = 1; next } /^```$/ { inside = 0 }
    inside { print > (folder "/" n ".net") }' "$page"
count=$(find "$folder" -name '*.net' | wc -l)
[[ $count -gt 3 ]]
"$netc" check -Werror "$folder"/*.net
echo "$count programs, $(attributes | wc -l) and $(layers | wc -l) rows of names"
