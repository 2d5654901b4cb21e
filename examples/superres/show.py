#!/usr/bin/env python3
"""Draws what README.md shows: parts of the pictures, enlarged by the bicubic filter, enlarged by the
network, and as they were.

    show.py PROGRAM OUT.png
"""
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image

import measure

HERE = pathlib.Path(__file__).resolve().parent
PARTS = {"chelsea": (96, 84), "coffee": (268, 96), "camera": (196, 76)}
SIZE, ZOOM, GAP = (110, 74), 2, 6


def main():
    program, out = sys.argv[1:]
    width, height = (ZOOM * side for side in SIZE)
    sheet = Image.new("RGB", (3 * width + 2 * GAP, len(PARTS) * (height + GAP) - GAP), "white")
    with tempfile.TemporaryDirectory() as folder:
        small, large = (pathlib.Path(folder) / name for name in ("small.png", "large.png"))
        for row, (name, (x, y)) in enumerate(PARTS.items()):
            picture = Image.open(HERE / "pictures" / f"{name}.png")
            half = measure.halve(picture)
            half.save(small)
            subprocess.run([program, small, large], check=True)
            double = tuple(2 * side for side in half.size)
            for column, whole in enumerate((half.resize(double, Image.BICUBIC), Image.open(large), picture)):
                part = whole.convert("RGB").crop((x, y, x + SIZE[0], y + SIZE[1]))
                sheet.paste(part.resize((width, height), Image.NEAREST),
                            (column * (width + GAP), row * (height + GAP)))
    sheet.save(out, optimize=True)


if __name__ == "__main__":
    main()
