#!/usr/bin/env bash
# `netc fmt` from outside: in place, as a filter, --check, what it leaves alone; --solve and --pin.
source=$(cd "$(dirname "$0")/../.." && pwd)
source "$source/tests/run/lib.sh"

printf 'net 1\ninput x:f32[N:1,C:1,H:4,W:4]\noutput y=x|>relu   # é\n' >rough.net
printf 'net 1\ninput x : f32[N: 1, C: 1, H: 4, W: 4]\noutput y = x |> relu    # é\n' >fine.net
cp fine.net fine.before

# A filter.
expect 0 "$NETC" fmt - <rough.net
cmp -s out fine.net || fail "the filter gives $(cat out)"
expect 0 "$NETC" fmt - <fine.net
cmp -s out fine.net || fail "the filter does not pass on what is formatted"

# --check names what would change, and writes nothing.
cp rough.net before
expect 1 "$NETC" fmt --check fine.net rough.net
says err "rough.net is not formatted"
grep -q fine.net err && fail "--check names a file that is formatted"
[ -s out ] && fail "--check prints on standard output"
cmp -s rough.net before || fail "--check wrote"
expect 0 "$NETC" fmt --check fine.net
expect 1 "$NETC" fmt --check - <rough.net
says err "stdin is not formatted"
[ -s out ] && fail "--check prints on standard output"

# In place, several files, the mode kept; a file that is fine is not written.
chmod 640 rough.net
old=$(stat -c '%i %Y' fine.net)
cp rough.net second.net
expect 0 "$NETC" fmt rough.net fine.net second.net
cmp -s rough.net fine.net && cmp -s second.net fine.net || fail "not formatted in place"
[ "$(stat -c %a rough.net)" = 640 ] || fail "the mode became $(stat -c %a rough.net)"
[ "$(stat -c '%i %Y' fine.net)" = "$old" ] || fail "a formatted file was written"
holds before fine.before
[ -s err ] && fail "fmt says $(cat err)"

# A link stays one; what it leads to is formatted.
mkdir far && cp before far/rough.net && ln -s far/rough.net link.net
expect 0 "$NETC" fmt link.net
[ -L link.net ] || fail "a link was replaced"
cmp -s far/rough.net fine.net || fail "the file behind a link is not formatted"
rm -r far link.net

# Faults of the text: printed, the file untouched, the others formatted.
printf 'net 1\na   = \n' >bad.net
cp bad.net bad.before
cp before rough.net
expect 1 "$NETC" fmt bad.net rough.net none.net
says err "error[N0012]" "error[N0902]: cannot find none.net"
cmp -s bad.net bad.before || fail "a file with faults was written"
cmp -s rough.net fine.net || fail "a fault stops the other files"
expect 1 "$NETC" fmt --check bad.net
says err "error[N0012]"

# Faults of the network do not matter.
printf 'net 1\na=nothing|>conv( k=1 )\n' >shapes.net
expect 0 "$NETC" fmt shapes.net
[ "$(sed 1d shapes.net)" = 'a = nothing |> conv(k=1)' ] || fail "shapes: $(cat shapes.net)"

# An edition to come may have another style.
printf 'net 2\na=b\n' >later.net
expect 1 "$NETC" fmt later.net
says err "error[N0901]"

# What cannot be written is an error of the output. Root may write everywhere.
if [ "$(id -u)" -ne 0 ]; then
    cp before rough.net && chmod 400 rough.net
    expect 3 "$NETC" fmt rough.net
    says err "rough.net"
    cmp -s rough.net before || fail "a file that may not be written changed"
fi
cp before rough.net
got=0
"$NETC" fmt - <rough.net >/dev/full 2>err || got=$?
[ "$got" -eq 3 ] || fail "status $got for a full disk"
expect 2 "$NETC" fmt
expect 2 "$NETC" fmt --chek fine.net
says err "--check"

# The library of defs has the style.
expect 0 "$NETC" fmt --check "$BINARY"/share/netc/std/*.net

# solves BEFORE AFTER: one output's value with --solve.
head='net 1
weights random(seed=1)
input x : f32[N: 1, C: 2, H: 12, W: 9]
'
solves() {
    printf '%soutput y = %s\n' "$head" "$1" >solve.net
    printf '%soutput y = %s\n' "$head" "$2" >wanted
    expect 0 "$NETC" fmt --solve solve.net
    [ -s err ] && fail "of $1 it says $(cat err)"
    cmp -s solve.net wanted || fail "$1 becomes $(tail -1 solve.net)"
    expect 0 "$NETC" fmt --solve --check solve.net
    rm wanted
}
solves 'x |> conv(c=2, k=?, p=1) -> [H: 12, W: 9]' 'x |> conv(c=2, k=3, p=1)    -> [H: 12, W: 9]'
solves 'x |> conv(c=2, k=?) -> [H: 10, W: 5]' 'x |> conv(c=2, k=3x5)    -> [H: 10, W: 5]'
solves 'x |> conv(c=2, k={H: ?, W: 3}, p=1) -> [H: 11]' \
    'x |> conv(c=2, k={H: 4, W: 3}, p=1)    -> [H: 11]'
solves 'x |> conv(c=2, k=3, s=?) -> [H: 4, W: 4]' 'x |> conv(c=2, k=3, s=3x2)    -> [H: 4, W: 4]'
solves 'x |> conv(c=2, k=2, s={W: ?, H: 1}) -> [W: 4]' \
    'x |> conv(c=2, k=2, s={W: 2, H: 1})    -> [W: 4]'
solves 'conv(x, c=2, k=3, p=?) -> [1, 2, 12, 9]' 'conv(x, c=2, k=3, p=1)    -> [1, 2, 12, 9]'
solves 'x |> conv(c=2, k=3, p=?) -> [H: 10, W: 9]' 'x |> conv(c=2, k=3, p=0x1)    -> [H: 10, W: 9]'
solves 'x |> conv(c=2, k=3, p=?) -> [H: 10, W: 7]' 'x |> conv(c=2, k=3)    -> [H: 10, W: 7]'
solves 'x |> conv(c=2, k=3, p={H: (0, 1), W: ?}) -> [H: 11, W: 9]' \
    'x |> conv(c=2, k=3, p={H: (0, 1), W: 1})    -> [H: 11, W: 9]'
solves 'x |> conv(c=2, k=3, s=?, p=(1, 2)) -> [H: 7, W: 5]' \
    'x |> conv(c=2, k=3, s=2, p=(1, 2))    -> [H: 7, W: 5]'
solves 'x |> conv(c=2, k=3, d=?) -> [H: 8, W: 3]' 'x |> conv(c=2, k=3, d=2x3)    -> [H: 8, W: 3]'
solves 'x |> maxpool(k=?, s=1) -> [H: 10, W: 5]' 'x |> maxpool(k=3x5, s=1)    -> [H: 10, W: 5]'
solves 'x |> maxpool(k=3, s=?) -> [H: 4, W: 7]' 'x |> maxpool(k=3, s=3x1)    -> [H: 4, W: 7]'
solves 'x |> maxpool(k=3, s=2, p=?) -> [H: 6, W: 4]' \
    'x |> maxpool(k=3, s=2, p=1x0)    -> [H: 6, W: 4]'
solves 'x |> maxpool(k=3, s=2, d=?) -> [H: 4, W: 2]' \
    'x |> maxpool(k=3, s=2, d=2x3)    -> [H: 4, W: 2]'
solves 'x |> avgpool(k=?, s=1) -> [H: 12, W: 8]' 'x |> avgpool(k=1x2, s=1)    -> [H: 12, W: 8]'
solves 'x |> avgpool(k=3, s=1, p=?, count=all) -> [H: 12, W: 9]' \
    'x |> avgpool(k=3, s=1, p=1, count=all)    -> [H: 12, W: 9]'
solves 'x |> tconv(c=2, k=?, s=2) -> [H: 26, W: 21]' \
    'x |> tconv(c=2, k=4x5, s=2)    -> [H: 26, W: 21]'
solves 'x |> tconv(c=2, k=3, s=?) -> [H: 25, W: 11]' \
    'x |> tconv(c=2, k=3, s=2x1)    -> [H: 25, W: 11]'
solves 'x |> tconv(c=2, k=4, s=2, p=?) -> [H: 24, W: 20]' \
    'x |> tconv(c=2, k=4, s=2, p=1x0)    -> [H: 24, W: 20]'
solves 'x |> tconv(c=2, k=3, s=2, d=?) -> [H: 27, W: 23]' \
    'x |> tconv(c=2, k=3, s=2, d=2x3)    -> [H: 27, W: 23]'
solves 'x |> tconv(c=2, k=3, s=2, p=1, a=?) -> [H: 23, W: 18]' \
    'x |> tconv(c=2, k=3, s=2, p=1, a=0x1)    -> [H: 23, W: 18]'
solves 'x |> tconv(c=2, k=3, s=2, p=?, a=?) -> [H: 24, W: 18]' \
    'x |> tconv(c=2, k=3, s=2, p=1, a=1)    -> [H: 24, W: 18]'
solves 'x |> tconv(c=2, k=3, s=2, p=?, a={H: ?, W: 0}) -> [H: 24, W: 17]' \
    'x |> tconv(c=2, k=3, s=2, p=1, a={H: 1, W: 0})    -> [H: 24, W: 17]'
solves 'conv(x |> maxpool(k=?, s=1) -> [H: 11, W: 8], c=2, k=?) -> [N: ?, H: 10, W: 7]' \
    'conv(x |> maxpool(k=2, s=1) -> [H: 11, W: 8], c=2, k=2)    -> [N: ?, H: 10, W: 7]'

# Defs: one solution of all uses is written in; where they differ, or there is none, `?` stays and
# its place is told, which is that in the file as it was. What an import holds is left alone.
printf 'net 1\ndef far(x) {return x|>conv(c=2,k=3,p=?)->[H:x.H,W:x.W]}\n' >far.net
cat >defs.net <<'NET'
net 1
weights random(seed=1)
import "far.net" as far
input x : f32[N: 1, C: 2, H: 6, W: 6]
def same(x) { return x |> conv(c=2, k=3, p=?) -> [H: x.H, W: x.W] }
def mixed(x)   { return x |> conv(c=2, k={H: ?, W: ?}, p=0) -> [H: 2, W: x.W - 2] }
def unused(x, p: pad = ?) { return x |> same |> conv(c=2, k=?) -> [H: 2, W: 2] }
a = x |> same |> mixed
b = x |> crop(p={H: 1, W: 0}) |> mixed |> repeat 2 same()
c = x |> crop(p={H: 1, W: 1}) |> far.far -> [H: 4, W: ?]
output y = concat(a, b, axis=C)
output c
NET
cp defs.net defs.before
cp far.net far.before
sed -e 's/p=?) -> \[H: x/p=1) -> [H: x/' -e 's/W: ?}, p=0/W: 3}/' -e 's/mixed(x)  /mixed(x)/' \
    defs.before >defs.wanted
expect 0 "$NETC" fmt defs.wanted
expect 0 "$NETC" fmt --solve defs.net
cmp -s defs.net defs.wanted || fail "defs: $(diff defs.net defs.wanted)"
cmp -s far.net far.before || fail "an imported file was written"
printf '%s\n' 'defs.net:6:46: `?` stays: it is 5 in one use of `mixed` and 3 in another' \
    'defs.net:7:24: `?` stays: no use of `unused` solves it' \
    'defs.net:7:61: `?` stays: no use of `unused` solves it' >said
cmp -s err said || fail "of defs it says $(cat err)"
expect 0 "$NETC" fmt --solve defs.net
cmp -s defs.net defs.wanted || fail "a second --solve changes: $(diff defs.net defs.wanted)"
expect 0 "$NETC" check defs.net

# --pin: every statement with one value that does not end in an assertion.
cat >pin.net <<'NET'
net 1
weights random(seed=1)
let most = 2
input x : f32[N: 1, C: 4, H: 6, W: 6]
def block(x) {
  h = x |> conv(c=4, k=3, p=1)
  return h |> relu
}
a = x|>block @"first block"   # one
b, c = a |> split(axis=C, sizes=[most, 2])
d = (b + c)
e = x |> conv(c=2, k=?) -> [H: 4, W: 4] |> relu
f = e |> tanh -> [H: 4]
g = e
  |> maxpool(k=2, s=2)
  # two
  |> flatten
output y = d * d + d
output z = g |> dense(c=3, bias=none)
output f
NET
cat >wanted <<'NET'
net 1
weights random(seed=1)
let most = 2
input x : f32[N: 1, C: 4, H: 6, W: 6]
def block(x) {
  h = x |> conv(c=4, k=3, p=1)
  return h |> relu
}
a    = x |> block @"first block"                      -> [1, 4, 6, 6]    # one
b, c = a |> split(axis=C, sizes=[most, 2])
d    = (b + c)                                        -> [1, 2, 6, 6]
e    = x |> conv(c=2, k=?) -> [H: 4, W: 4] |> relu    -> [1, 2, 4, 4]
f    = e |> tanh                                      -> [H: 4]
g = e
  |> maxpool(k=2, s=2)
  # two
  |> flatten    -> [1, 8]
output y = d * d + d                     -> [1, 2, 6, 6]
output z = g |> dense(c=3, bias=none)    -> [1, 3]
output f
NET
cp pin.net pin.before
expect 1 "$NETC" fmt --check --pin pin.net
says err 'pin.net is not formatted; `netc fmt --pin` does it'
cmp -s pin.net pin.before || fail "--check --pin wrote"
expect 0 "$NETC" fmt --pin - <pin.net
cmp -s out wanted || fail "--pin as a filter: $(diff out wanted)"
expect 0 "$NETC" fmt --pin pin.net
cmp -s pin.net wanted || fail "--pin: $(diff pin.net wanted)"
expect 0 "$NETC" fmt --pin pin.net
cmp -s pin.net wanted || fail "a second --pin changes: $(diff pin.net wanted)"
expect 0 "$NETC" fmt --pin --check pin.net
sed -i 's/k=?/k=3/' wanted
expect 0 "$NETC" fmt wanted
cp pin.before pin.net
expect 0 "$NETC" fmt --solve --pin pin.net
cmp -s pin.net wanted || fail "--solve --pin: $(diff pin.net wanted)"
[ -s err ] && fail "--solve --pin says $(cat err)"

# Both need a network; a file without one stays, the others do not.
printf 'net 1\ninput x:f32[N:1,C:1,H:4,W:4]\noutput y=x|>conv(c=1,k=9)\n' >wrong.net
cp wrong.net wrong.before
cp pin.before pin.net
for option in --solve --pin; do
    expect 1 "$NETC" fmt $option wrong.net pin.net
    says err 'error[N0301]' 'wrong.net:3:'
    cmp -s wrong.net wrong.before || fail "$option wrote a file with errors"
    expect 0 "$NETC" fmt $option --check pin.net
done
expect 1 "$NETC" fmt --pin - <wrong.net
[ -s out ] && fail "--pin of a program with errors prints it"

# The examples with their sizes: the same networks.
cp -r "$source/examples" .
tried=0
for file in examples/*/*.net; do
    "$NETC" summary --json "$file" >before 2>/dev/null || continue
    tried=$((tried + 1))
    expect 0 "$NETC" fmt --solve --pin "$file"
    cp "$file" once
    expect 0 "$NETC" check "$file"
    "$NETC" summary --json "$file" >after 2>/dev/null
    cmp -s before after || fail "$file is another network: $(diff before after)"
    expect 0 "$NETC" fmt --pin "$file"
    cmp -s "$file" once || fail "a second --pin changes $file"
    grep -q -- '-> \[' "$file" || fail "$file has no sizes"
done
[ "$tried" -ge 40 ] || fail "only $tried examples"

# Every .net file of the repository, be it a network or not: formatted once is formatted, and what
# check finds in it stays. The copies have their neighbours: weights and imports.
codes() {
    xargs "$NETC" check --diagnostics=json <list | python3 -c 'import json, sys
for found in sorted((line["file"], line["code"]) for line in map(json.loads, sys.stdin)): print(*found)'
}
mkdir all
cp -r "$source/tests" "$source/examples" "$source/compiler/std" all/
find all -type f -name '*.net' | sort >list
codes >before
tar cf before.tar -T list
xargs "$NETC" fmt <list >out 2>faults
tar df before.tar >changed 2>/dev/null
tar cf once.tar -T list
xargs "$NETC" fmt <list >out 2>err
tar df once.tar || fail "a second fmt changes these"
cmp -s faults err || fail "a second fmt finds other faults: $(diff faults err | head -20)"
codes >after
cmp -s before after || fail "fmt changes what check finds: $(diff before after)"
[ "$(wc -l <list)" -ge 300 ] && [ "$(wc -l <before)" -ge 500 ] && [ "$(wc -l <changed)" -ge 100 ] ||
    fail "$(wc -l list before changed)"
finish
