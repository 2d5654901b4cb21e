#!/usr/bin/env bash
# An installation that was moved, and programs built around it: examples/embed by CMake (Ninja and
# make) and by its Makefile, in C and C++; another machine's program by a cross compiler.
source "$(dirname "$0")/lib.sh"
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
unset CPPFLAGS CFLAGS CXXFLAGS LDFLAGS LDLIBS MAKEFLAGS
# The runtime of a sanitizer's build needs that sanitizer in the program.
sanitize=""
grep -q "^NETC_SANITIZE:BOOL=ON" "$BINARY/CMakeCache.txt" && sanitize="-fsanitize=address,undefined"

expect 0 cmake --install "$BINARY" --prefix "$work/first"
mv first moved
prefix=$work/moved
grep -rlF "$work/first" moved >leaks && fail "the prefix is written in: $(cat leaks)"
cp -r "$source_dir/examples/embed" "$source_dir/examples/digits" .
images=$work/digits/images.npy
expect 0 "$prefix/bin/netc" verify digits/digits.net

# The library of defs is the installation's own, and a source of the object.
cat >library.net <<'NET'
net 1
import "std/blocks.net" as std
weights random(seed=1)
input x : f32[N: 1, C: 8, H: 6, W: 6]
y = x |> std.conv_bn_relu(c=6, k=3)
output y
NET
expect 0 "$prefix/bin/netc" build library.net --depfile library.d
says library.d moved/share/netc/std/blocks.net

# same PROGRAM...: each prints one line, the same for 1 to 4 threads, and the same as the others.
same() {
    local program threads
    for program; do
        for threads in 1 2 3 4; do
            expect 0 "$program" "$images" $threads
            says out "of 1797 digits are read the same through the noise"
            [ -f line ] || cp out line
            cmp -s out line || fail "$program, $threads threads: $(cat out), not $(cat line)"
        done
    done
}

# mtimes FOLDER: when each object was made.
mtimes() { find "$1" -name 'digits*.o' -printf '%f %T@\n' | sort; }

for generator in Ninja "Unix Makefiles"; do
    rm -rf build
    expect 0 cmake -S embed -B build -G "$generator" -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_C_FLAGS="$sanitize -Wall -Wextra -Werror" \
        -DCMAKE_CXX_FLAGS="$sanitize -Wall -Wextra -Werror"
    expect 0 cmake --build build
    same build/embed build/embed_cpp
    mtimes build >before
    expect 0 cmake --build build
    mtimes build | cmp -s - before || fail "$generator: an untouched tree compiles networks"
    if [ "$generator" = Ninja ]; then says out "no work to do"; fi
    for touched in digits.safetensors digits.net; do
        mtimes build >before
        touch digits/$touched
        expect 0 cmake --build build
        mtimes build >after
        [ "$(grep '^digits\.o' before)" != "$(grep '^digits\.o' after)" ] ||
            fail "$generator: $touched is newer, and digits.o is not built again"
        [ "$(grep denoise before)" = "$(grep denoise after)" ] ||
            fail "$generator: $touched builds the other network"
    done
    expect 0 cmake --build build
    mtimes build | cmp -s - after || fail "$generator: builds twice"
done

# The Makefile, of ten lines at most.
[ "$(wc -l <embed/Makefile)" -le 10 ] || fail "the Makefile has more than ten lines"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
run_make() { make -C embed CFLAGS="$sanitize -O2" LDFLAGS="$sanitize" "$@"; }
expect 0 run_make
same embed/embed
expect 0 run_make -q
touch digits/digits-denoise.safetensors
expect 1 run_make -q
expect 0 run_make
says out digits-denoise.net
grep -q "build ../digits/digits.net" out && fail "the Makefile builds the other network"
expect 0 run_make -q

# Wrong use of the function, and a network with an error.
mkdir wrong
printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(wrong C)' 'find_package(netc 0.1)' \
    'netc_add_network(net net.net ${words})' >wrong/CMakeLists.txt
printf 'net 1\ninput x : f32[N: 1, C: 2, H: 3, W: 3]\noutput y = x |> maxpool(k=4, s=1)\n' >wrong/net.net
expect 1 cmake -S wrong -B wrong/build -G Ninja -Dwords="CPU;native" -DCMAKE_PREFIX_PATH="$prefix"
says err "unknown argument CPU"
expect 0 cmake -S wrong -B wrong/build -G Ninja -Dwords= -DCMAKE_PREFIX_PATH="$prefix"
expect 1 cmake --build wrong/build
says out "error[N0301]"

# Another machine: CMake's cross compiler decides what netc compiles for.
mkdir cross
cat >cross/CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.20)
project(cross C)
find_package(netc REQUIRED)
netc_add_network(small ../small.net PREFIX tiny OPTIONS --math=fast)
add_executable(cross main.c)
target_link_libraries(cross PRIVATE small -static)
CMAKE
cat >cross/main.c <<'C'
#include "tiny.h"
static float image[TINY_IMAGE_ELEMS], digit[TINY_DIGIT_ELEMS];
static _Alignas(TINY_WORKSPACE_ALIGN) char workspace[TINY_WORKSPACE_BYTES];
int main(void) {
    float sum = 0;
    if (tiny_run(image, digit, workspace) != 0) return 1;
    for (int i = 0; i < TINY_DIGIT_ELEMS; i++) sum += digit[i];
    return sum < 0.999f || sum > 1.001f;
}
C
small_net small.net
expect 0 cmake -S cross -B cross/build -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
    -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc
expect 0 cmake --build cross/build
expect 0 qemu-aarch64 cross/build/cross
finish
