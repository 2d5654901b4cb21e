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
if command -v man >/dev/null; then
    expect 0 env MANWIDTH=100 LC_ALL=C man --warnings -l man.text
    [ -s err ] && fail "man: $(head -3 err)"
    says out "netc build FILE.net" "--emit=obj|asm|llvm" "EXIT STATUS"
fi
grep -q '^\.TH NETC 1' man.text || fail "no title"
for shell in bash zsh fish; do
    command -v $shell >/dev/null && expect 0 $shell -n $shell.text
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
expect 2 "$NETC" help nonsense
rm ./*.text plain

# They are installed where they are looked for.
cmake --build "$BINARY" --target help_texts >out 2>err || fail "help_texts: $(cat err)"
for file in man/man1/netc.1 bash-completion/completions/netc zsh/site-functions/_netc \
    fish/vendor_completions.d/netc.fish; do
    [ -s "$BINARY/share/$file" ] || fail "no share/$file"
done
holds
finish
