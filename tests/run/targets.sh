#!/usr/bin/env bash
# `netc build --target`: objects of every format, read by llvm-readobj and linked by lld with a stub.
source "$(dirname "$0")/lib.sh"
small_net small.net
llvm=/usr/lib/llvm-19/bin

# stub TRIPLE: stub.o of that target, with an entry that calls the model and what the object may
# refer to: the functions of the C library, and what the format adds.
stub() {
    local underscore="" name
    {
        case $1 in
        *windows*) echo ".globl _fltused; .set _fltused, 1"; names="start __chkstk" ;;
        *apple*) underscore=_ names="start bzero" ;;
        *) names="_start" ;;
        esac
        echo ".text"
        for name in $names memcpy memset memmove; do
            echo ".globl $underscore$name"
            echo "$underscore$name:"
        done
        case $1 in
        x86_64*) echo "call ${underscore}small_run" ;;
        *) echo "bl ${underscore}small_run" ;;
        esac
        echo ".data"
        [[ $1 == *apple* ]] && echo ".p2align 3"
        echo ".quad ${underscore}small_model"
    } | $llvm/llvm-mc --triple="$1" --filetype=obj -o stub.o || fail "no stub for $1"
}

# reads TRIPLE FORMAT UNDEFINED...: the object has that format, and needs these names at most.
reads() {
    local triple=$1 format=$2 name
    shift 2
    expect 0 "$NETC" build small.net --target="$triple" -o small.o
    expect 0 $llvm/llvm-readobj --file-headers --sections --symbols --relocations --unwind small.o
    says out "Format: $format" small_run_ small_model
    expect 0 $llvm/llvm-nm --undefined-only --format=just-symbols small.o
    while read -r name; do
        [[ " $* " == *" $name "* ]] || fail "$triple: undefined $name"
    done <out
    expect 0 $llvm/llvm-nm --extern-only --defined-only --format=just-symbols small.o
    # The constants of Microsoft's ABI are shared by all objects that have the same.
    grep -vE "^_?small_|^__(real|xmm|ymm)@" out && fail "$triple: exported names"
    stub "$triple"
}

reads x86_64-linux-gnu elf64-x86-64 memcpy memset memmove
expect 0 $llvm/ld.lld --noinhibit-exec small.o stub.o -o small
reads aarch64-linux-gnu elf64-littleaarch64 memcpy memset memmove
expect 0 $llvm/ld.lld small.o stub.o -o small
reads x86_64-pc-windows-msvc COFF-x86-64 memcpy memset memmove _fltused __chkstk
expect 0 $llvm/lld-link /nodefaultlib /subsystem:console /entry:start small.o stub.o /out:small.exe
expect 0 $llvm/llvm-readobj --file-headers small.exe
says out IMAGE_FILE_EXECUTABLE_IMAGE
expect 0 "$NETC" build small.net --target=x86_64-pc-windows-msvc --emit=asm -o small.s
# Microsoft's convention: the first argument in rcx, xmm6 and up belong to the caller.
says small.s "rcx" "xmm6" ".seh_savexmm"
expect 0 "$NETC" build small.net --target=x86_64-pc-windows-msvc --emit=archive -o small.lib
expect 0 $llvm/lld-link /nodefaultlib /subsystem:console /entry:start stub.o small.lib /out:b.exe
reads arm64-apple-darwin "Mach-O arm64" _memcpy _memset _memmove _bzero
expect 0 $llvm/ld64.lld -arch arm64 -platform_version macos 11.0 11.0 -dylib small.o stub.o \
    -o small.dylib
expect 0 $llvm/llvm-nm --extern-only --defined-only --format=just-symbols small.dylib
says out _small_run _small_model

# Every CPU of every target; another CPU is another object, and the same one the same bytes.
for pair in x86_64-linux-gnu:x86-64 x86_64-linux-gnu:x86-64-v2 x86_64-pc-windows-msvc:x86-64 \
    x86_64-pc-windows-msvc:x86-64-v4 aarch64-linux-gnu:armv8-a arm64-apple-darwin:armv8-a; do
    for pass in a b; do
        expect 0 "$NETC" build small.net --verify-each --target="${pair%:*}" --cpu="${pair#*:}" \
            -o $pass.o
    done
    cmp a.o b.o || fail "$pair: two builds differ"
    says a.h "for ${pair#*:}"
done
# Other names of the same systems.
expect 0 "$NETC" build small.net --target=aarch64-unknown-linux-gnu -o a.o
expect 0 "$NETC" build small.net --target=aarch64-linux-gnu -o b.o
cmp a.o b.o || fail "two names of a target give two objects"
rm -f ./*.o ./*.h ./*.exe small small.*[!t]

# wrong WORDS ARGUMENTS...: status 2, these words, nothing of LLVM's, no file.
wrong() {
    local words=$1
    shift
    expect 2 "$NETC" "$@"
    says err "$words"
    grep -qi llvm err && fail "LLVM's words: $(cat err)"
    holds
}
for emit in shared archive; do
    wrong "\`--emit=$emit\` is" build small.net --target=arm64-apple-darwin --emit=$emit
done
wrong "\`--emit=shared\` is" build small.net --target=x86_64-pc-windows-msvc --emit=shared
wrong "there is no target \`aarch64-linux-gnw\`; did you mean \`aarch64-linux-gnu\`?" \
    build small.net --target=aarch64-linux-gnw
wrong "there is no target \`z80\`; there are x86_64-linux-gnu, x86_64-pc-windows-msvc," \
    build small.net --target=z80
wrong "there is no CPU \`x86-64-v5\`; did you mean \`x86-64-v" build small.net --cpu=x86-64-v5
wrong "there is no CPU \`armv8-a\`; there are x86-64," build small.net --cpu=armv8-a
wrong "there is no CPU \`x86-64-v3\`; there are armv8-a" \
    build small.net --target=aarch64-linux-gnu --cpu=x86-64-v3
wrong "cannot run code for aarch64-linux-gnu" \
    build small.net --target=aarch64-linux-gnu --cpu=native
wrong "cannot run code for arm64-apple-darwin" verify small.net --target=arm64-apple-darwin
finish
