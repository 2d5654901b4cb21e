#!/usr/bin/env python3
"""How close an enlarged picture comes to the one that was halved.

    measure.py PROGRAM PICTURE.png ...

Each picture is halved with Pillow's antialiased bicubic filter, enlarged again by PROGRAM and by the
same filter, and both are held against the picture: PSNR of the luma of BT.601, without 4 pixels at the
border. Ends with 1 if PROGRAM is not better by half a decibel on each.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

BORDER, LEAST_GAIN = 4, 0.5


def luma(picture):
    """[H, W] in [0, 1]: Y of BT.601 of an RGB or grey picture."""
    rgb = np.asarray(picture.convert("RGB"), dtype=np.float64)
    return rgb @ [0.299, 0.587, 0.114] / 255


def halve(picture):
    """Half as large; odd sides lose their last pixel."""
    width, height = (side // 2 for side in picture.size)
    return picture.crop((0, 0, 2 * width, 2 * height)).resize((width, height), Image.BICUBIC)


def psnr(picture, other, border=BORDER):
    """In dB, of the luma, without the border."""
    difference = luma(picture) - luma(other)
    height, width = difference.shape
    error = np.mean(difference[border:height - border, border:width - border] ** 2)
    return -10 * np.log10(error) if error else np.inf


def compare(program, names):
    """(name, PSNR of bicubic, PSNR of the program) of each picture."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = (pathlib.Path(folder) / name for name in ("small.png", "large.png"))
        for name in names:
            picture = Image.open(name)
            picture = picture.crop((0, 0, *(side // 2 * 2 for side in picture.size)))
            half = halve(picture)
            half.save(small)
            subprocess.run([program, small, large], check=True)
            bicubic = half.resize(picture.size, Image.BICUBIC)
            yield pathlib.Path(name).stem, psnr(bicubic, picture), psnr(Image.open(large), picture)


def write_safetensors(path, tensors):
    """Writes f32 tensors by name."""
    header, at = {}, 0
    parts = [np.ascontiguousarray(np.asarray(value), dtype="<f4") for value in tensors.values()]
    for name, part in zip(tensors, parts):
        header[name] = {"dtype": "F32", "shape": part.shape, "data_offsets": [at, at + part.nbytes]}
        at += part.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(part.tobytes() for part in parts)


def main():
    worst = np.inf
    print("picture        bicubic    netc    gain")
    for name, bicubic, ours in compare(sys.argv[1], sys.argv[2:]):
        print(f"{name:12} {bicubic:6.2f} dB {ours:6.2f} dB {ours - bicubic:5.2f} dB")
        worst = min(worst, ours - bicubic)
    return 0 if worst >= LEAST_GAIN else 1


if __name__ == "__main__":
    sys.exit(main())
