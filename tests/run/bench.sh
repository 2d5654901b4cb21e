#!/usr/bin/env bash
# `netc bench`: a line for each step, figures that fit each other, JSON as the contract names it.
source "$(dirname "$0")/lib.sh"
small_net small.net
cat >work.net <<'NET'
net 1
model work
weights random(seed=1)
input x : f32[N: 1, C: 64, H: 28, W: 28]
a = x |> conv(c=64, k=3, p=1) |> relu
output y = a |> maxpool(k=2, s=2)
NET

expect 0 "$NETC" bench small.net
for layer in c1.conv p1.maxpool c2.conv p2.avgpool digit.dense digit.softmax "a run"; do
    grep -qE "^$layer +[0-9]+\.[0-9]+ " out || fail "no line of $layer: $(cat out)"
done
says out "on 1 thread;" "FMA peak"
[ "$(awk 'length > 100' out | wc -l)" -eq 0 ] || fail "lines of more than 100 columns"

# More work takes longer, nothing is faster than the peak, and a run is about its layers.
expect 0 "$NETC" bench work.net --json
python3 - out <<'PY' || fail "figures: $(cat out)"
import json, sys
b = json.load(open(sys.argv[1]))
assert set(b) == {"fma_gflops", "read_gbs", "threads", "layers", "total_us"}
layers = {layer["path"]: layer for layer in b["layers"]}
conv, pool = layers["a.conv"], layers["y.maxpool"]
assert set(conv) == {"path", "us", "gflops", "share", "predicted_us"}
assert pool["gflops"] is None and pool["share"] is None
assert b["threads"] == 1 and b["fma_gflops"] > 1 and b["read_gbs"] > 0.1
macs = 64 * 64 * (28 * 3 - 2) ** 2
assert abs(conv["gflops"] * conv["us"] * 1e3 / (2 * macs) - 1) < 1e-3
assert abs(conv["share"] * b["fma_gflops"] / conv["gflops"] - 1) < 1e-3
assert 0.01 < conv["share"] < 1.2
assert conv["us"] > pool["us"] > 0 and conv["predicted_us"] > pool["predicted_us"] > 0
assert 0.3 < sum(layer["us"] for layer in b["layers"]) / b["total_us"] < 3
PY
expect 0 "$NETC" bench small.net --threads=2 --weights=extern --math=fast --cpu=x86-64 --time-report
says out "on 2 threads;" "vectors of 128 bits"
says err "codegen"

expect 2 "$NETC" bench small.net --target=aarch64-linux-gnu
says err "cannot run code for aarch64-linux-gnu"
expect 2 "$NETC" bench small.net --threads=100000
says err "there cannot be 100000 threads"
expect 2 "$NETC" bench
sed 's/k=3/k=30/' small.net >bad.net
expect 1 "$NETC" bench bad.net
expect 1 "$NETC" bench none.net
got=0
"$NETC" bench small.net >/dev/full 2>err || got=$?
[ "$got" -eq 3 ] || fail "status $got with a full disk"
holds
finish
