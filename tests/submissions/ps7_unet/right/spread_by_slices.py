"""The up-convolution by four products into slices; a module list of pairs by functional calls."""


# %% parts
def centre(x, height, width):
    for axis, wanted in ((2, height), (3, width)):
        x = x.narrow(axis, (x.shape[axis] - wanted) // 2, wanted)
    return x


# %% stage
class Stage(nn.Sequential):
    def __init__(self, in_channels, out_channels, padding):
        super().__init__()
        self.add_module("first", nn.Conv2d(in_channels, out_channels, 3, padding=padding))
        self.add_module("bend", nn.ReLU())
        self.add_module("second", nn.Conv2d(out_channels, out_channels, 3, padding=padding))
        self.add_module("bend_again", nn.ReLU())


# %% spread
class Spread(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_channels, out_channels, 2, 2))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        nn.init.normal_(self.weight, 0, in_channels**-0.5)

    def forward(self, x):
        n, _, h, w = x.shape
        y = x.new_zeros(n, len(self.bias), 2 * h, 2 * w)
        for k in (0, 1):
            for l in (0, 1):
                part = F.conv2d(x, self.weight[:, :, k, l].T[:, :, None, None], self.bias)
                y[:, :, k::2, l::2] = part
        return y
