#!/usr/bin/env bash
# The C program reads at least 99 % of the test part rightly, and `netc run`, given all its images
# as one batch, reads exactly as many.
#
#     accuracy.sh DIGITS NETC PART EXAMPLE_DIR SCRATCH_DIR
set -euo pipefail
digits=$1 netc=$2 part=$3 example=$4 scratch=$5

fail() {
    echo "accuracy: $*" >&2
    exit 1
}

text=$("$digits" "$example/images.npy" "$example/labels.npy")
echo "$text"
[[ $text =~ ([0-9]+)/360\ right ]] || fail "no count in the output"
right=${BASH_REMATCH[1]}
[ $((100 * right)) -ge $((99 * 360)) ] || fail "$right of 360 is less than 99 %"

"$part" select "$example/images.npy" "$scratch/test.npy"
rm -f "$scratch/probability.npy"
"$netc" run "$example/digits.net" --set batch=360 -i "$scratch/test.npy" \
    -o "$scratch/probability.npy"
counted=$("$part" count "$scratch/probability.npy" "$example/labels.npy")
[ "$counted" = "$right/360" ] || fail "netc run reads $counted rightly, the program $right/360"
