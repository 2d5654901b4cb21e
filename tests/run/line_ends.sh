#!/usr/bin/env bash
# One program in every form that editors give a text: LF, CR LF and CR line ends, mixed, no end of
# the last line, a byte order mark, NUL and other control characters in comments. All mean the same.
source "$(dirname "$0")/lib.sh"
cat >lf.net <<'NET'
net 1
model same # größe
let n = 4
## What it gives.
input x : f32[N: 1, C: 1, H: 8, W: 8]

a = x
  |> conv(c=n, k=3, weight=random(seed=1),
    bias=none) # one
output y = a |> relu
NET
expect 0 "$NETC" build lf.net --emit=graph -o lf.graph
sed 's/$/\r/' lf.net >crlf.net
tr '\n' '\r' <lf.net >cr.net
sed '2~2s/$/\r/' lf.net | sed '7s/$/\r/' >mixed.net
head -c -1 lf.net >open.net
head -c -2 crlf.net >open_crlf.net
{ printf '\xef\xbb\xbf' && cat lf.net; } >mark.net
{ printf '\xef\xbb\xbf' && cat crlf.net; } >mark_crlf.net
sed 's/# one/# \x00\x07\x1b[31m \xef\xbb\xbf \x7f/' lf.net >control.net
{ cat lf.net && printf '\r\n \t\r\n\n# \r'; } >blank.net
for file in crlf cr mixed open open_crlf mark mark_crlf control blank; do
    cmp -s $file.net lf.net && fail "$file.net is the same file"
    expect 0 "$NETC" check $file.net -Wall -Werror
    [ -s out ] || [ -s err ] && fail "$file.net has messages: $(head -3 err)"
    expect 0 "$NETC" build $file.net --emit=graph -o $file.graph
    cmp $file.graph lf.graph || fail "$file.net is another network"
done
holds {lf,crlf,cr,mixed,open,open_crlf,mark,mark_crlf,control,blank}.graph
finish
