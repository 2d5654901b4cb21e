#!/usr/bin/env bash
# Runs one Criterion program and fails on what Criterion lets pass: a sanitizer's report from a
# child process, and a run of no test at all. (A program may hold one test with `.timeout`: of two,
# Criterion 2.4.1 leaks a timer, which the address sanitizer takes for a fault of ours.)
set -euo pipefail
program=$1
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export ASAN_OPTIONS="log_path=$logs/asan:detect_stack_use_after_return=1"
export UBSAN_OPTIONS="log_path=$logs/ubsan:print_stacktrace=1"
"$program" --jobs 2 2>&1 | tee "$logs/output"
if compgen -G "$logs/asan*" >/dev/null || compgen -G "$logs/ubsan*" >/dev/null; then
    cat "$logs"/asan* "$logs"/ubsan* 2>/dev/null
    echo "a sanitizer reported"
    exit 1
fi
if ! grep -qE 'Tested: *[^0-9]*[1-9]' <(sed 's/\x1b\[[0-9;]*m//g' "$logs/output"); then
    echo "no test ran"
    exit 1
fi
