#!/usr/bin/env bash
# The example from the models to the program, with the netc of this build, and the program's tests. Skipped, by
# exit status 77, where the models are not there and the index of Python packages does not answer.
#
#     whole.sh SOURCE NETC CACHE OUT COMPILER WORD...     the words go into the command that compiles
set -euo pipefail
source=$1 netc=$2 cache=$3 out=$4
shift 4
example=$source/examples/ocr
. "$source/tests/models/environment.sh"

python_with "$cache/pip"
[ "$(compgen -G "$cache/rapidocr-onnxruntime==*/*/models/*.onnx" | wc -l)" = 3 ] ||
    skip_without_index "$cache/pip" "the package of the models"
for model in "PP-OCRv4 detector" "PP-OCR classifier" "PP-OCRv4 recogniser"; do
    or_skip "the $model" "$cache/pip/bin/python" -B "$source/tests/models/packages.py" "$cache" "$model"
done
"$example/networks" "$netc" "$cache/pip/bin/python" "$cache" "$out"
"$@" -std=c11 -I "$source/runtime/include" -I "$source/examples/png" -I "$example" -I "$out" \
    "$example"/*.c "$source"/examples/png/png_file.c "$out/characters.c" "$out"/*.o \
    "$source"/runtime/*.c -pthread -lpng -lm -o "$out/ocr"
/usr/bin/python3 -B "$example/pictures.py" "$out/pictures"
OUT=$out exec /usr/bin/python3 -B "$example/test/check_program.py"
