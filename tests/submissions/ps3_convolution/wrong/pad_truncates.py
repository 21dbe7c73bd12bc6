"""Lets the default, a whole 0, decide the dtype: fractions are cut off.

loses:
    pad_constant 2
    conv2d_channels 3
    conv2d_maps 2
    conv2d_bias 2
    conv2d_settings 3
    grouped_depthwise 1
    grouped_groups 1
    gradient_weights 3
    gradient_weights_settings 4
"""


# %% pad2d
def pad2d(x, padding, mode="constant", value=0):
    top, bottom, left, right = padding
    height, width = x.shape[-2:]
    if mode == "constant":
        padded = np.full((*x.shape[:-2], top + height + bottom, left + width + right), value)
        padded[..., top : top + height, left : left + width] = x
        return padded
    rows = [source_index(i, height, mode) for i in range(-top, height + bottom)]
    columns = [source_index(j, width, mode) for j in range(-left, width + right)]
    return x[..., rows, :][..., columns]
