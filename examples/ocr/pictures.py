#!/usr/bin/env python3
"""Makes pictures of text whose truth is known.

    pictures.py FOLDER

table.png is what README.md shows. page-N.png are pages in several fonts, sizes and directions, darker or
lighter, blurred and noisy, and page-N.txt what stands on them. The same numbers give the same pictures."""
import pathlib
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = pathlib.Path("/usr/share/fonts/truetype/dejavu")
SANS, BOLD, SERIF, MONO = "DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSansMono"

TEXT = """A convolution slides a kernel over its input
and adds up what the two have in common.
With stride 2 every other output is left out,
so 224 columns become 112 of them.
Padding keeps the border from being lost:
3x3 kernels want 1 pixel on each side.
Pooling takes the largest of 4 neighbours,
or their mean, and has no weights at all.
A transposed convolution goes the other way;
it is the gradient, not the inverse!
Dilation 2 spreads 5 taps over 9 inputs.
Who reads the last row? Ask the compiler.
Shapes are checked before a number moves:
[1, 64, 56, 56] + [1, 64, 56, 56] = fine
Price per kilogram: 12.80 (was 14.95)
Open from 08:30 to 17:45, closed on Monday
Room 203, second floor, turn left
Invoice no. 4711 / 2024-05-17
Total 1,048,576 bytes = 2^20
Quartz jockeys vex big fjord whelps""".split("\n")

# font, pixels, degrees, ink, paper, blur, noise
PAGES = [(SANS, 26, 0, 20, 240, 0, 2), (SERIF, 22, 3, 50, 215, 0.5, 5), (MONO, 20, -4, 30, 200, 0.5, 6),
         (BOLD, 40, 7, 10, 180, 1, 8), (SERIF, 30, -9, 235, 40, 0.7, 6), (SANS, 15, 1, 60, 230, 0.4, 4)]
LINES = 10


def font(name, size):
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


def sheet(lines, name, size, ink, paper, spacing=1.9):
    """A grey picture of lines below each other."""
    letters = font(name, size)
    width = max(int(letters.getlength(line)) for line in lines) + 2 * size
    picture = Image.new("L", (width, int((len(lines) * spacing + 1) * size)), paper)
    draw = ImageDraw.Draw(picture)
    for i, line in enumerate(lines):
        draw.text((size, int((i * spacing + 0.8) * size)), line, ink, font=letters)
    return picture


def noisy(picture, random, noise):
    values = np.asarray(picture, dtype=float)
    return Image.fromarray(np.clip(values + random.normal(0, noise, values.shape), 0, 255).astype(np.uint8))


def page(number, random):
    name, size, angle, ink, paper, blur, noise = PAGES[number]
    lines = [TEXT[(number * 7 + i) % len(TEXT)] for i in range(LINES)]
    picture = sheet(lines, name, size, ink, paper).rotate(angle, Image.BICUBIC, expand=True, fillcolor=paper)
    shade = Image.linear_gradient("L").resize(picture.size).point(lambda v: 215 + v * 40 // 255)
    picture = Image.fromarray((np.asarray(picture, float) * np.asarray(shade) / 255).astype(np.uint8))
    return noisy(picture.filter(ImageFilter.GaussianBlur(blur)), random, noise), lines


def lay(table, paper, place, angle, tint):
    """A sheet on the table, with a shadow."""
    turned = paper.convert("L").rotate(angle, Image.BICUBIC, expand=True)
    mask = Image.new("L", paper.size, 255).rotate(angle, Image.BICUBIC, expand=True)
    shadow = Image.new("L", table.size, 0)
    shadow.paste(mask.point(lambda v: v * 110 // 255), (place[0] + 5, place[1] + 6))
    table.paste((30, 20, 10), (0, 0), shadow.filter(ImageFilter.GaussianBlur(5)))
    colours = Image.merge("RGB", [turned.point(lambda v, t=t: v * t // 255) for t in tint])
    table.paste(colours, place, mask)


def table(random):
    """A receipt, a card that lies upside down, a label that stands on end."""
    height, width = 470, 720
    grain = np.cumsum(random.normal(0, 1, (height, 1)), 0) * 1.5 + random.normal(0, 1.5, (height, width))
    light = np.linspace(1.1, 0.8, width)[None, :]
    wood = np.stack([(value + grain) * light for value in (168, 118, 78)], 2)
    picture = Image.fromarray(np.clip(wood, 0, 255).astype(np.uint8))
    receipt = ["CAFE PADDING", "12 Kernel Street", "2 espresso        5.20", "1 apple cake      4.50",
               "3 croissants      7.80", "Total EUR        17.50", "Thank you, come again!"]
    lay(picture, sheet(receipt, MONO, 19, 40, 250), (40, 60), 7, (255, 252, 244))
    card = ["Lost & found", "Please return to room 42"]
    lay(picture, sheet(card, SERIF, 18, 30, 245), (402, 40), 176, (250, 235, 190))
    lay(picture, sheet(["THIS SIDE UP"], BOLD, 22, 250, 60), (620, 170), -90, (255, 120, 110))
    lay(picture, sheet(["input 224 x 224", "conv 7x7, stride 2"], SANS, 17, 60, 240), (390, 260), -12, (200, 225, 255))
    return noisy(picture.filter(ImageFilter.GaussianBlur(0.5)), random, 2.5)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    table(random).save(folder / "table.png")
    for number in range(len(PAGES)):
        picture, lines = page(number, random)
        picture.save(folder / f"page-{number}.png")
        (folder / f"page-{number}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
