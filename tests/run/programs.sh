#!/usr/bin/env bash
# The four programs of the language reference: accepted without a word, with exactly the figures that
# are known of them, and computed within the bounds of their numbers. UPDATE_GOLDEN=1 rewrites the
# tables of tests/golden/programs.
source=$(cd "$(dirname "$0")/../.." && pwd)
source "$(dirname "$0")/lib.sh"

# program NAME PARAMETERS MACS [VERIFY-OPTIONS...]
program() {
    local name=$1 parameters=$2 macs=$3
    local file=$source/examples/$name/$name.net golden=$source/tests/golden/programs/$name.summary
    shift 3
    expect 0 "$NETC" check -Werror "$file"
    [ -s out ] || [ -s err ] && fail "check says of $name: $(head -3 out err)"
    expect 0 "$NETC" summary "$file"
    says out "total  $parameters parameters" "· $macs MACs"
    [ "${UPDATE_GOLDEN:-0}" = 1 ] && cp out "$golden"
    diff -u "$golden" out || fail "another summary of $name"
    expect 0 "$NETC" verify "$file" --cpu native "$@"
    says out "every step is within its bound"
    # The same with weights of a file that is not there yet.
    sed "s/^weights .*/weights \"$name.npz\"/" "$file" >file.net
    expect 0 "$NETC" check -Werror file.net
    expect 1 "$NETC" build file.net -o file.o
    says err N0902 "$name.npz"
}
program lenet5 61,706 416,520
program dcgan 3,576,704 104,628,224
program kws 150,476 14,848,768
# As odd as 358 when it is halved twice, and a hundredth of the work.
program unet 465,953 12,400,358,656 --set size=54

# Sizes that only `of` can undo, down to the smallest; and one that is a multiple of 4.
for size in 3 5 61 64; do
    expect 0 "$NETC" check "$source/examples/unet/unet.net" --set size=$size
done
expect 1 "$NETC" check "$source/examples/unet/unet.net" --set size=0
says err N0110
# Half a second of sound is not what the program asserts.
expect 1 "$NETC" check "$source/examples/kws/kws.net" --set rate=8000
says err N0310 '`h` is 50, but the program asserts 100'
finish
