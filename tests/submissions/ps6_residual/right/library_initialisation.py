"""torch's own He initialisation, by apply; adaptive pooling in the net."""


# %% small_resnet
class SmallResNet(nn.Module):
    def __init__(self, n, width=16, classes=10, option="A", in_channels=3):
        super().__init__()
        self.stem = nn.Conv2d(in_channels, width, 3, padding="same", bias=False)
        self.stem_norm = nn.BatchNorm2d(width)
        self.stages = nn.Sequential(*(self.stage(n, width, i, option) for i in range(3)))
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.head = nn.Linear(4 * width, classes)

    @staticmethod
    def stage(n, width, i, option):
        if i == 0:
            return nn.Sequential(*(basic_block(width, width, 1, option) for _ in range(n)))
        first = basic_block(width * 2 ** (i - 1), width * 2**i, 2, option)
        return nn.Sequential(
            first, *(basic_block(width * 2**i, width * 2**i, 1, option) for _ in range(1, n))
        )

    def forward(self, x):
        x = self.stages(F.relu(self.stem_norm(self.stem(x))))
        return self.head(torch.flatten(self.pool(x), 1))


# %% initialise
def initialise(net, zero_last=False):
    def start(part):
        if type(part) is nn.Conv2d:
            nn.init.kaiming_normal_(part.weight, mode="fan_in", nonlinearity="relu")
        if type(part) is nn.BatchNorm2d:
            nn.init.constant_(part.weight, 1)
            nn.init.constant_(part.bias, 0)
        if type(part) is nn.Linear:
            nn.init.constant_(part.bias, 0)
        if zero_last and isinstance(part, Residual):  # apply comes to a module after its parts
            branch = part.branch
            nn.init.constant_((branch.norm_c if hasattr(branch, "norm_c") else branch.norm_b).weight, 0)

    net.apply(start)
    return net
