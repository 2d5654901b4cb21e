#!/usr/bin/env bash
# `netc verify`: compiled code within its bounds, on every CPU that this machine runs.
source "$(dirname "$0")/lib.sh"
small_net small.net

expect 0 "$NETC" verify small.net
says out "c1.conv" "every step is within its bound" "multiply-adds: as the loops do them"
cp out once
expect 0 "$NETC" verify small.net
cmp -s out once || fail "two runs differ"
expect 0 "$NETC" verify small.net --json
says out '"path": "c1.conv"' '"max_error":' '"bound":' '"at":' '"macs_counted":' \
    '"macs_defined": 3872' '"ok": true'
for cpu in x86-64 x86-64-v2 x86-64-v3 x86-64-v4; do
    got=0
    "$NETC" verify small.net --cpu=$cpu >out 2>err || got=$?
    case $got in
    0) says out "every step is within its bound" ;;
    2) says err "this machine cannot run code for $cpu" ;;
    *) fail "status $got for $cpu: $(cat err)" ;;
    esac
done
cat >up.net <<'NET'
net 1
model up
weights random(seed=2)
input x : f32[N: 2, C: 5, H: 11, W: 9]
d = x |> conv(c=7, k=3, s=2, p=1)
u = d |> tconv(of d)
output y = u + x
output z = d
NET
expect 0 "$NETC" verify up.net -Wno-all
says out "u.tconv" "every step"
finish
