"""Classes with forward methods instead of chains; blocks are subclasses of Residual."""


# %% basic_branch
class BasicBranch(nn.Module):
    def __init__(self, before, after, step):
        super().__init__()
        self.norm_b = nn.BatchNorm2d(after)
        self.norm_a = nn.BatchNorm2d(after)
        self.conv_b = nn.Conv2d(after, after, 3, 1, "same", bias=False)
        self.conv_a = nn.Conv2d(before, after, 3, step, 1, bias=False)

    def forward(self, x):
        hidden = self.norm_a(self.conv_a(x)).clamp(min=0)
        return self.norm_b(self.conv_b(hidden))


def basic_branch(in_channels, out_channels, stride):
    return BasicBranch(in_channels, out_channels, stride)


# %% basic_block
class BasicResidual(Residual):
    def __init__(self, before, after, step, option):
        way_around = Bypass(before, after, step, option) if option else None
        super().__init__(basic_branch(before, after, step), way_around)


def basic_block(in_channels, out_channels, stride=1, option="B"):
    return BasicResidual(in_channels, out_channels, stride, option)


# %% bottleneck_branch
class Narrow(nn.Module):
    def __init__(self, before, width, step):
        super().__init__()
        for name, size, a, b, s in (
            ("a", 1, before, width, step),
            ("b", 3, width, width, 1),
            ("c", 1, width, 4 * width, 1),
        ):
            self.add_module(f"conv_{name}", nn.Conv2d(a, b, size, s, size // 2, bias=False))
            self.add_module(f"norm_{name}", nn.BatchNorm2d(b))

    def forward(self, x):
        for name in "abc":
            y = getattr(self, f"norm_{name}")(getattr(self, f"conv_{name}")(x))
            x = F.relu(y)
        return y


def bottleneck_branch(in_channels, width, stride):
    return Narrow(in_channels, width, stride)


# %% dense_block
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        while len(self.convs) < layers:
            self.convs.append(nn.Conv2d(in_channels, growth, (3, 3), padding=(1, 1), bias=False))
            self.norms.append(nn.BatchNorm2d(in_channels))
            in_channels += growth

    def forward(self, x):
        maps = [x]
        for i in range(len(self.convs)):
            maps.append(self.convs[i](F.relu(self.norms[i](torch.cat(maps, 1)))))
        return torch.cat(maps, 1)
