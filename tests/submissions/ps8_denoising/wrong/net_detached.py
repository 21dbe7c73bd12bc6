"""Cuts the graph of the noise: nothing can be learnt.

loses:
    train_record 2
    train_gain 3
"""


# %% noise_net
class NoiseNet(nn.Module):
    """DnCNN with and without residual learning and batch normalisation."""

    def __init__(self, depth, width, colours=1, norm=True, residual=True):
        super().__init__()
        if depth < 2:
            raise ValueError(f"depth {depth}: the first and the last convolution are two")
        ends = 0, depth - 1
        maps = [colours, *[width] * (depth - 1), colours]
        self.convs = nn.ModuleList()
        for i in range(depth):
            has_bias = i in ends or not norm
            self.convs.append(nn.Conv2d(maps[i], maps[i + 1], 3, padding=1, bias=has_bias))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for _ in range(depth - 2) if norm)
        self.residual = residual

    def forward(self, x):
        first, *inner, last = self.convs
        hidden = F.relu(first(x))
        for i, conv in enumerate(inner):
            hidden = conv(hidden)
            if len(self.norms):
                hidden = self.norms[i](hidden)
            hidden = F.relu(hidden)
        found = last(hidden).detach()
        return x - found if self.residual else found
