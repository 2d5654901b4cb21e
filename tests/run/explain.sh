#!/usr/bin/env bash
# `netc explain`: how pages are named and listed, where they go, and that they see no file.
here=$(cd "$(dirname "$0")" && pwd)
source "$here/lib.sh"

# One page by each of its names.
for names in "R6 r6 6" "R14 14" "N0301 n0301" "conv CONV" "+ plus" "- minus"; do
    first=
    for name in $names; do
        expect 0 "$NETC" explain -- "$name"
        [ -s err ] && fail "explain $name: $(head -3 err)"
        [ -n "$first" ] || cp out page
        cmp -s out page || fail "$name is another page than $first"
        first=$name
    done
done

# Numbers and figures of the worked example.
expect 0 "$NETC" explain R6
says out "R6: " "⌊(5 + 2·1 − 3)/2⌋ + 1 = 3" "[.][x][x] x  x  x  ." "arXiv 1603.07285"
expect 0 "$NETC" explain --markdown R6
says out "# R6: " '```net' '```text'

# Lists: each name once, with its sentence.
expect 0 "$NETC" explain --list
says out "codes:" "relationships:" "layers:" "std:" "  residual " "  N0001 " "  W0714 " "  R15 " "  conv " "  + "
[ "$(grep -c '^  [NW]0' out)" -ge 90 ] || fail "codes: $(grep -c '^  [NW]0' out)"
[ "$(grep '^  ' out | awk '{print $1}' | sort | uniq -d)" = "" ] || fail "a name is listed twice"
expect 0 "$NETC" explain --list relationships
[ "$(wc -l <out)" -eq 15 ] || fail "relationships: $(wc -l <out)"
mv out list
expect 0 "$NETC" explain relationships
cmp -s out list || fail "relationships without --list are another list"

# Defs of the library: as they are written there, every one.
expect 0 "$NETC" explain std
library=$here/../../compiler/std/blocks.net
names=$(awk '{print $1}' out)
[ "$names" = "$(sed -n 's/^def \([a-z0-9_]*\)(.*/\1/p' "$library")" ] || fail "std: $names"
expect 0 "$NETC" explain relu6
says out "def relu6(x) { return x |> clip(lo=0, hi=6) }"
expect 0 "$NETC" explain up_nearest_conv
says out "  return x |> upsample(by=by, mode=nearest) |> conv(c=c, k=k, p=p)"

# What there is no page about.
expect 2 "$NETC" explain R16
says err "there is no page about \`R16\`" "did you mean" "R1"
expect 2 "$NETC" explain maxpol
says err "did you mean \`maxpool\`?"
expect 2 "$NETC" explain Conv2d
says err "the layer is called \`conv\` here"
expect 2 "$NETC" explain $'\e[31m'
says err '\x1B[31m'
expect 2 "$NETC" explain ""
expect 2 "$NETC" explain
expect 2 "$NETC" explain --list R6
expect 2 "$NETC" explain R6 R7

# A page sees none of the files that are here, and leaves none.
for file in n0301.net r6.net blocks.net enc.safetensors weights.npz; do echo "no program" >$file; done
for name in N0301 R6 conv; do
    expect 0 "$NETC" explain $name
    cp out page
    (cd / && "$NETC" explain $name) | cmp -s - page || fail "$name depends on the folder"
done
rm n0301.net r6.net blocks.net enc.safetensors weights.npz page list
holds

# Prose and tables fit the width that COLUMNS says; programs and figures stand as they are.
for group in layers std; do
    "$NETC" explain $group | while read -r name _; do
        wide=$(COLUMNS=80 "$NETC" explain -- "$name" | grep -v '^    ' | wc -L)
        [ "$wide" -le 80 ] || echo "$name: $wide columns"
    done >wide
    [ ! -s wide ] || fail "$group: wider than 80: $(cat wide)"
done
expect 0 env COLUMNS=50 "$NETC" explain R6
[ "$(grep -v '^    ' out | wc -L)" -le 50 ] || fail "wider than 50"

# Colour is for a terminal that wants it.
on_terminal() { script -qec "$*" /dev/null </dev/null >out; }
TERM=xterm on_terminal "'$NETC' explain R6"
grep -q $'\e\[34m' out || fail "no colour on a terminal"
TERM=xterm NO_COLOR=1 on_terminal "'$NETC' explain R6"
grep -q $'\e' out && fail "colour in spite of NO_COLOR"
on_terminal "'$NETC' explain R6"
grep -q $'\e' out && fail "colour on a dumb terminal"

# A person whose program is wrong is told of its page, a log is not.
printf 'net 1\nweights random(seed=1)\ninput x : f32[C: 1, T: 4]\noutput y = x |> conv(c=1, k=5)\n' >wrong.net
on_terminal "'$NETC' check wrong.net"
says out "error[N0301]" "\`netc explain N0301\` tells more"
expect 1 "$NETC" check wrong.net
grep -q "netc explain" err && fail "a log says netc explain"
expect 3 sh -c "'$NETC' explain R6 >/dev/full"
finish
