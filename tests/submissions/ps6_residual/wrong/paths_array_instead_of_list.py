"""Returns one array.

loses:
    paths_total 3
"""


# %% gradient_by_paths
def gradient_by_paths(x, layers, delta):
    """Return for k = 0 … L the part of the gradient at x that comes through exactly k branches."""
    slopes = []
    for U, V in layers:
        bent = np.tanh(x @ U.T)
        slopes.append(1 - bent**2)
        x = x + bent @ V.T
    parts, nothing = [delta], np.zeros(delta.shape)
    for (U, V), slope in zip(layers[::-1], slopes[::-1]):
        through = [((part @ V) * slope) @ U for part in parts]
        parts = [around + turned for around, turned in zip([*parts, nothing], [nothing, *through])]
    return np.array(parts)
