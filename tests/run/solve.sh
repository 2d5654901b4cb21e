#!/usr/bin/env bash
# `netc solve` of one layer: what it lists, in which order, in which words; and that the language
# takes every layer that is listed to the size that was wanted.
source "$(dirname "$0")/lib.sh"

# lists ARGUMENTS...: the layers, without their comments.
lists() { "$NETC" solve "$@" --all | sed 's/ *#.*//' | grep .; }

expect 0 "$NETC" solve 'conv(k=?, s=?, p=?)' 224 56
says out '# conv(k=?, s=?, p=?): 224 -> 56, 1,832 solutions' 'within p < k̂, k̂ ≤ 224' \
    'conv(k=7, s=4, p=3)     # p is half' '# and 1,812 more: `--all` lists them'
[ "$(lists 'conv(k=?, s=?, p=?)' 224 56 | head -1)" = 'conv(k=4, s=4, p=0)' ] || fail "the first"
[ "$(lists 'conv(k=?, s=?, p=?)' 224 56 | wc -l)" -eq 1832 ] || fail "--all"
[ "$(grep -vc '^#' out)" -eq 20 ] || fail "not 20 are shown"

# given SOLUTIONS... -- ARGUMENTS...: these, in this order.
given() {
    local wanted=()
    while [ "$1" != -- ]; do wanted+=("$1") && shift; done
    shift
    diff <(printf '%s\n' "${wanted[@]}") <(lists "$@") >&2 || fail "solve $*"
}
given 'maxpool(k=3, s=2, p=1)' -- 'maxpool(k=3, s=?, p=?)' 112 56
given 'maxpool(k=3, s=2, p=1, round=floor)' 'maxpool(k=3, s=2, p=0, round=ceil)' -- \
    'maxpool(k=3, s=2, p=?, round=?)' 112x112 56x56
given 'conv(k=4, p=(1, 2))' 'conv(k=4, p=(2, 1))' 'conv(k=4, p=(0, 3))' 'conv(k=4, p=(3, 0))' -- \
    'conv(k=4, p=(?, ?))' 32 32
given 'conv(k=4, p=(1, 2))' -- 'conv(k=4, p=(1, ?))' 32 32
given 'tconv(k=3, s=2, p=1, a=1)' -- 'tconv(k=3, s=2, p=?, a=?)' 16 32
given 'avgpool(k=2, s=2, p=0, count=inside)' -- 'avgpool(k=2, s=2, p=?, count=?)' 8 4
given 'conv(k=1, d=1, p=half)' 'conv(k=3, d=1, p=half)' 'conv(k=5, d=1, p=half)' \
    'conv(k=2, d=2, p=half)' 'conv(k=3, d=2, p=half)' 'conv(k=2, d=4, p=half)' -- \
    'conv(k=?, d=?, p=half)' 5 5
given 'conv(c=8, k=1, p=0, border=reflect)' 'conv(c=8, k=3, p=1, border=reflect)' -- \
    'conv(c=8, k=?, p=?, border=reflect)' 4 4
given 'conv(k={H: 3, W: 3}, p={H: 0, W: ?})' 'conv(k={H: ?, W: 3}, p={H: 0, W: 1})' -- \
    'conv(k={H: ?, W: 3}, p={H: 0, W: ?})' 8x8 6x8

# Sizes that are sought.
expect 0 "$NETC" solve 'conv(k=3, s=2, p=1)' '?' 56x28
says out 'H: 111 .. 112' 'W: 55 .. 56'
expect 0 "$NETC" solve 'maxpool(k=3, s=2, round=ceil)' 112 '?'
says out 'H: 56'
expect 0 "$NETC" solve 'tconv(k=4, s=2, p=1)' '?' 32 --json
says out '"least": 16' '"most": 16'
expect 1 "$NETC" solve 'tconv(k=4, s=2, p=1)' '?' 33
says err 'has no input for 33 along H'

# There is none.
expect 1 "$NETC" solve 'conv(k=4, p=?)' 32x32 32x32
says err 'no `conv(k=4, p=?)` takes 32x32 to 32x32' '31 and 33' '`conv(k=4, p=(1, 2))` does'
expect 1 "$NETC" solve 'conv(k=?, s=?)' 224x112 56x14
says err 'along each axis there are some'
expect 1 "$NETC" solve 'conv(k=3, s=2, p=1)' 111x55 57x28
says err 'it gives 56x28'

# Faults of the layer are the language's, those of the command line are usage.
expect 1 "$NETC" solve 'conv(kernel_size=?, s=2)' 224 112
says err 'error[N0203]' 'layer:3:22'
expect 1 "$NETC" solve 'maxpool(k=2)' 224 112
says err 'error[N0305]'
expect 1 "$NETC" solve 'conv(k=3))' 224 112
says err 'error[N0010]'
expect 1 "$NETC" solve 'tconv(k=3, s=2, p=same, a=?)' 5 10
says err 'error[N0321]'
for layer in relu 'conv(k=3) |> relu' $'conv(k=3)\noutput z = x' 'flatten'; do
    expect 2 "$NETC" solve "$layer" 8 6
done
expect 2 "$NETC" solve 'conv(k=?)' '?' 6
says err 'cannot both be sought'
expect 2 "$NETC" solve 'conv(k=3)' '?' '?'
expect 2 "$NETC" solve 'conv(k=3)' 8x8 6
expect 2 "$NETC" solve 'conv(k=3)' 8y8 6
says err 'a size is a number'
expect 2 "$NETC" solve 'conv(k=3)' 8

# A search that is too large says where it stopped.
expect 0 "$NETC" solve 'conv(k=?, s=?, p=?, d=?)' 1000000 10
says out 'too many: stopped at k̂ = '

# Each that is listed is taken by the language, at that size.
accepted() { # LAYER INPUT OUTPUT
    {
        printf 'net 1\nweights random(seed=1)\ninput x : f32[C: 1, H: %s]\n' "$2"
        lists "$@" | sed 's/conv(/conv(c=1, /' |
            awk -v o="$3" '{ printf "output y%d = x |> %s -> [H: %s]\n", NR, $0, o }'
    } >all.net
    [ "$(grep -c output all.net)" -ge 4 ] || fail "few solutions of $*"
    expect 0 "$NETC" check all.net -Wno-all
}
accepted 'conv(k=?, s=?, p=?, d=?)' 14 7
accepted 'maxpool(k=?, s=?, p=?, round=?)' 15 7
accepted 'avgpool(k=?, s=?, p=?, round=?, count=?)' 9 4
accepted 'tconv(k=?, s=?, p=?, a=?)' 4 9
accepted 'conv(k=?, s=?, p=(?, 1), border=circular)' 9 5
accepted 'conv(k=?, s=?, p=same)' 9 5
accepted 'tconv(k=?, s=?, d=?, p=causal)' 3 9
accepted 'conv(k=?, p=?, border=reflect)' 9 9
expect 0 "$NETC" solve 'conv(k=?, s=?, p=?)' 224 56 --json
says out '"layer": "conv(k=7, s=4, p=3)"' '"kernel_most": 224' '"stopped_at": null'
finish
