#!/usr/bin/env bash
# `netc export` from outside: where the model goes, what is refused.
source "$(dirname "$0")/lib.sh"
small_net small.net

expect 0 "$NETC" export small.net
holds small.onnx
expect 0 "$NETC" export small.net -o other.onnx
cmp small.onnx other.onnx || fail "two exports differ"
"$NETC" export small.net -o - >piped.onnx || fail "export to standard output"
cmp small.onnx piped.onnx || fail "standard output holds another model"
"$NETC" export - <small.net 2>err || fail "export from standard input: $(cat err)"
cmp small.onnx stdin.onnx || fail "standard input gives another model"
# What a person looks for in it.
grep -qa 'c1.conv.weight' small.onnx && grep -qa MaxPool small.onnx || fail "the model lacks names"

expect 2 "$NETC" export small.net -o small.net
says err "the output would overwrite the source"
expect 2 "$NETC" export
expect 2 "$NETC" export small.net --json
expect 3 "$NETC" export small.net -o none/small.onnx
says err "none/small.onnx" "No such file or directory"
sed 's/k=3, p=1) |> relu/k=30)/' small.net >wrong.net
rm -f ./*.onnx
expect 1 "$NETC" export wrong.net
says err N0301
sed 's/random(seed=1)/"none.safetensors"/' small.net >nowhere.net
expect 1 "$NETC" export nowhere.net
says err N0902 none.safetensors
holds
# Messages for programs leave standard output to themselves.
expect 1 "$NETC" export wrong.net --diagnostics=json
says out '"code":'
expect 2 "$NETC" export small.net -o - --diagnostics=json
finish
