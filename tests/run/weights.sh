#!/usr/bin/env bash
# --weights=extern: the file beside the object, its loader, and what happens to a wrong one.
source "$(dirname "$0")/lib.sh"
small_net small.net
sed 's/seed=1/seed=2/' small.net >retrained.net
sed 's/conv(c=8, k=3, p=1) |> relu/conv(c=8, k=5, p=2) |> relu/' small.net >other.net

expect 0 "$NETC" build small.net --weights=extern
holds small.o small.h small.weights
says small.h "void *workspace, const void *weights);" "SMALL_WEIGHTS_BYTES = " "netc_weights_create"
[ "$(head -c 8 small.weights | od -An -tx1 | tr -d ' ')" = "894e455443570d0a" ] || fail "magic"
expect 0 "$NETC" build small.net -o embed.o --prefix embed

# Another training of the network: the same object, other weights of the same size.
expect 0 "$NETC" build retrained.net -o retrained.o --weights=extern --weights-file r.bin
holds small.o small.h small.weights embed.o embed.h retrained.o retrained.h r.bin
cmp -s small.o retrained.o || fail "retraining changed the object"
cmp -s small.weights r.bin && fail "retraining did not change the weights"
[ "$(stat -c %s small.weights)" -eq "$(stat -c %s r.bin)" ] || fail "sizes of weights"
expect 0 "$NETC" build other.net -o other.o --weights=extern
rm other.o other.h

# A program that loads the file it is told: the bits of the embedded weights, or a status.
cat >main.c <<'C'
#include "embed.h"
#include "small.h"
#include "netc_runtime.h"
#include <stdio.h>
#include <string.h>
static _Alignas(64) char workspace[SMALL_WORKSPACE_BYTES + EMBED_WORKSPACE_BYTES];
int main(int argc, char **argv) {
    static float image[SMALL_IMAGE_ELEMS], digit[SMALL_DIGIT_ELEMS], wanted[EMBED_DIGIT_ELEMS];
    for (int i = 0; i < SMALL_IMAGE_ELEMS; i++) image[i] = (float)(i % 7) / 7;
    const void *weights = NULL;
    int status = netc_weights_create(&small_model, argv[argc - 1], &weights);
    if (status) return 10 + status;
    if (small_run(image, digit, workspace, NULL) != NETC_E_WEIGHTS) return 1;
    if (small_run(image, digit, workspace, weights) != NETC_OK) return 2;
    struct netc_threads *threads = netc_threads_create(2);
    static _Alignas(64) char wide[SMALL_THREADS_WORKSPACE_BYTES(2)];
    static float same[SMALL_DIGIT_ELEMS];
    if (small_run_threads(image, same, wide, NULL, threads) != NETC_E_WEIGHTS) return 4;
    if (small_run_threads(image, same, wide, weights, threads) != NETC_OK) return 5;
    if (memcmp(digit, same, sizeof digit)) return 6;
    netc_threads_destroy(threads);
    netc_weights_destroy(weights);
    memset(workspace, 0, sizeof workspace);
    if (embed_run(image, wanted, workspace) != NETC_OK) return 3;
    return memcmp(digit, wanted, sizeof digit) ? 20 : 0;
}
C
runtime="$(dirname "$0")/../../runtime"
cc=(cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -pthread -I"$runtime/include"
    main.c small.o embed.o "$runtime"/{weights,status,threads}.c)
expect 0 "${cc[@]}" -o main
if grep -q avx2 /proc/cpuinfo; then
    expect 0 ./main small.weights
    expect 20 ./main r.bin
    expect 13 ./main other.weights
    expect 13 ./main embed.o
    expect 15 ./main none
    head -c 100 small.weights >cut
    expect 13 ./main cut
fi
# Several versions share the file.
expect 0 "$NETC" build small.net --weights=extern --cpu=x86-64,x86-64-v3
expect 0 "$NETC" build small.net -o embed.o --prefix embed --cpu=x86-64,x86-64-v3
expect 0 "${cc[@]}" -o main
expect 0 ./main small.weights
rm -f ./*.o ./*.h ./*.weights main main.c cut r.bin

# The commands that run take them from where they are.
if [ "$("$NETC" verify small.net --weights=extern >out 2>&1; echo $?)" -ne 0 ]; then fail "$(cat out)"; fi
for stage in graph plan; do
    expect 0 "$NETC" build small.net --emit=$stage --weights=extern
done
holds

# A network without weights has a file without any.
printf 'net 1\nmodel bare\ninput x : f32[N: 1, C: 4]\noutput y = x |> relu\n' >bare.net
expect 0 "$NETC" build bare.net --weights=extern
[ "$(stat -c %s bare.weights)" -eq 64 ] || fail "weights of a network without"
says bare.h "weights    not used, may be NULL"
rm -f bare.o bare.h bare.weights

# Wrong usage, and all or nothing.
expect 2 "$NETC" build small.net --weights-file w
says err "goes with \`--weights=extern\`"
for stage in ast graph plan loop header; do
    expect 2 "$NETC" build small.net --weights=extern --weights-file w --emit=$stage
    says err "goes with \`--emit=obj\`"
done
expect 2 "$NETC" build small.net --weights=extern -o -
says err "needs \`--weights-file\`"
expect 2 "$NETC" build small.net --weights=extern --weights-file ./small.net
says err "overwrite the source"
expect 2 "$NETC" build small.net --weights=extern --weights-file small.h
says err "two outputs would be the same file"
expect 3 "$NETC" build small.net --weights=extern --weights-file none/w
says err "cannot write none/w"
holds
NETC_TEST_BACKEND=partial expect 4 "$NETC" build small.net --weights=extern
[ -z "$(find . -name '.netc-*')" ] || fail "a temporary file was left: $(ls -A)"
expect 0 "$NETC" build small.net --weights=extern --weights-file w -o -
[ "$(head -c 4 out)" = $'\x7fELF' ] || fail "no object on standard output"
holds w
finish
