#!/usr/bin/env bash
# Breaks lowering in one place after another and demands that the random networks notice.
#   mutations.sh SOURCE_DIR CC "CFLAGS" "OBJECTS of the test" "LIBRARIES"
set -euo pipefail
source=$1 cc=$2 cflags=$3 objects=$4 libraries=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# file @ the line's text (a basic regular expression) @ what it becomes
mutations=(
    'nest.c@axis->i - 1 - most@axis->i - most'
    'nest.c@loop_scale(b, at->q\[a\], p->out_step)@at->q[a]'
    'pack.c@p->tap_first + p->tap_stride \* m@p->tap_first + m'
    'pack.c@node->flip ? -inner@node->flip ? inner'
    'pack.c@from\[f \* step\] : 0.0f@from[(oc - 1 - f) * step] : 0.0f'
    'nest.c@1 - axis->tap.i)@2 - axis->tap.i)'
    'tap_kernel.c@full \* k->block_stride@0'
    'reduce.c@LOOP_ADD, total, acc\[k\]@LOOP_SUB, total, acc[k]'
    'row_kernel.c@k->row.extent - 1 - from@k->row.extent - from'
    'row_kernel.c@step \* (l - first) - at@step * l - at'
    'matmul.c@k->last = rest - k->active@k->last = 0'
    'matmul.c@full \* step, k->unroll > 0@0, k->unroll > 0'
    'pool.c@LOOP_MAX, x, acc@LOOP_MIN, x, acc'
    'pool.c@LOOP_MIN, x, acc@LOOP_MAX, x, acc'
    'channelwise.c@times \* axis->channel@0'
    'move.c@second ? v + i - d : i@second ? v + i : i'
    'move.c@room_in < room@room_in > room'
    'upsample.c@box.second = in@box.second = 0'
    'upsample.c@steps.channel \* few->channel@few->channel'
    'pad.c@i - 2, -1@i - 1, -1'
    'step.c@LOOP_ADD, x, y@LOOP_SUB, x, y'
)

missed=0
for mutation in "${mutations[@]}"; do
    IFS=@ read -r file from to <<<"$mutation"
    rm -rf "$work/lower"
    cp -r "$source/compiler/lower" "$work/lower"
    sed -i "s|$from|$to|" "$work/lower/$file"
    if cmp -s "$work/lower/$file" "$source/compiler/lower/$file"; then
        echo "the mutation of $file no longer applies: $from"
        exit 1
    fi
    # The mutated object comes before the library, so that its definitions are taken.
    # shellcheck disable=SC2086
    "$cc" $cflags -w -I"$work" -I"$source/compiler" -c "$work/lower/$file" -o "$work/mutant.o"
    # shellcheck disable=SC2086
    "$cc" $cflags $objects "$work/mutant.o" -Wl,--start-group $libraries -Wl,--end-group -lm -o "$work/mutant"
    if NETC_INTERPRET_ONLY=1 NETC_NETWORKS=100 "$work/mutant" >"$work/output" 2>&1; then
        echo "MISSED: $file: $from -> $to"
        missed=1
    elif why=$(grep -m1 -oE '[a-z0-9_ ]+, x86-64[-v0-9]*: .*' "$work/output"); then
        echo "caught: $file: $from -> $to"
        echo "        ${why:0:150}"
    else
        echo "failed for another reason: $file: $from -> $to"
        tail -5 "$work/output"
        missed=1
    fi
done
exit $missed
