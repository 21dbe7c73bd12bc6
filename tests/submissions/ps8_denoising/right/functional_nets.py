"""Chains, loops over indices and functions of torch."""


# %% coder
class DigitCoder(nn.Module):
    def __init__(self, maps=8, code_maps=4):
        super().__init__()
        self.widen_b = nn.ConvTranspose2d(maps, 1, (2, 2), (2, 2))
        self.widen_a = nn.ConvTranspose2d(code_maps, maps, (2, 2), (2, 2))
        self.squeeze_b = nn.Conv2d(maps, code_maps, (3, 3), padding="same")
        self.squeeze_a = nn.Conv2d(1, maps, (3, 3), padding="same")

    def encode(self, x):
        for side in x.shape[-2:]:
            if side % 4 != 0:
                raise ValueError(side)
        for conv in (self.squeeze_a, self.squeeze_b):
            n, _, height, width = x.shape
            x = conv(x).clamp(min=0)
            x = x.reshape(n, -1, height // 2, 2, width // 2, 2).amax(dim=(3, 5))
        return x

    def decode(self, code):
        return F.sigmoid(self.widen_b(self.widen_a(code).relu()))

    def forward(self, x):
        return self.decode(self.encode(x))


def code_numbers(height, width, code_maps):
    n = height * width * code_maps // 16
    if n == height * width:
        return n, "exactly complete"
    return n, ("under" if n < height * width else "over") + "-complete"


# %% noise_net
class NoiseNet(nn.Module):
    def __init__(self, depth, width, colours=1, norm=True, residual=True):
        if not depth > 1:
            raise ValueError("too shallow")
        nn.Module.__init__(self)
        first = nn.Conv2d(colours, width, 3, 1, 1)
        inner = [nn.Conv2d(width, width, 3, 1, 1, bias=not norm) for _ in range(depth - 2)]
        self.residual = residual
        self.norms = nn.ModuleList([nn.BatchNorm2d(width) for _ in inner] if norm else [])
        self.convs = nn.ModuleList([first, *inner, nn.Conv2d(width, colours, 3, 1, 1)])

    def forward(self, x):
        y = x
        for k in range(len(self.convs)):
            y = self.convs[k](y)
            if self.norms and 0 < k < len(self.convs) - 1:
                y = self.norms[k - 1](y)
            if k < len(self.convs) - 1:
                y = y.relu()
        return x - y if self.residual is True else y


# %% counts
def sizes(depth, width, colours=1):
    weights = 9 * (2 * colours * width + (depth - 2) * width**2)
    a = weights + (depth - 1) * width + colours
    b = weights + 2 * (depth - 2) * width
    return [a, b, b + width + colours]


def field(depth):
    return 3 + 2 * (depth - 1)


def depth_for(edge):
    return max(math.ceil((edge - 1) / 2), 2)
