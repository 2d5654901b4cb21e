"""The program superres: half a decibel better than bicubic on each picture, tiles that do not show, every
kind of PNG file, and files that are none.

Environment: SUPERRES, TILES: the programs; NETC; EXAMPLE: this example's folder; CPU: what the network
was compiled for."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import numpy as np
from PIL import Image

EXAMPLE = pathlib.Path(os.environ["EXAMPLE"])
sys.path.insert(0, str(EXAMPLE))
import measure  # noqa: E402

HALO = 7


class Superres(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def enlarge(self, picture):
        picture.save(self.folder / "small.png")
        done = self.run_program("small.png", "large.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        return Image.open(self.folder / "large.png")

    def run_program(self, *words):
        return subprocess.run([os.environ["SUPERRES"], *words], cwd=self.folder, text=True,
                              capture_output=True, check=False)

    def test_better_than_bicubic(self):
        names = sorted((EXAMPLE / "pictures").glob("*.png"))
        self.assertEqual(len(names), 3)
        readme = (EXAMPLE / "README.md").read_text()
        for name, bicubic, ours in measure.compare(os.environ["SUPERRES"], names):
            self.assertGreaterEqual(ours - bicubic, measure.LEAST_GAIN, name)
            shown = re.search(rf"^\| {name} \| ([0-9.]+) dB \| ([0-9.]+) dB", readme, re.M)
            self.assertAlmostEqual(float(shown.group(1)), bicubic, delta=0.02)
            self.assertAlmostEqual(float(shown.group(2)), ours, delta=0.02)

    def test_tiles_do_not_show(self):
        """Away from the border a tile has the bits of a network built for the whole picture."""
        height, width = 233, 150
        luma = np.random.default_rng(1).random((height, width), np.float32)
        tiles = subprocess.run([os.environ["TILES"], str(width), str(height)], input=luma.tobytes(),
                               capture_output=True, check=True).stdout
        tiles = np.frombuffer(tiles, np.float32).reshape(2 * height, 2 * width)
        np.save(self.folder / "luma.npy", luma[None, None])
        subprocess.run([os.environ["NETC"], "run", EXAMPLE / "superres.net", "--cpu", os.environ["CPU"],
                        "--set", f"height={height}", "--set", f"width={width}", "-i", "luma.npy",
                        "-o", "whole.npy"], cwd=self.folder, check=True, capture_output=True)
        whole = np.load(self.folder / "whole.npy")[0, 0]
        inner = slice(2 * HALO, -2 * HALO)
        np.testing.assert_array_equal(tiles[inner, inner], whole[inner, inner])
        self.assertFalse(np.array_equal(tiles[0], whole[0]), "the border has other neighbours")

    def test_every_kind_of_picture(self):
        colours = Image.open(EXAMPLE / "pictures" / "chelsea.png").crop((100, 60, 165, 101))
        clear = colours.convert("RGBA")
        clear.putalpha(Image.linear_gradient("L").resize(clear.size))
        kinds = {"L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "P": "RGB", "1": "L", "I;16": "L"}
        for mode, expected in kinds.items():
            with self.subTest(mode):
                picture = clear if mode in ("LA", "RGBA") else colours
                if mode == "I;16":
                    picture = Image.fromarray(np.asarray(colours.convert("L")).astype(np.uint16) * 257)
                else:
                    picture = picture.convert(mode)
                large = self.enlarge(picture)
                self.assertEqual((large.mode, large.size), (expected, (130, 82)))
                plain = large.convert("RGB").resize(colours.size, Image.BOX)
                against = picture.convert("RGB") if mode != "I;16" else colours.convert("L").convert("RGB")
                self.assertGreater(measure.psnr(plain, against), 25 if mode != "1" else 10)

    def test_every_size(self):
        colours = Image.open(EXAMPLE / "pictures" / "coffee.png")
        for width, height in ((1, 1), (1, 200), (95, 2), (96, 96), (97, 193)):
            part = colours.crop((200, 150, 200 + width, 150 + height))
            large = self.enlarge(part)
            self.assertEqual(large.size, (2 * width, 2 * height))
            self.assertGreater(measure.psnr(large.resize(part.size, Image.BOX), part, border=0), 25)

    def test_one_colour_stays(self):
        for value in (0, 37, 255):
            large = np.asarray(self.enlarge(Image.new("L", (120, 110), value))).astype(int)
            self.assertLessEqual(np.abs(large - value).max(), 3, value)

    def test_refuses(self):
        Image.new("RGB", (30, 20)).save(self.folder / "whole.png")
        bytes_ = (self.folder / "whole.png").read_bytes()
        (self.folder / "part.png").write_bytes(bytes_[:-30])
        (self.folder / "text.png").write_text("no picture")
        cases = [(("missing.png", "out.png"), "cannot read missing.png: "),
                 (("part.png", "out.png"), "cannot read part.png: "),
                 (("text.png", "out.png"), "cannot read text.png: "),
                 ((".", "out.png"), "cannot read .: "),
                 (("whole.png", "nowhere/out.png"), "cannot write nowhere/out.png: ")]
        for words, message in cases:
            with self.subTest(words):
                done = self.run_program(*words)
                self.assertEqual(done.returncode, 1)
                self.assertIn(message, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)
        self.assertEqual(self.run_program("whole.png").returncode, 2)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["part.png", "text.png", "whole.png"])


if __name__ == "__main__":
    unittest.main()
