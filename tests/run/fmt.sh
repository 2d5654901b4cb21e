#!/usr/bin/env bash
# `netc fmt` from outside: in place, as a filter, --check, and what it leaves alone.
source "$(dirname "$0")/lib.sh"

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
finish
