#!/usr/bin/env bash
# `netc check` and what every command that reads .net does with its source.
source "$(dirname "$0")/lib.sh"
small_net small.net

expect 0 "$NETC" check small.net
[ -s out ] || [ -s err ] && fail "a good program has messages: $(cat err)"
expect 0 "$NETC" check small.net small.net
expect 0 "$NETC" check - <small.net

# Unreadable sources.
expect 1 "$NETC" check none.net
says err "error[N0902]: cannot find none.net"
expect 1 "$NETC" check .
says err "error[N0501]: cannot read .: Is a directory"
expect 1 "$NETC" check /dev/null
says err "N0501" "is not a regular file"
expect 1 "$NETC" check none.net small.net
expect 1 "$NETC" build none.net
expect 1 "$NETC" run none.net -i x.npy
expect 1 "$NETC" summary none.net
expect 1 "$NETC" verify none.net
if [ "$(id -u)" -ne 0 ]; then
    install -m 000 small.net secret.net
    expect 1 "$NETC" check secret.net
    says err "N0501" "Permission denied"
fi
head -c 16777217 /dev/zero >big.net
expect 1 "$NETC" check big.net
says err "N0501" "is larger than 16,777,216 bytes"

# Any bytes end in a diagnostic: other files, and a program that is cut off or damaged anywhere.
printf '' >empty.net
expect 1 "$NETC" check empty.net
head -c 65536 "$NETC" >binary.net
expect 1 "$NETC" check binary.net
head -c 65536 /dev/zero >zeros.net
expect 1 "$NETC" check zeros.net
size=$(stat -c %s small.net)
check_hurt() { # WHAT: good or bad, but never anything else
    local got=0
    "$NETC" check hurt.net >out 2>err || got=$?
    [ "$got" -le 1 ] || fail "status $got: $1: $(tail -1 err)"
    [ "$got" -eq 0 ] || grep -q '^error\[N' err || fail "no error: $1"
}
for ((at = 0; at < size; at += 11)); do
    for byte in '' '"' '(' '}' '\n' '\xff' '0'; do
        { head -c "$at" small.net && printf "$byte" && tail -c +$((at + 2)) small.net; } >hurt.net
        check_hurt "'$byte' at byte $at"
    done
    head -c "$at" small.net >hurt.net
    check_hurt "cut at byte $at"
done

# At most 20 diagnostics; errors go before warnings.
{
    echo "net 1"
    echo "weights random(seed=1)"
    echo "input x : f32[N: 1, C: 1, H: 8, W: 8]"
    for i in $(seq 30); do echo "v$i = x |> conv(c=1, k=3) |> nonsense"; done
    echo "output y = x |> relu"
} >many.net
expect 1 "$NETC" check many.net
[ "$(grep -c '^error\[N0201\]' err)" -eq 20 ] || fail "$(grep -c '^error' err) errors printed"
says err "and 10 more"

# A source file of 16 MiB, and one of a byte more.
printf 'net 1\ninput x : f32[C: 1]\noutput y = x\n#' >large.net
truncate -s 16777216 large.net
tr '\0' 'x' <large.net >at_limit.net
(cat at_limit.net && printf x) >beyond.net
expect 0 "$NETC" check at_limit.net
expect 1 "$NETC" check beyond.net
says err "error[N0501]"
rm large.net at_limit.net beyond.net

# Warnings leave status 0, can be silenced, made errors, or switched on.
cat >warn.net <<'NET'
net 1
model warn
weights random(seed=1)
input x : f32[N: 1, C: 1, H: 9, W: 9]
output y = x |> maxpool(k=2, s=2)
NET
expect 0 "$NETC" check warn.net
says err "warning[W0701]"
expect 0 "$NETC" check warn.net -Wno-W0701
[ -s err ] && fail "-Wno-W0701: $(cat err)"
expect 1 "$NETC" check warn.net -Werror
says err "error[W0701]"
expect 1 "$NETC" build warn.net -Werror
sed 's/^output.*/& # netc: allow W0701/' warn.net >allowed.net
expect 0 "$NETC" check allowed.net -Werror
[ -s err ] && fail "allow: $(cat err)"
cat >same.net <<'NET'
net 1
model same
weights random(seed=1)
input x : f32[N: 1, C: 1, H: 8, W: 8]
output y = x |> conv(c=1, k=3, s=2, p=same)
NET
expect 0 "$NETC" check same.net
[ -s err ] && fail "W0702 is on: $(cat err)"
expect 0 "$NETC" check same.net -Wall
says err "warning[W0702]"
expect 1 "$NETC" check same.net -WW0702 -Werror

# --set gives a let another value.
cat >let.net <<'NET'
net 1
model sized
weights random(seed=1)
let size = 8
input x : f32[N: 1, C: 1, H: size, W: size]
output y = x |> conv(c=1, k=3)    -> [1, 1, 6, 6]
NET
expect 0 "$NETC" check let.net
expect 1 "$NETC" check let.net --set size=10
says err "N0310"
expect 1 "$NETC" check let.net --set wrong=10

# No colour where there is no terminal, and none with NO_COLOR.
grep -q $'\x1b' err && fail "escape codes in a file"
holds
finish
