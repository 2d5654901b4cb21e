"""Programs as users of other frameworks first write them (NAME.net) are led to the right ones
(NAME.right.net, byte for byte) by the fixes that `netc check` shows, and those give the values that
the framework gives (figures/NAME.json, made by figures.py).

Of the first error that has a fix, the only one is made, or the one whose title holds the words of a
line `# choose: ` of the program; and again, until nothing is wrong. No step may need more."""
import io
import json
import os
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest
import zipfile

NETC = os.environ["NETC"]
FOLDER = pathlib.Path(__file__).parent
LEAST_PROGRAMS = 15
MOST_STEPS = 20
TOLERANCE = 1e-5  # of the largest magnitude of an output


def netc(*words, cwd):
    done = subprocess.run([NETC, *words], cwd=cwd, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def npy(array):
    """The bytes of a .npy file of f32."""
    shape = "(" + "".join(f"{size}, " for size in array["shape"]) + ")"
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(-(10 + len(header) + 1) % 64 + len(header)) + "\n"
    values = array["values"]
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() +
            struct.pack(f"<{len(values)}f", *values))


def array_of(data):
    """The array of a .npy file of f32 in C order."""
    size, = struct.unpack_from("<H", data, 8)
    header = data[10:10 + size].decode()
    if data[:8] != b"\x93NUMPY\x01\x00" or "'<f4'" not in header or "order': False" not in header:
        raise AssertionError(f"not an array of f32 in C order: {header}")
    shape = [int(word) for word in re.findall(r"\d+", re.search(r"'shape': \((.*?)\)", header)[1])]
    data = data[10 + size:]
    return {"shape": shape, "values": list(struct.unpack(f"<{len(data) // 4}f", data))}


def npz(arrays):
    """The bytes of an .npz file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for key, array in arrays.items():
            archive.writestr(f"{key}.npy", npy(array))
    return file.getvalue()


def mended(text, edits):
    for edit in sorted(edits, key=lambda edit: edit["begin"], reverse=True):
        text = text[:edit["begin"]] + edit["text"].encode() + text[edit["end"]:]
    return text


def errors_of(name, cwd):
    status, out, err = netc("check", "--diagnostics=json", name, cwd=cwd)
    errors = [line for line in map(json.loads, out.splitlines()) if line["level"] == "error"]
    if status != (1 if errors else 0):
        raise AssertionError(f"status {status}: {out}{err}")
    return errors


class WrongPrograms(unittest.TestCase):
    def led(self, path, cwd):
        """The program after the fixes, in a folder that has its weights."""
        text = path.read_bytes()
        choices = re.findall(r"^# choose: (.*)$", text.decode(), re.M)
        used = set()
        for step in range(MOST_STEPS):
            (cwd / path.name).write_bytes(text)
            errors = errors_of(path.name, cwd)
            if not errors:
                self.assertGreater(step, 0, "nothing is wrong with it")
                self.assertEqual(used, set(choices), "decisions that were not asked for")
                return text
            fixes = next((error["fixes"] for error in errors if error["fixes"]), [])
            if len(fixes) > 1:
                found = [(word, fix) for word in choices for fix in fixes if word in fix["title"]]
                self.assertEqual(len(found), 1, [fix["title"] for fix in fixes])
                used.add(found[0][0])
                fixes = [found[0][1]]
            self.assertTrue(fixes, [error["message"] for error in errors])
            text = mended(text, fixes[0]["edits"])
        self.fail(f"still wrong after {MOST_STEPS} steps:\n{text.decode()}")

    def values(self, name, figures, cwd):
        """The program gives what was recorded."""
        (cwd / "x.npy").write_bytes(npy(figures["input"]))
        status, _, err = netc("run", "-i", "x.npy", "-o", "y.npy", name, cwd=cwd)
        self.assertEqual(status, 0, err)
        found, wanted = array_of((cwd / "y.npy").read_bytes()), figures["output"]
        self.assertEqual(found["shape"], wanted["shape"])
        largest = max(map(abs, wanted["values"]))
        self.assertGreater(largest, 0)
        for n, (one, other) in enumerate(zip(found["values"], wanted["values"], strict=True)):
            self.assertLessEqual(abs(one - other), TOLERANCE * largest, f"element {n}")

    def test_programs(self):
        paths = [path for path in sorted(FOLDER.glob("*.net")) if ".right" not in path.name]
        led = 0
        for path in paths:
            with self.subTest(program=path.name), tempfile.TemporaryDirectory() as folder:
                cwd = pathlib.Path(folder)
                figures = json.loads((FOLDER / "figures" / f"{path.stem}.json").read_text())
                if figures["weights"]:
                    (cwd / f"{path.stem}.npz").write_bytes(npz(figures["weights"]))
                self.assertRegex(path.read_text(), r"\A# [\w./-]+#\d+: ", "names no thread")
                text = self.led(path, cwd)
                self.assertEqual(text.decode(), path.with_suffix(".right.net").read_text())
                self.values(path.name, figures, cwd)
                led += 1
        print(f"{led} of {len(paths)} wrong programs are led to the right ones")
        self.assertGreaterEqual(led, LEAST_PROGRAMS)

    def test_nothing_is_left_over(self):
        names = {path.stem for path in FOLDER.glob("*.net") if ".right" not in path.name}
        self.assertEqual(names, {path.name[:-len(".right.net")]
                                 for path in FOLDER.glob("*.right.net")})
        self.assertEqual(names, {path.stem for path in (FOLDER / "figures").glob("*.json")})


if __name__ == "__main__":
    unittest.main()
