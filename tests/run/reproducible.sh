#!/usr/bin/env bash
# The same input gives the same bytes, whatever the folder, user, locale, time zone, umask, name of
# the machine's files and number of cores.
source "$(dirname "$0")/lib.sh"
small_net small.net

# Everything `build` makes, in the current folder.
cat >build.sh <<'SH'
set -e
for emit in obj asm llvm bc archive shared; do
    "$1" build "$2" --emit=$emit -o made-$emit --weights=extern --weights-file made-$emit.weights
done
for emit in plan graph loop ast header; do
    "$1" build "$2" --emit=$emit -o made-$emit
done
"$1" build "$2" -o embed.o --depfile embed.d
"$1" build "$2" -o strip.o --strip --cpu=x86-64-v4 --math=fast
"$1" build "$2" -o arm.o --target=aarch64-linux-gnu
"$1" summary "$2" >summary
SH
mkdir first "second folder"
cp small.net first
cp small.net "second folder"
chmod 777 "second folder"
(cd first && bash ../build.sh "$NETC" small.net) >out 2>err || fail "first build: $(cat err)"

other_user=()
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null &&
    setpriv --reuid=65534 --clear-groups test -x "$NETC" -a -r "$work/build.sh"; then
    other_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
chmod 755 "$work"
locale=C
for name in de_DE.UTF-8 fr_FR.UTF-8; do
    grep -qi "^${name/UTF-8/utf8}$" <<<"$(locale -a 2>/dev/null)" && locale=$name
done
(cd "second folder" && umask 077 && sleep 1 &&
    env -i PATH="$PATH" HOME=/nowhere USER=other LOGNAME=other LANG=$locale LC_ALL=$locale \
        TZ=Pacific/Auckland TMPDIR=/var/tmp SOURCE_DATE_EPOCH=1 "${other_user[@]}" \
        taskset -c "$(awk '/^Cpus_allowed_list/ {print $2}' /proc/self/status | sed 's/[-,].*//')" \
        bash ../build.sh "$NETC" small.net) >out 2>err || fail "second build: $(cat err)"
for file in first/*; do
    cmp "$file" "second folder/${file#first/}" || fail "${file#first/} differs"
done
[ "$(ls first | wc -l)" -ge 20 ] || fail "only these were made: $(ls first)"

# The path that the source is given by is in no output; only in rules for make.
expect 0 "$NETC" build "$work/second folder/small.net" -o third.o
cmp third.o first/embed.o || fail "the path of the source is in the object"
cmp third.h first/embed.h || fail "the path of the source is in the header"
finish
