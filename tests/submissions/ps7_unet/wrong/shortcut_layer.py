"""torch's layer in the U-Net, and its interpolation.

loses:
    nearest_values 1
    bilinear_values 4
    unpool_values 3
    spread_values 2
    spread_start 1
    ushape_state 2
    ushape_same 2
    ushape_valid 2
    ushape_refuses 1
    learn_iou 2
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
        self.first = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=padding)
        self.second = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=padding)

    def forward(self, x):
        for layer in (self.first, self.second):
            x = layer(x)
            x = torch.where(x > 0, x, 0 * x)
        return x


# %% spread
class Spread(nn.Module):
    """An up-convolution 2×2 with stride 2."""

    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.layer = nn.ConvTranspose2d(in_channels, out_channels, 2, 2)
        drawn_weights = torch.randn(in_channels, out_channels, 2, 2)
        self.weight = nn.Parameter(drawn_weights / math.sqrt(in_channels))
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        blocks = torch.einsum("nchw,cokl->nohkwl", x, self.weight)
        return blocks.flatten(4).flatten(2, 3) + self.bias[:, None, None]


# %% nearest
def nearest(x, factor):
    return F.interpolate(torch.tensor(x), scale_factor=factor).numpy()


def bilinear(x, factor):
    return nn.Upsample(scale_factor=factor, mode="bilinear")(torch.tensor(x)).numpy()


def unpool(y, places, size):
    return F.max_unpool2d(torch.tensor(y), torch.tensor(places), 2, output_size=size).numpy()
