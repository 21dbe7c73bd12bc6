"""Takes the stride as (columns, rows).

loses:
    corr2d_stride 2
    corr2d_dilation 2
"""


# %% correlate2d
def correlate2d(x, w, stride=(1, 1), dilation=(1, 1)):
    (sw, sh), (dh, dw), (fh, fw) = stride, dilation, w.shape
    tops = range(0, sh * output_size(len(x), fh, 0, sh, dh), sh)
    lefts = range(0, sw * output_size(x.shape[1], fw, 0, sw, dw), sw)
    windows = [[x[i : i + dh * fh : dh, j : j + dw * fw : dw] for j in lefts] for i in tops]
    return np.einsum("ijuv,uv->ij", np.array(windows, dtype=np.float64), w)
