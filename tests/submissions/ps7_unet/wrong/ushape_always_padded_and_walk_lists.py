"""Two mistakes.

* Pads whatever it is told.
* Triples of tuples in a tuple; forgets the head's parameters.

loses:
    walk_crops 2
    parameters_count 3
    ushape_valid 2
    ushape_refuses 1
"""


# %% ushape
class UShape(nn.Module):
    """A U-Net; the attributes are down, bottom, up, merge and head."""

    def __init__(self, in_channels, classes, base, depth, padding):
        super().__init__()
        padding = 1
        maps = [base * 2**level for level in range(depth + 1)]
        steps = list(itertools.pairwise([in_channels, *maps]))
        self.down = nn.ModuleList([Stage(a, b, padding) for a, b in steps[:-1]])
        self.bottom = Stage(*steps[-1], padding)
        self.up = nn.ModuleList([Spread(2 * b, b) for b in maps[-2::-1]])
        self.merge = nn.ModuleList([Stage(2 * b, b, padding) for b in maps[-2::-1]])
        self.head = nn.Conv2d(base, classes, kernel_size=1)

    def forward(self, x):
        copies = []
        for stage in self.down:
            x = stage(x)
            if x.shape[2] % 2 or x.shape[3] % 2:
                raise ValueError(f"a pooling meets maps of {x.shape[2]}×{x.shape[3]}: both must be even")
            copies.append(x)
            x = F.max_pool2d(x, kernel_size=2)
        x = self.bottom(x)
        for spread, stage in zip(self.up, self.merge):
            x = spread(x)
            beside = centre(copies.pop(), x.shape[2], x.shape[3])
            x = stage(torch.cat([beside, x], dim=1))
        return self.head(x)


# %% walk
def walk(size, depth, convs=2):
    """Return the output size of a U-Net with valid convolutions, and what is cut off its copies."""
    copies, crops, lost = [], [], 2 * convs
    for _ in range(depth):
        size -= lost
        if size % 2:
            raise ValueError(f"a pooling meets {size} pixels: choose an input with which all are even")
        copies.append(size)
        size //= 2
    for copy in copies[::-1]:
        size = 2 * (size - lost)
        crops.append((copy, size, (copy - size) // 2))
    if size <= lost:
        raise ValueError("nothing is left at the end: choose a larger input")
    return size - lost, tuple(crops)


def smallest_input(least, depth, convs=2):
    """Return the smallest input size that fits and gives at least this output."""
    block, lost = 2**depth, 2 * convs
    bottom = math.ceil((least + lost * (2 * block - 1)) / block)
    return bottom * block + lost * (block - 1)


def unet_parameters(in_channels, classes, base, depth):
    """Return the number of parameters of a U-Net with two convolutions on a level."""
    widths = [in_channels] + [base * 2**i for i in range(depth + 1)]
    down = sum(9 * a * b + b + 9 * b * b + b for a, b in itertools.pairwise(widths))
    up = sum(8 * b * b + b + 18 * b * b + b + 9 * b * b + b for b in widths[1:-1])
    return down + up
