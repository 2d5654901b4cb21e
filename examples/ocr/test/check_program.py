"""The program on pictures whose text is known, on every kind and size of picture, and on files that are none.

Environment: OUT: the folder with the program and the pictures of pictures.py."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np
from PIL import Image

EXAMPLE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(EXAMPLE))
import score  # noqa: E402

OUT = pathlib.Path(os.environ["OUT"]).resolve()
PROGRAM, PICTURES = OUT / "ocr", OUT / "pictures"
TABLE = """Pleasereturntoroom42|CAFEPADDING|Lost&found|12KernelStreet|5.20|2espresso|4.50|1applecake|7.80|3croissants
|17.50|THISSIDEUP|TotalEUR|input224x224|Thankyou,comeagain!|conv7x7,stride2""".replace("\n", "").split("|")


def words(lines):
    return [line["text"].replace(" ", "") for line in lines]


class Ocr(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def run_program(self, *options):
        return subprocess.run([PROGRAM, *options], cwd=self.folder, text=True, capture_output=True, check=False)

    def test_pages(self):
        """Tilted, dark, blurred and noisy: every line found, one character in a hundred wrong at most."""
        pages = sorted(PICTURES.glob("page-*.png"))
        self.assertGreater(len(pages), 4)
        for page in pages:
            with self.subTest(page.name):
                lines = score.read(PROGRAM, page)
                self.assertEqual(len(lines), len(page.with_suffix(".txt").read_text().splitlines()))
                wrong, characters = score.errors(lines, page)[1]
                self.assertLessEqual(wrong, 0.015 * characters, words(lines))

    def test_every_direction(self):
        """README's picture: a text upside down, one downwards, what README shows, and its boxes."""
        done = self.run_program(PICTURES / "table.png", "boxes.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(done.stdout, (EXAMPLE / "README.md").read_text())
        lines = score.read(PROGRAM, PICTURES / "table.png")
        self.assertEqual(words(lines), TABLE)
        for line in lines:
            (left, top), (right, bottom) = line["box"][0], line["box"][2]
            self.assertEqual(left > right, line["text"].startswith(("Please", "Lost", "THIS")))
        picture = np.asarray(Image.open(PICTURES / "table.png"), int)
        drawn = np.asarray(Image.open(self.folder / "boxes.png"), int)
        self.assertEqual(picture.shape, drawn.shape)
        changed = np.abs(picture - drawn).sum(2) > 60
        self.assertGreater(changed.mean(), 0.01)
        self.assertLess(changed.mean(), 0.1)
        shown = np.asarray(Image.open(EXAMPLE / "boxes.png").convert("RGB"), int)
        self.assertLess(np.abs(shown - drawn).sum(2).max(), 150, "README's picture, in 128 colours, is another one")

    def test_every_kind_of_picture(self):
        colours = Image.open(PICTURES / "table.png").crop((40, 80, 270, 160))
        grey = np.asarray(colours.convert("L"))
        expected = words(self.read(colours))
        self.assertEqual(expected, ["CAFEPADDING", "12KernelStreet"])
        for mode in ("L", "LA", "RGBA", "P"):
            with self.subTest(mode):
                self.assertEqual(words(self.read(colours.convert(mode))), expected)
        self.assertEqual(words(self.read(Image.fromarray(grey.astype(np.uint16) * 257))), expected)

    def read(self, picture):
        picture.save(self.folder / "picture.png")
        return score.read(PROGRAM, self.folder / "picture.png")

    def test_what_is_transparent_lies_on_white(self):
        page = Image.open(PICTURES / "page-0.png")
        ink = Image.new("RGBA", page.size, "black")
        ink.putalpha(page.point(lambda v: 255 - v))
        first = PICTURES.joinpath("page-0.txt").read_text().splitlines()[0].replace(" ", "")
        self.assertEqual(words(self.read(ink))[0], first)

    def test_every_size(self):
        line = Image.open(PICTURES / "page-0.png").crop((0, 10, 620, 60))
        self.assertEqual(len(self.read(line)), 1)
        for size in ((1, 1), (3000, 2), (2, 900)):
            with self.subTest(size):
                self.assertEqual(self.read(Image.new("RGB", size, "white")), [])
        large = Image.new("L", (2600, 1300), 200)
        large.paste(line.convert("L").resize((1240, 100), Image.BICUBIC), (700, 600))
        found = self.read(large)
        self.assertEqual(len(found), 1)
        corners = np.array(found[0]["box"])
        for found_at, expected in ((corners.min(0), (755, 625)), (corners.max(0), (1865, 685))):
            np.testing.assert_allclose(found_at, expected, atol=20)

    def test_no_text(self):
        Image.new("RGB", (300, 200), "white").save(self.folder / "white.png")
        self.assertEqual(self.run_program("white.png").stdout, "")
        self.assertEqual(json.loads(self.run_program("--json", "white.png").stdout), [])

    def test_refuses(self):
        (self.folder / "text.png").write_text("no picture")
        Image.new("L", (40, 30)).save(self.folder / "whole.png")
        (self.folder / "part.png").write_bytes((self.folder / "whole.png").read_bytes()[:-20])
        for options, message in [(("missing.png",), "cannot read missing.png: "),
                                 (("text.png",), "cannot read text.png: "),
                                 (("part.png",), "cannot read part.png: "),
                                 (("whole.png", "nowhere/out.png"), "cannot write nowhere/out.png: ")]:
            with self.subTest(options):
                done = self.run_program(*options)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(message, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)
        for options in ((), ("--json",), ("--xml", "whole.png"), ("a.png", "b.png", "c.png")):
            self.assertEqual(self.run_program(*options).returncode, 2)
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, PICTURES / "page-0.png"], stdout=full, stderr=subprocess.PIPE, text=True,
                                  check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot print the text: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
