"""Borders by writing the pattern down; gaps by moving the index."""


# %% source_index
def source_index(i, n, mode):
    pattern = list(range(n))
    if mode == "replicate":
        return 0 if i < 0 else n - 1 if i >= n else i
    if mode == "symmetric":
        pattern += pattern[::-1]
    if mode == "reflect":
        pattern += pattern[-2:0:-1]
    return pattern[i % len(pattern)]


# %% unread
def unread(n, f, padding=0, stride=1, dilation=1):
    left = set(range(n))
    for i in range(output_size(n, f, padding, stride, dilation)):
        for u in range(f):
            left.discard(i * stride + u * dilation - padding)
    return tuple(sorted(left))


# %% covariance_gap
import numpy as np


def covariance_gap(f, x, shift, margin=0, stride=1):
    if [step for step in shift if step / stride != step // stride]:
        raise ValueError
    rows, columns = np.arange(len(x)) - shift[0], np.arange(x.shape[1]) - shift[1]
    left = f(x[rows % len(x)][:, columns % x.shape[1]])
    right, worst = f(x), 0.0
    for i in range(margin, len(right) - margin):
        for j in range(margin, right.shape[1] - margin):
            source = (i - shift[0] // stride) % len(right), (j - shift[1] // stride) % right.shape[1]
            worst = max(worst, abs(float(left[i, j]) - float(right[source])))
    return float(worst)
