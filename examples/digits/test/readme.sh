#!/usr/bin/env bash
# The program in README.md compiles without a warning and runs.
#
#     readme.sh CC README.md BUILD_DIR     BUILD_DIR holds digits.o and digits.h
set -euo pipefail
cc=$1 readme=$2 build=$3

scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
sed -n '/^```c$/,/^```$/{/^```/!p}' "$readme" >"$scratch/main.c"
"$cc" -std=c11 -Wall -Wextra -Werror -I "$build" "$scratch/main.c" "$build/digits.o" \
    -o "$scratch/main"
lines=$("$scratch/main" | grep -c '^[0-9]: 0\.[0-9][0-9][0-9]$')
[ "$lines" -eq 10 ] || { echo "readme: $lines lines instead of 10" >&2; exit 1; }
