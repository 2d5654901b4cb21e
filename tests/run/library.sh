#!/usr/bin/env bash
# The library of defs: found beside the executables wherever these are, and every def of it at work on
# images of one to three axes and both orders: its sizes, its keys, its numbers.
source "$(dirname "$0")/lib.sh"
std=$BINARY/share/netc/std/blocks.net

# Every def of the file is used below.
cat >every.txt <<'NET'
depthwise(k=3)                                     [N: 1, C: 8]
depthwise(k=5, s=2, p=same, d=1)                   [N: 1, C: 8]
separable(c=6, k=3)                                [C: 6]
separable(c=6, k=3, s=2, act=silu)                 [C: 6]
conv_bn_relu(c=6, k=3)                             [C: 6]
conv_bn_relu(c=6, k=3, g=2, d=2, p=2, act=tanh)    [C: 6]
residual(c=8)                                      [C: 8]
bottleneck()                                       [C: 8]
bottleneck(mid=3, act=relu6)                       [C: 8]
inception(c1=4, r3=3, c3=6, r5=2, c5=5, cp=1)      [C: 16]
dense_layer(grow=3)                                [C: 11]
dense_block(n=3, grow=4)                           [C: 20]
global_avgpool                                     [1, 8]
global_maxpool                                     [1, 8]
relu6                                              [C: 8]
double_conv(c=4)                                   [C: 4]
double_conv(c=4, k=2, p=valid, act=sigmoid)        [C: 4]
up_nearest_conv(c=4)                               [C: 4]
up_nearest_conv(c=4, by=3, k=5)                    [C: 4]
NET
# `relu6` as an argument is the library's too.
sed -i 's/act=relu6/act=std.relu6/' every.txt
for def in $(sed -n 's/^def \([a-z0-9_]*\).*/\1/p' "$std"); do
    grep -q "^$def\>" every.txt || fail "no program uses $def"
done

# networks AXES: a program for all lines of every.txt on such an input.
networks() {
    echo 'net 1'
    echo 'import "std/blocks.net" as std'
    echo 'weights random(seed=1)'
    echo "input x : f32[$1]"
    local n=0 call sizes
    while IFS= read -r line; do
        call=${line%%  *} sizes=[${line#*  [}
        sizes=${sizes/\[ */\[}
        n=$((n + 1))
        echo "output y$n = x |> std.$call    -> [${line#*\[}"
    done <every.txt
}
for axes in "N: 1, C: 8, T: 20" "N: 1, C: 8, H: 8, W: 6" "N: 1, H: 6, W: 8, C: 8" \
    "N: 1, C: 8, D: 4, H: 6, W: 5"; do
    networks "$axes" >every.net
    expect 0 "$NETC" check every.net
    [ -s err ] && fail "says of $axes: $(head -5 err)"
    expect 0 "$NETC" verify every.net --cpu native
    says out "every step is within its bound"
done

# Keys: the value, the def without its prefix, the value inside.
networks "N: 1, C: 8, H: 8, W: 8" >every.net
expect 0 "$NETC" summary --json every.net
says out '"path": "y3.separable.h.conv"' '"path": "y3.separable.out.conv"' \
    '"path": "y10.inception.reduce3"' '"path": "y12.dense_block.out.2.dense_layer.f.conv"'

# The tree can be moved; both executables find the library in it.
mkdir moved moved/bin moved/libexec moved/libexec/netc
cp "$NETC" moved/bin/
cp "$BINARY/libexec/netc/netc-backend" moved/libexec/netc/
expect 1 moved/bin/netc check every.net
says err 'N0902' 'cannot find `std/blocks.net`' "looked for in $PWD/moved/share/netc" \
    "looked for in $PWD/moved/bin"
cp -r "$BINARY/share" moved/
expect 0 moved/bin/netc check every.net
expect 0 moved/bin/netc build every.net -o every.o
rm -r moved/share
cp -r "$BINARY/share/netc/std" moved/bin/ # beside netc
expect 0 moved/bin/netc check every.net
expect 0 moved/bin/netc build every.net -o every.o
(cd / && ln -s "$work/moved/bin/netc" "$work/link") # a link to the executable
expect 0 ./link check every.net

# A fault that shows inside the library names the use; the library is not to be edited.
cat >fault.net <<'NET'
net 1
import "std/blocks.net" as std
weights random(seed=1)
input x : f32[N: 1, C: 8, H: 8, W: 8]
output y = x |> std.residual(c=4)
NET
expect 1 "$NETC" check fault.net
says err 'N0311' 'std/blocks.net' '::: fault.net:5:17' 'in this use of `residual`'
grep -q '^help' err && fail "offers to edit the library"

# Imported files count as sources: the object depends on them, and all together are limited.
printf 'net 1\nlet c = 4\n' >lib.net
printf 'net 1\nimport "lib.net" as lib\nweights random(seed=1)\ninput x : f32[N: 1, C: 1]\n' >main.net
printf 'output y = x |> dense(c=lib.c)\n' >>main.net
expect 0 "$NETC" build main.net -o main.o --depfile main.d
says main.d lib.net
expect 1 "$NETC" check --set c=5 main.net # of the main file only
says err 'N0101'
head -c 17000000 /dev/zero | tr '\0' '#' >large.net
printf 'net 1\nimport "large.net" as l\ninput x : f32[N: 1, C: 1]\noutput y = x |> relu\n' >main.net
expect 1 "$NETC" check main.net
says err 'N0501' 'is larger than'
finish
