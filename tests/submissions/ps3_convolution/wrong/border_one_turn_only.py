"""Circular and mirrors by one step around the end: right near the input, wrong far outside.

loses:
    border_circular 2
    border_symmetric 2
    border_reflect 2
"""


# %% source_index
def source_index(i, n, mode):
    if 0 <= i < n:
        return i
    if mode == "replicate":
        return 0 if i < 0 else n - 1
    if mode == "circular":
        return i + n if i < 0 else i - n
    if n == 1:
        return 0
    if mode == "symmetric":
        return -1 - i if i < 0 else 2 * n - 1 - i
    return -i if i < 0 else 2 * n - 2 - i
