#!/usr/bin/env bash
# `netc inspect`: every form an object can have; files that are none. `netc limits`, `targets`, `cpus`.
source "$(dirname "$0")/lib.sh"
small_net small.net

expect 0 "$NETC" build small.net
expect 0 "$NETC" inspect small.o
says out "small: compiled by netc" "for x86-64-v3" "input      image  f32[N: 1, C: 1, H: 8, W: 8]" \
    "output     digit  f32[N: 1, C: 10], 10 floats" "weights    in the object"
bytes=$(sed -n 's/.*SMALL_WORKSPACE_BYTES = \([0-9]*\).*/\1/p' small.h)
[ "$(sed -n 's/  workspace  \([0-9,]*\) bytes.*/\1/p' out | tr -d ,)" = "$bytes" ] || fail "$(cat out)"
stack=$(sed -n 's/.*SMALL_STACK_BYTES = \([0-9]*\).*/\1/p' small.h)
says out "stack      $stack bytes at most"
cp out object
strip --strip-unneeded small.o
for form in archive shared; do
    expect 0 "$NETC" build small.net --emit=$form
done
for file in small.o small.a small.so; do
    expect 0 "$NETC" inspect $file
    cmp -s out object || fail "$file says something else: $(cat out)"
done
strip small.so
expect 0 "$NETC" inspect small.so
cmp -s out object || fail "a stripped library says something else: $(cat out)"
expect 0 "$NETC" inspect - <small.o
cmp -s out object || fail "standard input"

# A program with two models.
printf '#include "small.h"\n#include "two.h"\nint main(int n, char **v) { (void)v; return n > 1 ? (int)(size_t)&small_model : (int)(size_t)&two_model; }\n' >main.c
expect 0 "$NETC" build small.net -o small.o
expect 0 "$NETC" build small.net --prefix two -o two.o --weights=extern
for pie in "" "-no-pie -static"; do
    # shellcheck disable=SC2086
    expect 0 cc main.c small.o two.o -o main $pie
    expect 0 "$NETC" inspect main
    says out "small: compiled" "two: compiled" "bytes, passed by the caller"
done
expect 0 "$NETC" inspect main --json
python3 - out <<'PY' || fail "--json: $(cat out)"
import json, sys
models = json.load(open(sys.argv[1]))["models"]
assert sorted(m["name"] for m in models) == ["small", "two"]
two = [m for m in models if m["name"] == "two"][0]
assert two["inputs"] == [{"name": "image", "type": "f32", "axes": ["N", "C", "H", "W"],
                          "extent": [1, 1, 8, 8], "elems": 64}]
assert two["weights_bytes"] > 0 and len(two["hash"]) == 32
PY

# An input of bytes.
sed 's/f32\[/u8[/; s/image |>/image |> f32 |>/' small.net >bytes.net
expect 0 "$NETC" build bytes.net --emit=shared -o bytes.so
expect 0 "$NETC" inspect bytes.so
says out "input      image  u8[N: 1, C: 1, H: 8, W: 8], 64 bytes" "output     digit  f32[N: 1, C: 10], 10 floats"
expect 0 "$NETC" inspect --json bytes.so
says out '"type": "u8"' '"type": "f32"'

# What is no object of ours.
expect 1 "$NETC" inspect small.net
says err "small.net is neither a 64-bit little-endian ELF file nor an archive"
echo 'int x;' >c.c
expect 0 cc -c c.c -o c.o
expect 1 "$NETC" inspect c.o
says err "c.o holds no model that this netc can read"
expect 1 "$NETC" inspect none
says err "cannot read none: No such file or directory"
expect 1 "$NETC" inspect .
says err "cannot read .: Is a directory"
head -c 2000 small.o >cut.o
expect 1 "$NETC" inspect cut.o
says err "cut.o is damaged"
expect 1 "$NETC" inspect small.o --max-memory=100
says err "is larger than 100 bytes"
got=0
"$NETC" inspect small.o >/dev/full 2>err || got=$?
[ "$got" -eq 3 ] || fail "status $got with a full disk"

# The limits.
expect 0 "$NETC" limits --max-memory=3K --max-seconds=7
says out "16,777,216 bytes" "65,536 layers" "2,147,483,647 elements" "1,099,511,627,776 elements" \
    "3,072 bytes" "7 seconds"

# Systems and machines: each that is listed can be built for.
expect 0 "$NETC" targets
says out "x86_64-linux-gnu" "aarch64-linux-gnu" "(the default)"
[ "$(grep -c default out)" -eq 1 ] || fail "targets: $(cat out)"
for target in $(awk '{print $1}' out); do
    expect 0 "$NETC" build small.net --target="$target" -o t.o
done
expect 0 "$NETC" cpus
says out "x86-64-v3" "16 registers of 256 bits" "armv8-a"
for cpu in $(awk '$2 == "x86-64" {print $1}' out); do
    expect 0 "$NETC" build small.net --cpu="$cpu" -o t.o
done
expect 2 "$NETC" cpus x
says err "takes no more than its options"
finish
