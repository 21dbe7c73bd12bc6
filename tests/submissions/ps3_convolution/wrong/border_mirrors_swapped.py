"""Takes symmetric for reflect, as SciPy names them.

loses:
    border_symmetric 2
    border_reflect 2
    pad_modes 2
"""


# %% source_index
def source_index(i, n, mode):
    if mode == "replicate":
        return min(max(i, 0), n - 1)
    if mode == "circular":
        return i % n
    if mode == "reflect":
        return min(i % (2 * n), -(i + 1) % (2 * n))
    if n == 1:
        return 0
    return min(i % (2 * n - 2), -i % (2 * n - 2))
