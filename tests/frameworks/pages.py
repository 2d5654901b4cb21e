"""Reads the tables of the layers' pages: which program stands for which spelling of a framework.

A page is Markdown. A fence that opens with ```net holds a program; a table whose first column is headed
`framework` belongs to the program before it. Its second column is a Python expression between backticks,
or the word `none` where the framework has no such layer.
"""

import os
import re
from dataclasses import dataclass

FRAMEWORKS = ("PyTorch", "Keras", "ONNX")
FENCE = re.compile(r"```(\w*)")
ROW = re.compile(r"\|([^|]*)\|(.*)\|\s*$")


class PageError(Exception):
    """A page is not as the text above says; begins with its file and line."""


@dataclass
class Spelling:
    """One row of a table."""

    page: str  # the name of its file
    line: int  # of the row, from 1
    framework: str  # one of FRAMEWORKS
    expression: str  # Python; empty where the framework has no such layer
    program: str  # the `.net` text that it is to agree with


def read_page(path):
    """The spellings of a page, in its order. Raises PageError."""
    name = os.path.basename(path)
    spellings, program, fence, kind = [], None, None, ""
    with open(path, encoding="utf-8") as page:
        lines = page.read().split("\n")
    for number, line in enumerate(lines, 1):
        opener = FENCE.match(line)
        if fence is not None:
            if line == "```":
                program = "\n".join(fence) + "\n" if kind == "net" else program
                fence = None
            else:
                fence.append(line)
            continue
        if opener:
            fence, kind = [], opener.group(1)
            continue
        row = ROW.match(line)
        if row and row.group(1).strip() in FRAMEWORKS:
            spellings.append(read_row(name, number, row, program))
    if fence is not None:
        raise PageError(f"{name}:{len(lines)}: a fence is not closed")
    return spellings


def read_row(name, number, row, program):
    """The spelling of one row of a table."""
    framework, cell = row.group(1).strip(), row.group(2).strip()
    if cell == "none":
        return Spelling(name, number, framework, "", program)
    if len(cell) < 3 or cell[0] != "`" or cell[-1] != "`" or "`" in cell[1:-1]:
        raise PageError(f"{name}:{number}: a spelling is one expression between backticks, or none")
    if program is None:
        raise PageError(f"{name}:{number}: no program stands before this table")
    return Spelling(name, number, framework, cell[1:-1], program)


def read_pages(folder):
    """The spellings of all pages of a folder, by the names of the files. Raises PageError."""
    names = sorted(n for n in os.listdir(folder) if n.endswith(".md"))
    return {name: read_page(os.path.join(folder, name)) for name in names}
