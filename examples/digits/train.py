#!/usr/bin/env python3
"""Trains digits.net and digits-denoise.net and writes the files the example is made of:

    images.npy labels.npy digits.safetensors digits-denoise.safetensors

Building and running the example does not need this. To train again (about three minutes on two
cores; another machine or other versions may end with slightly other weights):

    python3 -m venv /tmp/venv
    /tmp/venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1 jax==0.10.2
    /tmp/venv/bin/python examples/digits/train.py

The 360 images whose index is a multiple of 5 are the test part: no weight in the files ever saw
them. The other four parts (index mod 5 = 1, 2, 3, 4) are each left out in turn as well, to tell
what the recipe reaches on the average. At the end check.py reads the written files back.
"""

import json
import pathlib
import struct

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.datasets import load_digits

import check

HERE = pathlib.Path(__file__).parent
SEED = 1
BATCH = 64


# Layers, in the letters of the language: NCHW, weights [F, C, H, W], of a tconv [C, F, H, W].

def conv(p, path, x, s=1):
    """k = 3, p = 1."""
    y = jax.lax.conv_general_dilated(x, p[path + ".weight"], (s, s), [(1, 1)] * 2)
    return y + p[path + ".bias"][:, None, None]


def tconv(p, path, x):
    """k = 3, s = 2, p = 1, a = 1: a convolution with the kernel rotated over the input stretched
    by zeros, padded by k - p - 1 = 1 in front and 1 + a behind (relationship 14)."""
    w = jnp.flip(p[path + ".weight"], (2, 3)).swapaxes(0, 1)
    y = jax.lax.conv_general_dilated(x, w, (1, 1), [(1, 2)] * 2, lhs_dilation=(2, 2))
    return y + p[path + ".bias"][:, None, None]


def maxpool(x):
    """k = 2, s = 2."""
    window = (1, 1, 2, 2)
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")


def dense(p, path, x):
    return x @ p[path + ".weight"].T + p[path + ".bias"]


relu = jax.nn.relu


# The networks: the shape of each weight, and what digits.net and digits-denoise.net say. The
# softmax of digits.net is part of its loss here.

DIGITS = {
    "c1.conv": (32, 1, 3, 3),
    "c2.conv": (32, 32, 3, 3),
    "c3.conv": (64, 32, 3, 3),
    "probability.dense": (10, 256),
}

DENOISE = {
    "c1.conv": (32, 1, 3, 3),
    "c2.conv": (32, 32, 3, 3),
    "c3.conv": (64, 32, 3, 3),
    "u2.tconv": (64, 32, 3, 3),
    "u1.tconv": (32, 32, 3, 3),
    "clean.conv": (1, 32, 3, 3),
}


def digits(p, image):
    c1 = relu(conv(p, "c1.conv", image))
    c2 = relu(conv(p, "c2.conv", c1))
    c3 = relu(conv(p, "c3.conv", maxpool(c2)))
    return dense(p, "probability.dense", maxpool(c3).reshape(len(image), -1))


def denoise(p, noisy):
    c1 = relu(conv(p, "c1.conv", noisy))
    c2 = relu(conv(p, "c2.conv", c1, s=2))
    c3 = relu(conv(p, "c3.conv", c2, s=2))
    d2 = relu(tconv(p, "u2.tconv", c3) + c2)
    d1 = relu(tconv(p, "u1.tconv", d2) + c1)
    return relu(conv(p, "clean.conv", d1))


def digits_loss(p, image, label):
    """Cross entropy with targets that keep a tenth for all digits alike: the network stays
    careful, and generalises better."""
    log_probability = jax.nn.log_softmax(digits(p, image))
    of_label = log_probability[jnp.arange(len(label)), label]
    return -jnp.mean(0.9 * of_label + 0.1 * log_probability.mean(axis=1))


def denoise_loss(p, noisy, clean):
    """Mean absolute error."""
    return jnp.mean(jnp.abs(denoise(p, noisy) - clean))


# Training: Adam with a rate that falls along half a cosine.

def initial(shapes, rng):
    """He's normal distribution; a little light in the output of the denoiser, lest its relu be
    born dead."""
    p = {}
    for path, shape in shapes.items():
        transposed = path.endswith("tconv")
        fan_in = shape[0] * 9 / 4 if transposed else np.prod(shape[1:])
        weight = rng.standard_normal(shape) * np.sqrt(2 / fan_in)
        bias = np.full(shape[1 if transposed else 0], 0.1 if path == "clean.conv" else 0.0)
        p[path + ".weight"] = jnp.asarray(weight, jnp.float32)
        p[path + ".bias"] = jnp.asarray(bias, jnp.float32)
    return p


def train(loss, shapes, epoch_of, epochs, peak):
    """epoch_of(rng) gives the shuffled inputs and targets of one epoch."""

    @jax.jit
    def step(p, m, v, t, rate, x, y):
        g = jax.grad(loss)(p, x, y)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)

        def moved(p, m, v):
            return p - rate * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)

        return jax.tree.map(moved, p, m, v), m, v

    rng = np.random.default_rng(SEED)
    p = initial(shapes, rng)
    m = v = jax.tree.map(jnp.zeros_like, p)
    t = 0
    for _ in range(epochs):
        x, y = epoch_of(rng)
        steps = len(x) // BATCH
        for i in range(0, steps * BATCH, BATCH):
            t += 1
            rate = peak * (1 + np.cos(np.pi * t / (epochs * steps))) / 2
            p, m, v = step(p, m, v, float(t), rate, x[i : i + BATCH], y[i : i + BATCH])
    in_order = (path + end for path in shapes for end in (".weight", ".bias"))
    return {key: np.asarray(p[key]) for key in in_order}


def shifted(images, rng):
    """Each image moved by -1, 0 or 1 pixel along each axis; paper comes in from outside."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows = rng.integers(0, 3, (len(images), 1, 1)) + np.arange(8)[:, None]
    columns = rng.integers(0, 3, (len(images), 1, 1)) + np.arange(8)
    return padded[np.arange(len(images))[:, None, None], 0, rows, columns][:, None]


def train_digits(images, labels):
    def epoch_of(rng):
        order = rng.permutation(len(images))
        return shifted(images[order], rng), labels[order]

    return train(digits_loss, DIGITS, epoch_of, epochs=100, peak=2e-3)


def train_denoise(images):
    def epoch_of(rng):
        clean = shifted(images[rng.permutation(len(images))], rng)
        noise = (rng.random((4, *clean.shape)).sum(0) - 2) / 2
        return np.clip(clean + noise, 0, 1).astype(np.float32), clean

    return train(denoise_loss, DENOISE, epoch_of, epochs=100, peak=3e-3)


def write_safetensors(path, tensors):
    """Eight bytes with the length of the header, the header (JSON), the numbers."""
    header, offset = {}, 0
    for key, tensor in tensors.items():
        end = offset + tensor.nbytes
        header[key] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    numbers = b"".join(tensor.astype("<f4").tobytes() for tensor in tensors.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + numbers)


def main():
    data = load_digits()
    images = (data.images[:, None] / 16).astype(np.float32)
    labels = data.target.astype(np.uint8)
    np.save(HERE / "images.npy", images)
    np.save(HERE / "labels.npy", labels)

    part = np.arange(len(images)) % 5
    shares = []
    for fold in range(5):
        p = train_digits(images[part != fold], labels[part != fold])
        answers = np.argmax(digits(p, images[part == fold]), axis=1)
        right, count = np.sum(answers == labels[part == fold]), len(answers)
        print(f"digits: without part {fold}, of that part {right}/{count} right", flush=True)
        shares.append(right / count)
        if fold == 0:
            write_safetensors(HERE / "digits.safetensors", p)
    print(f"digits: mean of the five folds {100 * np.mean(shares):.2f} %", flush=True)

    write_safetensors(HERE / "digits-denoise.safetensors", train_denoise(images[part != 0]))
    check.main()


if __name__ == "__main__":
    main()
