#!/usr/bin/env python3
"""Draws what netc prints on a terminal about resnet.net, and about mended.net, which has the first
of the edits that were offered, as error.svg and mended.svg.

    examples/mistake/draw.py build/release/bin/netc            draws them
    examples/mistake/draw.py build/release/bin/netc --compare  ends with 1 if they would change

Runs netc on a pseudo-terminal so that it colours its message, and turns each coloured run of
characters into a <tspan>.
"""
import html
import os
import pty
import re
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
COLOURS = {"31": "#dc322f", "32": "#859900", "33": "#b58900", "34": "#268bd2", "35": "#d33682",
           "36": "#2aa198"}
PAPER, INK, HEIGHT, WIDTH, MARGIN = "#002b36", "#eee8d5", 19, 8.43, 16


def terminal_output(command):
    """The bytes that the command writes to a terminal, as text."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm-256color"
        for name in ("NO_COLOR", "COLUMNS"):
            os.environ.pop(name, None)
        os.chdir(FOLDER)
        os.execv(command[0], command)
    data = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        data += chunk
    os.waitpid(process, 0)
    return data.decode().replace("\r\n", "\n").rstrip("\n")


def spans(line, style):
    """The line as tspans; style is (colour, bold) and goes on to the next line."""
    out = []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            for code in part[2:-1].split(";"):
                if code in ("", "0"):
                    style = (INK, False)
                elif code == "1":
                    style = (style[0], True)
                elif code in COLOURS:
                    style = (COLOURS[code], style[1])
        elif part:
            weight = ' font-weight="bold"' if style[1] else ""
            out.append(f'<tspan fill="{style[0]}"{weight}>{html.escape(part)}</tspan>')
    return "".join(out), style


PICTURES = {"error.svg": [["check", "resnet.net"]],
            "mended.svg": [["check", "mended.net"], ["summary", "mended.net"]]}


def picture(netc, commands):
    """The SVG of a terminal in which these commands were typed."""
    lines = []
    for words in commands:
        lines.append("$ netc " + " ".join(words))
        printed = terminal_output([netc] + words)
        lines += printed.split("\n") if printed else []
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = round(2 * MARGIN + WIDTH * max(map(len, plain)))
    height = 2 * MARGIN + HEIGHT * len(lines)
    style, rows = (INK, False), []
    for number, line in enumerate(lines):
        row, style = spans(line, style)
        y = MARGIN + HEIGHT * number + 14
        rows.append(f'<text x="{MARGIN}" y="{y}" xml:space="preserve">{row}</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">\n'
            f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>\n'
            + "\n".join(rows) + "\n</svg>\n")


def main():
    netc, compare = os.path.abspath(sys.argv[1]), "--compare" in sys.argv[2:]
    changed = 0
    for name, commands in PICTURES.items():
        path = os.path.join(FOLDER, name)
        drawn = picture(netc, commands)
        if compare:
            with open(path, encoding="utf-8") as file:
                if file.read() != drawn:
                    print(f"{name} is not what netc prints; draw it again: {sys.argv[0]} {netc}")
                    changed = 1
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(drawn)
    return changed


sys.exit(main())
