#!/usr/bin/env bash
# Outputs that cannot be written: status 3 with words, and nothing partial.
source "$(dirname "$0")/lib.sh"
small_net small.net

unwritable() { # WORDS COMMAND...
    local words=$1
    shift
    expect 3 "$NETC" "$@"
    says err "cannot write" "$words"
    [ -z "$(find . -name '.netc-*')" ] || fail "a temporary file was left by: $*"
}
unwritable "/dev/full: No space left on device" build small.net -o /dev/full
unwritable "/dev/full: No space left on device" build small.net --header /dev/full
unwritable "No such file or directory" build small.net -o none/small.o
unwritable "No such file or directory" build small.net --header none/small.h
unwritable "Is a directory" build small.net -o .
unwritable "Not a directory" build small.net -o small.net/x.o
unwritable "File name too long" build small.net -o "$(printf 'x%.0s' $(seq 300)).o"
holds
echo old >keep.o
unwritable "No such file or directory" build small.net -o keep.o --header none/small.h
[ "$(cat keep.o)" = old ] || fail "the object was written without its header"
rm keep.o
if [ "$(id -u)" -ne 0 ]; then
    mkdir -m 555 locked
    unwritable "Permission denied" build small.net -o locked/x.o
    echo old >readonly.o
    chmod 444 readonly.o
    unwritable "Permission denied" build small.net -o readonly.o
    rm -f readonly.o
fi

# Standard output: full, closed, or a pipe that nobody reads.
for command in "help" "version" "summary small.net" "build small.net -o -" "run small.net" \
    "verify small.net"; do
    got=0
    # shellcheck disable=SC2086
    "$NETC" $command >/dev/full 2>err || got=$?
    [ "$got" -eq 3 ] || fail "status $got with a full disk: $command"
    says err "cannot write standard output: No space left on device"
    got=0
    # shellcheck disable=SC2086
    "$NETC" $command >&- 2>err || got=$?
    [ "$got" -eq 3 ] || fail "status $got with standard output closed: $command"
done

# A program with errors writes nothing, and touches no old file.
sed 's/k=3, p=1/k=30, p=1/' small.net >bad.net
echo old >bad.o
expect 1 "$NETC" build bad.net
says err "N0301"
[ "$(cat bad.o)" = old ] || fail "an old object was touched"
holds bad.o
finish
