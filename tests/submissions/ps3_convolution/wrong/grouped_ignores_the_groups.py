"""Lets every output map read the first maps.

loses:
    grouped_depthwise 1
    grouped_groups 1
"""


# %% grouped_conv2d
def grouped_conv2d(x, w, b, groups):
    return conv2d(x[:, : w.shape[1]], w, b)
