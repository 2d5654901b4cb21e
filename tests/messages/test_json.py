"""--diagnostics=json: each program of tests/error gives lines that the schema allows, that hold what
the text holds, and whose places are right."""
import json
import re
import unittest

import jsonschema

from programs import ERRORS, SOURCE, InFolder, apply, diagnostics, error_programs, netc, place_of

SCHEMA = json.loads((SOURCE / "compiler/messages/diagnostic.schema.json").read_text())


def text_of(lines):
    """What --diagnostics=text prints of the same program."""
    return "".join(line["rendered"] + ("\n" if line["code"] else "") for line in lines)


class ErrorPrograms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        jsonschema.Draft7Validator.check_schema(SCHEMA)
        cls.validator = jsonschema.Draft7Validator(SCHEMA)
        cls.runs = [(name, words, diagnostics(*words, name)) for name, words in error_programs()]

    def test_there_are_programs(self):
        self.assertGreater(len(self.runs), 100)

    def test_lines_follow_the_schema(self):
        for name, _, (_, lines, _) in self.runs:
            for line in lines:
                with self.subTest(program=name, code=line["code"]):
                    self.validator.validate(line)

    def test_text_says_the_same(self):
        for name, words, (status, lines, err) in self.runs:
            with self.subTest(program=name):
                text_status, out, text = netc(*words, name)
                self.assertEqual(status, text_status)
                self.assertEqual((out, err), (b"", b""))
                self.assertEqual(text_of(lines), text.decode("utf-8"))

    def test_places(self):
        for name, _, (_, lines, _) in self.runs:
            for line in lines:
                for n, span in enumerate(line["spans"]):
                    with self.subTest(program=name, code=line["code"], span=n):
                        source = (ERRORS / span.get("file", line["file"])).read_bytes()
                        self.assertEqual(span["primary"], n == 0)
                        self.assertLessEqual(span["begin"], span["end"])
                        self.assertLessEqual(span["end"], len(source))
                        self.assertEqual((span["line"], span["column"]),
                                         place_of(source, span["begin"]))

    def test_members_of_the_message_stand_in_the_text(self):
        for name, _, (_, lines, _) in self.runs:
            for line in lines:
                with self.subTest(program=name, code=line["code"]):
                    for words in [line["message"], *(fix["title"].removesuffix(")") for fix in line["fixes"]),
                                  *(warning["code"] for fix in line["fixes"]
                                    for warning in fix["brings"]),
                                  *(span["label"] for span in line["spans"])]:
                        self.assertIn(words, line["rendered"])
                    for note in line["notes"]:
                        for part in note.split("\n"):
                            self.assertIn(part, line["rendered"])


    def test_edits_make_the_lines_that_the_text_shows(self):
        n = 0
        for name, _, (_, lines, _) in self.runs:
            for line in lines:
                for fix in line["fixes"]:
                    edits = [(edit["begin"], edit["end"], edit["text"]) for edit in fix["edits"]]
                    block = line["rendered"].partition("help: " + fix["title"])[2]
                    # Some ways out are told in words, and what is only taken away is shown as it was.
                    if not re.match(r"[^\n]*\n *\d+ \| ", block) \
                            or not any(text for _, _, text in edits) \
                            or any("file" in edit for edit in fix["edits"]):
                        continue
                    source = (ERRORS / line["file"]).read_bytes()
                    before = set(source.splitlines())
                    for made in apply(source, edits).splitlines():
                        if made not in before:
                            with self.subTest(program=name, code=line["code"], fix=fix["title"]):
                                n += 1
                                self.assertIn(made.decode("utf-8-sig").strip(), block)
        self.assertGreater(n, 100)

    def test_grades_stand_in_the_text(self):
        for name, _, (_, lines, _) in self.runs:
            for line in lines:
                for fix in line["fixes"]:
                    with self.subTest(program=name, code=line["code"], fix=fix["title"]):
                        told = line["rendered"].partition("help: " + fix["title"].removesuffix(")"))[2]
                        self.assertEqual("safe to apply" in told.split("\n")[0],
                                         fix["grade"] == "auto")


def leaves(fact):
    """The numbers and texts of a fact."""
    if isinstance(fact, (dict, list)):
        for part in fact.values() if isinstance(fact, dict) else fact:
            yield from leaves(part)
    else:
        yield fact


def numbers_in(words):
    """The whole numbers of a text, those within code apart."""
    words = re.sub(r"`[^`]*`|\bnetc limits\b", "", words)
    return {int(n.replace(",", "")) for n in re.findall(r"(?<![\w.-])\d+(?:,\d{3})*(?![\w.]|⁴)", words)}


class Facts(unittest.TestCase):
    # Numbers that are no facts of the program: of the wording itself.
    WORDING = {"N0106": {0}, "N0313": {1, 3}, "N0350": {2}, "N0322": {0}, "N0109": {1},
               "N0110": {1}, "N0302": {0, 1}, "N0206": {1}, "N0002": {8}}

    @classmethod
    def setUpClass(cls):
        cls.lines = [(name, line) for name, words in error_programs()
                     for line in diagnostics(*words, name)[1]]

    def test_numbers_of_the_message_are_facts(self):
        for name, line in self.lines:
            with self.subTest(program=name, code=line["code"], message=line["message"]):
                known = {abs(leaf) for leaf in leaves(line["facts"]) if isinstance(leaf, (int, float))}
                for leaf in leaves(line["facts"]):
                    if isinstance(leaf, str):
                        known |= numbers_in(leaf) | {int(n) for n in re.findall(r"\d+", leaf)}
                rest = numbers_in(line["message"]) - known - self.WORDING.get(line["code"], set())
                self.assertEqual(rest, set())

    # What a message of these says has no numbers or names of the program.
    PLAIN = {"N0003", "N0013", "N0102", "N0108", "N0110", "N0203", "N0204", "N0205", "N0206",
             "N0302", "N0304", "N0401", "N0402", "W0707"}

    def test_there_are_facts(self):
        bare = {line["code"] for _, line in self.lines if not line["facts"]}
        self.assertLessEqual(bare, self.PLAIN)
        self.assertGreater(sum(bool(line["facts"]) for _, line in self.lines),
                           len(self.lines) * 9 // 10)

    def test_numbers_of_relationships_stand_in_the_text(self):
        n = 0
        for name, line in self.lines:
            facts = line["facts"]
            if "relationship" not in facts or "unknown" in facts or line["level"] == "warning" \
                    or not any(note.startswith("relationship") for note in line["notes"]):
                continue
            with self.subTest(program=name, code=line["code"]):
                n += 1
                self.assertIn("relationship %d:" % facts["relationship"], line["rendered"])
                if "o" in facts:
                    self.assertRegex(line["rendered"], r"(?<!\d)%d(?!\d)" % abs(facts["o"]))
        self.assertGreater(n, 10)


class Formats(unittest.TestCase):
    def test_every_argument_has_a_name(self):
        """FACTS behind each format of the sources, also of messages that no program here raises."""
        literal, n = r'"(?:[^"\\]|\\.)*"', 0
        for path in SOURCE.glob("compiler/*/*.c"):
            for formats, names in re.findall(r"((?:%s\s*)+)FACTS\(\s*\"([^\"]*)\"\)" % literal,
                                             path.read_text()):
                words = "".join(part[1:-1] for part in re.findall(literal, formats))
                n += 1
                with self.subTest(file=path.name, format=words):
                    self.assertEqual(words.replace("%%", "").count("%"), len(names.split()))
        self.assertGreater(n, 150)


class Example(unittest.TestCase):
    def test_facts_of_a_window_that_is_too_large(self):
        _, (line,), _ = diagnostics("check", "n0301-window-too-large.net")
        facts = {name: line["facts"][name]
                 for name in ("relationship", "axes", "i", "k", "s", "p", "o", "trace")}
        self.assertEqual(facts, {
            "relationship": 1, "axes": ["H", "W"], "i": 4, "k": 5, "s": 1, "p": [0, 0], "o": 0,
            "trace": [["image", 28], ["c1", 24], ["s2", 12], ["c3", 8], ["s4", 4]]})
        self.assertEqual(line["fixes"][0]["edits"], [{"begin": 172, "end": 172, "text": ", p=2"}])

    def test_warnings_that_a_fix_brings(self):
        words = ("check", "n0312-skip-off-by-one.net")
        _, (line,), _ = diagnostics(*words)
        self.assertEqual([fix["brings"] for fix in line["fixes"]],
                         [[{"code": "W0704", "line": 9}], [], [], []])
        _, (line,), _ = diagnostics(*words, "-Wno-W0704")
        self.assertEqual([fix["brings"] for fix in line["fixes"]], [[], [], [], []])


class Sources(InFolder):
    """Files that are hard to count in: the place of the one unknown name in each."""

    def unknown(self, source):
        (self.folder / "x.net").write_bytes(source)
        _, lines, err = diagnostics("check", "x.net", cwd=self.folder)
        self.assertEqual(err, b"")
        found = [line for line in lines if line["code"] == "N0101"]
        self.assertEqual(len(found), 1, lines)
        return found[0]["spans"][0]

    def test_columns(self):
        name = b"nowhere"
        cases = [
            ("plain", self.HEAD, b"output y = ", (5, 12)),
            ("comments of other scripts", self.HEAD + "# größe 大小 😀\n".encode(), b"output y = ",
             (6, 12)),
            ("a string before it", self.HEAD,
             'output y = x |> relu @"größe大😀" + '.encode(), (5, 35)),
            ("tabs", self.HEAD, b"output\ty\t=\t", (5, 12)),
            ("CR LF", self.HEAD.replace(b"\n", b"\r\n"), b"output y = ", (5, 12)),
            ("CR", self.HEAD.replace(b"\n", b"\r"), b"output y = ", (5, 12)),
            ("a byte order mark", b"\xef\xbb\xbf" + self.HEAD, b"output y = ", (5, 12)),
            ("bytes that are no UTF-8", self.HEAD + b"# \xff\xfe\xc3\n", b"output y = ", (6, 12)),
        ]
        for title, head, line, place in cases:
            with self.subTest(title):
                source = head + line + name + b"\n"
                span = self.unknown(source)
                self.assertEqual((span["begin"], span["end"]),
                                 (source.index(name), source.index(name) + len(name)))
                self.assertEqual((span["line"], span["column"]), place)
                self.assertEqual(place_of(source, span["begin"]), place)

    def test_first_line_after_a_byte_order_mark(self):
        (self.folder / "x.net").write_bytes(b"\xef\xbb\xbfnet 2\n")
        _, lines, _ = diagnostics("check", "x.net", cwd=self.folder)
        span = next(line for line in lines if line["code"] == "N0901")["spans"][0]
        self.assertEqual((span["begin"], span["line"], span["column"]), (3, 1, 1))

    def test_names_of_files(self):
        for name in (b"gr\xc3\xb6\xc3\x9fe.net", b"\xff.net", b"a\nb.net"):
            with self.subTest(name=name):
                _, lines, _ = diagnostics("check", name, cwd=self.folder)
                self.assertEqual([(line["code"], line["spans"]) for line in lines], [("N0902", [])])
                shown = name.decode("utf-8") if name[0] != 0xff else "\\xFF.net"
                self.assertEqual(lines[0]["file"], shown)

    def test_standard_input(self):
        _, lines, _ = diagnostics("check", "-", stdin=b"net 1\noutput y = nowhere\n")
        self.assertEqual({line["file"] for line in lines}, {"stdin"})

    def test_several_files(self):
        self.write("a.net", b"output y = nowhere")
        self.write("b.net", b"output y = elsewhere")
        status, lines, _ = diagnostics("check", "a.net", "b.net", cwd=self.folder)
        self.assertEqual((status, [line["file"] for line in lines if line["code"] == "N0101"]),
                         (1, ["a.net", "b.net"]))

    def test_too_many(self):
        self.write("x.net", *(b"output y%d = nowhere%d" % (n, n) for n in range(30)))
        _, lines, _ = diagnostics("check", "x.net", cwd=self.folder)
        jsonschema.validate(lines[-1], SCHEMA)
        self.assertEqual(len(lines), 21)
        self.assertEqual((lines[-1]["level"], lines[-1]["code"]), ("note", None))
        _, _, text = netc("check", "x.net", cwd=self.folder)
        self.assertEqual(text_of(lines), text.decode("utf-8"))
        self.assertEqual(lines[-1]["facts"]["more"], int(text.split()[-2]))


class Commands(InFolder):
    GOOD = [b"output y = x |> relu"]
    WARNED = [b"z = x |> relu", *GOOD]

    def test_standard_output_is_for_diagnostics(self):
        self.write("x.net", *self.WARNED)
        for command in (["check"], ["summary"], ["build", "-o", "x.o"], ["run"], ["verify"]):
            with self.subTest(command=command):
                status, lines, _ = diagnostics(*command, "x.net", cwd=self.folder)
                self.assertEqual((status, [line["code"] for line in lines]), (0, ["W0708"]))

    def test_results_go_to_standard_error(self):
        self.write("x.net", *self.GOOD)
        _, result, _ = netc("summary", "x.net", cwd=self.folder)
        status, lines, err = diagnostics("summary", "x.net", cwd=self.folder)
        self.assertEqual((status, lines, err), (0, [], result))

    def test_an_output_cannot_share_it(self):
        self.write("x.net", *self.GOOD)
        for words in (["build", "x.net", "-o", "-"], ["build", "x.net", "--header", "-"],
                      ["run", "x.net", "-i", "x.npy", "-o", "y=-"], ["check", "--fix", "-"]):
            with self.subTest(words=words):
                status, out, err = netc(*words, "--diagnostics=json", cwd=self.folder)
                self.assertEqual((status, out), (2, b""))
                self.assertIn(b"standard output", err)

    def test_wrong_usage_stays_text(self):
        status, out, err = netc("check", "--diagnostics=json")
        self.assertEqual((status, out), (2, b""))
        self.assertIn(b"needs FILE.net", err)


if __name__ == "__main__":
    unittest.main()
