"""One view of all windows, and einsum."""

# %% correlate1d
import numpy as np


def correlate1d(x, w, mode="valid"):
    f = len(w)
    before, after = {"valid": (0, 0), "same": ((f - 1) // 2, f // 2), "full": (f - 1, f - 1)}[mode]
    long = np.zeros(before + len(x) + after)
    long[before : before + len(x)] = x
    return np.lib.stride_tricks.sliding_window_view(long, f) @ w


# %% correlate2d
import numpy as np


def correlate2d(x, w, stride=(1, 1), dilation=(1, 1)):
    span = [d * (f - 1) + 1 for d, f in zip(dilation, w.shape, strict=True)]
    seen = np.lib.stride_tricks.sliding_window_view(x.astype(float), span)
    return np.einsum("ijuv,uv->ij", seen[:: stride[0], :: stride[1], :: dilation[0], :: dilation[1]], w)


# %% conv2d
import numpy as np


def windows(x, size, stride, dilation):
    span = [dilation * (f - 1) + 1 for f in size]
    seen = np.lib.stride_tricks.sliding_window_view(x, span, axis=(2, 3))
    return seen[:, :, ::stride, ::stride, ::dilation, ::dilation]


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    seen = windows(pad2d(x, (padding,) * 4), w.shape[2:], stride, dilation)
    y = np.tensordot(seen, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    return y + (0 if b is None else np.reshape(b, (1, -1, 1, 1)))


# %% weight_gradient
import numpy as np


def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    seen = windows(pad2d(x, (padding,) * 4), kernel_size, stride, dilation)
    seen = seen[:, :, : delta.shape[2], : delta.shape[3]]
    return np.einsum("bcijuv,bkij->kcuv", seen, delta)


# %% pools
import numpy as np


def seen(x, size, stride):
    stride = stride or size
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]


def max_pool2d(x, size, stride=None):
    return seen(x, size, stride).max(axis=(4, 5))


def avg_pool2d(x, size, stride=None):
    return seen(x, size, stride).mean(axis=(4, 5))
