#!/usr/bin/env python3
"""dictionary.py OUT FILE...: the dictionary of a fuzzer, from the sources that know the words.

Every string literal of a table (.def) or grammar (.y) is taken apart at blanks and commas, and each
part becomes a token for libFuzzer: keywords, layers, attributes and their words. Of a .c file, such
as the reader of a format, only literals of one word count: the others are messages. What is longer
than a word, or a format for printf, is left out.
"""

import re
import sys

LONGEST = 24
# A comment, a line that includes a header, a character, or a string (group 1): the first to begin
# hides the others.
TOKEN = re.compile(rb"/\*.*?\*/|//[^\n]*|#\s*include[^\n]*|'(?:[^'\\\n]|\\.)+'|\"((?:[^\"\\\n]|\\.)*)\"",
                   re.S)


def words_of(source, is_table):
    for match in TOKEN.finditer(source):
        if match[1] is None:
            continue
        literal = match[1].decode("unicode_escape").encode("latin-1", "ignore")
        is_format = b"%" in literal and len(literal) > 1
        if is_table:
            yield from re.split(rb"[ ,]+", literal)
        elif not is_format and b" " not in literal.strip():
            yield literal


def quoted(word):
    return '"' + "".join(chr(c) if 32 < c < 127 and chr(c) not in '"\\' else f"\\x{c:02x}"
                         for c in word) + '"\n'


def main():
    out, files = sys.argv[1], sys.argv[2:]
    words = set()
    for file in files:
        with open(file, "rb") as source:
            words_here = words_of(source.read(), not file.endswith(".c"))
        found = {word for word in words_here if 0 < len(word) <= LONGEST}
        if not found:
            sys.exit(f"{file} has no words")
        words |= found
    with open(out, "w", encoding="ascii") as dictionary:
        dictionary.writelines(quoted(word) for word in sorted(words))


main()
