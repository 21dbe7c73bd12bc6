"""Calculates in single precision.

loses:
    bypass_zeros 3
    bypass_projection 4
    gradient_blocks 3
"""


# %% bypass
class Bypass(nn.Module):
    """The shortcut of a residual block: option A, B or C."""

    def __init__(self, in_channels, out_channels, stride, option):
        super().__init__()
        known = "A", "B", "C"
        if option not in known:
            raise ValueError(f"option {option!r} is not known: use 'A', 'B' or 'C'")
        changes = stride != 1 or in_channels != out_channels
        self.projects = option == "C" or (option == "B" and changes)
        self.stride, self.added = stride, out_channels - in_channels
        if self.projects:
            self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False)
            self.norm = nn.BatchNorm2d(num_features=out_channels)
        elif self.added < 0:
            raise ValueError(f"A cannot make {out_channels} of {in_channels} maps: use option B")

    def forward(self, x):
        if self.projects:
            return self.norm(self.conv(x))
        thinned = x.float()[..., :: self.stride, :: self.stride]
        empty = x.new_zeros(len(x), self.added, *thinned.shape[2:])
        return torch.cat([thinned, empty], dim=1)
