#!/usr/bin/env bash
# `netc build`: names of outputs, every --emit, and a C program around the object.
source "$(dirname "$0")/lib.sh"
small_net small.net

expect 0 "$NETC" build small.net
holds small.o small.h
says small.h "compiled by netc" "x86-64-v3" "SMALL_IMAGE_ELEMS = 64"
cp small.o first.o
expect 0 "$NETC" build small.net
cmp small.o first.o || fail "two builds differ"
mkdir elsewhere
(cd elsewhere && cp ../small.net . && TZ=Asia/Tokyo LC_ALL=C "$NETC" build small.net)
cmp small.o elsewhere/small.o || fail "the folder is in the object"
cmp small.h elsewhere/small.h || fail "the folder is in the header"
rm -r elsewhere first.o

# The header is C99 and C++11; the program links with nothing but the object.
cat >main.c <<'C'
#include "small.h"
#include "small.h"
#include <math.h>
static float image[SMALL_IMAGE_ELEMS], digit[SMALL_DIGIT_ELEMS];
static union { char bytes[SMALL_WORKSPACE_BYTES + 1]; double align; } raw;
int main(void) {
    char *workspace = raw.bytes;
    float sum = 0;
    int i;
    while ((size_t)workspace % SMALL_WORKSPACE_ALIGN) workspace++;
    for (i = 0; i < SMALL_IMAGE_ELEMS; i++) image[i] = (float)i / SMALL_IMAGE_ELEMS;
    if (small_run(image, digit, workspace) != 0) return 1;
    for (i = 0; i < SMALL_DIGIT_ELEMS; i++) sum += digit[i];
    return fabsf(sum - 1) > 1e-5f;
}
C
sed -i 's/SMALL_WORKSPACE_BYTES + 1/SMALL_WORKSPACE_BYTES + SMALL_WORKSPACE_ALIGN/' main.c
if grep -q "avx2" /proc/cpuinfo; then run_it=1; else run_it=0; fi
expect 0 cc -std=c99 -pedantic -Wall -Wextra -Werror main.c small.o -lm -o main
[ $run_it -eq 0 ] || expect 0 ./main
expect 0 g++ -x c++ -std=c++11 -pedantic -Wall -Wextra -Werror -c main.c -o main.o
expect 0 g++ main.o small.o -o main
[ $run_it -eq 0 ] || expect 0 ./main

# A stale header fails at link time.
sed 's/H: 8, W: 8/H: 10, W: 10/; s/   -> \[1, 8, 8, 8\]//' small.net >other.net
expect 0 "$NETC" build other.net -o other.o
cp main.c stale.c
expect 1 cc -std=c99 stale.c other.o -lm -o stale
says err "undefined reference to \`small_run_"
cat >stale.c <<'C'
#include "small.h"
int main(void) { return small_run_threads(0, 0, 0, 0); }
C
expect 1 cc -std=c99 stale.c other.o -lm -o stale
says err "undefined reference to \`small_run_threads_"
expect 0 cc -std=c99 stale.c small.o -lm -o stale
expect 0 "$NETC" build small.net --threads=no -o alone.o
grep -q run_threads alone.h && fail "--threads=no leaves the entry in the header"
grep -q threads <<<"$(nm alone.o)" && fail "--threads=no leaves the entry in the object"
rm -f main* stale* other.* alone.*

# Undefined symbols: at most these three. Exported: the prefix alone.
undefined=$(nm -u small.o | awk '{print $2}' | grep -vxE 'memcpy|memset|memmove')
[ -z "$undefined" ] || fail "undefined: $undefined"
foreign=$(nm -g --defined-only small.o | awk '{print $3}' | grep -v '^small_')
[ -z "$foreign" ] || fail "exported: $foreign"
writable=$(readelf -SW small.o | awk '$2 ~ /^\.(data|bss)$/ && $6 != "000000"' FS='[][ ]+')
[ -z "$writable" ] || fail "writable data: $writable"

# No recursion: who calls whom has an order, which tsort finds.
objdump -d --no-show-raw-insn small.o |
    awk '/^[0-9a-f]+ <.*>:$/ { from = $2 } /call.*<.*>$/ { print from, $NF ":" }' >calls
[ "$(wc -l <calls)" -ge 10 ] || fail "the calls were not found"
expect 0 tsort calls
rm calls

# Every function can be unwound through, and layers have names, unless stripped.
functions=$(readelf -sW small.o | awk '$4 == "FUNC" { print $2 }' | sort -u | wc -l)
unwound=$(readelf --debug-dump=frames small.o | grep -c ' FDE ')
[ "$functions" -ge 10 ] && [ "$functions" -eq "$unwound" ] ||
    fail "$functions functions, unwind tables for $unwound"
expect 0 "$NETC" build small.net --prefix other -o p.o
[ -n "$(nm -g --defined-only p.o | awk '$3 == "other_run"')" ] || fail "--prefix"
says p.h "OTHER_IMAGE_ELEMS"
expect 0 "$NETC" build small.net --strip -o s.o
grep -q small_c1_conv <<<"$(nm -a s.o)" && fail "--strip leaves symbols of layers"
grep -q eh_frame <<<"$(readelf -SW s.o)" && fail "--strip leaves unwind tables"
grep -q small_c1_conv <<<"$(nm -a small.o)" || fail "no symbol of a layer"
rm -f ./*.o ./*.h

# Standard input and output.
expect 0 "$NETC" build - -o - <small.net
[ "$(head -c 4 out)" = $'\x7fELF' ] || fail "no object on standard output"
holds
expect 0 "$NETC" build - <small.net
holds stdin.o stdin.h
rm -f ./*.o ./*.h
expect 0 "$NETC" build small.net -o /dev/null
holds

# Every stage.
for stage in "asm:small.s:.globl" "llvm:small.ll:define" "header:small.h:small_run"; do
    IFS=: read -r emit file words <<<"$stage"
    expect 0 "$NETC" build small.net --emit="$emit"
    holds "$file"
    says "$file" "$words"
    rm "$file"
done
for stage in ast:CALL graph:conv plan:c1 loop:fma; do
    IFS=: read -r emit words <<<"$stage"
    expect 0 "$NETC" build small.net --emit="$emit"
    grep -qi -- "$words" out || fail "--emit=$emit does not say $words"
    expect 0 "$NETC" build small.net --emit "$emit" -o stage.txt
    holds stage.txt
    rm stage.txt
done
for cpu in x86-64 x86-64-v2 x86-64-v3 x86-64-v4; do
    expect 0 "$NETC" build small.net --cpu=$cpu --verify-each -o $cpu.o
    says $cpu.h "for $cpu"
done
expect 0 "$NETC" build small.net --time-report -o t.o
says err "codegen"
finish
