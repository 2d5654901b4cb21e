#!/usr/bin/env python3
"""Trains superres.net and writes superres.safetensors.

Building and running the example does not need this. To train again on Debian 12 (about ten minutes on
one core; other versions may end with slightly other weights):

    apt-get install python3-torch python3-pil python3-numpy
    pip download --no-deps scikit-image==0.26.0      # unpack the wheel: skimage/data has the pictures
    python3 examples/superres/train.py skimage/data

The pictures and their licences are listed in DATA.md. None of the three in `pictures/` is trained on.
"""
import pathlib
import sys
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

import measure

HERE = pathlib.Path(__file__).resolve().parent
PICTURES = ["astronaut.png", "brick.png", "grass.png", "gravel.png", "rocket.jpg",
            "hubble_deep_field.jpg", "retina.jpg", "text.png"]
STEPS, BATCH, PATCH, SEED = 4500, 16, 40, 1


class Superres(nn.Module):
    """The layers of superres.net, under their names there."""

    def __init__(self):
        super().__init__()
        self.wide = nn.Conv2d(1, 32, 5, padding=2)
        self.narrow = nn.Conv2d(32, 16, 1)
        self.mapped = nn.ModuleList(nn.Conv2d(16, 16, 3, padding=1) for _ in range(4))
        self.back = nn.Conv2d(16, 32, 1)
        self.detail = nn.ConvTranspose2d(32, 1, 6, stride=2, padding=2)

    def forward(self, luma):
        x = functional.relu(self.narrow(functional.relu(self.wide(luma))))
        for layer in self.mapped:
            x = functional.relu(layer(x))
        smooth = functional.interpolate(luma, scale_factor=2, mode="bilinear", align_corners=False)
        return self.detail(functional.relu(self.back(x))) + smooth

    def tensors(self):
        """Names of superres.net and their numbers."""
        for name, value in self.state_dict().items():
            *layer, parameter = name.split(".")
            if layer[0] == "mapped":
                yield f"mapped.{layer[1]}.step.out.conv.{parameter}", value
            else:
                kind = "tconv" if layer[0] == "detail" else "conv"
                yield f"{layer[0]}.{kind}.{parameter}", value


def pairs(folder):
    """(half, whole) of each picture as luma in [0, 1], and of its halves in turn: more edges."""
    for name in PICTURES:
        picture = Image.open(pathlib.Path(folder) / name).convert("RGB")
        for divide in (1, 2):
            size = [side // divide // 2 * 2 for side in picture.size]
            if min(size) < 2 * PATCH + 2:
                continue
            whole = picture if divide == 1 else picture.resize(size, Image.BICUBIC)
            whole = whole.crop((0, 0, *size))
            yield measure.luma(measure.halve(whole)), measure.luma(whole)


def batch(random, data, weights):
    """Patches of half the pictures and of the whole ones, turned and mirrored at random."""
    halves, wholes = [], []
    for index in random.choice(len(data), BATCH, p=weights):
        half, whole = data[index]
        y, x = (random.integers(0, side - PATCH + 1) for side in half.shape)
        a = half[y:y + PATCH, x:x + PATCH]
        b = whole[2 * y:2 * (y + PATCH), 2 * x:2 * (x + PATCH)]
        turns, mirrored = random.integers(4), random.integers(2)
        a, b = (np.rot90(part, turns) for part in (a, b))
        halves.append(a[:, ::-1] if mirrored else a)
        wholes.append(b[:, ::-1] if mirrored else b)
    return (torch.from_numpy(np.stack(part)[:, None].astype(np.float32)) for part in
            (halves, wholes))


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    random = np.random.default_rng(SEED)
    data = list(pairs(sys.argv[1]))
    weights = np.array([half.size for half, _ in data], dtype=float)
    weights /= weights.sum()
    model = Superres()
    nn.init.zeros_(model.detail.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS, eta_min=1e-5)
    start, seen = time.time(), []
    for step in range(1, STEPS + 1):
        half, whole = batch(random, data, weights)
        loss = functional.mse_loss(model(half)[:, :, 4:-4, 4:-4], whole[:, :, 4:-4, 4:-4])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        seen.append(loss.item())
        if step % 500 == 0:
            print(f"{step:6} {-10 * np.log10(np.mean(seen)):.3f} dB, {time.time() - start:.0f} s", flush=True)
            seen = []
            measure.write_safetensors(HERE / "superres.safetensors", dict(model.tensors()))


if __name__ == "__main__":
    main()
