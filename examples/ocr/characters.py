#!/usr/bin/env python3
"""Writes the table of characters.h, which the recogniser carries among its metadata.

    characters.py MODEL.onnx characters.c

Class 0 is the blank of CTC, the last one the space; between them stand the model's characters."""
import sys

import onnx


def main():
    path, out = sys.argv[1:]
    metadata = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    characters = ["", *metadata["character"].split("\n"), " "]
    lines = (f'    "{c}",\n' for c in (c.replace("\\", "\\\\").replace('"', '\\"') for c in characters))
    with open(out, "w", encoding="utf-8") as file:
        file.write('#include "characters.h"\n\n'
                   f"_Static_assert(CHARACTER_COUNT == {len(characters)}, \"another model's characters\");\n\n"
                   f"const char *const CHARACTERS[CHARACTER_COUNT] = {{\n{''.join(lines)}}};\n")


if __name__ == "__main__":
    main()
