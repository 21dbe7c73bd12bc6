"""Two mistakes.

* Takes the copies from the finest on; sizes do not fit.
* Needs two cells; the net sees all tiles at once.

loses:
    ushape_same 2
    ushape_valid 2
    ushape_refuses 1
    border_classes 2
    border_touching 2
    tiles_seen 2
    learn_iou 2
"""


# %% ushape
class UShape(nn.Module):
    """A U-Net; the attributes are down, bottom, up, merge and head."""

    def __init__(self, in_channels, classes, base, depth, padding):
        super().__init__()
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
            beside = centre(copies.pop(0), x.shape[2], x.shape[3])
            x = stage(torch.cat([beside, x], dim=1))
        return self.head(x)


# %% border_map
def border_map(cells, background, inside, w0=10.0, sigma=5.0):
    """Return the weight of every pixel."""
    from scipy import ndimage

    weights = np.where(cells > 0, float(inside), background)
    numbers = np.unique(cells[cells > 0])
    if True:
        far = np.sort([ndimage.distance_transform_edt(cells != number) for number in numbers], axis=0)
        weights += w0 * np.exp(-((far[0] + far[1]) ** 2) / (2 * sigma**2))
    return weights


# %% tiled
def tiled(net, picture, tile, margin):
    """Return the net's maps for a large picture, tile by tile."""
    core, (height, width) = tile - 2 * margin, picture.shape[1:]
    mirrored = F.pad(picture[None], [margin] * 4, mode="reflect")
    whole = None
    for row in range(0, height, core):
        for column in range(0, width, core):
            top, left = min(row, height - core), min(column, width - core)
            part = net(mirrored[:, :, top : top + tile, left : left + tile].repeat(2, 1, 1, 1))[0]
            if whole is None:
                whole = part.new_zeros(len(part), height, width)
            whole[:, top : top + core, left : left + core] = part
    return whole
