"""Option B by default.

loses:
    net_state 3
"""


# %% small_resnet
class SmallResNet(nn.Module):
    """A residual network of 6n + 2 layers for small images."""

    def __init__(self, n, width=16, classes=10, option="B", in_channels=3):
        super().__init__()
        self.stem = nn.Conv2d(in_channels, width, kernel_size=3, padding=1, bias=False)
        self.stem_norm = nn.BatchNorm2d(width)
        rows, before = [], width
        for maps, stride in ((width, 1), (2 * width, 2), (4 * width, 2)):
            row = [basic_block(before, maps, stride, option)]
            row += [basic_block(maps, maps, 1, option) for _ in range(n - 1)]
            rows.append(nn.Sequential(*row))
            before = maps
        self.stages = nn.Sequential(*rows)
        self.head = nn.Linear(4 * width, classes)

    def forward(self, x):
        first = torch.relu(self.stem_norm(self.stem(x)))
        features = self.stages(first).mean(dim=(2, 3))
        return self.head(features)
