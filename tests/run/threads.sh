#!/usr/bin/env bash
# Threads from outside: a program that knows only NAME_model runs a network on the pool of the runtime
# 10,000 times; then all of it, the object's own loads and stores included, under ThreadSanitizer.
# NETC_TSAN_RUNS sets how often the latter (default: 120).
source "$(dirname "$0")/lib.sh"
here=$(cd "$OLDPWD" && cd "$(dirname "$0")" && pwd)
runtime=$here/../../runtime
cc=(cc -std=c11 -D_POSIX_C_SOURCE=200809L -DMODEL=hammered_model -I"$runtime/include" -pthread)
sources=("$here/threads_hammer.c" "$runtime/threads.c" "$runtime/status.c")

# The runtime is small, and what it calls is known: no printing, no exit, no handler.
for file in "$runtime"/*.c; do
    expect 0 "${cc[@]}" -O2 -c "$file" -o "$(basename "$file" .c).o"
done
bytes=$(size ./*.o | awk 'NR > 1 { sum += $1 + $2 } END { print sum }')
[ "$bytes" -lt 20480 ] || fail "the runtime has $bytes bytes"
allowed='malloc|aligned_alloc|free|fopen|fread|fgetc|getc|fclose|ferror|mem(cpy|cmp|set)'
allowed+='|pthread_[a-z_]+|sigfillset|clock_gettime|sysconf|sched_getaffinity|__sched_cpucount'
others=$(nm -u ./*.o | awk 'NF == 2 { print $2 }' | grep -vxE "netc_.*|_GLOBAL_OFFSET_TABLE_|$allowed")
[ -z "$others" ] || fail "the runtime calls $others"
rm ./*.o

# The layers between the large ones are too small for more than one thread.
cat >net.net <<'NET'
net 1
model hammered
weights random(seed=1)
input x : f32[N: 1, C: 3, H: SIZE, W: SIZE]
a = x |> conv(c=16, k=3, p=1) |> relu
b = a |> maxpool(k=2, s=2)
d = b |> conv(c=16, k=3, p=1) |> tanh
e = d |> tconv(c=16, k=2, s=2)
f = e + a
output y = f |> conv(c=4, k=1)
output z = f |> avgpool(k=SIZE, s=1) |> flatten |> dense(c=10) |> softmax(axis=C)
NET
sed 's/SIZE/48/g' net.net >large.net
sed 's/SIZE/32/g' net.net >smaller.net

expect 0 "$NETC" build large.net --cpu=x86-64 -o net.o
expect 0 "${cc[@]}" -O1 "${sources[@]}" net.o -o hammer
expect 0 timeout 200 ./hammer 10000

expect 0 "$NETC" build smaller.net --cpu=x86-64 --emit=llvm -o net.ll
sed -i 's/^\(attributes #[0-9]* = {\)/\1 sanitize_thread/' net.ll

# sanitized FILE.ll PROGRAM: the hammer and a network with every load and store watched.
sanitized() {
    expect 0 opt-19 -passes='module(tsan-module),function(tsan)' "$1" -o tsan.bc
    expect 0 llc-19 -relocation-model=pic -filetype=obj tsan.bc -o tsan.o
    expect 0 "${cc[@]}" -O1 -g -fsanitize=thread "${sources[@]}" tsan.o -o "$2"
}
sanitized net.ll sanitized
expect 0 timeout 200 ./sanitized "${NETC_TSAN_RUNS:-120}"

# Without the barriers there are races, and they are seen.
sed '/call void @hammered_barrier/d' net.ll >racing.ll
sanitized racing.ll racing
expect 66 timeout 200 ./racing 40
says err "data race"
finish
