"""Takes every group to have one map.

loses:
    grouped_groups 1
"""

# %% grouped_conv2d
import numpy as np


def grouped_conv2d(x, w, b, groups):
    return np.concatenate(
        [conv2d(x[:, g : g + 1], w[g : g + 1], b[g : g + 1]) for g in range(groups)], axis=1
    )
