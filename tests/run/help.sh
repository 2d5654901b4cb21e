#!/usr/bin/env bash
# The manual page and the completions: made from the table, so nothing can be missing; accepted by
# the programs that read them.
source "$(dirname "$0")/lib.sh"

commands=$("$NETC" help | sed -n 's/^  netc \([a-z]*\).*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 12 ] || fail "commands: $commands"
for topic in man bash zsh fish; do
    expect 0 "$NETC" help $topic
    mv out $topic.text
    tr -d '\\' <$topic.text >plain
    for command in $commands; do
        grep -qw -- "$command" $topic.text || fail "$topic does not know $command"
        for option in $("$NETC" help "$command" | sed -n 's/^  --\([a-z-]*\).*/\1/p'); do
            grep -qe "-$option\b" -e "-l $option\b" plain ||
                fail "$topic does not know --$option"
        done
    done
done
expect 0 "$NETC" version --help
# groff warns of nothing, and shows what it should.
expect 0 groff -man -ww -Tascii -rLL=100n -P-cbou man.text
[ -s err ] && fail "groff: $(head -3 err)"
says out "netc build FILE.net" "--emit=obj|asm|llvm" "EXIT STATUS" "ENVIRONMENT" "HELP TOPICS" "NO_COLOR"
grep -q '^\.TH NETC 1' man.text || fail "no title"
for shell in bash zsh fish; do
    expect 0 $shell -n $shell.text
    [ -s err ] && fail "$shell: $(head -3 err)"
done

# What bash offers for a line; `=` is a word of its own there.
offers() { # WORDS...: the last is being typed
    bash -c 'source ./bash.text; shift 0; COMP_WORDS=(netc "$@"); COMP_CWORD=$#; _netc
             printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | tr '\n' ' '
}
[ "$(offers bu)" = "build " ] || fail "bu: $(offers bu)"
[ "$(offers build --emit = sh)" = "shared " ] || fail "--emit=sh: $(offers build --emit = sh)"
[ "$(offers build --emit =)" = "$(offers build --emit '')" ] || fail "--emit="
[ "$(offers build --thr)" = "--threads " ] || fail "--thr: $(offers build --thr)"
[ "$(offers build --threads = '')" = "yes no " ] || fail "build --threads="
[ "$(offers run --threads = '')" = " " ] || fail "run --threads is a number: $(offers run --threads = '')"
[ "$(offers x.net build --emit = ll)" = " " ] || fail "a file is no command"
case " $(offers verify -)" in
*" --emit "*) fail "verify has no --emit" ;;
*" --json "*) ;;
*) fail "verify: $(offers verify -)" ;;
esac
[ "$(offers explain N030)" = "$(for n in $(seq 1 9); do printf 'N030%s ' "$n"; done)" ] ||
    fail "explain N030: $(offers explain N030)"
[ "$(offers explain R1)" = "R1 R10 R11 R12 R13 R14 R15 " ] || fail "explain R1: $(offers explain R1)"
[ "$(offers explain maxp)" = "maxpool " ] || fail "explain maxp"
[ "$(offers build --cpu = nat)" = "native " ] || fail "--cpu=nat: $(offers build --cpu = nat)"
[ "$(offers build --cpu x86-64-v4)" = "x86-64-v4 " ] || fail "--cpu x86-64-v4"
[ "$(offers run --target = aarch64-l)" = "$(offers run --target aarch64-l)" ] || fail "--target="
[ "$(offers run --target = aarch64-l)" = "aarch64-linux-gnu " ] ||
    fail "--target=aarch64-l: $(offers run --target = aarch64-l)"
[ "$(offers help env)" = "environment " ] || fail "help env: $(offers help env)"
mkdir folder
touch a.net b.txt
[ "$(offers check '')" = "a.net folder " ] || fail "check: $(offers check '')"
[ "$(offers build --threads yes '')" = "a.net folder " ] || fail "build: $(offers build --threads yes '')"
rm -r a.net b.txt folder

# Every topic that is listed is there, and its text is that of the tables.
for topic in $("$NETC" help | sed -n '/Other topics/,$s/^  \([a-z]*\) .*/\1/p'); do
    expect 0 "$NETC" help "$topic"
    [ -s out ] || fail "help $topic is empty"
done
expect 0 "$NETC" help exit
says out '0  done' '4  netc itself failed'
expect 0 "$NETC" help environment
says out NO_COLOR COLUMNS PATH
expect 0 "$NETC" help warnings
for code in $("$NETC" explain --list | grep -o '^ *W[0-9]*'); do says out "$code"; done
says out 'W0702*' 'W0704 '
expect 2 "$NETC" help nonsense
rm plain

# They are installed where they are looked for, and are what this netc prints.
cmake --build "$BINARY" --target help_texts >out 2>err || fail "help_texts: $(cat err)"
for file in man/man1/netc.1 bash-completion/completions/netc zsh/site-functions/_netc \
    fish/vendor_completions.d/netc.fish; do
    [ -s "$BINARY/share/$file" ] || fail "no share/$file"
done
for file in man:man/man1/netc.1 bash:bash-completion/completions/netc zsh:zsh/site-functions/_netc \
    fish:fish/vendor_completions.d/netc.fish; do
    cmp "${file%%:*}.text" "$BINARY/share/${file#*:}" >&2 || fail "share/${file#*:} is stale"
done
rm ./*.text
holds
finish
