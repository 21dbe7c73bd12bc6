"""Forgets the epoch. Section 9 is not answered.

loses:
    shift_seed 1
    run_record 3
    run_accuracy 5
"""


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    h, w = x.shape[2:]
    generator = np.random.default_rng(seed)
    wide = F.pad(x, [most] * 4, value=fill)
    moved = []
    for image, (top, left) in zip(wide, generator.integers(0, 2 * most + 1, (len(x), 2)), strict=True):
        moved.append(image[:, top : top + h, left : left + w])
    return torch.stack(moved)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
