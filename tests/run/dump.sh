#!/usr/bin/env bash
# What people look at to find a fault: every value of a run, the program after a pass, the times of
# stages, and the line on the terminal that says that netc is at work.
source "$(dirname "$0")/lib.sh"
small_net small.net
python3 - <<'PY'
import struct
head = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 8, 8), }"
head = head.ljust(117) + "\n"
open("x.npy", "wb").write(b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head.encode()
                          + struct.pack("<64f", *[(i * 7 % 13 - 6) / 6 for i in range(64)]))
PY

# --dump: each named value as the program says it, those that are fused away too.
expect 0 "$NETC" run small.net -i x.npy -o y.npy --dump all
holds x.npy y.npy all/image.npy all/c1.npy all/p1.npy all/c2.npy all/r2.npy all/p2.npy all/digit.npy
cmp -s x.npy all/image.npy || fail "the input was not dumped as it is"
cmp -s y.npy all/digit.npy || fail "the output was not dumped as it is"
python3 - <<'PY' || fail "dumped values"
import struct
def read(name):
    data = open(f"all/{name}.npy", "rb").read()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    return data[10:start].decode(), struct.unpack(f"<{(len(data) - start) // 4}f", data[start:])
shapes = {"c1": "(1, 8, 8, 8)", "p1": "(1, 8, 4, 4)", "c2": "(1, 8, 4, 4)", "r2": "(1, 8, 4, 4)",
          "p2": "(1, 8, 2, 2)", "digit": "(1, 10)"}
for name, shape in shapes.items():
    assert shape in read(name)[0], name
c1, p1, c2, r2 = (read(n)[1] for n in ("c1", "p1", "c2", "r2"))
assert min(c1) == 0 and max(c1) > 0
at = lambda c, y, x: c1[64 * c + 8 * y + x]
for c in range(8):
    for y in range(4):
        for x in range(4):
            window = [at(c, 2 * y + dy, 2 * x + dx) for dy in (0, 1) for dx in (0, 1)]
            assert p1[16 * c + 4 * y + x] == max(window)
assert min(c2) < 0, "c2 is what relu sees"
for a, b, r in zip(c2, p1, r2):
    assert abs(max(a + b, 0) - r) < 1e-6
PY
expect 0 "$NETC" run small.net -i x.npy --dump all
says out "digit   f32[N: 1, C: 10]"
rm -r all
expect 3 "$NETC" run small.net -i x.npy --dump none/all
says err "cannot make the folder none/all: No such file or directory"
expect 3 "$NETC" run small.net -i x.npy -o other.npy --dump x.npy
says err "Not a directory"
holds x.npy y.npy
mkdir all
NETC_TEST_BACKEND=partial expect 4 "$NETC" run small.net -i x.npy --dump all
[ -z "$(ls -A all)" ] || fail "left in the folder: $(ls -A all)"
rm -r all y.npy

# --dump-after: each stage and pass, in its own notation, and the build goes on.
for stage in parse:INPUT sema:conv remove-dead:conv fuse-epilogue:relu optimize:conv plan:tap lower:fma; do
    IFS=: read -r pass words <<<"$stage"
    expect 0 "$NETC" build small.net --dump-after="$pass" -o d.o
    grep -qi -- "$words" err || fail "--dump-after=$pass does not say $words"
done
expect 0 "$NETC" build small.net --emit=plan
cp out plan
expect 0 "$NETC" build small.net --dump-after=plan -o d.o
cmp -s err plan || fail "--dump-after=plan is not the plan"
rm plan d.o d.h
for command in "build small.net" "run small.net" "verify small.net"; do
    # shellcheck disable=SC2086
    expect 2 "$NETC" $command --dump-after=fuse-epilog
    says err "there is no pass \`fuse-epilog\`; did you mean \`fuse-epilogue\`?"
done
for command in "run small.net -i x.npy" "verify small.net" "build small.net -o v.o"; do
    # shellcheck disable=SC2086
    expect 0 "$NETC" $command --verify-each --time-report
    says err "parse" "optimize" "codegen" "total"
done
rm v.o v.h

# Progress: on a terminal, after a second, and gone at the end; never elsewhere.
{
    echo "net 1"
    echo "weights random(seed=1)"
    echo "input x : f32[N: 1, C: 8, H: 20, W: 20]"
    echo "v0 = x |> conv(c=8, k=3, p=1)"
    for i in $(seq 30); do echo "v$i = v$((i - 1)) |> conv(c=$((8 + i % 64)), k=3, p=1) |> tanh"; done
    echo "output y = v30"
} >long.net
on_terminal() { # VARIABLES...: the bytes that netc writes to a terminal are in ./seen
    script -qefc "env $* $NETC build long.net -o long.o" /dev/null >seen </dev/null ||
        fail "$*: $(tail -3 seen)"
}
if command -v script >/dev/null; then
    on_terminal TERM=xterm
    grep -q $'\r\x1b\\[Knetc: codegen, [0-9]* s' seen || fail "no progress: $(cat -v seen)"
    [ "$(tail -c 4 seen)" = $'\r\x1b[K' ] || fail "the line was left: $(tail -c 60 seen | cat -v)"
    on_terminal TERM=xterm NO_COLOR=1
    [ -s seen ] && fail "progress with NO_COLOR: $(cat -v seen)"
    on_terminal TERM=dumb
    [ -s seen ] && fail "progress on a dumb terminal: $(cat -v seen)"
fi
expect 0 env TERM=xterm "$NETC" build long.net
[ -s err ] && fail "progress in a file: $(cat -v err)"
finish
