"""Computes figures/NAME.json with PyTorch: the input, the weights by key and the output that the
layer of the framework has, for each program of this folder. The suite does not run it.

Run it as `python3 figures.py` where PyTorch is installed (the figures were computed with 1.13.1).
Where a program is of Keras, ONNX or Darknet, the operation of PyTorch that is equal by definition
stands for it, and the reason is beside it. Inputs and weights are eighths, so that they are exact."""
import json
import pathlib
import random

import torch
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).parent / "figures"


def conv_weights(draw, name, c, x_c, k):
    return {f"{name}.conv.weight": draw(c, x_c, k, k), f"{name}.conv.bias": draw(c)}


def tconv_weights(draw, name, c, x_c, k):
    return {f"{name}.tconv.weight": draw(x_c, c, k, k), f"{name}.tconv.bias": draw(c)}


def norm_weights(draw, name, c):
    return {f"{name}.batchnorm.weight": draw(c), f"{name}.batchnorm.bias": draw(c),
            f"{name}.batchnorm.running_mean": draw(c),
            f"{name}.batchnorm.running_var": draw(c).abs() + 0.125}


def conv(x, w, name, **how):
    return F.conv2d(x, w[f"{name}.conv.weight"], w[f"{name}.conv.bias"], **how)


def tconv(x, w, name, **how):
    return F.conv_transpose2d(x, w[f"{name}.tconv.weight"], w.get(f"{name}.tconv.bias"), **how)


def norm(x, w, name, eps):
    mean, var, weight, bias = (w[f"{name}.batchnorm.{key}"] for key in
                               ("running_mean", "running_var", "weight", "bias"))
    return F.batch_norm(x, mean, var, weight, bias, eps=eps)


def average_divisor(draw):
    x = draw(1, 2, 8, 8)
    return x, {}, F.avg_pool2d(x, 3, 2, 1)


def average_on_data(draw):
    # ONNX: count_include_pad=0, its default.
    x = draw(1, 2, 8, 8)
    return x, {}, F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False)


def average_rounded_up(draw):
    # ONNX: count_include_pad=1 of version 19 and later, which divides as PyTorch does.
    x = draw(1, 2, 9)
    return x, {}, F.avg_pool1d(x, 7, 3, 3, ceil_mode=True)


def ceil_or_floor(draw):
    # Caffe rounds the sizes of its pools up.
    x = draw(1, 2, 8, 8)
    return x, {}, F.max_pool2d(x, 3, 2, ceil_mode=True)


def checkerboard_leaky(draw):
    # Darknet: the slope of its leaky ReLU is 0.1.
    x, w = draw(1, 2, 5, 5), tconv_weights(draw, "y", 2, 2, 3)
    return x, w, F.leaky_relu(tconv(x, w, "y", stride=2), 0.1)


def checkerboard_norm(draw):
    x, w = draw(1, 2, 5, 5), tconv_weights(draw, "y", 2, 2, 4)
    w.update(norm_weights(draw, "y", 2))
    return x, w, F.relu(norm(tconv(x, w, "y", stride=2, padding=1), w, "y", 1e-5))


def dense_of_picture(draw):
    x, w = draw(1, 1, 5, 5), conv_weights(draw, "h", 2, 1, 3)
    w.update({"y.dense.weight": draw(3, 18), "y.dense.bias": draw(3)})
    h = F.relu(conv(x, w, "h"))
    return x, w, F.linear(h.flatten(1), w["y.dense.weight"], w["y.dense.bias"])


def lost_rows(draw):
    x = draw(1, 2, 9, 9)
    return x, {}, F.max_pool2d(x, 2, 2, ceil_mode=True)


def output_padding(draw):
    x, w = draw(1, 2, 5, 5), tconv_weights(draw, "y", 2, 2, 3)
    return x, w, tconv(x, w, "y", stride=2, padding=1, output_padding=1)


def output_padding_bound(draw):
    x, w = draw(1, 2, 5, 5), tconv_weights(draw, "y", 2, 2, 4)
    return x, w, tconv(x, w, "y", stride=2, padding=1, output_padding=1)


def pool_without_stride(draw):
    x = draw(1, 2, 8, 8)
    return x, {}, F.max_pool2d(x, 2)


def positional(draw):
    x, w = draw(1, 2, 5, 5), tconv_weights(draw, "y", 3, 2, 2)
    return x, w, tconv(x, w, "y", stride=2)


def positional_padding(draw):
    x, w = draw(1, 2, 8, 8), conv_weights(draw, "y", 2, 2, 3)
    return x, w, conv(x, w, "y", stride=2, padding=1)


def same_on_both_sides(draw):
    x, w = draw(1, 2, 8, 8), conv_weights(draw, "y", 3, 2, 2)
    return x, w, conv(x, w, "y", stride=2, padding=1)


def same_strided(draw):
    # TensorFlow: (4 - 1) * 2 + 3 - 8 = 1 row in all, the odd one after the data.
    x, w = draw(1, 2, 8, 8), conv_weights(draw, "y", 3, 2, 3)
    return x, w, conv(F.pad(x, (0, 1, 0, 1)), w, "y", stride=2)


def same_transposed(draw):
    # Keras: the transpose of the `same` layer from 12 to 6, which pads 1 on both sides; eps is 1e-3.
    x, w = draw(1, 3, 6, 6), {"y.tconv.weight": draw(3, 2, 4, 4)}
    w.update(norm_weights(draw, "y", 2))
    return x, w, F.relu(norm(tconv(x, w, "y", stride=2, padding=1), w, "y", 1e-3))


def transpose_keras(draw):
    # Keras: output_padding=1 without padding, which adds a row at the end as PyTorch's does.
    x, w = draw(1, 1, 8, 8), conv_weights(draw, "e", 2, 1, 3)
    w.update(tconv_weights(draw, "y", 1, 2, 3))
    return x, w, tconv(conv(x, w, "e", stride=2), w, "y", stride=2, output_padding=1)


def transpose_of_encoder(draw):
    x, w = draw(1, 1, 8, 8), conv_weights(draw, "e", 2, 1, 3)
    w.update(tconv_weights(draw, "y", 1, 2, 3))
    e = conv(x, w, "e", stride=2, padding=1)
    return x, w, tconv(e, w, "y", stride=2, padding=1, output_padding=1)


def unet_skip(draw):
    # The transpose of a pool that rounds up from 7 to 4: the row beyond 7 is cut off.
    x, w = draw(1, 1, 7, 7), conv_weights(draw, "e", 2, 1, 3)
    w.update(tconv_weights(draw, "u", 2, 2, 2))
    w.update(conv_weights(draw, "y", 1, 4, 1))
    e = F.relu(conv(x, w, "e", padding=1))
    u = tconv(F.max_pool2d(e, 2, 2, ceil_mode=True), w, "u", stride=2)[:, :, :7, :7]
    return x, w, conv(torch.cat([u, e], 1), w, "y")


def window_too_large(draw):
    x, w = draw(1, 1, 8, 8), conv_weights(draw, "a", 2, 1, 5)
    w.update(conv_weights(draw, "y", 2, 2, 5))
    return x, w, conv(conv(x, w, "a", padding=1), w, "y")


def recorded(tensor):
    return {"shape": list(tensor.shape),
            "values": [float(f"{value:.9g}") for value in tensor.flatten().tolist()]}


def main():
    FOLDER.mkdir(exist_ok=True)
    for program in sorted(pathlib.Path(__file__).parent.glob("*.right.net")):
        name = program.name[:-len(".right.net")]
        numbers = random.Random(name)

        def draw(*shape):
            count = torch.Size(shape).numel()
            return torch.tensor([numbers.randint(-8, 8) / 8 for _ in range(count)]).reshape(shape)

        x, weights, y = globals()[name](draw)
        figures = {"input": recorded(x), "output": recorded(y),
                   "weights": {key: recorded(weight) for key, weight in weights.items()}}
        (FOLDER / f"{name}.json").write_text(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
