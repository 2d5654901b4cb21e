#!/usr/bin/env bash
# `netc import` from outside: models with the answers of ONNX Runtime, what is refused, and how.
source "$(dirname "$0")/lib.sh"
models=$(cd "$(dirname "$0")/../import" && pwd)

# near A.npy B.npy: their numbers differ by at most 1e-4 of the range of B's.
near() {
    /usr/bin/python3 - "$1" "$2" <<'PY' || fail "$3"
import sys, numpy
a, b = (numpy.load(p) for p in sys.argv[1:])
difference = abs(a.reshape(b.shape) - b).max() / (b.max() - b.min())
sys.exit(None if difference <= 1e-4 else f"the largest difference is {difference} of the range")
PY
}

for onnx in "$models"/*.onnx; do
    name=$(basename "$onnx" .onnx)
    expect 0 "$NETC" import "$onnx" -o "$name.net"
    says out "$name.net: " "parameters in $name.safetensors"
    expect 0 "$NETC" fmt --check "$name.net"
    expect 0 "$NETC" run "$name.net" -i "$models/$name.in.npy" -o y.npy
    near y.npy "$models/$name.out.npy" "$name"
done

# The text is one that a person reads: names and labels of the model, batch norm as it is.
says residual.net 'input image : f32[N: 1, C: 3, H: 16, W: 16]' '@conv1' 'batchnorm(eps=1e-5) @bn1' \
    'dense(c=10) @fc'
# Blocks that repeat are defs; their weights keep the names of the model.
says residual.net 'def residual(x) {' 'repeat 2 residual() @layer0' '@conv2'
/usr/bin/python3 - <<'PY' || fail "names of weights"
import json
with open("residual.safetensors", "rb") as f:
    names = set(json.loads(f.read(int.from_bytes(f.read(8), "little"))))
want = {f"layer{l}.{b}.conv{i}.weight" for l in (0, 1) for b in (0, 1) for i in (1, 2)}
assert want | {"fc.weight", "fc.bias", "conv1.weight", "bn1.running_mean"} <= names, names
PY
says tokens.net gelu 'layernorm(eps=1e-5) @"blocks.0.norm"'
says measures.net 'argmax(axis=H)' 'lppool(k=all, n=1)' 'sumpool(k=3x1, s=1, p={H: 1, W: 0})' 'power(n=-0.75)'
says parts.net 'constant(shape=[N: 1, C: 6, H: 2, W: 4])' 'prelu' 'min(' 'max('
says sizes.net 'upsample(by=1x2, mode=linear' 'conv(c=9, k=1, bias=none)'
says choices.net 'divide_no_nan(' 'weight=tied(' 'softmax(axis=C)' 'softmax(axis=W)'
[ "$(grep -c 'softmax(' choices.net)" = 4 ] || fail "choices.net has no four softmaxes"
says attention.net 'matmul(' 'split(axis=D, sizes=[1, 1, 1])' 'softmax(axis=S)' 'layernorm(eps=1e-5'
says picture.net 'input image : u8[N: 1, H: 22, W: 25, C: 3]' '  |> f32' 'permute(order=[N, C, H, W])'
says dense.net 'return concat(x, conv2, axis=C)'
says mobile.net 'p=(0, 1)' 'hard_swish' 'hard_sigmoid(slope=1/6)' 'scale(se_up)'

# An open batch is 1, which is said; --input-shape gives another one.
expect 0 "$NETC" import "$models/residual.onnx" -o residual.net
says out "the batch of \`image\` is taken as 1 (--input-shape 'image=1x3x16x16')"
expect 0 "$NETC" import "$models/residual.onnx" -o residual.net --input-shape image=2x3x16x16
says residual.net 'f32[N: 2, C: 3, H: 16, W: 16]'
expect 1 "$NETC" import "$models/residual.onnx" -o other.net --input-shape image=1x3x16x17
says err 'the model fixes axis 3 of input `image` to 16'
expect 1 "$NETC" import "$models/residual.onnx" -o other.net --input-shape picture=1x3x16x16
says err 'the model has no input `picture`'
for shape in image image= =1x3 image=1x0x3 image=1x image=x1 image=1x3000000000; do
    expect 2 "$NETC" import "$models/residual.onnx" -o other.net --input-shape "$shape"
    says err '--input-shape'
done

# Bytes are moved and cast; arithmetic with them, which is modulo 256, and bytes as results are refused.
/usr/bin/python3 - <<'PY' || fail "models of bytes"
import onnx
from onnx import TensorProto, helper
def save(name, nodes, result):
    model = helper.make_graph(nodes, name, [helper.make_tensor_value_info("x", TensorProto.UINT8, [2, 3])],
                              [helper.make_tensor_value_info("y", result, None)])
    onnx.save(helper.make_model(model, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]), name + ".onnx")
node = helper.make_node
save("wraps", [node("Transpose", ["x"], ["t"]), node("Add", ["t", "t"], ["s"], name="twice"),
               node("Cast", ["s"], ["y"], to=TensorProto.FLOAT)], TensorProto.FLOAT)
save("gives", [node("Transpose", ["x"], ["y"])], TensorProto.UINT8)
save("moves", [node("Transpose", ["x"], ["t"]), node("Cast", ["t"], ["y"], to=TensorProto.FLOAT)], TensorProto.FLOAT)
PY
expect 1 "$NETC" import wraps.onnx -o other.net
says err 'Add `twice`: `t` is of bytes, with which ONNX computes modulo 256' 'cast it to float before'
expect 1 "$NETC" import gives.onnx -o other.net
says err 'the output `y` is of bytes'
expect 0 "$NETC" import moves.onnx -o moves.net
says moves.net 'input x : u8[N: 2, C: 3]' '|> f32'

# Wrong usage and files that are no models; nothing is written then.
expect 2 "$NETC" import "$models/residual.onnx" -o other.txt
says err 'ends in .net'
expect 2 "$NETC" import "$models/residual.onnx" -o -
expect 1 "$NETC" import none.onnx -o other.net
says err "cannot read none.onnx"
for bytes in 1 100 3000 20000; do
    head -c $bytes "$models/residual.onnx" >cut.onnx
    expect 1 "$NETC" import cut.onnx -o other.net
done
[ -e other.net ] && fail "a model that was refused left a file"
expect 0 "$NETC" import "$models/tokens.onnx"
[ -s tokens.net ] || fail "without -o it is not called after the model"

# Choices that are no quotient are refused, each at its node.
/usr/bin/python3 - <<'PY' || fail "a model of choices"
from onnx import TensorProto, helper, save
def value(name):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4])
zero = helper.make_tensor("zero", TensorProto.FLOAT, [], [0])
nodes = [helper.make_node("Equal", ["x", "zero"], ["is_zero"]), helper.make_node("Equal", ["x", "y"], ["same"]),
         helper.make_node("Where", ["is_zero", "y", "x"], ["z"], name="other"),
         helper.make_node("Cast", ["is_zero"], ["w"], to=TensorProto.FLOAT)]
graph = helper.make_graph(nodes, "choices", [value("x"), value("y")], [value("z"), value("w")], [zero])
save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), "choices.onnx")
save(helper.make_model(helper.make_graph(nodes[:1] + nodes[3:], "left", [value("x")], [value("w")], [zero]),
                       opset_imports=[helper.make_opsetid("", 13)]), "left.onnx")
PY
expect 1 "$NETC" import choices.onnx -o other.net
says err 'Equal (node 1): netc does not compare what the network computes' 'Where `other`: it chooses between numbers'
expect 1 "$NETC" import left.onnx -o other.net
says err 'Equal (node 0): netc knows it as part of where(y == 0, 0, x / y) only'
[ -e other.net ] && fail "a model that was refused left a file"

# A file that is called like a word of the language.
expect 0 "$NETC" import "$models/tokens.onnx" -o model.net
says model.net "model model_net"
finish
