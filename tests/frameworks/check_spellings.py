#!/usr/bin/env python3
"""Compares every framework's spelling on the layers' pages with netc: same shapes, same numbers.

    check_spellings.py NETC PAGES [NAME...]

NETC is the compiler, PAGES the folder of the pages, NAMEs those to check (all). Random inputs and
weights go into the framework's layer and, through the weight files, into the page's program. Installs
nothing: what is not there is named, and its spellings count as unchecked. Ends with 1 if a spelling differs
or is refused, or if no framework is there.
"""

import os
import sys
import tempfile
import zlib

try:
    import numpy as np
except ImportError:
    sys.exit(f"check_spellings: {sys.executable} has no numpy, nothing is checked; see README.md")

import frameworks
import network
import pages

TOLERANCE = 2e-5  # largest difference, of the largest magnitude of the result or of 1
SPREAD = 2  # inputs are normally distributed, with this standard deviation


class Difference(Exception):
    """A spelling that does not agree; what differs."""


def drawer(seed):
    """draw(shape, name): the same numbers for the same spelling in every run."""
    random = np.random.default_rng(seed)

    def draw(shape, name):
        values = random.standard_normal(shape).astype(np.float32)
        return np.abs(values) + np.float32(0.1) if "var" in name else values

    return draw


def compare(name, ours, theirs):
    """Raises Difference."""
    if ours.shape != theirs.shape:
        raise Difference(f"{name} is {list(ours.shape)} here, {list(theirs.shape)} there")
    both = np.isnan(ours) & np.isnan(theirs)
    size = max(1, np.abs(np.where(both, 0, theirs)).max())
    error = np.where(both, 0, np.abs(ours - theirs))
    if not error.max() <= TOLERANCE * size:
        at = np.unravel_index(error.argmax(), ours.shape)
        raise Difference(f"{name}{list(map(int, at))} is {ours[at]:.7g} here, {theirs[at]:.7g} there")


def check_spelling(netc, framework, spelling):
    """Raises Difference, NetcError, or what the framework raises."""
    draw = drawer(zlib.crc32(f"{spelling.framework} {spelling.expression}".encode()))
    with tempfile.TemporaryDirectory() as folder:
        net = network.check(netc, spelling.program, folder)
        inputs = {name: draw(tuple(axes.values()), name) * np.float32(SPREAD)
                  for name, axes in net.inputs.items()}
        for name in net.bytes:
            inputs[name] = np.clip(128 + 40 * inputs[name], 0, 255).astype(np.uint8)
        results, ours, native = framework.run(spelling.expression, net, inputs, draw)
        names = sorted(p.name for p in net.parameters)
        if names != sorted(ours):
            raise Difference(f"parameters are {names} here, {sorted(ours)} there")
        sources = network.file_sources(net)
        files = {}
        for file, key, _ in sources.values():
            files.setdefault(file, {})[key] = native[key]
        rest = {p.key: ours[p.name] for p in net.parameters if p.name not in sources}
        mine = network.run(netc, net, folder, inputs, rest, files)
    if len(mine) != len(results):
        raise Difference(f"{len(mine)} results here, {len(results)} there")
    for (name, array), theirs in zip(mine.items(), results):
        compare(name, array, theirs)


def present():
    """The frameworks that are there; the others are named."""
    there = {}
    for name, kind in frameworks.KINDS.items():
        try:
            there[name] = kind()
            print(f"{name} {there[name].version}")
        except ImportError as error:
            print(f"*** {name} is NOT there, its spellings stay UNCHECKED: {error}")
    return there


def main(netc, folder, *names):
    netc, there = os.path.abspath(netc), present()
    checked, unchecked = dict.fromkeys(pages.FRAMEWORKS, 0), dict.fromkeys(pages.FRAMEWORKS, 0)
    failed = 0
    for page, spellings in pages.read_pages(folder).items():
        if names and page.removesuffix(".md") not in names:
            continue
        for spelling in (s for s in spellings if s.expression):
            if spelling.framework not in there:
                unchecked[spelling.framework] += 1
                continue
            checked[spelling.framework] += 1
            try:
                check_spelling(netc, there[spelling.framework], spelling)
            except Exception as error:  # frameworks raise what they like
                failed += 1
                print(f"{spelling.page}:{spelling.line}: {spelling.framework}: "
                      f"{spelling.expression}\n    {type(error).__name__}: {error}")
    for name in pages.FRAMEWORKS:
        print(f"{name}: {checked[name]} spellings checked, {unchecked[name]} unchecked")
    print(f"{sum(checked.values()) - failed} agree, {failed} do not, {sum(unchecked.values())} unchecked")
    return 1 if failed or not there else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
