"""Starts every window at a multiple of the dilation.

loses:
    corr2d_dilation 2
"""


# %% correlate2d
def correlate2d(x, w, stride=(1, 1), dilation=(1, 1)):
    (sh, sw), (dh, dw), (fh, fw) = stride, dilation, w.shape
    tops = range(0, sh * output_size(len(x), fh, 0, sh, dh), sh)
    lefts = range(0, sw * output_size(x.shape[1], fw, 0, sw, dw), sw)
    windows = [
        [x[i * dh : i * dh + dh * fh : dh, j * dw : j * dw + dw * fw : dw] for j in lefts] for i in tops
    ]
    return np.einsum("ijuv,uv->ij", np.array(windows, dtype=np.float64), w)
