"""ReLUs that write into fresh tensors."""


# %% basic_branch
def basic_branch(in_channels, out_channels, stride):
    return nn.Sequential(
        OrderedDict(
            conv_a=nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
            norm_a=nn.BatchNorm2d(out_channels),
            relu=nn.ReLU(inplace=True),
            conv_b=nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
            norm_b=nn.BatchNorm2d(out_channels),
        )
    )


# %% bottleneck_branch
def bottleneck_branch(in_channels, width, stride):
    chain = nn.Sequential()
    widths = [in_channels, width, width, 4 * width]
    for part, before, after, size in zip("abc", widths, widths[1:], (1, 3, 1)):
        conv = nn.Conv2d(before, after, size, stride if part == "a" else 1, padding=size // 2, bias=False)
        chain.add_module(f"conv_{part}", conv)
        chain.add_module(f"norm_{part}", nn.BatchNorm2d(after))
        if part != "c":
            chain.add_module(f"relu_{part}", nn.ReLU(inplace=True))
    return chain


# %% residual
class Residual(nn.Module):
    def __init__(self, branch, bypass=None):
        super().__init__()
        self.branch, self.bypass = branch, bypass

    def forward(self, x):
        y = self.branch(x)
        if self.bypass is not None:
            around = self.bypass(x)
            if list(around.shape) != list(y.shape):
                raise ValueError(f"{around.shape} and {y.shape}")
            y += around
        return F.relu_(y)


# %% highway
class Highway(nn.Module):
    def __init__(self, width, gate_bias=-2.0):
        super().__init__()
        self.h, self.t = (nn.Linear(width, width) for _ in "ht")
        with torch.no_grad():
            self.t.bias.fill_(gate_bias)

    def forward(self, x):
        gate = self.t(x).sigmoid_()
        return gate * self.h(x).relu_() + (1 - gate) * x
