"""Has no entry for the rows that no window reads.

loses:
    gradient_input_settings 5
"""


# %% input_gradient
def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    tall, wide = (stride * (delta.shape[a] - 1) + dilation * (w.shape[a] - 1) + 1 for a in (2, 3))
    height, width = input_size[0] + 2 * padding, input_size[1] + 2 * padding
    rows, columns = delta.shape[2:]
    dpadded = np.zeros((len(delta), w.shape[1], height, width))
    for u, v in np.ndindex(w.shape[2:]):
        down, across = u * dilation, v * dilation
        seen = dpadded[
            :, :, down : down + stride * rows : stride, across : across + stride * columns : stride
        ]
        seen += np.einsum("bkij,kc->bcij", delta, w[:, :, u, v])
    return dpadded[:, :, padding : min(tall, height - padding), padding : min(wide, width - padding)]
