"""Walks down and up by recursion, with nn.MaxPool2d."""


# %% ushape
class UShape(nn.Module):
    def __init__(self, in_channels, classes, base, depth, padding):
        super().__init__()
        self.pool = nn.MaxPool2d(2)
        self.down, self.up, self.merge = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        before, maps = in_channels, base
        for _ in range(depth):
            self.down.append(Stage(before, maps, padding))
            self.up.insert(0, Spread(2 * maps, maps))
            self.merge.insert(0, Stage(2 * maps, maps, padding))
            before, maps = maps, 2 * maps
        self.bottom = Stage(before, maps, padding)
        self.head = nn.Conv2d(base, classes, 1)

    def level(self, x, k):
        if k == len(self.down):
            return self.bottom(x)
        copy = self.down[k](x)
        if any(n % 2 for n in copy.shape[2:]):
            raise ValueError("odd")
        y = self.up[-1 - k](self.level(self.pool(copy), k + 1))
        return self.merge[-1 - k](torch.cat((centre(copy, *y.shape[2:]), y), 1))

    def forward(self, x):
        return self.head(self.level(x, 0))
