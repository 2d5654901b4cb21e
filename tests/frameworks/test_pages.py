#!/usr/bin/env python3
"""The tables of the layers' pages, as far as they can be read without any framework.

    test_pages.py PAGES

Every page has a row of each framework, a spelling or `none`; every spelling is a Python expression that
names nothing but what `check_spellings.py` gives it; the reader of the pages refuses what is not so.
"""

import ast
import os
import sys
import tempfile
import unittest

import pages

KNOWN = {"PyTorch": {"torch"}, "Keras": {"keras", "tf", "float"}, "ONNX": {"make_node"}}
FOLDER = ""


def foreign_names(framework, expression):
    """Names that the expression reads and neither binds nor knows. Raises SyntaxError."""
    tree = ast.parse(expression, mode="eval")
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return sorted(read - bound - KNOWN[framework])


class Tables(unittest.TestCase):
    def test_each_framework_has_a_row(self):
        every = pages.read_pages(FOLDER)
        self.assertGreater(len(every), 30)
        for page, spellings in every.items():
            with self.subTest(page=page):
                self.assertEqual({s.framework for s in spellings}, set(pages.FRAMEWORKS))
                self.assertTrue(any(s.expression for s in spellings))

    def test_spellings_are_expressions(self):
        for page, spellings in pages.read_pages(FOLDER).items():
            for spelling in (s for s in spellings if s.expression):
                with self.subTest(page=page, line=spelling.line):
                    self.assertEqual(foreign_names(spelling.framework, spelling.expression), [])

    def test_what_is_wrong_is_seen(self):
        self.assertEqual(foreign_names("PyTorch", "lambda x: x + y + torch.pi"), ["y"])
        self.assertEqual(foreign_names("ONNX", "torch.nn.ReLU()"), ["torch"])
        with self.assertRaises(SyntaxError):
            foreign_names("PyTorch", "torch.nn.ReLU(")


class Reader(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "page.md")
            with open(path, "w", encoding="utf-8") as page:
                page.write(text)
            return pages.read_page(path)

    def test_a_row_belongs_to_the_program_before_it(self):
        row = "| PyTorch | `f(1 | 2)` |\n"
        other = "```text\nno program\n```\n"
        found = self.read(f"```net\nnet 1\n```\n{row}```net -Wall\nnet 2\n```\n{other}{row}"
                          "| ONNX | none |\n")
        self.assertEqual([s.program for s in found], ["net 1\n", "net 2\n", "net 2\n"])
        self.assertEqual([s.expression for s in found], ["f(1 | 2)", "f(1 | 2)", ""])
        self.assertEqual([s.line for s in found], [4, 11, 12])

    def test_a_row_within_a_fence_is_text(self):
        self.assertEqual(self.read("```text\n| PyTorch | `f` |\n```\n"), [])

    def test_damage(self):
        table = [
            ("| PyTorch | `f` |\n", "page.md:1: no program"),
            ("```net\nnet 1\n```\n| Keras | f |\n", "page.md:4: a spelling is"),
            ("```net\nnet 1\n```\n| Keras | `f` or `g` |\n", "page.md:4: a spelling is"),
            ("```net\nnet 1\n```\n| Keras | |\n", "page.md:4: a spelling is"),
            ("```net\nnet 1\n", "page.md:3: a fence"),
        ]
        for text, words in table:
            with self.subTest(text=text), self.assertRaises(pages.PageError) as raised:
                self.read(text)
            self.assertIn(words, str(raised.exception))


if __name__ == "__main__":
    FOLDER = sys.argv.pop(1)
    unittest.main()
