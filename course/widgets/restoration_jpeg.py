"""What JPEG keeps of a grey picture, to the last bit of libjpeg's own arithmetic; ``js/jpeg.js`` is the twin."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["LUMINANCE", "coefficients", "jpeg", "quantisation"]

# Annex K of the standard (ITU-T T.81, table K.1), row by row: found in experiments on what the eye just sees.
LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip


def quantisation(quality: int) -> list[int]:
    """Return the 64 steps by which a quality divides the coefficients, row by row.

    step = ⌊(K.1 · scale + 50) / 100⌋, kept in 1…255, with scale = ⌊5000 / quality⌋ below 50 and 200 − 2 · quality from there

    Args:
        quality: 1 (coarsest) to 100 (every step is 1).

    >>> quantisation(50) == list(LUMINANCE), quantisation(25)[:3], set(quantisation(100)), quantisation(1)[0]
    (True, [32, 22, 20], {1}, 255)

    The scale is the Independent JPEG Group's (libjpeg, ``jcparam.c``): the standard itself knows no quality.
    """
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return [min(255, max(1, (step * scale + 50) // 100)) for step in LUMINANCE]


def jpeg(values: Sequence[int], rows: int, columns: int, quality: int) -> list[int]:
    """Return a picture as it comes back from a JPEG file.

    Each block of 8×8, less 128, goes through the cosine transform; each coefficient is divided by its step and rounded (here,
    and only here, something is lost), multiplied again, and transformed back. A side that is no multiple of 8 is
    filled up with its last row or column.

    Args:
        values: grey levels 0…255, row by row.
        rows, columns: of the picture.
        quality: 1 to 100.

    >>> jpeg([100] * 64, 8, 8, 50)[:3]                  # a flat block is its mean, here −28 · 8 = −14 steps of 16
    [100, 100, 100]
    >>> jpeg([100] * 64, 8, 8, 1)[:3]                   # one step of 255 is 32 grey levels: 128 − 32
    [96, 96, 96]
    >>> len(jpeg(list(range(15)), 3, 5, 90))            # no multiple of 8
    15

    ITU-T Recommendation T.81, 1992, annexes A and K. Taught in lecture 14.
    """
    steps = quantisation(quality)
    out = [0] * (rows * columns)
    for top in range(0, rows, 8):
        for left in range(0, columns, 8):
            block = [
                values[min(top + i, rows - 1) * columns + min(left + j, columns - 1)] - 128
                for i in range(8)
                for j in range(8)
            ]
            kept = []
            for c, step in zip(coefficients(block), steps, strict=True):
                size = (abs(c) + 4 * step) // (8 * step) * step
                kept.append(size if c >= 0 else -size)
            back = _inverse(kept)
            for i in range(min(8, rows - top)):
                for j in range(min(8, columns - left)):
                    out[(top + i) * columns + left + j] = min(255, max(0, back[8 * i + j] + 128))
    return out


def coefficients(block: Sequence[int]) -> list[int]:
    """Return 8 times the orthonormal two-dimensional cosine transform of 64 whole numbers, rounded.

    F(u, v) = ¼ C(u) C(v) Σ_x Σ_y f(x, y) cos((2x + 1)uπ/16) cos((2y + 1)vπ/16), with C(0) = 1/√2 and 1 elsewhere

    >>> coefficients([8] * 64)[:2], coefficients([1] + [0] * 63)[:3]
    ([512, 0], [1, 2, 1])

    Loeffler, Ligtenberg & Moschytz, "Practical Fast 1-D DCT Algorithms with 11 Multiplications", ICASSP 1989, in whole numbers
    with 13 bits behind the point, as libjpeg's ``jfdctint.c`` has it: the same roundings, so the same bits.
    """
    rows = [_forward(block[8 * i : 8 * i + 8], 1) for i in range(8)]
    down = [_forward([row[j] for row in rows], 2) for j in range(8)]
    return [down[j][i] for i in range(8) for j in range(8)]


def _round(value: int, bits: int) -> int:
    return (value + (1 << (bits - 1))) >> bits


# The constants of jfdctint.c: √2 times sums of cosines of multiples of π/16, times 2¹³.
A, B, C = 4433, 6270, 15137  # 0.541196100, 0.765366865, 1.847759065
ODD = (2446, 16819, 25172, 12299)  # 0.298631336, 2.053119869, 3.072711026, 1.501321110
CROSS = (-7373, -20995, -16069, -3196)  # −0.899976223, −2.562915447, −1.961570560, −0.390180644
TURN = 9633  # 1.175875602


def _odd(t: Sequence[int]) -> list[int]:
    """Return the odd half of either transform, whose graph is its own transpose."""
    z = [t[0] + t[3], t[1] + t[2], t[0] + t[2], t[1] + t[3]]
    turn = (z[2] + z[3]) * TURN
    z = [z[0] * CROSS[0], z[1] * CROSS[1], z[2] * CROSS[2] + turn, z[3] * CROSS[3] + turn]
    m = [v * w for v, w in zip(t, ODD, strict=True)]
    return [m[0] + z[0] + z[2], m[1] + z[1] + z[3], m[2] + z[1] + z[2], m[3] + z[0] + z[3]]


def _forward(d: Sequence[int], turn: int) -> list[int]:
    """Transform eight numbers; the first turn keeps two bits behind the point, the second drops them."""
    plus = [d[i] + d[7 - i] for i in range(4)]
    odd = _odd([d[3 - i] - d[4 + i] for i in range(4)])
    outer, inner = plus[0] + plus[3], plus[1] + plus[2]
    left, right = plus[0] - plus[3], plus[1] - plus[2]
    ends = [outer + inner, outer - inner]
    bits = 11 if turn == 1 else 15
    z = (left + right) * A
    zero, four = (v << 2 if turn == 1 else _round(v, 2) for v in ends)
    two, six = _round(z + left * B, bits), _round(z - right * C, bits)
    seven, five, three, one = (_round(v, bits) for v in odd)
    return [zero, one, two, three, four, five, six, seven]


def _inverse(block: Sequence[int]) -> list[int]:
    """Transform 64 coefficients back; columns first, as ``jidctint.c`` does."""
    down = [_backward(block[j::8], 11) for j in range(8)]
    return [v for i in range(8) for v in _backward([column[i] for column in down], 18)]


def _backward(d: Sequence[int], bits: int) -> list[int]:
    z = (d[2] + d[6]) * A
    second, third = z - d[6] * C, z + d[2] * B
    zero, one = (d[0] + d[4]) << 13, (d[0] - d[4]) << 13
    even = [zero + third, one + second, one - second, zero - third]
    odd = _odd([d[7], d[5], d[3], d[1]])[::-1]
    near = [_round(e + o, bits) for e, o in zip(even, odd, strict=True)]
    far = [_round(e - o, bits) for e, o in zip(even, odd, strict=True)]
    return near + far[::-1]
