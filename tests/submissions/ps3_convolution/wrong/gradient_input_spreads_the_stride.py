"""Up-samples delta by repeating it, instead of putting zeros between.

loses:
    gradient_input_settings 5
"""

# %% input_gradient
import numpy as np


def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    delta = delta.repeat(stride, axis=2).repeat(stride, axis=3)
    dpadded = np.zeros((len(delta), w.shape[1], input_size[0] + 40, input_size[1] + 40))
    for u in range(w.shape[2]):
        for v in range(w.shape[3]):
            r, c = u * dilation, v * dilation
            part = np.einsum("bkij,kc->bcij", delta, w[:, :, u, v])
            dpadded[:, :, r : r + delta.shape[2], c : c + delta.shape[3]] += part
    return dpadded[:, :, padding : padding + input_size[0], padding : padding + input_size[1]]
