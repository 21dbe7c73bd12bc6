"""Starts from zeros of the kind of delta: whole numbers in, whole numbers out.

loses:
    gradient_input 4
"""


# %% input_gradient
def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    height, width = input_size[0] + 2 * padding, input_size[1] + 2 * padding
    dpadded = np.zeros((len(delta), w.shape[1], height, width), dtype=delta.dtype)
    for b, k, i, j in np.ndindex(delta.shape):
        for c, u, v in np.ndindex(w.shape[1:]):
            dpadded[b, c, i * stride + u * dilation, j * stride + v * dilation] += (
                delta[b, k, i, j] * w[k, c, u, v]
            )
    return dpadded[:, :, padding : height - padding, padding : width - padding]
