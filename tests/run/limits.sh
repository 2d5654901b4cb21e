#!/usr/bin/env bash
# Limits as the driver sees them, each at the limit and one beyond. Those of the language are tested
# with the rooms that hold them, the time of the back end in backend.sh.
source "$(dirname "$0")/lib.sh"

# Bytes of a source.
small_net small.net
size=$(stat -c %s small.net)
{ cat small.net; head -c $((16777216 - size)) /dev/zero | tr '\0' '\n'; } >most.net
expect 0 "$NETC" check most.net
echo >>most.net
expect 1 "$NETC" check most.net
says err "N0501" "is larger than 16,777,216 bytes"
rm most.net

# Files of a program: the main one and those it imports.
imports() { # N
    echo "net 1"
    for i in $(seq "$1"); do
        echo "import \"part$i.net\" as m$i"
        printf 'net 1\nlet n = %d\n' "$i" >"part$i.net"
    done
    echo "input x : f32[N: 1, C: 1]"
    echo "output y = x |> relu"
}
imports 255 >files.net
expect 0 "$NETC" check files.net
imports 256 >files.net
expect 1 "$NETC" check files.net
says err "N0005" "the files of this program exceed the limit 256"
rm part*.net

# Messages.
messages() { # N
    echo "net 1"
    echo "weights random(seed=1)"
    echo "input x : f32[N: 1, C: 1, H: 8, W: 8]"
    for i in $(seq "$1"); do echo "v$i = x |> nonsense"; done
    echo "output y = x |> relu"
}
messages 20 >few.net
expect 1 "$NETC" check few.net
[ "$(grep -c '^error' err)" -eq 20 ] || fail "$(grep -c '^error' err) of 20 messages"
grep -q "more" err && fail "20 messages are too many: $(tail -1 err)"
messages 21 >many.net
expect 1 "$NETC" check many.net
[ "$(grep -c '^error' err)" -eq 20 ] || fail "$(grep -c '^error' err) of 21 messages"
says err "... and 1 more"

# Memory: of the process that makes the object.
if ! grep -qa __asan_init "$NETC"; then # its shadow takes terabytes, so there is no limit with it
    expect 4 "$NETC" build small.net --max-memory=1M
    says err "--max-memory raises the limit"
fi
expect 2 "$NETC" build small.net --max-memory=0
expect 2 "$NETC" build small.net --max-memory=1X
expect 2 "$NETC" build small.net --max-seconds=0
expect 2 "$NETC" build small.net --max-seconds=1000001
holds
finish
