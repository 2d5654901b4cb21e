#!/usr/bin/env bash
# Help, version, and wrong usage: exit status 2, with a way out.
source "$(dirname "$0")/lib.sh"
small_net small.net

expect 0 "$NETC" help
says out "usage: netc COMMAND" "netc build FILE.net" "what the exit statuses say"
cp out overview
expect 0 "$NETC" --help
cmp -s out overview || fail "--help is not the overview"
expect 0 "$NETC" help build
says out "usage: netc build [OPTION]... FILE.net" "--emit=obj|asm|llvm|"
cp out build_help
for words in "build --help" "build -h" "--help build"; do
    # shellcheck disable=SC2086
    expect 0 "$NETC" $words
    cmp -s out build_help || fail "'netc $words' is not the help of build"
done
rm overview build_help
expect 0 "$NETC" version
grep -qE '^netc [0-9]+\.[0-9]+\.[0-9]+$' out || fail "version: $(cat out)"
expect 0 "$NETC" check --version
says out "netc "

wrong() { # WORDS COMMAND...
    local words=$1
    shift
    expect 2 "$NETC" "$@"
    says err "$words"
    [ -s out ] && fail "wrong usage wrote to standard output: $*"
}
wrong "a command is missing"
wrong "did you mean \`netc build\`?" biuld small.net
wrong "as in \`netc build small.net\`" small.net
wrong "\`netc draw\` is not available yet" draw small.net
wrong "\`netc lsp\` is not available yet" help lsp
wrong "did you mean \`--emit\`?" build small.net --emti=obj
wrong "did you mean \`llvm\`?" build small.net --emit=lvm
wrong "there is no CPU \`pentium\`; there are" build small.net --cpu=pentium
wrong "there is no CPU" summary small.net --cpu=pentium
wrong "there is no CPU \`x86-64-v5\`" build small.net --cpu=x86-64-v2,x86-64-v5
wrong "there is no CPU \`\`" build small.net --cpu=x86-64-v2,
wrong "the CPU \`x86-64-v2\` is given twice" build small.net --cpu=x86-64-v2,x86-64-v3,x86-64-v2
wrong "\`native\` cannot stand in a list" build small.net --cpu=x86-64-v2,native
wrong "this command takes one CPU, not a list" verify small.net --cpu=x86-64-v2,x86-64-v3
wrong "\`netc build\` needs FILE.net" build
wrong "goes with \`--emit=obj\`" build small.net --emit=plan --header=x.h
wrong "would be the same file" build small.net -o x --header x
wrong "would be the same file" build small.net -o - --header -
wrong "would overwrite the source" build small.net -o ./small.net
wrong "would overwrite the source" build small.net --header "$PWD/small.net"
wrong "input \`image\` is given twice" run small.net -i image=a.npy -i image=b.npy
holds
finish
