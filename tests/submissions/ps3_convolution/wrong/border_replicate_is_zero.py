"""Repeats the first value on both sides.

loses:
    border_replicate 1
    pad_modes 2
"""


# %% source_index
def source_index(i, n, mode):
    if mode == "replicate":
        return i if 0 <= i < n else 0
    if mode == "circular":
        return i % n
    if mode == "symmetric":
        return min(i % (2 * n), -(i + 1) % (2 * n))
    if n == 1:
        return 0
    return min(i % (2 * n - 2), -i % (2 * n - 2))
