"""The gradient of the input as a layer of its own: zeros between, zeros around, flipped kernel."""

# %% input_gradient
import numpy as np


def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    (batch, n, rows, columns), (fh, fw) = delta.shape, w.shape[2:]
    down, across = dilation * (fh - 1), dilation * (fw - 1)
    wide = np.zeros((batch, n, input_size[0] + 2 * padding + down, input_size[1] + 2 * padding + across))
    wide[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride] = delta
    flipped = w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    dpadded = conv2d(wide, flipped, dilation=dilation)
    return dpadded[:, :, padding : padding + input_size[0], padding : padding + input_size[1]]
