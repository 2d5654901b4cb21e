"""The lists of results and the page that is made of them."""
import collections

MARKS = "<!-- table -->\n", "<!-- end -->\n"


def _path(folder, version):
    return folder / "results" / f"onnx-{version}.txt"


def _rows(path):
    """(case, operator, result) of each line."""
    return [tuple(line.split("\t")) for line in path.read_text().splitlines()] if path.exists() else []


def read_results(folder, version):
    """What a version's list says of each case; empty if there is none."""
    return {name: result for name, _, result in _rows(_path(folder, version))}


def _table(folder):
    lists = {path.stem: _rows(path) for path in sorted((folder / "results").glob("onnx-*.txt"))}
    counts = {version: collections.Counter(row[2] for row in rows) for version, rows in lists.items()}
    reasons = sorted(set().union(*counts.values()) - {"passed"}, key=lambda reason: -max(c[reason] for c in counts.values()))
    text = "| |" + "".join(f" {version.replace('-', ' ')} |" for version in lists) + "\n|---|" + "--:|" * len(lists) + "\n"
    for label in ("passed", *reasons):
        text += f"| {label} |" + "".join(f" {count[label]} |" for count in counts.values()) + "\n"
    text += "| all |" + "".join(f" {sum(count.values())} |" for count in counts.values()) + "\n"
    # which operators, by the newest list
    rows = list(lists.values())[-1] if lists else []
    text += "\nBy operator, of the last column: cases that pass, and those that are refused.\n\n| | |\n|---|---|\n"
    for label in ("passed", *reasons):
        operators = collections.Counter(op for _, op, result in rows if result == label)
        text += f"| {label} | " + ", ".join(f"{op} {n}" for op, n in sorted(operators.items())) + " |\n"
    return text


def _page(folder, page):
    before, _, rest = page.partition(MARKS[0])
    return before + MARKS[0] + _table(folder) + MARKS[1] + rest.partition(MARKS[1])[2]


def is_true(folder):
    page = (folder / "README.md").read_text()
    return page == _page(folder, page)


def write(folder, version, rows):
    """Writes the list of a version, and the page of all lists."""
    _path(folder, version).parent.mkdir(exist_ok=True)
    _path(folder, version).write_text("".join("\t".join(row) + "\n" for row in rows))
    page = folder / "README.md"
    page.write_text(_page(folder, page.read_text()))
