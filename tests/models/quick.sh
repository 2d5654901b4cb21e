#!/usr/bin/env bash
# The smallest networks of tests/models/run, with the netc of this build. Skipped, by exit status 77, where
# the index of Python packages does not answer.
#
#     quick.sh NETC CACHE
set -euo pipefail
export NETC=$1
cache=$2
here=$(dirname "$0")
. "$here/environment.sh"

venv=$cache/venv
if [ ! -e "$venv/complete" ]; then
    python_with "$cache/pip"
    skip_without_index "$cache/pip" "ONNX Runtime"
fi
or_skip "ONNX Runtime" python_with "$venv" "$here/requirements.txt"
compgen -G "$cache/rapidocr-onnxruntime==*/*/models/*_cls_*.onnx" >/dev/null ||
    skip_without_index "$venv" "the classifier"
or_skip "the classifier" "$venv/bin/python" -B "$here/packages.py" "$cache" "PP-OCR classifier"
exec "$venv/bin/python" -B "$here/run.py" "$cache" --seconds 0.2 "PP-OCR classifier" "FSRCNN"
