"""Takes the gradient from the first output map only.

loses:
    gradient_input 4
    gradient_input_settings 5
"""


# %% input_gradient
def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    height, width = input_size[0] + 2 * padding, input_size[1] + 2 * padding
    rows, columns = delta.shape[2:]
    dpadded = np.zeros((len(delta), w.shape[1], height, width))
    for u, v in np.ndindex(w.shape[2:]):
        down, across = u * dilation, v * dilation
        seen = dpadded[
            :, :, down : down + stride * rows : stride, across : across + stride * columns : stride
        ]
        seen += np.einsum("bkij,kc->bcij", delta[:, :1], w[:1, :, u, v])
    return dpadded[:, :, padding : height - padding, padding : width - padding]
