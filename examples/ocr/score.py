"""What the program reads, and how many errors there are in it."""
import json
import subprocess


def read(program, path):
    """The lines of a picture: [{"box": ..., "confidence": ..., "text": ...}]."""
    done = subprocess.run([program, "--json", path], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def distance(ours, truth):
    """Levenshtein's: the least number of characters put in, left out or changed."""
    row = list(range(len(truth) + 1))
    for i, mine in enumerate(ours, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(truth, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (mine != other))
    return row[-1]


def errors(lines, path):
    """(errors, characters) with spaces, and without; the truth is the text beside the picture."""
    ours, truth = "\n".join(line["text"] for line in lines), path.with_suffix(".txt").read_text().strip()
    return [(distance(a, b), len(b)) for a, b in ((ours, truth), (ours.replace(" ", ""), truth.replace(" ", "")))]
