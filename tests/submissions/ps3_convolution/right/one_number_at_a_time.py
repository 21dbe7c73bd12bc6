"""From the text alone: loops over single numbers, borders by recursion, the matrix by unit signals."""


# %% correlate1d
def correlate1d(x, w, mode="valid"):
    x = [float(value) for value in x]
    w = [float(value) for value in w]
    f = len(w)
    if mode == "same":
        before = (f - 1) // 2
        x = [0.0] * before + x + [0.0] * (f - 1 - before)
    elif mode == "full":
        x = [0.0] * (f - 1) + x + [0.0] * (f - 1)
    return np.array([sum(w[u] * x[i + u] for u in range(f)) for i in range(len(x) - f + 1)])


# %% convolve1d
def convolve1d(x, w, mode="valid"):
    return correlate1d(x, list(reversed(w)), mode)


# %% output_size
def output_size(n, f, padding=0, stride=1, dilation=1):
    span = dilation * (f - 1) + 1
    room = n + 2 * padding
    if span > room:
        raise ValueError(
            f"kernel of {f} taps with dilation {dilation} spans {span}, padded input (padding {padding}) has {room}"
        )
    return math.floor((room - span) / stride) + 1


# %% unread
def unread(n, f, padding=0, stride=1, dilation=1):
    left = list(range(n))
    for i in range(output_size(n, f, padding, stride, dilation)):
        for u in range(f):
            at = i * stride + u * dilation - padding
            if at in left:
                left.remove(at)
    return left


# %% source_index
def source_index(i, n, mode):
    if n == 1:
        return 0
    if mode == "circular":
        return i % n
    if 0 <= i < n:
        return i
    if mode == "replicate":
        return 0 if i < 0 else n - 1
    if mode == "symmetric":
        return source_index(-1 - i if i < 0 else 2 * n - 1 - i, n, mode)
    return source_index(-i if i < 0 else 2 * n - 2 - i, n, mode)


# %% pad2d
def pad2d(x, padding, mode="constant", value=0):
    x = np.asarray(x, dtype=float)
    top, bottom, left, right = padding
    H, W = x.shape[-2:]
    out = np.empty((*x.shape[:-2], H + top + bottom, W + left + right))
    for r in range(out.shape[-2]):
        for c in range(out.shape[-1]):
            i, j = r - top, c - left
            if mode == "constant":
                out[..., r, c] = x[..., i, j] if 0 <= i < H and 0 <= j < W else value
            else:
                out[..., r, c] = x[..., source_index(i, H, mode), source_index(j, W, mode)]
    return out


# %% correlate2d
def correlate2d(x, w, stride=(1, 1), dilation=(1, 1)):
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    rows = output_size(x.shape[0], w.shape[0], 0, stride[0], dilation[0])
    cols = output_size(x.shape[1], w.shape[1], 0, stride[1], dilation[1])
    y = []
    for i in range(rows):
        y.append([])
        for j in range(cols):
            total = 0.0
            for u, v in np.ndindex(w.shape):
                total += w[u, v] * x[i * stride[0] + u * dilation[0], j * stride[1] + v * dilation[1]]
            y[-1].append(total)
    return np.array(y)


# %% convolve2d
def convolve2d(x, w):
    return correlate2d(x, w[::-1, ::-1])


# %% convolution_matrix
def convolution_matrix(w, n, padding=0, stride=1):
    # the answer to every unit signal is a column
    columns = []
    for j in range(n):
        unit = [0.0] * (n + 2 * padding)
        unit[j + padding] = 1.0
        columns.append(np.asarray(correlate1d(unit, w))[::stride])
    return np.stack(columns, axis=1)


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    x = pad2d(x, (padding,) * 4)
    out = []
    for image in x:
        maps = []
        for k in range(len(w)):
            y = sum(
                correlate2d(image[c], w[k][c], (stride, stride), (dilation, dilation))
                for c in range(len(image))
            )
            maps.append(y if b is None else y + b[k])
        out.append(maps)
    return np.array(out)


# %% pointwise
def pointwise(x, w, b):
    B, m, H, W = x.shape
    rows = np.moveaxis(x, 1, -1).reshape(-1, m).astype(float)
    return np.moveaxis(dense(rows, w, b).reshape(B, H, W, -1), -1, 1)


# %% grouped_conv2d
def grouped_conv2d(x, w, b, groups):
    return np.concatenate(
        [
            conv2d(*part)
            for part in zip(np.split(x, groups, axis=1), np.split(w, groups), np.split(b, groups))
        ],
        axis=1,
    )


# %% covariance_gap
def covariance_gap(f, x, shift, margin=0, stride=1):
    if shift[0] % stride or shift[1] % stride:
        raise ValueError(f"shift {shift} is no multiple of stride {stride}")
    one = np.asarray(f(np.roll(x, shift, axis=(0, 1))), dtype=float)
    two = np.roll(np.asarray(f(x), dtype=float), (shift[0] // stride, shift[1] // stride), axis=(0, 1))
    gap = abs(one - two)
    return float(gap[margin : gap.shape[0] - margin, margin : gap.shape[1] - margin].max())


# %% bias_gradient
def bias_gradient(delta):
    return np.array([sum(float(value) for value in delta[:, k].flatten()) for k in range(delta.shape[1])])


# %% weight_gradient
def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    B, n, rows, cols = delta.shape
    m = x.shape[1]
    x = pad2d(x, (padding,) * 4)
    dw = np.zeros((n, m, *kernel_size))
    for k, c, u, v in np.ndindex(dw.shape):
        for image in range(B):
            for i, j in np.ndindex(rows, cols):
                dw[k, c, u, v] += (
                    delta[image, k, i, j] * x[image, c, i * stride + u * dilation, j * stride + v * dilation]
                )
    return dw


# %% input_gradient
def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    B, n, rows, cols = delta.shape
    _, m, fh, fw = w.shape
    H, W = input_size
    dx = np.zeros((B, m, H, W))
    for image, k, i, j in np.ndindex(delta.shape):
        for u, v in np.ndindex(fh, fw):
            p, q = i * stride + u * dilation - padding, j * stride + v * dilation - padding
            if 0 <= p < H and 0 <= q < W:
                dx[image, :, p, q] += delta[image, k, i, j] * w[k, :, u, v]
    return dx


# %% pools
def windows(x, size, stride):
    B, m, H, W = x.shape
    for i in range((H - size) // stride + 1):
        for j in range((W - size) // stride + 1):
            yield i, j, x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]


def max_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    B, m, H, W = x.shape
    y = np.zeros((B, m, (H - size) // stride + 1, (W - size) // stride + 1))
    for i, j, window in windows(x, size, stride):
        y[:, :, i, j] = window.max(axis=(2, 3))
    return y


def avg_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    B, m, H, W = x.shape
    y = np.zeros((B, m, (H - size) // stride + 1, (W - size) // stride + 1))
    for i, j, window in windows(x, size, stride):
        y[:, :, i, j] = window.mean(axis=(2, 3))
    return y


# %% pool_gradients
def max_pool2d_gradient(delta, x, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros(x.shape)
    for b, c, i, j in np.ndindex(delta.shape):
        best = None
        for u in range(size):
            for v in range(size):
                here = (b, c, i * stride + u, j * stride + v)
                if best is None or x[here] > x[best]:
                    best = here
        dx[best] += delta[b, c, i, j]
    return dx


def avg_pool2d_gradient(delta, input_size, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros((*delta.shape[:2], *input_size))
    for i, j in np.ndindex(delta.shape[2:]):
        dx[:, :, i * stride : i * stride + size, j * stride : j * stride + size] += (
            delta[:, :, i : i + 1, j : j + 1] / size**2
        )
    return dx
