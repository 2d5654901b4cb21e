# Sourced by the scripts of this folder: a scratch folder to work in, and what to expect of a
# command. Needs NETC, the program under test, and BINARY, the top of the build tree.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8 TERM=dumb
# A sanitizer's exit status must not pass for one of netc's.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
failures=0

fail() {
    echo "FAIL: $*" >&2
    failures=$((failures + 1))
}

# expect STATUS COMMAND...: runs it; its output is in ./out and ./err.
expect() {
    local wanted=$1 got=0
    shift
    "$@" >out 2>err || got=$?
    [ "$got" -eq "$wanted" ] || {
        fail "status $got, not $wanted: $*"
        head -20 out err >&2
    }
}

# says FILE WORDS...: the file holds each of the words.
says() {
    local file=$1 words
    shift
    for words in "$@"; do
        grep -qF -- "$words" "$file" || fail "$file does not say '$words': $(head -5 "$file")"
    done
}

# holds FILE...: these and no other file are here (out, err and *.net apart).
holds() {
    local here
    here=$(find . -type f ! -name out ! -name err ! -name '*.net' -printf '%P\n' | sort | tr '\n' ' ')
    [ "$here" = "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" ] ||
        [ "$here" = "" -a $# -eq 0 ] || fail "files here: $here; wanted: $*"
}

# small_net FILE: a small network that uses every layer of the slice but tconv.
small_net() {
    cat >"$1" <<'NET'
net 1
model small
weights random(seed=1)
input image : f32[N: 1, C: 1, H: 8, W: 8]

c1 = image |> conv(c=8, k=3, p=1) |> relu    -> [1, 8, 8, 8]
p1 = c1 |> maxpool(k=2, s=2)
c2 = p1 |> conv(c=8, k=3, p=1)
r2 = c2 + p1 |> relu
p2 = r2 |> avgpool(k=2, s=2) |> tanh
output digit = p2 |> flatten |> dense(c=10) |> softmax(axis=C)    -> [1, 10]
NET
}

finish() { exit $((failures > 0)); }
