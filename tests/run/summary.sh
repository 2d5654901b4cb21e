#!/usr/bin/env bash
# `netc summary`: the table of LeNet-5, and the JSON fields.
source "$(dirname "$0")/lib.sh"
cat >lenet5.net <<'NET'
net 1
model lenet5
weights random(seed=1)
input image : f32[N: 1, C: 1, H: 32, W: 32]

c1 = image |> conv(c=6, k=5)            -> [1, 6, 28, 28]
s2 = c1 |> avgpool(k=2, s=2) |> tanh    -> [1, 6, 14, 14]
c3 = s2 |> conv(c=16, k=5)              -> [1, 16, 10, 10]
s4 = c3 |> avgpool(k=2, s=2) |> tanh    -> [1, 16, 5, 5]
c5 = s4 |> conv(c=120, k=5) |> tanh     -> [1, 120, 1, 1]
f6 = c5 |> flatten |> dense(c=84) |> tanh
output digit = f6 |> dense(c=10) |> softmax(axis=C)    -> [1, 10]
NET
expect 0 "$NETC" summary lenet5.net
cat >wanted <<'TABLE'
lenet5   f32   image [1, 1, 32, 32] → digit [1, 10]
value  layer           k  s  p   output            params     MACs  memory   rf
c1     conv            5  1  0   [1, 6, 28, 28]       156  117,600  18.4 K    5
s2     avgpool, tanh   2  2  0   [1, 6, 14, 14]         0        –   4.6 K    6
c3     conv            5  1  0   [1, 16, 10, 10]    2,416  240,000   6.3 K   14
s4     avgpool, tanh   2  2  0   [1, 16, 5, 5]          0        –   1.6 K   16
c5     conv, tanh      5  1  0   [1, 120, 1, 1]    48,120   48,000   480 B   32
f6     dense, tanh     –  –  –   [1, 84]           10,164   10,080   336 B  all
digit  dense, softmax  –  –  –   [1, 10]              850      840    40 B  all
total  61,706 parameters (241.0 K) · 416,520 MACs · peak activations 23.0 K (c1 and s2) · smallest input 32×32 · nothing unread
TABLE
diff <(tr -s ' ' <wanted) <(tr -s ' ' <out) >&2 || fail "the table of LeNet-5"

expect 0 "$NETC" summary lenet5.net --json
says out '"model": "lenet5"' '"path": "c1.conv"' '"op": "avgpool"' '"macs": 117600' \
    '"params": 48120' '"workspace_bytes":' '"algorithm": "tap"' '"algorithm": "fused"' '"rf": "all"'
# Rows that are never read, dilation, uneven padding, output padding.
cat >odd.net <<'NET'
net 1
model odd
weights random(seed=1)
input x : f32[N: 1, C: 3, H: 12, W: 10]
a = x |> conv(c=4, k=3x2, d=2, p={H: (1, 2), W: 0})
b = a |> maxpool(k=2, s=2)
output y = b |> tconv(c=2, k=3, s=2, p=1, a=1)
NET
expect 0 "$NETC" summary odd.net -Wno-all
says out "3x2" "(1, 2)x0" "unread: 1×0 before b.maxpool" " d " " a "

says_columns() { # FILE COLUMNS: no line is wider
    python3 -c 'import sys
for line in open(sys.argv[1], encoding="utf-8"):
    if len(line.rstrip("\n")) > int(sys.argv[2]): sys.exit(line)' "$1" "$2" || fail "wider than $2"
}

# On a terminal the table gives way, in the documented order; the text goes on in the next line.
on_terminal() { # COLUMNS ARGUMENTS...: ./out is what a terminal of that width shows
    python3 -c 'import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.read(0, 1)
    os.execv(os.environ["NETC"], ["netc"] + sys.argv[2:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(sys.argv[1]), 0, 0))
os.write(fd, b"\n")
text = b""
try:
    while chunk := os.read(fd, 65536): text += chunk
except OSError: pass
os.waitpid(pid, 0)
sys.stdout.write(text.decode().replace("\r\n", "\n").lstrip("\n"))' "$@" >out
}
"$NETC" summary lenet5.net >full
on_terminal 200 summary lenet5.net
diff full out >&2 || fail "a wide terminal shows all"
for columns in 100 90 80 70 60 50 40; do
    on_terminal $columns summary lenet5.net
    says_columns out $columns
    says out value layer output 'smallest input 32×32' 'nothing unread'
done
on_terminal 81 summary lenet5.net
says out 'dense, soft…' memory rf
on_terminal 75 summary lenet5.net
says out params rf
grep -q memory out && fail "memory goes first"
on_terminal 60 summary lenet5.net
grep -q params out && fail "params go before k, s and p"
says out 'value  layer         k  s  p' MACs

# Markdown: the same cells, and the algorithms.
expect 0 "$NETC" summary lenet5.net --markdown
says out '| value | layer | k | s | p | output | params | MACs | memory | rf | algorithm |' \
    '|---|---|---|---|---|---|---:|---:|---:|---:|---|' \
    '| c1 | conv | 5 | 1 | 0 | [1, 6, 28, 28] | 156 | 117,600 | 18.4 K | 5 | ' \
    '61,706 parameters (241.0 K)'
[ "$(grep -c '^|' out)" -eq 9 ] || fail "rows in Markdown"
expect 0 "$NETC" summary lenet5.net --json
python3 -c 'import json
d = json.load(open("out"))
assert set(d) == {"model", "inputs", "outputs", "layers", "smallest_input", "peak_bytes", "workspace_bytes"}
fields = "path op k s p d a out params macs bytes rf unread algorithm".split()
assert all(list(layer) == fields for layer in d["layers"]) and d["smallest_input"] == [32, 32]
assert d["peak_bytes"] == 4 * (6 * 28 * 28 + 6 * 14 * 14)' || fail "JSON fields"

# An input of bytes is said to be one.
printf 'net 1\nweights random(seed=1)\ninput p : u8[H: 8, W: 8, C: 3]\noutput y = p |> f32 |> conv(c=4, k=3)\n' >bytes.net
expect 0 "$NETC" summary bytes.net
says out 'p u8[8, 8, 3] → y [6, 6, 4]' 'f32, conv'
expect 0 "$NETC" summary bytes.net --json
python3 -c 'import json
d = json.load(open("out"))
assert (d["inputs"][0]["type"], d["outputs"][0]["type"]) == ("u8", "f32")
assert d["layers"][0]["algorithm"] == "view"' || fail "types in JSON"
finish
