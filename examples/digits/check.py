#!/usr/bin/env python3
"""Evaluates the committed weights on the test part, straight from the definitions of the
language, in double precision and with numpy alone: an oracle for what netc compiles.

    python3 examples/digits/check.py
"""

import json
import pathlib
import struct

import numpy as np

HERE = pathlib.Path(__file__).parent


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    tensors = {}
    for key, entry in json.loads(data[8 : 8 + length]).items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        assert entry["dtype"] == "F32"
        values = np.frombuffer(data[begin:end], "<f4").astype(np.float64)
        tensors[key] = values.reshape(entry["shape"])
    return tensors


# y[f, o] = b[f] + sum of w[f, c, j] x[c, s o + j - p]; p = 1 on both sides, k = 3.

def conv(p, path, x, s=1):
    w, b = p[path + ".weight"], p[path + ".bias"]
    height, width = ((extent - 1) // s + 1 for extent in x.shape[2:])
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    y = np.zeros((len(x), len(w), height, width)) + b[:, None, None]
    for i in range(3):
        for j in range(3):
            tap = padded[:, :, i : i + s * height : s, j : j + s * width : s][:, :, :height, :width]
            y += np.einsum("fc,nchw->nfhw", w[:, :, i, j], tap)
    return y


# y[f, s i + j - p] += w[c, f, j] x[c, i], on b[f]; s = 2, p = 1, a = 1, k = 3: twice the size.

def tconv(p, path, x):
    w, b = p[path + ".weight"], p[path + ".bias"]
    height, width = x.shape[2:]
    wide = np.zeros((len(x), w.shape[1], 2 * height + 2, 2 * width + 2))
    for i in range(3):
        for j in range(3):
            tap = np.einsum("cf,nchw->nfhw", w[:, :, i, j], x)
            wide[:, :, i : i + 2 * height : 2, j : j + 2 * width : 2] += tap
    return wide[:, :, 1:-1, 1:-1] + b[:, None, None]


def maxpool(x):
    return np.maximum.reduce([x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)])


def relu(x):
    return np.maximum(x, 0)


def digits(p, image):
    c1 = relu(conv(p, "c1.conv", image))
    c2 = relu(conv(p, "c2.conv", c1))
    c3 = relu(conv(p, "c3.conv", maxpool(c2)))
    flat = maxpool(c3).reshape(len(image), -1)
    score = flat @ p["probability.dense.weight"].T + p["probability.dense.bias"]
    power = np.exp(score - score.max(axis=1, keepdims=True))
    return power / power.sum(axis=1, keepdims=True)


def denoise(p, noisy):
    c1 = relu(conv(p, "c1.conv", noisy))
    c2 = relu(conv(p, "c2.conv", c1, s=2))
    c3 = relu(conv(p, "c3.conv", c2, s=2))
    d2 = relu(tconv(p, "u2.tconv", c3) + c2)
    d1 = relu(tconv(p, "u1.tconv", d2) + c1)
    return relu(conv(p, "clean.conv", d1))


def with_noise(images, indices):
    """The noise of denoise.c, bit for bit: to each pixel half the sum of four uniform numbers
    less 2 (standard deviation 0.29), drawn by SplitMix64 whose state begins at the image's index.
    """
    gamma = 0x9E3779B97F4A7C15
    draws = np.array([gamma * n % 2**64 for n in range(1, 4 * 64 + 1)], np.uint64)
    z = np.asarray(indices, np.uint64)[:, None] + draws
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    z = z ^ z >> np.uint64(31)
    uniform = (z >> np.uint64(40)) * 2.0**-24
    noise = (uniform.reshape(images.shape + (4,)).sum(axis=-1) - 2) / 2
    return np.clip(images + noise, 0, 1).astype(np.float32)


def main():
    images, labels = np.load(HERE / "images.npy"), np.load(HERE / "labels.npy")
    test = np.arange(0, len(images), 5)
    image, label = images[test], labels[test]

    answer = np.argmax(digits(read_safetensors(HERE / "digits.safetensors"), image), axis=1)
    right, count = np.sum(answer == label), len(label)
    print(f"digits.safetensors: {right}/{count} right, {100 * right / count:.1f} %")

    noisy = with_noise(image, test)
    clean = denoise(read_safetensors(HERE / "digits-denoise.safetensors"), noisy)
    before, after = np.abs(noisy - image).mean(), np.abs(clean - image).mean()
    print(f"digits-denoise.safetensors: mean error {before:.4f} noisy, {after:.4f} cleaned")


if __name__ == "__main__":
    main()
