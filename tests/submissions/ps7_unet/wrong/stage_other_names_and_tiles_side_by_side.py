"""Two mistakes.

* A chain without the names.
* Tiles without overlap.

loses:
    stage_values 2
    ushape_state 2
    ushape_same 2
    ushape_valid 2
    tiles_whole 3
    tiles_seen 2
"""


# %% parts
def centre(x, height, width):
    """Return the middle of the maps."""
    top, left = (x.shape[2] - height) // 2, (x.shape[3] - width) // 2
    return x[:, :, top : top + height, left : left + width]


# %% stage
class Stage(nn.Module):
    """Two convolutions 3×3, each with ReLU."""

    def __init__(self, in_channels, out_channels, padding):
        super().__init__()
        self.a = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=padding)
        self.b = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=padding)

    def forward(self, x):
        for layer in (self.a, self.b):
            x = layer(x)
            x = torch.where(x > 0, x, 0 * x)
        return x


# %% spread
class Spread(nn.Module):
    """An up-convolution 2×2 with stride 2."""

    def __init__(self, in_channels, out_channels):
        super().__init__()
        drawn_weights = torch.randn(in_channels, out_channels, 2, 2)
        self.weight = nn.Parameter(drawn_weights / math.sqrt(in_channels))
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        blocks = torch.einsum("nchw,cokl->nohkwl", x, self.weight)
        return blocks.flatten(4).flatten(2, 3) + self.bias[:, None, None]


# %% tiled
def tiled(net, picture, tile, margin):
    """Return the net's maps for a large picture, tile by tile."""
    core, (height, width) = tile - 2 * margin, picture.shape[1:]
    mirrored = F.pad(picture[None], [margin] * 4, mode="reflect")
    whole = None
    for row in range(0, height, core):
        for column in range(0, width, core):
            top, left = min(row, height - core), min(column, width - core)
            part = net(
                mirrored[:, :, top + margin : top + margin + tile, left + margin : left + margin + tile]
            )[0]
            if whole is None:
                whole = part.new_zeros(len(part), height, width)
            whole[:, top : top + core, left : left + core] = part
    return whole
