"""Forgets the row of one value, whose pattern has length 0.

loses:
    border_reflect 2
"""


# %% source_index
def source_index(i, n, mode):
    if mode == "replicate":
        return min(max(i, 0), n - 1)
    if mode == "circular":
        return i % n
    if mode == "symmetric":
        return min(i % (2 * n), -(i + 1) % (2 * n))
    return min(i % (2 * n - 2), -i % (2 * n - 2))
