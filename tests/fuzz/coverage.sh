#!/usr/bin/env bash
# coverage.sh: lines that a corpus reaches, room by room, each of its files run once as it is: of the
# front end (the readers of weight files, which have a fuzzer of their own, do not count), and of the
# importer with its reader of models. Ends with 1 if the importer's are below FLOOR percent.
# Builds what it needs in build/coverage; clang 19 and llvm-19.
set -euo pipefail
cd "$(dirname "$0")/../.."
FLOOR=85
cmake --preset dev -B build/coverage -DCMAKE_C_COMPILER=clang-19 \
    -DCMAKE_C_FLAGS="-fprofile-instr-generate -fcoverage-mapping" >/dev/null

# measure NAME FLOOR ROOM...: what the corpus NAME reaches of these rooms.
measure() {
    local name=$1 floor=$2 program=build/coverage/tests/fuzz/replay_$1
    shift 2
    cmake --build build/coverage --target "replay_$name" >/dev/null
    LLVM_PROFILE_FILE=build/coverage/$name.profraw "$program" --whole "tests/fuzz/corpus/$name"
    llvm-profdata-19 merge -o "build/coverage/$name.profdata" "build/coverage/$name.profraw"
    llvm-cov-19 export --summary-only -instr-profile="build/coverage/$name.profdata" "$program" |
        python3 -c '
import json, re, sys
floor, wanted = int(sys.argv[1]), sys.argv[2:]
rooms = {}
for file in json.load(sys.stdin)["data"][0]["files"]:
    room = re.search(r"/compiler/(\w+)/[^/]+[.]c$", file["filename"])
    if room is None or room[1] not in wanted:
        continue
    lines = file["summary"]["lines"]
    for name in (room[1], "all"):
        count, covered = rooms.get(name, (0, 0))
        rooms[name] = (count + lines["count"], covered + lines["covered"])
for name in sorted(rooms, key=lambda name: (name == "all", name)):
    count, covered = rooms[name]
    print(f"{name:10} {covered:6,} of {count:6,} lines  {100 * covered / count:5.1f} %")
count, covered = rooms["all"]
sys.exit(f"below {floor} %" if 100 * covered < floor * count else 0)
' "$floor" "$@"
}

measure front 0 base format graph messages sema syntax tensor
measure import $FLOOR import onnx
