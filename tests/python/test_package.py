"""The Python package: models compiled by netc against the same computed by numpy, every check of an
argument, threads, several models at once, weights in a file of their own."""
import gc
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
import unittest.mock

import numpy as np

sys.path.insert(0, os.path.join(os.environ["SOURCE"], "runtime", "python"))
import netc  # noqa: E402

NET = """net 1
model {name}
weights random(seed=1)
let side = 4
input left : f32[N: 1, C: 2, H: side, W: 5]
input right : f32[N: 1, C: 2, H: side, W: 5]
output total = left + right
output twice = left |> scale(by=2)
"""
CONV = """net 1
weights random(seed=3)
input image : f32[N: 2, C: 3, H: 41, W: 41]
a = image |> conv(c=16, k=3, p=half) |> relu
output y = a |> conv(c=8, k=3, s=2)
"""
PICTURE = """net 1
input picture : u8[H: 5, W: 7, C: 3]
output y = picture |> f32 |> scale(by=2, shift=-1) |> permute(order=[C, H, W])
"""
SHAPE = (1, 2, 4, 5)


def numbers(shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        (cls.folder / "sums.net").write_text(NET.format(name="sums"))
        (cls.folder / "conv.net").write_text(CONV)
        cls.sums = netc.compile(cls.folder / "sums.net")
        cls.conv = netc.compile(cls.folder / "conv.net", cpu="x86-64-v2")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def build(self, *words):
        subprocess.run([os.environ["NETC"], "build", *words], cwd=self.folder, check=True)

    def test_describes_itself(self):
        self.assertEqual(self.sums.name, "sums")
        self.assertEqual([t.name for t in self.sums.inputs], ["left", "right"])
        self.assertEqual(self.sums.inputs[0].axes, ("N", "C", "H", "W"))
        self.assertEqual(self.sums.outputs[1].shape, SHAPE)
        self.assertEqual(self.conv.cpu, "x86-64-v2")
        self.assertIn("image : f32[N: 2, C: 3, H: 41, W: 41]", repr(self.conv))

    def test_computes(self):
        left, right = numbers(SHAPE), numbers(SHAPE, 1)
        for results in (self.sums(left, right), self.sums(left, right=right),
                        self.sums.run({"right": right, "left": left})):
            np.testing.assert_array_equal(results.total, left + right)
            np.testing.assert_array_equal(results.twice, 2 * left)
        total, _ = self.sums(left, right)
        np.testing.assert_array_equal(total, left + right)

    def test_gives_the_bits_of_the_command(self):
        image = numbers(self.conv.inputs[0].shape)
        np.save(self.folder / "image.npy", image)
        subprocess.run([os.environ["NETC"], "run", "conv.net", "--cpu=x86-64-v2", "-i", "image.npy", "-o", "y.npy"],
                       cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        np.testing.assert_array_equal(self.conv(image), np.load(self.folder / "y.npy"))

    def test_any_alignment(self):
        left, right = numbers(SHAPE), numbers(SHAPE, 1)
        for offset in (1, 2, 3, 4, 7):
            room = np.empty(left.nbytes + offset, np.uint8)
            shifted = room[offset:].view(np.float32).reshape(SHAPE)
            shifted[...] = left
            out = np.empty(left.nbytes + offset, np.uint8)[offset:].view(np.float32).reshape(SHAPE)
            with unittest.mock.patch.object(netc.Model, "_run", autospec=True,
                                            side_effect=netc.Model._run) as ran:
                results = self.sums(shifted, right, out=[out, np.empty(SHAPE, np.float32)])
            for array in (*ran.call_args.args[1], *ran.call_args.args[2]):
                self.assertEqual(array.ctypes.data % 4, 0)
            self.assertIs(results.total, out)
            np.testing.assert_array_equal(out, left + right)

    def test_refuses_wrong_arguments(self):
        good = numbers(SHAPE)
        readonly = np.empty(SHAPE, np.float32)
        readonly.flags.writeable = False
        both = [np.empty(SHAPE, np.float32), np.empty(SHAPE, np.float32)]
        cases = [
            (TypeError, "takes 2 inputs, not 3", lambda: self.sums(good, good, good)),
            (TypeError, "misses input `right`", lambda: self.sums(good)),
            (TypeError, "no input `rihgt`; it has left, right", lambda: self.sums(good, rihgt=good)),
            (TypeError, "input `left` twice", lambda: self.sums(good, left=good)),
            (TypeError, "is a list", lambda: self.sums(good.tolist(), good)),
            (TypeError, "is of float64", lambda: self.sums(good.astype(float), good)),
            (TypeError, "is of >f4", lambda: self.sums(good.astype(">f4"), good)),
            (ValueError, r"shape \(1, 2, 5, 4\); it must be \(1, 2, 4, 5\)",
             lambda: self.sums(good, np.zeros((1, 2, 5, 4), np.float32))),
            (ValueError, "not contiguous",
             lambda: self.sums(good, np.zeros((1, 2, 5, 4), np.float32).swapaxes(2, 3))),
            (TypeError, "2 outputs, and `out` has 1", lambda: self.sums(good, good, out=both[0])),
            (ValueError, "cannot be written", lambda: self.sums(good, good, out=[readonly, both[1]])),
            (ValueError, "`total` overlaps", lambda: self.sums(good, both[1], out=[both[1], both[0]])),
            (ValueError, "`twice` overlaps", lambda: self.sums(good, good, out=[both[0], both[0]])),
            (ValueError, "0 .all processors. to 1024", lambda: netc.Threads(-1)),
        ]
        for kind, words, call in cases:
            with self.subTest(words), self.assertRaisesRegex(kind, words):
                call()

    def test_takes_bytes(self):
        (self.folder / "picture.net").write_text(PICTURE)
        model = netc.compile(self.folder / "picture.net")
        self.assertEqual(model.inputs[0].dtype, np.uint8)
        self.assertEqual(model.outputs[0].dtype, np.float32)
        self.assertIn("picture : u8[H: 5, W: 7, C: 3]", repr(model))
        picture = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
        wanted = (2 * picture.astype(np.float32) - 1).transpose(2, 0, 1)
        np.testing.assert_array_equal(model(picture), wanted)
        shifted = np.empty(picture.nbytes + 1, np.uint8)[1:].reshape(picture.shape)
        shifted[...] = picture
        np.testing.assert_array_equal(model(picture=shifted), wanted)
        for kind, words, array in (
                (TypeError, r"is of float32; it must be of uint8: whole numbers from 0 to 255",
                 picture.astype(np.float32)),
                (TypeError, r"is of int64; it must be of uint8: array.astype\(numpy.uint8\)",
                 picture.astype(np.int64)),
                (ValueError, r"shape \(7, 5, 3\); it must be \(5, 7, 3\), which is picture : u8",
                 picture.reshape(7, 5, 3)),
                (ValueError, "not contiguous", picture[:, ::-1])):
            with self.subTest(words), self.assertRaisesRegex(kind, words):
                model(array)
        with self.assertRaisesRegex(TypeError, "is of uint8; it must be of float32: array.astype"):
            self.sums(np.zeros(SHAPE, np.uint8), numbers(SHAPE))

    def test_threads_give_the_same_bits(self):
        image = numbers(self.conv.inputs[0].shape)
        expected = self.conv(image)
        for count in (1, 2, 3):
            pool = netc.Threads(count)
            self.assertEqual(pool.count, count)
            np.testing.assert_array_equal(self.conv(image, threads=pool), expected)
        self.assertGreaterEqual(netc.Threads().count, 1)

    def test_runs_at_the_same_time(self):
        images = [numbers(self.conv.inputs[0].shape, seed) for seed in range(4)]
        expected = [self.conv(image) for image in images]
        wrong = []

        def work(which):
            for _ in range(20):
                if not np.array_equal(self.conv(images[which]), expected[which]):
                    wrong.append(which)

        workers = [threading.Thread(target=work, args=(which,)) for which in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(wrong, [])

    def test_weights_in_a_file(self):
        self.build("conv.net", "--emit=shared", "--weights=extern", "--cpu=x86-64-v2", "-o", "extern.so")
        weights = next(path for path in self.folder.iterdir() if path.suffix == ".weights")
        image = numbers(self.conv.inputs[0].shape)
        model = netc.load(self.folder / "extern.so", weights=weights)
        np.testing.assert_array_equal(model(image), self.conv(image))
        del model
        gc.collect()
        (self.folder / "damaged.weights").write_bytes(weights.read_bytes()[:-1])
        for words, path in (("name its file", None), ("cannot use the weights", self.folder / "damaged.weights"),
                            ("could not be read", self.folder / "none")):
            with self.assertRaisesRegex(netc.NetcError, words):
                netc.load(self.folder / "extern.so", weights=path)

    def test_threads_left_out(self):
        model = netc.compile(self.folder / "conv.net", options=["--threads=no"])
        with self.assertRaisesRegex(netc.NetcError, "compiled with --threads=no"):
            model(numbers(model.inputs[0].shape), threads=netc.Threads(2))

    def test_several_models(self):
        for name in ("one", "two"):
            (self.folder / f"{name}.net").write_text(NET.format(name=name))
            self.build(f"{name}.net")
        subprocess.run(["cc", "-shared", "-o", "both.so", "one.o", "two.o"], cwd=self.folder, check=True)
        with self.assertRaisesRegex(netc.NetcError, "several models, one, two"):
            netc.load(self.folder / "both.so")
        with self.assertRaisesRegex(netc.NetcError, "no model `three`; it has one, two"):
            netc.load(self.folder / "both.so", model="three")
        self.assertEqual(netc.load(self.folder / "both.so", model="two").name, "two")

    def test_refuses_wrong_files(self):
        (self.folder / "text.so").write_text("no library")
        (self.folder / "empty.c").write_text("int x;\n")
        subprocess.run(["cc", "-shared", "-o", "empty.so", "empty.c"], cwd=self.folder, check=True)
        with self.assertRaises(FileNotFoundError):
            netc.load(self.folder / "none.so")
        with self.assertRaisesRegex(netc.NetcError, "cannot load"):
            netc.load(self.folder / "text.so")
        with self.assertRaisesRegex(netc.NetcError, "has no model"):
            netc.load(self.folder / "empty.so")

    def test_compiles(self):
        model = netc.compile(self.folder / "sums.net", set={"side": 7})
        self.assertEqual(model.inputs[0].shape, (1, 2, 7, 5))
        (self.folder / "wrong.net").write_text(NET.format(name="sums").replace("left + right", "left + ritgh"))
        with self.assertRaises(netc.CompileError) as caught:
            netc.compile(self.folder / "wrong.net")
        self.assertEqual(caught.exception.status, 1)
        self.assertIn("N0101", caught.exception.diagnostics)
        self.assertIn("unknown name `ritgh`", str(caught.exception))

    def test_without_the_command(self):
        script = ("import netc\n"
                  "for call in (lambda: netc.compile('x.net'), lambda: netc.Threads(2)):\n"
                  "    try: call()\n"
                  "    except netc.NetcError as error: print(error)\n")
        environment = dict(os.environ, PATH="/nowhere", NETC="", NETC_RUNTIME="",
                           PYTHONPATH=str(pathlib.Path(netc.__file__).parents[1]))
        done = subprocess.run([sys.executable, "-B", "-c", script], env=environment, text=True,
                              capture_output=True, check=True)
        self.assertIn("there is no command `netc`", done.stdout)
        self.assertIn("threads and files of weights need libnetc_runtime.so", done.stdout)


if __name__ == "__main__":
    unittest.main()
