"""Every channel goes its own way. Section 9 is not answered.

loses:
    shift_colour 2
    run_record 3
    run_accuracy 5
"""


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    h, w = x.shape[2:]
    generator = np.random.default_rng([seed, epoch])
    wide = F.pad(x, [most] * 4, value=fill).flatten(0, 1)
    moved = []
    for plane, (top, left) in zip(wide, generator.integers(0, 2 * most + 1, (len(wide), 2)), strict=True):
        moved.append(plane[top : top + h, left : left + w])
    return torch.stack(moved).reshape(x.shape)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
