#!/usr/bin/env bash
# `netc run`: .npy in, .npy out, and what does not fit.
source "$(dirname "$0")/lib.sh"

# npy FILE DESCR SHAPE BYTES: an array whose elements are given as escaped bytes.
npy() {
    local header
    header="{'descr': '$2', 'fortran_order': False, 'shape': $3, }"
    header=$(printf '%-117s' "$header")
    printf '\x93NUMPY\x01\x00\x76\x00%s\n' "$header" >"$1"
    printf "$4" >>"$1"
}
one='\x00\x00\x80\x3f' two='\x00\x00\x00\x40' three='\x00\x00\x40\x40' minus='\x00\x00\x80\xbf'
cat >add.net <<'NET'
net 1
model add
weights random(seed=1)
input x : f32[N: 1, C: 1, H: 1, W: 2]
input y : f32[N: 1, C: 1, H: 1, W: 2]
sum = x + y
output r = sum |> relu
output sum
NET
npy x.npy '<f4' '(1, 1, 1, 2)' "$one$two"
npy y.npy '<f4' '(1, 1, 1, 2)' "$two$minus$minus"
truncate -s $((128 + 8)) y.npy

expect 0 "$NETC" run add.net
says out "-i x=FILE.npy   f32[N: 1, C: 1, H: 1, W: 2]" "-i y=" "-o r=" "-o sum="
expect 0 "$NETC" run add.net -i x=x.npy -i y=y.npy
says out "r   f32[N: 1, C: 1, H: 1, W: 2]   min 1, max 3   first 3 1"
expect 0 "$NETC" run add.net -i x=x.npy -i y=y.npy -o r=r.npy -o sum=s.npy
[ -s out ] && fail "outputs go to files, but: $(cat out)"
npy wanted.npy '<f4' '(1, 1, 1, 2)' "$three$one"
cmp <(tail -c 8 r.npy) <(tail -c 8 wanted.npy) || fail "wrong elements"
expect 0 "$NETC" run add.net -i x=r.npy -i y=s.npy
says out "first 6 2"
expect 0 "$NETC" run add.net -i x=x.npy -i y=- -o r=- <y.npy
cmp out r.npy || fail "standard output"
expect 0 "$NETC" run add.net -i x=x.npy -i y=y.npy --time
says out "best of" "us"
rm r.npy s.npy

# Threads: the same bytes; nothing to split here but the entry is the threads'.
small_net small.net
npy image.npy '<f4' '(1, 1, 8, 8)' ''
for ((i = 0; i < 256; i++)); do printf '\x40'; done >>image.npy
expect 0 "$NETC" run small.net -i image.npy -o one.npy
for n in 1 2 3 4; do
    expect 0 "$NETC" run small.net -i image.npy -o many.npy --threads $n
    cmp one.npy many.npy || fail "other bytes on $n threads"
done
expect 2 "$NETC" run small.net -i image.npy -o many.npy --threads 100000
says err "there cannot be 100000 threads"
rm one.npy many.npy image.npy

# f64 is read; a file name may hold a =.
npy a=b.npy '<f8' '(1, 1, 1, 2)' '\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x00\x00\x00\x00\x40'
expect 0 "$NETC" run add.net -i x=a=b.npy -i y=y.npy
says out "first 3 1"
sed '/^input y/d; s/x + y/x + x/' add.net >one.net
expect 0 "$NETC" run one.net -i a=b.npy
says out "first 2 4"

# Bytes in, as they are; a dump gives them again.
cat >bytes.net <<'NET'
net 1
input p : u8[H: 1, W: 2, C: 2]
output q = p |> f32 |> scale(by=2, shift=-1)
NET
npy p.npy '|u1' '(1, 2, 2)' '\x00\x01\x80\xff'
expect 0 "$NETC" run bytes.net
says out "-i p=FILE.npy   u8[H: 1, W: 2, C: 2]"
expect 0 "$NETC" run bytes.net -i p.npy --dump dumped
says out "first -1 1 255 509"
cmp p.npy dumped/p.npy || fail "the dumped input is another"
expect 0 "$NETC" verify bytes.net
says out "every step is within its bound"
npy floats.npy '<f4' '(1, 2, 2)' "$one$two$one$two"
expect 1 "$NETC" run bytes.net -i floats.npy
says err "floats.npy holds f32, but input \`p\` is u8: save it with array.astype(numpy.uint8)"
npy x8.npy '|u1' '(1, 1, 1, 2)' '\x01\x02'
expect 1 "$NETC" run add.net -i x=x8.npy -i y=y.npy
says err "x8.npy holds u8, but input \`x\` is f32: save it with array.astype(numpy.float32)"

wrong() { # STATUS WORDS ARGUMENTS...
    local status=$1 words=$2
    shift 2
    expect "$status" "$NETC" run add.net "$@"
    says err "$words"
}
wrong 2 "input \`y\` is missing" -i x=x.npy
wrong 2 "does not say which input it is" -i x.npy
wrong 2 "does not say which output it is" -i x=x.npy -i y=y.npy -o r.npy
wrong 1 "N0902" -i x=none.npy -i y=y.npy
wrong 1 "N0501" -i x=. -i y=y.npy
npy flat.npy '<f4' '(2,)' "$one$two"
wrong 1 "flat.npy holds [2], but input \`x\` is f32[N: 1, C: 1, H: 1, W: 2]" -i x=flat.npy -i y=y.npy
npy whole.npy '<i8' '(1, 1, 1, 2)' "$one$two$one$two"
wrong 1 "element type" -i x=whole.npy -i y=y.npy
head -c 100 x.npy >cut.npy
wrong 1 "cut.npy" -i x=cut.npy -i y=y.npy
wrong 3 "cannot write none/r.npy" -i x=x.npy -i y=y.npy -o r=none/r.npy
finish
