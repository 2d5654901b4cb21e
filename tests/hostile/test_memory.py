"""A network that is mostly weights is built in memory of a few times theirs: the numbers as they are
read, folded with the batch norms, packed, and twice the object around LLVM, which prints it and hands
it over; each only as long as it is needed, never all at once. TIMES allows for the largest layer twice."""
import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

NETC = os.environ["NETC"]
MB = 1_000_000
WIDTH, LAYERS = 2048, 5
TIMES = 3.6


def net(width):
    layers = "".join(f" |> conv(c={width}, k=1, bias=none) @c{i} |> batchnorm(eps=1e-5) @n{i}" for i in range(LAYERS))
    return (f"net 1\nmodel m\nweights random(seed=1)\ninput x : f32[N: 1, C: {width}, H: 1, W: 1]\n"
            f"output y = x{layers}\n")


def peak(folder, width):
    """Most memory of building it, in bytes; in a child, so that no other test counts."""
    source = pathlib.Path(folder, "m.net")
    source.write_text(net(width))
    pid = os.fork()
    if pid == 0:
        done = subprocess.run([NETC, "build", source, "-o", pathlib.Path(folder, "m.o"), "--cpu", "x86-64-v3"])
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        pathlib.Path(folder, "memory").write_text(str(memory))
        os._exit(done.returncode)
    _, status = os.waitpid(pid, 0)
    assert status == 0, "the build failed"
    return int(pathlib.Path(folder, "memory").read_text())


class Memory(unittest.TestCase):
    def test_is_a_few_times_that_of_the_weights(self):
        with tempfile.TemporaryDirectory(prefix="netc-memory-") as folder:
            base, memory = peak(folder, 64), peak(folder, WIDTH)
            weights = LAYERS * WIDTH * WIDTH * 4
            self.assertGreater(pathlib.Path(folder, "m.o").stat().st_size, weights)
            self.assertLess(memory, base + TIMES * weights,
                            f"{memory / MB:.0f} MB for {weights / MB:.0f} MB of weights, {base / MB:.0f} MB without")


if __name__ == "__main__":
    unittest.main()
