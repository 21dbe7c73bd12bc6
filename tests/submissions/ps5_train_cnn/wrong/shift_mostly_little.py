"""Small shifts are more likely than large ones. Section 9 is not answered.

loses:
    shift_each 3
    run_record 3
    run_accuracy 5
"""


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    h, w = x.shape[2:]
    generator = np.random.default_rng([seed, epoch])
    wide = F.pad(x, [most] * 4, value=fill)
    moved = []
    for image, (top, left) in zip(wide, generator.integers(0, most + 1, (2, len(x), 2)).sum(0), strict=True):
        moved.append(image[:, top : top + h, left : left + w])
    return torch.stack(moved)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
