"""--diagnostics=sarif: each program of tests/error gives a document that the schema of SARIF 2.1.0
allows (sarif-schema-2.1.0.LICENSE) and that holds what the JSON lines hold."""
import json
import pathlib
import re
import unittest
import urllib.parse

import jsonschema

from programs import ERRORS, InFolder, apply, diagnostics, error_programs, netc, place_of

SCHEMA = json.loads(pathlib.Path(__file__).with_name("sarif-schema-2.1.0.json").read_text())
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)


def sarif(*words, **how):
    status, out, err = netc(*words, "--diagnostics=sarif", **how)
    return status, json.loads(out.decode("utf-8")) if out else None, err


def file_of(location):
    return urllib.parse.unquote_to_bytes(location["artifactLocation"]["uri"])


def said(message):
    """The text of a message with its arguments put in."""
    arguments = message.get("arguments", [])
    return re.sub(r"\{(\d+)\}", lambda match: arguments[int(match[1])], message["text"])


def span_of(location):
    """A location as the JSON lines have it."""
    region = location["physicalLocation"]["region"]
    return {"file": file_of(location["physicalLocation"]).decode(), "begin": region["byteOffset"],
            "end": region["byteOffset"] + region["byteLength"], "line": region["startLine"],
            "column": region["startColumn"],
            "label": said(location["message"]) if "message" in location else ""}


def offsets(source):
    """The byte at each line and column: the last of those that have one, since before it are only
    the inner bytes of a character and the LF of a CR LF."""
    return {place_of(source, offset): offset for offset in range(len(source) + 1)}


class ErrorPrograms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        jsonschema.Draft4Validator.check_schema(SCHEMA)
        cls.runs = [(name, sarif(*words, name), diagnostics(*words, name)[1])
                    for name, words in error_programs()]

    def for_each_result(self, check):
        for name, (_, document, _), lines in self.runs:
            run = document["runs"][0]
            self.assertEqual(len(run["results"]), len(lines), name)
            for result, line in zip(run["results"], lines):
                with self.subTest(program=name, code=line["code"]):
                    check(run, result, line)

    def test_documents_follow_the_schema(self):
        self.assertGreater(len(self.runs), 100)
        for name, (status, document, err), _ in self.runs:
            with self.subTest(program=name):
                VALIDATOR.validate(document)
                self.assertEqual(err, b"")
                self.assertEqual(document["runs"][0]["invocations"],
                                 [{"executionSuccessful": True, "exitCode": status}])

    def test_rules(self):
        def check(run, result, line):
            rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
            self.assertEqual((result["ruleId"], rule["id"]), (line["code"], line["code"]))
            self.assertEqual(rule["defaultConfiguration"]["level"],
                             "error" if line["code"][0] == "N" else "warning")
            self.assertTrue(rule["help"]["markdown"].startswith("# " + line["code"]))
            self.assertEqual(result["level"], line["level"])

        self.for_each_result(check)

    def test_rules_stand_once(self):
        for name, (_, document, _), lines in self.runs:
            with self.subTest(program=name):
                rules = [rule["id"] for rule in document["runs"][0]["tool"]["driver"]["rules"]]
                self.assertEqual(sorted(rules), sorted({line["code"] for line in lines}))

    def test_messages(self):
        def check(_, result, line):
            advice = ["help: " + fix["title"] for fix in line["fixes"] if not fix["edits"]]
            self.assertEqual(said(result["message"]),
                             "\n".join([line["message"], *line["notes"], *advice]))
            self.assertEqual(result["properties"]["facts"], line["facts"])

        self.for_each_result(check)

    def test_places(self):
        def check(run, result, line):
            locations = result["locations"] + result.get("relatedLocations", [])
            for location in locations:
                artifact = location["physicalLocation"]["artifactLocation"]
                self.assertEqual(run["artifacts"][artifact["index"]]["location"]["uri"],
                                 artifact["uri"])
            if not line["spans"]:
                self.assertEqual([file_of(each["physicalLocation"]).decode() for each in locations],
                                 [line["file"]])
                return
            spans = [{"file": line["file"], **span} for span in line["spans"]]
            for span in spans:
                del span["primary"]
            self.assertEqual([span_of(location) for location in locations], spans)
            for location, span in zip(locations, spans):
                region = location["physicalLocation"]["region"]
                source = (ERRORS / span["file"]).read_bytes()
                self.assertEqual((region["endLine"], region["endColumn"]),
                                 place_of(source, span["end"]))

        self.for_each_result(check)

    def test_fixes_make_the_same_files(self):
        n_fixes = 0

        def check(_, result, line):
            nonlocal n_fixes
            fixes = [fix for fix in line["fixes"] if fix["edits"]]
            self.assertEqual(len(result.get("fixes", [])), len(fixes))
            for ours, fix in zip(result.get("fixes", []), fixes):
                self.assertTrue(said(ours["description"]).startswith(fix["title"].rstrip(")")))
                for brought in fix["brings"]:
                    self.assertIn(brought["code"], said(ours["description"]))
                self.assertEqual(ours["properties"], {"grade": fix["grade"]})
                changes = {file_of(change).decode(): change["replacements"]
                           for change in ours["artifactChanges"]}
                edits = {}
                for edit in fix["edits"]:
                    edits.setdefault(edit.get("file", line["file"]), []).append(
                        (edit["begin"], edit["end"], edit["text"]))
                self.assertEqual(sorted(changes), sorted(edits))
                for name, replacements in changes.items():
                    source = (ERRORS / name).read_bytes()
                    at = offsets(source)
                    regions = [(each["deletedRegion"], each.get("insertedContent", {"text": ""}))
                               for each in replacements]
                    again = [(at[region["startLine"], region["startColumn"]],
                              at[region["endLine"], region["endColumn"]], content["text"])
                             for region, content in regions]
                    self.assertEqual(apply(source, again), apply(source, edits[name]))
                n_fixes += 1

        self.for_each_result(check)
        self.assertGreater(n_fixes, 50)


class CommandLines(InFolder):
    def run_of(self, *words):
        status, document, err = sarif(*words, cwd=self.folder)
        VALIDATOR.validate(document)
        self.assertEqual(len(document["runs"]), 1)
        return status, document["runs"][0], err

    def test_a_good_file(self):
        self.write("x.net", b"output y = x |> relu")
        status, run, err = self.run_of("check", "x.net")
        self.assertEqual((status, run["results"], err), (0, [], b""))
        self.assertEqual(run["artifacts"],
                         [{"location": {"uri": "x.net"}, "roles": ["analysisTarget"]}])

    def test_one_document_for_all_files(self):
        self.write("a.net", b"output y = nowhere")
        self.write("b.net", b"output y = x |> relu")
        self.write("c.net", b"output y = elsewhere")
        status, run, _ = self.run_of("check", "a.net", "b.net", "c.net")
        self.assertEqual(status, 1)
        self.assertEqual([artifact["location"]["uri"] for artifact in run["artifacts"]],
                         ["a.net", "b.net", "c.net"])
        files = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                 for result in run["results"] if result["ruleId"] == "N0101"}
        self.assertEqual(files, {"a.net", "c.net"})

    def test_commands_of_the_back_end(self):
        self.write("x.net", b"z = x |> relu", b"output y = x |> relu")
        for command in (["build", "-o", "x.o"], ["run"], ["verify"]):
            with self.subTest(command=command):
                status, run, _ = self.run_of(*command, "x.net")
                self.assertEqual((status, [result["ruleId"] for result in run["results"]]),
                                 (0, ["W0708"]))
        status, run, _ = self.run_of("build", "x.net", "-Werror")
        self.assertEqual((status, run["invocations"][0]["exitCode"]), (1, 1))
        self.assertEqual(run["results"][0]["level"], "error")
        self.assertEqual(run["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"],
                         "warning")

    def test_names_of_files(self):
        for name in ("größe.net", "a b.net", "a:b.net", "50%.net", "sub/../x.net"):
            with self.subTest(name=name):
                _, run, _ = self.run_of("check", name)
                location = run["results"][0]["locations"][0]["physicalLocation"]
                self.assertRegex(location["artifactLocation"]["uri"], r"^[A-Za-z0-9._~/%-]+$")
                self.assertEqual(file_of(location).decode(), name)
                self.assertNotIn("region", location)
        _, run, _ = self.run_of("check", str(self.folder / "no.net"))
        self.assertEqual(run["artifacts"][0]["location"]["uri"], (self.folder / "no.net").as_uri())

    def test_what_looks_like_markup_is_none(self):
        self.write("x.net", b'import "{0}{12}[a](b).net" as m', b"output y = x |> relu")
        _, run, _ = self.run_of("check", "x.net")
        message = next(result["message"] for result in run["results"]
                       if result["ruleId"] == "N0902")
        self.assertEqual(message["arguments"], ["{0}", "{12}", "]("])
        self.assertNotIn("](", message["text"])
        line = next(line for line in diagnostics("check", "x.net", cwd=self.folder)[1]
                    if line["code"] == "N0902")
        self.assertTrue(said(message).startswith(line["message"]))

    def test_a_byte_order_mark_moves_no_column(self):
        (self.folder / "x.net").write_bytes(b"\xef\xbb\xbfnet 2\n")
        _, run, _ = self.run_of("check", "x.net")
        result = next(result for result in run["results"] if result["ruleId"] == "N0901")
        self.assertEqual(result["locations"][0]["physicalLocation"]["region"], {
            "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6, "byteOffset": 3,
            "byteLength": 5})

    def test_too_many(self):
        self.write("x.net", *(b"output y%d = nowhere%d" % (n, n) for n in range(30)))
        _, run, _ = self.run_of("check", "x.net")
        self.assertEqual(len(run["results"]), 20)
        lines = diagnostics("check", "x.net", cwd=self.folder)[1]
        notes = run["invocations"][0]["toolExecutionNotifications"]
        self.assertEqual([note["message"]["text"] for note in notes], [lines[-1]["message"]])

    def test_wrong_usage_gives_no_document(self):
        self.write("x.net", b"output y = x |> relu")
        status, document, err = sarif("summary", "x.net", "--cpu=nonsense", cwd=self.folder)
        self.assertEqual((status, document), (2, None))
        self.assertIn(b"nonsense", err)


if __name__ == "__main__":
    unittest.main()
