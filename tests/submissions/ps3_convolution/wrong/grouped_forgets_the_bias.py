"""Leaves the bias out.

loses:
    grouped_depthwise 1
    grouped_groups 1
"""


# %% grouped_conv2d
def grouped_conv2d(x, w, b, groups):
    maps, weights, biases = np.split(x, groups, axis=1), np.split(w, groups), np.split(b, groups)
    return np.concatenate([conv2d(maps[g], weights[g]) for g in range(groups)], axis=1)
