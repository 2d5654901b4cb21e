#!/usr/bin/env bash
# Runs a fuzzer for some time and says what it did. Ends with 1 if it found anything.
#   run.sh FUZZER CORPUS DICTIONARY FOLDER SECONDS PROCESSES
# In FOLDER are afterwards: found/, inputs that reach what the corpus does not, from which a next
# run goes on; findings/, inputs that break a promise; log, all that the fuzzer said.
set -euo pipefail
fuzzer=$1 corpus=$2 dictionary=$3 folder=$4 seconds=$5 processes=$6
name=$(basename "$fuzzer")
mkdir -p "$folder/found" "$folder/findings"
options=(-dict="$dictionary" -artifact_prefix="$folder/findings/" -max_total_time="$seconds"
         -max_len=4096 -timeout=20 -rss_limit_mb=2048)
# One process draws the same inputs each time, so that a run of the suite can be repeated. Several draw
# others each time, and do not stop at the first finding.
if [ "$processes" -eq 1 ]; then
    options+=(-seed=1)
else
    options+=(-fork="$processes" -ignore_crashes=1 -ignore_timeouts=1 -ignore_ooms=1)
fi

begun=$(date +%s)
status=0
"$fuzzer" "${options[@]}" "$folder/found" "$corpus" >"$folder/log" 2>&1 || status=$?
took=$(($(date +%s) - begun))

last=$(grep -aE '^#[0-9]+.* cov: [0-9]+' "$folder/log" | tail -1)
executions=$(sed -E 's/^#([0-9]+).*/\1/' <<<"$last")
edges=$(sed -E 's/.* cov: ([0-9]+).*/\1/' <<<"$last")
echo "$name: $took s, $processes process(es), ${executions:-no} executions, ${edges:-no} edges," \
    "$(ls "$folder/found" | wc -l) inputs beyond the corpus in $folder/found"

shopt -s nullglob
findings=("$folder"/findings/{crash,timeout,oom,leak}-*)
for finding in "${findings[@]}"; do
    echo "FINDING: $finding ($(stat -c %s "$finding") bytes); again: $fuzzer $finding"
    timeout 60 "$fuzzer" -timeout=20 -rss_limit_mb=2048 "$finding" 2>&1 |
        grep -aE '^broken promise|runtime error|ERROR:|SUMMARY:|Assertion' | head -5 || true
    echo "base64: $(base64 -w0 "$finding" | head -c 8000)"
done
if [ ${#findings[@]} -eq 0 ] && [ "$status" -ne 0 ] || [ -z "$executions" ]; then
    echo "$name ended with status $status and no finding:"
    tail -20 "$folder/log"
    exit 1
fi
[ ${#findings[@]} -eq 0 ]
