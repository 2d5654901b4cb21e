#!/usr/bin/env bash
# The supervisor: a back end that dies, hangs or leaves half an output ends in words and status 4.
source "$(dirname "$0")/lib.sh"
small_net small.net

for command in "build small.net" "run small.net -i x.npy" "verify small.net"; do
    # shellcheck disable=SC2086
    NETC_TEST_BACKEND=crash expect 4 "$NETC" $command
    says err "the back end died of signal 6 (Aborted)"
done
echo old >small.o
echo old >small.h
NETC_TEST_BACKEND=partial expect 4 "$NETC" build small.net
says err "the back end died of signal 6"
[ "$(cat small.o small.h)" = "old
old" ] || fail "a back end that died changed the old outputs"
holds small.o small.h
[ -z "$(find . -name '.netc-*')" ] || fail "a temporary file was left: $(ls -A)"
mkdir sub
NETC_TEST_BACKEND=partial expect 4 "$NETC" build small.net -o sub/a.o --header b.h
[ -z "$(find . -name '.netc-*')" ] || fail "a temporary file was left: $(ls -A . sub)"
rm small.o small.h

# No CPU time used: the clock. All of it used: the limit of the process.
start=$(date +%s)
NETC_TEST_BACKEND=hang expect 4 "$NETC" build small.net --max-seconds=1
says err "no end in sight after 8 s" "--max-seconds"
for try in 1 2 3 4 5; do # on a busy machine the clock may be first
    NETC_TEST_BACKEND=spin expect 4 "$NETC" build small.net --max-seconds=1
    grep -q "no end in sight" err || break
done
says err "it used its 1 s of CPU time"
[ $(($(date +%s) - start)) -lt 60 ] || fail "stopping took $(($(date +%s) - start)) s"

# A wish to stop is passed on, and leaves nothing.
NETC_TEST_BACKEND=hang "$NETC" build small.net 2>err &
netc=$!
sleep 0.5
kill -TERM "$netc"
got=0
wait "$netc" || got=$?
[ "$got" -eq 143 ] || fail "status $got after SIGTERM"

# A back end that is not there.
mkdir -p alone/bin
cp "$NETC" alone/bin/netc
expect 4 alone/bin/netc build small.net
says err "cannot start the back end" "No such file or directory"
expect 0 alone/bin/netc check small.net
rm -r alone

# An installation, wherever it is moved, finds its back end.
expect 0 cmake --install "$BINARY" --prefix "$PWD/first"
mv first moved
[ -f moved/include/netc_runtime.h -a -f moved/lib/libnetc_runtime.a ] || fail "no runtime installed"
expect 0 moved/bin/netc build small.net
rm -r moved small.o small.h
holds
finish
