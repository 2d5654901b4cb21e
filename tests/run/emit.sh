#!/usr/bin/env bash
# Archives, shared libraries and bitcode; rules for make; files that are left alone.
source "$(dirname "$0")/lib.sh"
small_net small.net
runs() { ! grep -q avx2 /proc/cpuinfo || "$@"; }

# A program for each way to link the same model.
cat >main.c <<'C'
#include "small.h"
#include <stdlib.h>
static float image[SMALL_IMAGE_ELEMS], digit[SMALL_DIGIT_ELEMS];
int main(void) {
    return small_run(image, digit, aligned_alloc(64, SMALL_WORKSPACE_BYTES));
}
C
expect 0 "$NETC" build small.net --emit=archive
holds small.a small.h main.c
expect 0 cc main.c small.a -o main
expect 0 runs ./main
nm -s small.a >list
says list "small_run in small.o" "small_model in small.o"
expect 0 "$NETC" build small.net -o whole.o
ar p small.a small.o | cmp - whole.o || fail "the archive holds other bytes"
ar t small.a >list && [ "$(cat list)" = small.o ] || fail "members: $(cat list)"
long=a_name_that_is_longer_than_the_header_of_a_member
expect 0 "$NETC" build small.net --emit=archive -o $long.a
[ "$(ar t $long.a)" = $long.o ] || fail "long name: $(ar t $long.a)"
expect 0 cc main.c $long.a -o main
expect 0 runs ./main
expect 0 "$NETC" build small.net --emit=archive -o -
cp out stdout.a
[ "$(ar t stdout.a)" = small.o ] || fail "archive on standard output"
rm -f ./*.a ./*.o $long.h main list whole.h

expect 0 "$NETC" build small.net --emit=shared
holds small.so small.h main.c
grep -q "soname: \[small.so\]" <<<"$(readelf -d small.so)" || fail "soname: $(readelf -d small.so)"
expect 0 cc main.c ./small.so -o main -Wl,-rpath,.
expect 0 runs ./main
foreign=$(nm -D --defined-only small.so | awk '{print $3}' | grep -v '^small_')
[ -z "$foreign" ] || fail "the library exports $foreign"
cp small.so first.so
expect 0 "$NETC" build small.net --emit=shared
cmp small.so first.so || fail "two links differ"
mkdir -- -x
expect 0 "$NETC" build small.net --emit=shared -o=-x/small.so
[ "$(ls -A ./-x)" = "$(printf 'small.h\nsmall.so')" ] || fail "files: $(ls -A ./-x)"
rm -r ./-x
expect 0 "$NETC" build small.net --emit=shared -o -
[ "$(head -c 4 out)" = $'\x7fELF' ] || fail "shared library on standard output"
[ -z "$(find . -name '.netc-*')" ] || fail "a temporary file was left: $(ls -A)"
rm -f ./*.so main

# Each linker alone; none; one that fails, or is no program.
mkdir bin
linker() { # NAME SCRIPT: the only linker there is
    rm -f bin/*
    printf '#!/bin/sh\n%s\n' "$2" >bin/"$1"
    chmod +x bin/"$1"
}
for name in ld.lld ld cc; do
    path=$(command -v $name) || continue
    linker $name "PATH=$PATH exec $path \"\$@\""
    expect 0 env PATH="$PWD/bin" "$NETC" build small.net --emit=shared
done
rm -f bin/* small.so small.h
expect 3 env PATH="$PWD/bin" "$NETC" build small.net --emit=shared
says err "ld.lld" "\`ld\`" "\`cc\` in PATH"
holds main.c
linker ld.lld "exit 7"
expect 3 env PATH="$PWD/bin:$PATH" "$NETC" build small.net --emit=shared
says err "\`ld.lld\` ended with 7"
linker ld.lld "exit 0"
expect 3 env PATH="$PWD/bin:$PATH" "$NETC" build small.net --emit=shared
says err "cannot read what the linker wrote"
rm -r bin
holds main.c
[ -z "$(find . -name '.netc-*')" ] || fail "a temporary file was left: $(ls -A)"

expect 0 "$NETC" build small.net --emit=bc
holds small.bc main.c
[ "$(head -c 2 small.bc)" = BC ] || fail "no bitcode"
rm small.bc

# A rule for make: found by make and ninja, with every name escaped.
mkdir "odd dir"
cp small.net "odd dir/a#b \$c.net"
expect 0 "$NETC" build "odd dir/a#b \$c.net" -o "odd dir/x y.o" --depfile rule.d
[ "$(cat rule.d)" = 'odd\ dir/x\ y.o: \
  odd\ dir/a\#b\ $$c.net' ] || fail "rule: $(cat rule.d)"
printf 'include rule.d\nodd\\ dir/x\\ y.o:\n\ttouch made\n' >Makefile
touch -d '2001-01-01' "odd dir/x y.o"
expect 0 make -s "odd dir/x y.o"
[ -f made ] || fail "make does not know what the object is made of"
rm -r "odd dir" rule.d Makefile made
cat >file.net <<'NET'
net 1
weights "w.safetensors"
input x : f32[N: 1, C: 2]
output y = x |> dense(c=1)
NET
header='{"y.dense.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"y.dense.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}'
{ printf "\\x$(printf %x ${#header})\\0\\0\\0\\0\\0\\0\\0%s" "$header"; head -c 12 /dev/zero; } >w.safetensors
expect 0 "$NETC" build file.net --depfile file.d
[ "$(cat file.d)" = 'file.o: \
  file.net \
  w.safetensors
w.safetensors:' ] || fail "rule: $(cat file.d)"
rm -f file.* w.safetensors
printf 'net 1\ndef block(x) {\n  return x |> conv(c=4, k=3, p=1) |> relu\n}\n' >lib.net
cat >imports.net <<'NET'
net 1
import "lib.net" as lib
import "std/blocks.net" as std
weights random(seed=1)
input x : f32[N: 1, C: 8, H: 8, W: 8]
output y = x |> std.depthwise(k=3) |> lib.block
NET
expect 0 "$NETC" build imports.net --depfile imports.d
says imports.d "imports.o:" "imports.net" "lib.net:" "share/netc/std/blocks.net:"
[ "$(grep -c blocks.net imports.d)" -eq 2 ] || fail "rule: $(cat imports.d)"
rm -f imports.* lib.net
expect 2 "$NETC" build small.net -o - --depfile x.d
says err "needs an output that is a file"
expect 2 "$NETC" build small.net --depfile small.o
says err "same file"
cp small.net 'new
line.net'
expect 3 "$NETC" build 'new
line.net' -o x.o --depfile x.d
says err "line end"
rm -f 'new
line.net'

# --if-changed: the same bytes leave every file alone, others replace what differs.
expect 0 "$NETC" build small.net --weights=extern --depfile small.d --if-changed
touch -d '2001-01-01' small.*
expect 0 "$NETC" build small.net --weights=extern --depfile small.d --if-changed
new=$(find . -name 'small.*' -newermt '2002-01-01')
[ -z "$new" ] || fail "--if-changed wrote $new"
sed -i 's/seed=1/seed=2/' small.net
expect 0 "$NETC" build small.net --weights=extern --depfile small.d --if-changed
new=$(find . -name 'small.*' ! -name small.net -newermt '2002-01-01')
[ "$new" = ./small.weights ] || fail "--if-changed wrote $new"
truncate -s -1 small.h
expect 0 "$NETC" build small.net --weights=extern --if-changed
tail -1 small.h | grep -q '#endif' || fail "a short header was left"
expect 0 "$NETC" build small.net --weights=extern
new=$(find . -name small.o -newermt '2002-01-01')
[ -n "$new" ] || fail "without --if-changed nothing was written"
finish
