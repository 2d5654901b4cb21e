#!/usr/bin/env python3
"""The reader of networks: shapes, work counts and keys against figures worked out by hand, and the
random numbers against the language's golden bits."""

import importlib.util
import unittest

import net_text

HEAD = "net 1\nmodel m\nweights random(seed=1)\n"


def net_of(input_axes, *binds):
    return net_text.read(f"{HEAD}input x : f32[{input_axes}]\n" + "\n".join(binds) + "\n")


class Shapes(unittest.TestCase):
    def test_sizes(self):
        """Extent of a spatial axis before and after each layer."""
        table = [
            (8, "conv(c=2, k=3)", 6),
            (8, "conv(c=2, k=3, p=1)", 8),
            (8, "conv(c=2, k=3, s=2, p=1)", 4),
            (8, "conv(c=2, k=3, d=2)", 4),
            (8, "conv(c=2, k=4, p=same)", 8),
            (7, "conv(c=2, k=3, s=2, p=same)", 4),
            (8, "conv(c=2, k=3, p=full)", 10),
            (8, "conv(c=2, k=3, s=2, p=causal)", 4),
            (8, "conv(c=2, k=3, p=(0, 1))", 7),
            (8, "maxpool(k=3, s=2)", 3),
            (8, "maxpool(k=3, s=2, round=ceil)", 4),
            (5, "maxpool(k=2, s=3, round=ceil)", 2),
            (8, "maxpool(k=all)", 1),
            (8, "tconv(c=2, k=4, s=2, p=1)", 16),
            (8, "tconv(c=2, k=3, s=2, p=1, a=1)", 16),
            (8, "tconv(c=2, k=2, s=3, p=same)", 24),
        ]
        for extent, stage, expected in table:
            with self.subTest(stage=stage, extent=extent):
                net = net_of(f"N: 1, C: 3, H: {extent}, W: {extent}", f"output y = x |> {stage}")
                self.assertEqual(net.outputs[0][1].shape[2:], (expected, expected))

    def test_undo(self):
        """`of` gives back the input size of a layer, with whatever output padding that takes."""
        for extent in range(5, 12):
            for stage in ("conv(c=2, k=3, s=2, p=1)", "conv(c=2, k=4, s=3)",
                          "maxpool(k=2, s=2, round=ceil)"):
                with self.subTest(stage=stage, extent=extent):
                    net = net_of(f"N: 1, C: 3, H: {extent}, W: 9", f"d = x |> {stage}",
                                 "output y = d |> tconv(of d)")
                    self.assertEqual(net.outputs[0][1].shape, (1, 3, extent, 9))

    def test_work(self):
        """Multiply-adds of one channel pair: (output, tap) pairs on data along H times those along W,
        counted by hand; and the same with padding."""
        table = [
            ("conv(c=1, k=3, p=1)", 19 * 16, 7 * 6 * 9),  # 3 taps, 2 at each end: 3o - 2
            ("conv(c=1, k=4, s=3, p=2)", 9 * 8, 3 * 3 * 16),  # 2+4+3, 2+4+2
            ("conv(c=1, k=3, d=2, p=2)", 17 * 14, 7 * 6 * 9),  # 3o - 4
            ("conv(c=1, k=3x1, p=(0, 2))", 18 * 6, 7 * 8 * 3),  # 5 whole windows, 2, 1
            ("tconv(c=1, k=4, s=2, p=1)", 26 * 22, 7 * 6 * 16),  # 4i - 2 cropped
            ("tconv(c=1, k=3, s=2, p=1, a=1)", 20 * 17, 7 * 6 * 9),  # 3i - 1 cropped
        ]
        for stage, on_data, counted in table:
            with self.subTest(stage=stage):
                net = net_of("N: 2, C: 3, H: 7, W: 6", f"output y = x |> {stage}")
                self.assertEqual(net.multiply_adds, 6 * on_data)
                self.assertEqual(net.multiply_adds_counted, 6 * counted)

    def test_lenet(self):
        """61,706 parameters, 416,520 multiply-adds; the paths of its parameters."""
        net = net_of(
            "N: 1, C: 1, H: 32, W: 32",
            "c1 = x |> conv(c=6, k=5)                -> [1, 6, 28, 28]",
            "s2 = c1 |> avgpool(k=2, s=2) |> tanh     # a comment",
            "c3 = s2 |> conv(c=16, k=5) @third",
            "     -> [H: 10, W: 10]",
            "s4 = c3 |> avgpool(k=2, s=2) |> tanh",
            "c5 = s4 |> conv(c=120,",
            "                k=5) |> tanh |> flatten",
            "f6 = c5 |> dense(c=84) |> tanh",
            "output digit = f6 |> dense(c=10) |> softmax(axis=C)")
        self.assertEqual(net.parameter_count, 61706)
        self.assertEqual(net.multiply_adds, 416520)
        self.assertEqual(net.multiply_adds_counted, 416520)
        keys = [layer.key for layer in net.layers if layer.params]
        self.assertEqual(keys, ["c1.conv", "third", "c5.conv", "f6.dense", "digit.dense"])

    def test_undo_chain(self):
        """An encoder and decoder joined by `+`, with `let`, sizes of other values and `of`."""
        net = net_of("N: 2, C: 1, H: 7, W: 8", "let wide = 6",
                     "c1 = x |> conv(c=wide, k=3, s=2, p=1) |> relu    -> [C: wide, H: 4, W: 4]",
                     "c2 = c1 |> conv(c=8, k=3, s=2, p=1) @deep -> [2, 8, 2, 2]",
                     "u2 = c2 |> tconv(of deep) -> [C: c1.C, H: c1.H]",
                     "d2 = u2 + c1 |> relu", "output y = d2 |> tconv(of c1) -> [2, 1, x.H, x.W]")
        ops = [layer.op for layer in net.layers]
        self.assertEqual(ops, ["conv", "relu", "conv", "tconv", "add", "relu", "tconv"])
        self.assertEqual(net.layers[6].a, (0, 1))
        self.assertEqual(net.layers[6].params["weight"], ((6, 1, 3, 3), 6 * 2 * 2))

    def test_refusals(self):
        for bind in ("output y = x |> conv(c=1, k=9)", "output y = x |> conv(c=1, k=3) -> [H: 7]",
                     "output y = x |> gelu", "output y = x |> conv(c=1, k=3, flip=yes)",
                     "output y = z |> relu", "output y = x + (x |> conv(c=1, k=1))"):
            with self.subTest(bind=bind), self.assertRaises(net_text.NetError):
                net_of("N: 1, C: 3, H: 8, W: 8", bind)


class Numbers(unittest.TestCase):
    def test_hash(self):
        self.assertEqual(net_text.fnv1a64(b"c1.conv.weight"), 0xE5525D096DD066D7)

    @unittest.skipUnless(importlib.util.find_spec("numpy"), "numpy is not there")
    def test_golden_bits(self):
        net_text.check_golden()


if __name__ == "__main__":
    unittest.main()
