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
for layer in relu 'conv(k=3) |> relu' $'conv(k=3)\noutput z = x' $'conv(k=3) # \x1b[31m' 'flatten'; do
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

# Networks. Skips that meet again let only every fourth size through; the assertion speaks of 64.
cat >unet.net <<'NET'
net 1
model unet
weights random(seed=1)
input x : f32[N: 1, C: 3, H: 64, W: 48]
e1 = x |> conv(c=8, k=3, p=1) |> relu    -> [H: 64, W: 48]
d1 = e1 |> maxpool(k=2, s=2)
e2 = d1 |> conv(c=16, k=3, p=1) |> relu
d2 = e2 |> maxpool(k=2, s=2)
u2 = d2 |> tconv(c=16, k=2, s=2)
t2 = concat(u2, e2, axis=C)
u1 = t2 |> tconv(c=8, k=2, s=2)
output mask = concat(u1, e1, axis=C) |> conv(c=1, k=3, s=2, p=same)
output small = d2 |> avgpool(k=5, s=5)
NET
expect 0 "$NETC" solve unet.net --output mask=32x24
says out 'unet: `mask` is 32x24 for these sizes of `x`' 'H: 64 ' 'W: 48 '
expect 0 "$NETC" solve unet.net --output small=3x2
says out 'H: 60 .. 76 every 4th' 'W: 40 .. 56 every 4th' 'of 1 .. '
expect 0 "$NETC" solve unet.net --output small=3x2 --json
says out '"least": 60' '"most": 76' '"step": 4' '"sought_up_to"'
expect 1 "$NETC" solve unet.net --output mask=31x24
says err 'no input from 1 to ' 'gives `mask` 31 along H' '30 and 32'
expect 2 "$NETC" solve unet.net --output 32x24
says err 'several outputs'
expect 2 "$NETC" solve unet.net --output nope=32x24
expect 2 "$NETC" solve unet.net --output mask=32
says err 'output `mask` is [1, 1, 32, 24]: it has 2 spatial axes'
expect 2 "$NETC" solve unet.net
expect 2 "$NETC" solve unet.net --output mask=3x3 --inputs

# Against trying every size.
sed 's/ *-> .*//; s/H: 64/H: SIZE/' unet.net >plain
sizes=
for size in $(seq 4 4 120); do
    sed "s/SIZE/$size/" plain >one.net
    "$NETC" summary one.net -Wno-all --json 2>/dev/null |
        python3 -c 'import json, sys
d = json.load(sys.stdin)
sys.exit([a["extent"] for a in d["outputs"][1]["axes"] if a["name"] == "H"] != [3])' &&
        sizes="$sizes $size"
done
[ "$sizes" = " 60 64 68 72 76" ] || fail "sizes that give 3:$sizes"

# The ambiguity of each layer; p=same moves with the size.
expect 0 "$NETC" solve unet.net --inputs
tr -s ' ' <out >plain
says plain 'd1.maxpool H 64 → 32 64 .. 65 2' 'u2.tconv H 16 → 32 16' 'mask.conv H 64 → 32 63 .. 64 2'
expect 0 "$NETC" solve unet.net --inputs --json
says out '"path": "d1.maxpool"' '"most": 65'
rm plain

# What is solved from an assertion has no other size; what is wrong already is reported as ever.
printf 'net 1\nweights random(seed=1)\ninput x : f32[C: 1, H: 8]\noutput y = x |> conv(c=1, k=3, p=?) -> [H: 8]\n' >open.net
expect 1 "$NETC" solve open.net --output 8
says err 'is solved from its assertion'
printf 'net 1\ninput x : f32[C: 1, H: 2]\noutput y = x |> maxpool(k=3, s=1)\n' >wrong.net
expect 1 "$NETC" solve wrong.net --inputs
says err 'error[N0301]'
finish
