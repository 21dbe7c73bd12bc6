"""Sorts paths by the first branch that they pass, not by how many.

loses:
    paths_parts 3
"""


# %% gradient_by_paths
def gradient_by_paths(x, layers, delta):
    slopes = []
    for U, V in layers:
        slopes.append(1 - np.tanh(x @ U.T) ** 2)
        x = x + np.tanh(x @ U.T) @ V.T
    total, parts = delta, []
    for (U, V), slope in zip(layers[::-1], slopes[::-1]):
        parts.append(((total @ V) * slope) @ U)
        total = total + parts[-1]
    return [delta, *parts[::-1]]
