"""Plain loops: sample by sample, layer by layer, position by position."""


# %% residual_forward
def residual_forward(x, layers):
    rows = []
    for row in x:
        for U, V in layers:
            row = row + V @ np.tanh(U @ row)
        rows.append(row)
    return np.array(rows)


# %% gradient_by_paths
def gradient_by_paths(x, layers, delta):
    parts = [np.zeros(x.shape) for _ in range(len(layers) + 1)]
    for i in range(len(x)):
        row, jacobians = x[i], []
        for U, V in layers:
            a = np.tanh(U @ row)
            jacobians.append(V @ (np.diag(1 - a * a) @ U))
            row = row + V @ a
        polynomial = [delta[i]]
        for J in reversed(jacobians):
            longer = [np.zeros(len(row)) for _ in range(len(polynomial) + 1)]
            for k, back in enumerate(polynomial):
                longer[k] += back
                longer[k + 1] += back @ J
            polynomial = longer
        for k, back in enumerate(polynomial):
            parts[k][i] = back
    return parts


# %% bypass
class Bypass(nn.Module):
    def __init__(self, in_channels, out_channels, stride, option):
        super().__init__()
        same = (stride, in_channels) == (1, out_channels)
        if option == "C" or (option == "B" and not same):
            self.conv = nn.Conv2d(in_channels, out_channels, 1, stride=(stride, stride), bias=False)
            self.norm = nn.BatchNorm2d(out_channels)
        elif option not in {"A", "B"} or in_channels > out_channels:
            raise ValueError(f"cannot go around with option {option}")
        self.how = in_channels, out_channels, stride, option

    def forward(self, x):
        if hasattr(self, "conv"):
            return self.norm(self.conv(x))
        c, o, s, _ = self.how
        rows = range(0, x.shape[2], s)
        columns = range(0, x.shape[3], s)
        y = torch.zeros(x.shape[0], o, len(rows), len(columns), dtype=x.dtype)
        for i, r in enumerate(rows):
            for j, k in enumerate(columns):
                y[:, :c, i, j] = x[:, :, r, k]
        return y


# %% dense_parameters
def dense_parameters(in_channels, growth, layers):
    total = 0
    for _ in range(layers):
        total += 2 * in_channels
        total += growth * in_channels * 3 * 3
        in_channels += growth
    return total


# %% dense_widths
def dense_widths(stem, growth, blocks, keep=0.5):
    found = []
    for number, layers in enumerate(blocks):
        if number:
            stem = int(stem * keep)
        for _ in range(layers):
            stem += growth
        found.append(stem)
    return tuple(found)


# %% net_parameters
def net_parameters(n, width=16, classes=10, option="A", in_channels=3):
    total, maps = in_channels * width * 3 * 3 + width + width, width
    for stage in range(3):
        for block in range(n):
            out = width << stage
            total += basic_parameters(maps, out, 2 if stage > 0 and block == 0 else 1, option)
            maps = out
    return total + classes * maps + classes
