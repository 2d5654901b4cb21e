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
unwritable "/dev/full: No space left on device" export small.net -o /dev/full
unwritable "No such file or directory" export small.net -o none/small.onnx
holds
"$NETC" export small.net -o small.onnx
unwritable "No such file or directory" import small.onnx -o none/small.net
unwritable "Not a directory" import small.onnx -o small.net/x.net
rm small.onnx
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

# Standard output, full or closed: status 3 with words, whatever the command would print there.
# What ends in an error of the input prints that, and nothing on standard output.
"$NETC" build small.net -o seen.o
commands=(
    help "help build" "help exit" "help man" "help bash" "help zsh" "help fish" version limits targets cpus
    "summary small.net" "summary small.net --json" "summary small.net --markdown"
    "build small.net -o -" "build small.net --header -" "build small.net --emit=plan"
    "run small.net" "verify small.net" "verify small.net --json" "bench small.net --json"
    "explain N0301" "explain --list" "explain --markdown R6" "inspect seen.o" "inspect seen.o --json"
    "solve conv(k=?) 8 6" "solve small.net --inputs" "fmt -" "check --fix -" "export small.net -o -"
    "check none.net --diagnostics=json" "check none.net --diagnostics=sarif"
)
for command in "${commands[@]}"; do
    for why in "No space left on device" "Bad file descriptor"; do
        [[ $why = Bad* && $command =~ ^(bench|verify) ]] && continue # slow, and one code with run
        got=0
        case $why in
        # shellcheck disable=SC2086
        No*) "$NETC" $command <small.net >/dev/full 2>err || got=$? ;;
        Bad*) "$NETC" $command <small.net >&- 2>err || got=$? ;;
        esac
        [ "$got" -eq 3 ] || fail "status $got, not 3, with standard output failing: $command"
        says err "cannot write standard output: $why"
    done
done
rm seen.o seen.h
tried=$(printf '%s\n' "${commands[@]}") # not through a pipe, which grep -q closes before all is written
for command in $("$NETC" help | sed -n 's/^  netc \([a-z]*\).*/\1/p'); do
    [ "$command" = import ] && continue # writes two files, and never there
    grep -q "^$command\b" <<<"$tried" || fail "no output of $command fails here"
done

# Standard error, full or closed: what could not be said does not change the status.
sed 's/k=3, p=1/k=30, p=1/' small.net >bad.net
for command in "check small.net 0" "check bad.net 1" "build bad.net 1" "fmt none.net 1" "nonsense 2"; do
    for where in /dev/full '&-'; do
        got=0
        eval "\"\$NETC\" ${command% *} >out 2>$where" || got=$?
        [ "$got" -eq "${command##* }" ] || fail "status $got, standard error $where: $command"
        [ -s out ] && fail "standard output holds something: $command"
    done
done

# A program with errors writes nothing, and touches no old file.
echo old >bad.o
expect 1 "$NETC" build bad.net
says err "N0301"
[ "$(cat bad.o)" = old ] || fail "an old object was touched"
holds bad.o
finish
