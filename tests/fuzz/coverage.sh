#!/usr/bin/env bash
# coverage.sh: lines of the front end that its corpus reaches, room by room, each file of the corpus
# run once as it is. The readers of weight files, which have a fuzzer of their own, do not count.
# Builds what it needs in build/coverage; clang 19 and llvm-19.
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake --preset dev -B build/coverage -DCMAKE_C_COMPILER=clang-19 \
    -DCMAKE_C_FLAGS="-fprofile-instr-generate -fcoverage-mapping" >/dev/null
cmake --build build/coverage --target replay_front >/dev/null
program=build/coverage/tests/fuzz/replay_front
LLVM_PROFILE_FILE=build/coverage/front.profraw "$program" --whole tests/fuzz/corpus/front
llvm-profdata-19 merge -o build/coverage/front.profdata build/coverage/front.profraw
llvm-cov-19 export --summary-only -instr-profile=build/coverage/front.profdata "$program" |
    python3 -c '
import json, re, sys
rooms = {}
for file in json.load(sys.stdin)["data"][0]["files"]:
    room = re.search(r"/compiler/(\w+)/[^/]+[.]c$", file["filename"])
    if room is None or room[1] == "weights":
        continue
    lines = file["summary"]["lines"]
    for name in (room[1], "all"):
        count, covered = rooms.get(name, (0, 0))
        rooms[name] = (count + lines["count"], covered + lines["covered"])
for name in sorted(rooms, key=lambda name: (name == "all", name)):
    count, covered = rooms[name]
    print(f"{name:10} {covered:6,} of {count:6,} lines  {100 * covered / count:5.1f} %")
'
