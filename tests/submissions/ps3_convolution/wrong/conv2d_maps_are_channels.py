"""Takes the weights as (m, n, fh, fw).

loses:
    conv2d_channels 3
    conv2d_maps 2
    conv2d_bias 2
    conv2d_settings 3
    grouped_groups 1
"""


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    (batch, _, height, width), (_, maps, fh, fw) = x.shape, w.shape
    padded = pad2d(x, (padding,) * 4)
    rows = output_size(height, fh, padding, stride, dilation)
    columns = output_size(width, fw, padding, stride, dilation)
    y = np.zeros((batch, maps, rows, columns))
    for u, v in np.ndindex(fh, fw):
        down, across = u * dilation, v * dilation
        seen = padded[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride]
        y += np.einsum("bcij,ck->bkij", seen, w[:, :, u, v])
    return y if b is None else y + b[:, None, None]
