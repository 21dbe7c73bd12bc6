"""Gives every g-th input map to one group.

loses:
    grouped_groups 1
"""


# %% grouped_conv2d
def grouped_conv2d(x, w, b, groups):
    maps, weights, biases = [x[:, g::groups] for g in range(groups)], np.split(w, groups), np.split(b, groups)
    return np.concatenate([conv2d(maps[g], weights[g], biases[g]) for g in range(groups)], axis=1)
