"""The program edges: the numbers of numpy in double, at the border too; pictures that do not fit; files
that are none.

    test_edges.py EDGES PICTURES
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np
from PIL import Image

EDGES, PICTURES = sys.argv[1], pathlib.Path(sys.argv[2])


def edges(pixels):
    """From the definition: grey, its pixels repeated beyond the border, two kernels, their length."""
    grey = np.pad(pixels @ np.array([0.299, 0.587, 0.114]), 1, mode="edge")
    height, width = pixels.shape[:2]

    def at(row, column):
        return grey[1 + row:1 + row + height, 1 + column:1 + column + width]

    right = sum(n * (at(row, 1) - at(row, -1)) for row, n in ((-1, 1), (0, 2), (1, 1)))
    down = sum(n * (at(1, column) - at(-1, column)) for column, n in ((-1, 1), (0, 2), (1, 1)))
    return np.clip(np.hypot(right, down) / 4, 0, 255)


class Edges(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def draw(self, picture):
        """Exit status, what it said, and the drawn picture if there is one."""
        drawn = self.folder / "drawn.png"
        done = subprocess.run([EDGES, str(picture), str(drawn)], text=True, capture_output=True,
                              check=False)
        return done.returncode, done.stderr, np.array(Image.open(drawn)) if drawn.exists() else None

    def test_draws_what_the_definition_says(self):
        pixels = np.array(Image.open(PICTURES / "coffee.png"))
        noise = np.random.default_rng(0).integers(0, 256, pixels.shape, np.uint8)
        for name, picture in (("coffee", pixels), ("noise", noise)):
            Image.fromarray(picture).save(self.folder / f"{name}.png")
            status, said, drawn = self.draw(self.folder / f"{name}.png")
            self.assertEqual(status, 0, said)
            wanted = edges(picture.astype(np.float64))
            self.assertGreater(wanted.std(), 5)
            self.assertLess(np.abs(drawn - wanted).max(), 0.501)

    def test_refuses_what_does_not_fit(self):
        Image.fromarray(np.zeros((400, 599, 3), np.uint8)).save(self.folder / "narrow.png")
        Image.fromarray(np.zeros((400, 600), np.uint8)).save(self.folder / "grey.png")
        (self.folder / "none.png").write_bytes(b"no picture")
        for name, words in (("narrow", "of the size"), ("grey", "no RGB picture"),
                            ("none", "none.png: "), ("missing", "missing.png: ")):
            status, said, drawn = self.draw(self.folder / f"{name}.png")
            self.assertEqual(status, 1)
            self.assertIn(words, said)
            self.assertIsNone(drawn)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
