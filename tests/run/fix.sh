#!/usr/bin/env bash
# `netc check --fix`: safe edits are made in the program and in the files of the user that it
# imports, all or none are written, and a second run changes nothing.
source "$(dirname "$0")/lib.sh"

# twice STATUS ARGUMENTS...: mends, then again: the files stay as the first run left them.
twice() {
    local status=$1
    shift
    expect "$status" "$NETC" check --fix "$@"
    cp err first_err
    for file in *.net; do cp "$file" "$file.mended"; done
    expect "$status" "$NETC" check --fix "$@"
    grep -q '^fixed ' err && fail "a second run changes something: $(cat err)"
    for file in *.net; do cmp -s "$file" "$file.mended" || fail "$file changed in the second run"; done
    rm -f ./*.mended
    mv first_err err
}

ported() {
    cat <<'NET'
model port
weights random(seed=1)
input x : float32[N: 1, C: 3, H: 32, W: 32]

a = x |> Conv2d(out_channels=64, kernel_size=7, stride=2, padding=3) |> relu |> dropout
b = a |> maxpool(k=3, s=2, ceil_mode=True) |>
    conv(c=8, k=3, bias=False)
output y = b |> flatten |> Linear(c=10)
NET
}

# Faults of one line, of several, and one that hides others: all mended, the rest untouched.
ported >port.net
twice 0 port.net
cat >wanted <<'NET'
net 1
model port
weights random(seed=1)
input x : f32[N: 1, C: 3, H: 32, W: 32]

a = x |> conv(c=64, k=7, s=2, p=3) |> relu
b = a |> maxpool(k=3, s=2, round=ceil)
    |> conv(c=8, k=3, bias=none)
output y = b |> flatten |> dense(c=10)
NET
cmp port.net wanted || fail "mended: $(cat port.net)"
says err "fixed port.net:1:1: N0013" "fixed port.net:5:10: N0201: unknown layer \`Conv2d\`" \
    "fixed port.net:7:25: N0208" "  - output y = b |> flatten |> Linear(c=10)" \
    "  + output y = b |> flatten |> dense(c=10)" "8 fixes made"
[ -s out ] && fail "standard output has words"

# Standard input goes to standard output, mended or not.
ported >port.net
expect 0 "$NETC" check --fix - <port.net
cmp out wanted || fail "standard input: $(cat out)"
says err "fixed stdin:5:10"
expect 0 "$NETC" check --fix - <wanted
cmp out wanted || fail "a good program came out changed"
[ -s err ] && fail "words about a good program"
expect 3 bash -c '"$NETC" check --fix - <port.net >/dev/full'
says err "cannot write standard output" "error[N0201]"
grep -q '^fixed' err && fail "says that it fixed what it could not write"
rm port.net wanted

# What is not safe stays, is reported with its place in the mended text, and decides the status.
cat >rest.net <<'NET'
net 1
weights random(seed=1)
input x : f32[N: 1, C: 3, H: 9, W: 9]
a = x |> conv(filters=4, k=3) |>
    relu |> maxpool(k=2)
output y = a
NET
twice 1 rest.net
says err "fixed rest.net:4:15: N0203" "fixed rest.net:4:31: N0012" "rest.net:5:16" "N0305"
grep -q 'help:.*safe to apply' err && fail "a safe edit is left: $(cat err)"

# Imported files are mended, the library of defs never; both files or none.
mkdir lib
cat >lib/blocks.net <<'NET'
net 1
def block(x, c: int) { return x |> Conv2d(filters=c, k=3, p=1) |> relu }
NET
cat >main.net <<'NET'
net 1
weights random(seed=1)
import "lib/blocks.net" as b
import "std/blocks.net" as std
input x : f32[N: 1, C: 3, H: 9, W: 9]
a = x |> b.block(c=4) |> std.relu6 |> Dropout(p=0.5)
output y = a |> b.block(c=2)
NET
cp main.net main.orig
cp lib/blocks.net blocks.orig
if [ "$(id -u)" -ne 0 ]; then
    chmod a-w lib/blocks.net
    expect 3 "$NETC" check --fix main.net
    says err "cannot write lib/blocks.net" "Permission denied" "error[N0203]" "error[N0202]"
    grep -q '^fixed' err && fail "says that it fixed what it could not write"
    cmp main.net main.orig || fail "one file was written although the other could not be"
    chmod u+w lib/blocks.net
fi
chmod 640 lib/blocks.net
twice 0 main.net
says err "fixed lib/blocks.net:2:36: N0201" \
    "fixed main.net:6:39: N0202"
[ "$(stat -c %a lib/blocks.net)" = 640 ] || fail "the mode became $(stat -c %a lib/blocks.net)"
says lib/blocks.net "conv(c=c, k=3, p=1) |> relu"
cp blocks.orig lib/blocks.net
expect 1 "$NETC" check --fix - <main.orig
cmp lib/blocks.net blocks.orig || fail "standard input changed a file"

# A link stays a link.
cp blocks.orig lib/blocks.net
ln -s lib/blocks.net linked.net
sed 's|lib/blocks|linked|' main.orig >main.net
expect 0 "$NETC" check --fix main.net
[ -L linked.net ] || fail "the link was replaced"
says lib/blocks.net "conv(c=c, k=3, p=1) |> relu"
rm -r lib linked.net main.net main.orig blocks.orig

# Line ends and a byte order mark are kept.
printf '\xef\xbb\xbfmodel m\r\nweights random(seed=1)\r\ninput x : f32[N: 1, C: 1, H: 8, W: 8]\r\n\r\na = x |>\r\n  conv(filters=1, k=3)\r\noutput y = a' >crlf.net
twice 0 crlf.net
printf '\xef\xbb\xbfnet 1\r\nmodel m\r\nweights random(seed=1)\r\ninput x : f32[N: 1, C: 1, H: 8, W: 8]\r\n\r\na = x\r\n  |> conv(c=1, k=3)\r\noutput y = a' >wanted
cmp crlf.net wanted || fail "line ends: $(od -c crlf.net | head -20)"
tr '\n' '\r' >cr.net <<'NET'
weights random(seed=1)
input x : f32[N: 1, C: 1, H: 8, W: 8]
output y = x |> conv(filters=1, k=3)
NET
twice 0 cr.net
tr '\r' '\n' <cr.net | head -1 | grep -qx 'net 1' || fail "CR: $(od -c cr.net | head -3)"
rm crlf.net cr.net wanted

# An edit that brings a warning is not made where warnings are errors; options hold as ever.
cat >warn.net <<'NET'
net 1
weights random(seed=1)
let n = 8
input x : f32[N: 1, C: 1, H: n, W: n]
output y = x |> maxpool(k=2, strides=2)
NET
cp warn.net good.net
expect 1 "$NETC" check --fix --set n=9 -Werror good.net
twice 0 -Werror good.net
cp warn.net good.net
expect 0 "$NETC" check --fix --set n=9 good.net
says err "fixed good.net:5:30: N0203" "warning[W0701]"
expect 1 "$NETC" check --fix --set q=9 good.net
rm warn.net good.net

# Many faults take several rounds.
{
    echo "net 1"
    echo "weights random(seed=1)"
    echo "input x : f32[N: 1, C: 1, H: 8, W: 8]"
    echo "v0 = x"
    for i in $(seq 200); do echo "v$i = v$((i - 1)) |> Conv2d(filters=1, kernel_size=1) |> Dropout"; done
    echo "output y = v200"
} >many.net
twice 0 many.net
says err "400 fixes made"
rm many.net

# Only check knows it, and a file that cannot be read is as ever.
expect 1 "$NETC" check --fix none.net
says err "N0902"
expect 2 "$NETC" build --fix x.net
expect 2 "$NETC" summary --fix x.net
holds
finish
