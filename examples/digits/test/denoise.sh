#!/usr/bin/env bash
# The noise of the C program is that of check.py, and cleaning takes at least 40 % off its error.
#
#     denoise.sh DENOISE EXAMPLE_DIR
set -euo pipefail
denoise=$1 example=$2

text=$("$denoise" "$example/images.npy")
echo "$text"
if ! [[ $text =~ 360\ images:\ ([0-9.]+)\ noisy,\ ([0-9.]+)\ cleaned ]]; then
    echo "denoise: no errors in the output" >&2
    exit 1
fi
noisy=${BASH_REMATCH[1]} cleaned=${BASH_REMATCH[2]}
if [ "$noisy" != 0.1481 ]; then
    echo "denoise: another noise, of $noisy, is not the one of check.py" >&2
    exit 1
fi
awk -v noisy="$noisy" -v cleaned="$cleaned" 'BEGIN { exit !(cleaned <= 0.6 * noisy) }' || {
    echo "denoise: $cleaned is not 40 % less than $noisy" >&2
    exit 1
}
