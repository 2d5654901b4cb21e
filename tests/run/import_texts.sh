#!/usr/bin/env bash
# The text that `netc import` makes: programs that are written out, layer by layer as exporters write
# them, become models, and these the texts of tests/golden/import. UPDATE_GOLDEN=1 writes them anew.
source "$(dirname "$0")/lib.sh"
folder=$(cd "$(dirname "$BASH_SOURCE")/../golden/import" && pwd)

for program in "$folder"/*.net; do
    name=$(basename "$program" .net)
    expect 0 "$NETC" export "$program" -o model.onnx
    expect 0 "$NETC" import model.onnx -o "$name.net"
    [ -z "${UPDATE_GOLDEN:-}" ] || cp "$name.net" "$folder/$name.expected"
    diff -u "$folder/$name.expected" "$name.net" >&2 || fail "$name: the text is another one"
    expect 0 "$NETC" fmt --check "$name.net"
done
# The keys of weights are those of the model.
"$NETC" export "$folder/residual.net" -o model.onnx
expect 0 "$NETC" import model.onnx -o residual.net
for key in conv1.weight layer1.0.conv1.weight layer3.0.downsample.1.running_var fc.bias; do
    grep -qaF "\"$key\"" residual.safetensors || fail "the weights have no key $key"
done
exit $((failures > 0))
