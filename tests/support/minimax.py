#!/usr/bin/env python3
"""Derives the polynomials of compiler/lower/elementary.c; needs nothing but Python.

Each is the polynomial of its degree with the smallest largest error on an interval, the error being
weighted to be that of the final result: Remez' exchange on a grid, in double precision. Then the
coefficients are rounded to single precision, and single units in their last place are exchanged, one
coefficient or two at a time, as long as the largest error falls.
"""
import math
import struct
from fractions import Fraction

GRID = 1200


def f32(x, ulps=0):
    """x rounded to single precision, then moved by units in the last place."""
    bits = struct.unpack("<i", struct.pack("<f", x))[0]
    return struct.unpack("<f", struct.pack("<i", bits + ulps))[0]


def horner(c, x):
    y = 0.0
    for a in reversed(c):
        y = y * x + a
    return y


def solve(rows, right):
    """Gauss with partial pivoting."""
    n = len(right)
    m = [row + [b] for row, b in zip(rows, right)]
    for i in range(n):
        p = max(range(i, n), key=lambda k: abs(m[k][i]))
        m[i], m[p] = m[p], m[i]
        for k in range(i + 1, n):
            q = m[k][i] / m[i][i]
            m[k] = [a - q * b for a, b in zip(m[k], m[i])]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (m[i][n] - sum(m[i][j] * x[j] for j in range(i + 1, n))) / m[i][i]
    return x


def remez(f, w, degree, lo, hi):
    """The c for which max |(c(x) - f(x)) * w(x)| is smallest, w > 0."""
    n = degree + 1
    grid = [lo + (hi - lo) * i / GRID for i in range(GRID + 1)]
    points = [(lo + hi) / 2 - (hi - lo) / 2 * math.cos(math.pi * (i + 0.5) / (n + 1))
              for i in range(n + 1)]
    best = (math.inf, None)
    for _ in range(60):
        # The error alternates: c(x) * w(x) + (-1)^i * e = f(x) * w(x) at points[i].
        rows = [[(x / hi) ** k * w(x) for k in range(n)] + [(-1.0) ** i]
                for i, x in enumerate(points)]
        solution = solve(rows, [f(x) * w(x) for x in points])
        c = [solution[k] / hi**k for k in range(n)]
        errors = [(x, (f(x) - horner(c, x)) * w(x)) for x in grid]
        best = min(best, (max(abs(e) for _, e in errors), c), key=lambda b: b[0])
        peaks = []  # the extreme of each run of one sign
        for x, e in errors:
            if peaks and (peaks[-1][1] > 0) == (e > 0):
                peaks[-1] = max(peaks[-1], (x, e), key=lambda p: abs(p[1]))
            else:
                peaks.append((x, e))
        while len(peaks) > n + 1:
            peaks.pop(0 if abs(peaks[0][1]) < abs(peaks[-1][1]) else -1)
        if len(peaks) < n + 1 or [x for x, _ in peaks] == points:
            break
        points = [x for x, _ in peaks]
    return best


def rounded(c, f, w, lo, hi):
    """Single-precision coefficients near c, and their largest error."""
    grid = [lo + (hi - lo) * i / GRID for i in range(GRID + 1)]
    table = [(x, f(x), w(x)) for x in grid]

    def worst(c):
        return max(abs(horner(c, x) - y) * wx for x, y, wx in table)

    c = [f32(a) for a in c]
    least, falling = worst(c), True
    while falling:
        falling = False
        for i in range(len(c)):
            for j in range(i, len(c)):
                for di in range(-2, 3):
                    for dj in (0,) if i == j else (-8, -4, -2, -1, 0, 1, 2, 4, 8):
                        d = list(c)
                        d[i] = f32(d[i], di)
                        d[j] = f32(d[j], dj)
                        e = worst(d)
                        if e < least:
                            c, least, falling = d, e, True
    return c, least


def derive(name, f, w, degree, lo, hi):
    ideal, c = remez(f, w, degree, lo, hi)
    c, least = rounded(c, f, w, lo, hi)
    print(f"{name}: largest error {least:.3g}, unrounded {ideal:.3g}")
    for a in c:
        print(f"    {a.hex()}")


def quotient_series(n):
    """x^3 / (x - tanh x) as a series in x^2: from tanh' = 1 - tanh^2, then the reciprocal."""
    t = [Fraction(1)]
    for k in range(1, n + 1):
        t.append(-sum(t[i] * t[k - 1 - i] for i in range(k)) / (2 * k + 1))
    g = [-a for a in t[1:]]
    d = [1 / g[0]]
    for k in range(1, n):
        d.append(-sum(g[j] * d[k - j] for j in range(1, k + 1)) / g[0])
    return [float(a) for a in d]


def main():
    # exp(r) = 1 + r + r^2 * c(r); error in ulp: the result is below 1 for negative r.
    tail = [1 / math.factorial(k + 2) for k in range(22)]
    derive("exp, from r^2 on (ulp)", lambda r: horner(tail, r),
           lambda r: r * r * (2**24 if r < 0 else 2**23), 5, -0.69316, 0.69316)

    # tanh(x) = x * (1 - u/d(u)), u = x^2: what an error of d does to it, relatively.
    series = quotient_series(16)

    def weight(u):
        d = horner(series, u)
        q = u / d
        return max(q, 0.02) / (1 - q) / d

    derive("tanh, d(x^2) (relative)", lambda u: horner(series, u), weight, 3, 0.001, 1)

    # p(r) = exp(2r); beyond x = 1 its relative error counts 0.24 times, and half of that where the
    # rounding to n first gives r < -0.042, which is for x > 1.2.
    derive("tanh, p(r) (absolute)", lambda r: math.exp(2 * r),
           lambda r: math.exp(-2 * r) * (0.24 if r > -0.042 else 0.12), 5, -0.17335, 0.17335)


if __name__ == "__main__":
    main()
