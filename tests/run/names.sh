#!/usr/bin/env bash
# Names that attack C: macros, types and keywords as names of inputs and outputs; labels that are symbols
# of the object; strings that would end a comment, an identifier or a line. Either they are refused
# or the header is clean C and C++ behind every standard header, and the object runs.
runtime=$(cd "$(dirname "$0")/../../runtime/include" && pwd)
source "$(dirname "$0")/lib.sh"

every_header='assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype unistd'
for header in $every_header; do echo "#include <$header.h>"; done >all_c.h
for header in cassert cctype cerrno cmath complex cstdio cstdlib cstring cwchar new string; do
    echo "#include <$header>"
done >all_cxx.h

# check_name NAME: `check` of a network with an input of this name
check_name() {
    printf 'net 1\nmodel m\ninput %s : f32[N: 1, C: 3]\noutput y_ = %s |> relu\n' "$1" "$1" >name.net
    "$NETC" check name.net >out 2>err
}

# Macros that stand for something else: those of GCC, and those of the headers of C.
macros=$({ gcc -std=gnu17 -dM -E -x c /dev/null; gcc -std=c17 -dM -E all_c.h; } | awk 'NF > 2 && $2 ~ /^[a-z][a-z0-9_]*$/ && $2 != $3 { print $2 }')
for name in linux unix errno complex; do
    grep -qx "$name" <<<"$macros" || fail "no macro $name: is this list still true?"
done
for name in $macros; do
    check_name "$name" && fail "$name is a macro, and is a name of an input"
    says err "error[N0104]"
done
for name in int class workspace weights threads co_await typeof constinit near far interface; do
    check_name "$name" && fail "$name is taken as a name of an input"
    says err "error[N0104]"
done

# Names of functions, types, variables and our own symbols: accepted, all in one network.
names='size_t ptrdiff_t max_align_t printf exit main stdin environ memcpy m m_run m_run_threads m_model
netc_model netc_threads netc_tensor parallel wait together count ctx abi run elems _ __ _x __x x_elems i386_ std
out y inputs outputs workspace_bytes workspace_align stack_bytes'
{
    printf 'net 1\nmodel m\n'
    sum=
    for name in $names; do
        printf 'input %s : f32[N: 1, C: 3]\n' "$name"
        sum="$sum${sum:+ + }$name"
    done
    printf 'output result = %s\n' "$sum"
} >m.net
expect 0 "$NETC" build m.net
count=$(wc -w <<<"$names")
{
    printf '#include "all_c.h"\n#include "m.h"\n'
    printf '#include "netc_runtime.h"\n#include "m.h"\n'
    printf 'static _Alignas(64) char work[M_WORKSPACE_BYTES + 64];\n'
    printf 'int main(void) {\n    float x[3] = {1, 2, 3}, y[3] = {0};\n    int status = m_run('
    for _ in $names; do printf 'x, '; done
    printf 'y, work);\n    return !(status == 0 && y[2] == 3.0f * %d);\n}\n' "$count"
} >main.c
for standard in gnu17 c17; do
    expect 0 gcc -std=$standard -Wall -Wextra -Werror -I. -I"$runtime" main.c m.o -lm -o main
    expect 0 ./main
done
printf '#include "m.h"\nint nothing(void);\nint nothing(void) { return M_RESULT_ELEMS; }\n' >only.c
expect 0 gcc -std=c99 -pedantic -Wall -Wextra -Werror -c only.c -o only.o
printf '#include "all_cxx.h"\n#include "m.h"\nint nothing() { return M_RESULT_ELEMS; }\n' >only.cc
for standard in c++11 gnu++17 c++20; do
    expect 0 g++ -std=$standard -Wall -Wextra -Werror -c only.cc -o only.o
done

# Labels: those of our own symbols, of functions of C and of LLVM, and such as are no identifiers.
labels='run model run_threads weights x.y memcpy memset llvm.fma.f32 ../../etc/passwd *\/ // -- %s%n $PATH '
{
    printf 'net 1\nmodel m\nweights random(seed=1)\ninput x : f32[N: 1, C: 4, H: 6, W: 6]\n'
    last=x n=0
    for label in $labels '\"' '\\' '\n.globl evil\n' '\u{feff}' 'a b' "$(printf 'e%.0s' {1..1000})"; do
        printf 'v%d = %s |> conv(c=4, k=3, p=1) @"%s"\n' $n $last "${label/\*\\\//*/}"
        last=v$n n=$((n + 1))
    done
    printf 'output y = %s |> relu\n' $last
} >m.net
expect 0 "$NETC" build m.net --threads=yes
global=$(nm --defined-only -g m.o | awk '{ print $3 }' | sort | tr '\n' ' ')
for symbol in $global; do
    [[ $symbol =~ ^m_(run|run_threads|model|run_[0-9a-f]{16}|run_threads_[0-9a-f]{16})$ ]] ||
        fail "the object exports $symbol"
done
[[ " $global" == *" m_run "* && $global == *"m_run_threads "* ]] || fail "exported: $global"
grep -q '[A-Z] evil' <<<"$(nm m.o)" && fail "a label became a symbol of its own"
expect 0 "$NETC" build m.net --emit=asm -o m.s
expect 0 gcc -c m.s -o m2.o
expect 0 "$NETC" verify m.net
LC_ALL=C grep -q $'\x1b' out err && fail "an escape code of a label reaches the terminal"

# The model's name, from a file, a line, an option.
for stem in int 3d 'a b' '*/' '$(x)' 'é' netc _ main run; do
    printf 'net 1\ninput x : f32[N: 1, C: 3]\noutput y = x |> relu\n' >"f.net"
    cp f.net "${stem//\//_}.net"
    expect 0 "$NETC" build "./${stem//\//_}.net" -o s.o --header s.h
    printf '#include "s.h"\nint nothing(void);\nint nothing(void) { return 0; }\n' >only.c
    expect 0 gcc -std=c99 -pedantic -Wall -Wextra -Werror -c only.c -o only.o
    printf '#include "netc_runtime.h"\n#include "s.h"\n' >only.cc
    expect 0 g++ -std=c++11 -Wall -Wextra -Werror -I"$runtime" -c only.cc -o only.o
done
for prefix in '' 'x*/' 'a-b' '3d' 'int main(){}' $'a\nb' 'é'; do
    expect 2 "$NETC" build f.net --prefix="$prefix"
done
finish
