"""What the program does, a second time: in numpy, with ONNX Runtime for the networks.

Points are [x, y] in pixels, quadrilaterals [4, 2] clockwise from the top left of their text."""
import typing

import numpy as np
import onnxruntime
from PIL import Image

TILE, OVERLAP, MOST_SIDE = 736, 128, 2000
TEXT, LEAST_MEAN, LEAST_SIDE, GROWTH, UPRIGHT = 0.3, 0.5, 3, 2, 1.5
HEIGHT, DIRECTION_WIDTH, WIDTHS, STEP = 48, 192, (320, 640, 1280), 8
UPSIDE_DOWN, LEAST_CONFIDENCE = 0.9, 0.5


class Line(typing.NamedTuple):
    quad: np.ndarray
    text: str
    confidence: float


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def load(path):
    """[H, W, 3]: blue, green and red from -1 to 1."""
    return np.asarray(Image.open(path).convert("RGB"), dtype=float)[:, :, ::-1] / 127.5 - 1


def warp(picture, origin, right, down, width, height):
    """[3, height, width]: bilinear samples of a parallelogram, and their means where it shrinks."""
    columns, rows = (max(1, int(np.rint(np.hypot(*step)))) for step in (right, down))
    u, v = np.meshgrid((np.arange(width * columns) + 0.5) / columns, (np.arange(height * rows) + 0.5) / rows)
    x = np.clip(origin[0] + u * right[0] + v * down[0] - 0.5, 0, picture.shape[1] - 1)
    y = np.clip(origin[1] + u * right[1] + v * down[1] - 0.5, 0, picture.shape[0] - 1)
    left, top = x.astype(int), y.astype(int)
    beside, below = np.minimum(left + 1, picture.shape[1] - 1), np.minimum(top + 1, picture.shape[0] - 1)
    x, y = (x - left)[..., None], (y - top)[..., None]
    samples = ((1 - y) * ((1 - x) * picture[top, left] + x * picture[top, beside])
               + y * ((1 - x) * picture[below, left] + x * picture[below, beside]))
    return samples.reshape(height, rows, width, columns, 3).mean((1, 3)).transpose(2, 0, 1)


def tile_starts(extent):
    if extent <= TILE:
        return [0]
    count = -(-(extent - OVERLAP) // (TILE - OVERLAP))
    return [i * (extent - TILE) // (count - 1) for i in range(count)]


def detect(picture, detector):
    """The lines of text of a picture, in the order in which one reads."""
    sides = np.array(picture.shape[1::-1])
    scale = min(MOST_SIDE / sides.max(), 1)
    width, height = np.maximum(np.rint(scale * sides), 1).astype(int)
    pixel = sides / (width, height)
    chances = np.zeros((height, width))
    tops, lefts = tile_starts(height), tile_starts(width)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            rows, columns = min(TILE, height - top), min(TILE, width - left)
            tile = np.zeros((1, 3, TILE, TILE), np.float32)
            tile[0, :, :rows, :columns] = warp(picture, pixel * (left, top), (pixel[0], 0), (0, pixel[1]),
                                               columns, rows)
            first_row = (tops[i - 1] + TILE + top) // 2 if i else 0
            first = (lefts[j - 1] + TILE + left) // 2 if j else 0
            chances[first_row:top + rows, first:left + columns] = detector.run(None, {"x": tile})[0][
                0, 0, first_row - top:rows, first - left:columns]
    return in_reading_order([quad * pixel for quad in boxes(chances)])


def components(mask):
    """Sets of pixels that touch, each as the ends of the runs in its rows."""
    parents, runs = [], []

    def root(i):
        while parents[i] != i:
            i = parents[i]
        return i

    before = []
    for row, line in enumerate(mask):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], line, [0]])))
        here = []
        for first, end in edges.reshape(-1, 2):
            here.append((first, end, len(runs)))
            parents.append(len(runs))
            runs.append([(first, row), (end - 1, row)])
            for other_first, other_end, other in before:
                if other_first <= end and first <= other_end:
                    parents[root(len(runs) - 1)] = root(other)
        before = here
    sets = {}
    for i, ends in enumerate(runs):
        sets.setdefault(root(i), []).extend(ends)
    return [np.array(points, float) for points in sets.values()]


def hull(points):
    """The corners of the convex hull: from the one that is farthest to the left around it."""
    points = np.unique(points, axis=0)
    corners = [points[0]]
    while len(points) > 1:
        ways = points - corners[-1]
        best = None
        for way in ways[np.any(ways, axis=1)]:
            turn = 1 if best is None else best[0] * way[1] - best[1] * way[0]
            if turn < 0 or turn == 0 and way @ way > best @ best or best is None:
                best = way
        corners.append(corners[-1] + best)
        if np.array_equal(corners[-1], points[0]):
            return np.array(corners[:-1])
    return np.array(corners)


def smallest_rectangle(points):
    """(middle, unit vector to the right, length, height)."""
    corners = hull(points)
    best = corners[0], np.array([1.0, 0.0]), 0.0, 0.0
    area = np.inf
    for edge in np.roll(corners, -1, axis=0) - corners:
        if not edge.any():
            continue
        u = edge / np.hypot(*edge)
        axes = np.array([u, (-u[1], u[0])])
        low, high = (corners @ axes.T).min(0), (corners @ axes.T).max(0)
        if np.prod(high - low) < area - 1e-9:
            area = np.prod(high - low)
            best = (low + high) / 2 @ axes, u, *(high - low)
    middle, u, length, height = best
    if abs(u[0]) < abs(u[1]):
        u, length, height = np.array([-u[1], u[0]]), height, length
    return middle, u if u[0] >= 0 else -u, length, height


def boxes(chances):
    rows, columns = np.indices(chances.shape, sparse=True)
    for points in components(chances > TEXT):
        middle, u, length, height = smallest_rectangle(points)
        if min(length, height) < LEAST_SIDE:
            continue
        x, y = columns - middle[0], rows - middle[1]
        inside = (abs(x * u[0] + y * u[1]) <= length / 2) & (abs(y * u[0] - x * u[1]) <= height / 2)
        if chances[inside].mean() < LEAST_MEAN:
            continue
        more = GROWTH * length * height / (length + height)
        right, down = u * (length + more) / 2, np.array([-u[1], u[0]]) * (height + more) / 2
        quad = middle + 0.5 + np.array([-right - down, right - down, right + down, down - right])
        yield np.roll(quad, -1, axis=0) if height + more >= UPRIGHT * (length + more) else quad


def size_of(quad):
    return np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[3] - quad[0]))


def in_reading_order(quads):
    left = sorted(quads, key=lambda quad: quad.mean(0)[1])
    ordered = []
    while left:
        bottom = left[0].mean(0)[1] + size_of(left[0])[1] / 2
        row = [left.pop(0)]
        while left and left[0].mean(0)[1] < bottom:
            row.append(left.pop(0))
        ordered += sorted(row, key=lambda quad: quad.mean(0)[0])
    return ordered


def line_input(picture, quad, widths):
    """[1, 3, HEIGHT, W]: the line at the left of the narrowest input that holds it."""
    length, height = size_of(quad)
    width = min(int(np.ceil(HEIGHT * length / height)), widths[-1])
    result = np.zeros((1, 3, HEIGHT, next(w for w in widths if w >= width)), np.float32)
    result[0, :, :, :width] = warp(picture, quad[0], (quad[1] - quad[0]) / width, (quad[3] - quad[0]) / HEIGHT,
                                   width, HEIGHT)
    return result


def read(picture, quad, direction, recogniser, characters):
    upside_down = direction.run(None, {"x": line_input(picture, quad, (DIRECTION_WIDTH,))})[0][0, 1]
    if upside_down > UPSIDE_DOWN:
        quad = np.roll(quad, -2, axis=0)
    steps = recogniser.run(None, {"x": line_input(picture, quad, WIDTHS)})[0][0]
    classes = steps.argmax(1)
    kept = (classes != 0) & (classes != np.concatenate([[0], classes[:-1]]))
    return Line(quad, "".join(characters[i] for i in classes[kept]), steps.max(1)[kept].mean() if kept.any() else 0)


class Reader:
    """The networks of a package, from its files."""

    def __init__(self, detector, direction, recogniser):
        self.detector, self.direction, self.recogniser = map(session, (detector, direction, recogniser))
        known = self.recogniser.get_modelmeta().custom_metadata_map["character"]
        self.characters = ["", *known.split("\n"), " "]

    def read(self, path):
        picture = load(path)
        lines = [read(picture, quad, self.direction, self.recogniser, self.characters)
                 for quad in detect(picture, self.detector)]
        return [line for line in lines if line.confidence >= LEAST_CONFIDENCE]
