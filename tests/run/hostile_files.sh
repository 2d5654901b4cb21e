#!/usr/bin/env bash
# Things that are no ordinary file, in every place where netc reads one: as a program, as an import,
# as a file of weights, as an input of `run`, as an object, and for the commands that write the
# program back. Each is refused with its name and the reason, at once, and nothing is changed.
source "$(dirname "$0")/lib.sh"
small_net small.net
"$NETC" build small.net || fail "no object"

# Root may read everything, unless the capabilities to do so are given up.
as_user() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    as_user() { setpriv --bounding-set=-dac_override,-dac_read_search "$@"; }
fi

mkdir folder
mkfifo pipe
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
install -m 000 small.net locked
as_user "$NETC" version >out || fail "netc does not start without the right to read everything"
ln -s loop loop
ln -s nowhere dangling
long=$(printf 'x%.0s' {1..256})
deep=$(printf 'd/%.0s' {1..2048})x
# What, and the reason that is said. What is not there may be said to be missing.
things=(
    "folder|Is a directory"
    "/dev/null|is not a regular file"
    "/dev/zero|is not a regular file"
    "pipe|is not a regular file"
    "socket|No such device or address"
    "locked|Permission denied"
    "loop|Too many levels of symbolic links"
    "$long|File name too long"
    "$deep|File name too long"
    "dangling|cannot find"
    "none/x|cannot find"
    "small.net/x|Not a directory"
)

# refuses THING REASON COMMAND...: the command ends with 1 within its time, and says why.
refuses() {
    local thing=$1 reason=$2
    shift 2
    expect 1 as_user timeout 20 "$@"
    says err "$reason"
    grep -qF -- "${thing:0:60}" err || fail "which file is not said: $*: $(head -3 err)"
    [ -s out ] && fail "something is printed: $*"
}
program() { printf 'net 1\n%s\ninput x : f32[N: 1, C: 3]\noutput y = x |> dense(c=2)\n' "$1"; }
for entry in "${things[@]}"; do
    thing=${entry%|*} reason=${entry#*|}
    for command in "check" "summary" "build -o x.o" "fmt" "check --fix"; do
        # shellcheck disable=SC2086
        refuses "$thing" "$reason" "$NETC" $command "$thing"
    done
    [ "$thing" = "$deep" ] && continue # no string of a program holds it
    program "import \"$thing\" as m" >n.net
    refuses "$thing" "$reason" "$NETC" check n.net
    program "weights \"$thing\"" >n.net
    if [ "$reason" != "cannot find" ]; then
        refuses "$thing" "$reason" "$NETC" check n.net
    else # weights need not be there yet to check a network
        expect 0 "$NETC" check n.net
        refuses "$thing" "$reason" "$NETC" build n.net -o x.o
    fi
    [ "$reason" = "cannot find" ] && reason="No such file or directory"
    refuses "$thing" "$reason" "$NETC" inspect "$thing"
done
refuses pipe "is not a regular file" "$NETC" run small.net -i pipe
[ -e x.o ] && fail "an object was written"

# A second file that is good is still checked, and one that is bad does not hide behind it.
expect 1 timeout 20 "$NETC" check pipe small.net
expect 1 timeout 20 "$NETC" check small.net pipe

# Standard input: closed, a folder, endless.
for command in "check -" "summary -" "fmt -" "build - -o x.o" "check --fix -"; do
    # shellcheck disable=SC2086
    expect 1 "$NETC" $command <&-
    says err "cannot read standard input: Bad file descriptor"
    # shellcheck disable=SC2086
    expect 1 "$NETC" $command <.
    says err "cannot read standard input: Is a directory"
done
expect 1 timeout 60 "$NETC" check - </dev/zero
says err "cannot read standard input: is larger than 16,777,216 bytes"

# Programs that change, are cut off or vanish while they are read: an answer, whatever is there.
(
    while :; do
        head -c $((RANDOM % 400)) small.net >moving.tmp && mv moving.tmp moving.net
        cat small.net >moving.net
        : >moving.net
        rm -f moving.net
    done
) &
mover=$!
for _ in {1..40}; do
    got=0
    "$NETC" check moving.net >out 2>err || got=$?
    [ "$got" -le 1 ] || fail "status $got while the file changes: $(tail -1 err)"
    [ "$got" -eq 0 ] || grep -q '^error\[' err || fail "no error while the file changes"
done
kill $mover
wait $mover 2>/dev/null

# Names that a terminal would obey are quoted wherever they are printed.
evil=$'\x1b[31mred\x07\x9b\xff\n\u202e.net'
refuses_quietly() {
    got=0
    "$@" >out 2>err || got=$?
    [ "$got" -eq 1 ] || fail "status $got: $*"
    LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f]\|\x9b\|\xff\|\xe2\x80\xae' out err &&
        fail "raw bytes reach the terminal: $* $(cat -v out err | head -3)"
    grep -qF '\x1B[31mred\x07' out err || fail "the name is not shown: $(cat -v out err | head -3)"
}
for command in check summary build run verify fmt inspect "check --fix" "fmt --check"; do
    # shellcheck disable=SC2086
    refuses_quietly "$NETC" $command "$evil"
done
sed 's/k=3, p=1/k=30, p=1/' small.net >"$evil"
for command in check summary build run verify "check --fix"; do
    # shellcheck disable=SC2086
    refuses_quietly "$NETC" $command "$evil"
done
tr -s ' ' '  ' <small.net >"$evil"
refuses_quietly "$NETC" fmt --check "$evil"
rm "$evil"
# The same in a program: in a string, in a comment on the line of a fault, in a name.
red=$'\x1b[31mred\x07'
program "import \"$red\" as m" >n.net
refuses_quietly "$NETC" check n.net
program "import \"m.net\" as m # $red" >n.net
refuses_quietly "$NETC" check n.net
program "let a$red = 1" >n.net
refuses_quietly "$NETC" check n.net
program 'weights "\u{202e}.npz"' >n.net
expect 1 "$NETC" build n.net
says err 'cannot find `\xE2\x80\xAE.npz`'
LC_ALL=C grep -q $'\xe2\x80\xae' err && fail "a mark that turns the direction of text reaches the terminal"
finish
