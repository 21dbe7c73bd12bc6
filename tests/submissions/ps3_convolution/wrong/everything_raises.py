"""The layer stops with an error, and everything that calls it.

loses:
    conv2d_channels 3
    conv2d_maps 2
    conv2d_bias 2
    conv2d_settings 3
    grouped_depthwise 1
    grouped_groups 1
"""


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return missing_name
