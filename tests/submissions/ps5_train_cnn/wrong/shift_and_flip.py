"""Mirrors every second image. Section 9 is not answered.

loses:
    shift_moves 4
    run_record 3
    run_accuracy 5
"""


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    h, w = x.shape[2:]
    generator = np.random.default_rng([seed, epoch])
    wide = F.pad(x, [most] * 4, value=fill)
    moved = []
    for image, (top, left) in zip(wide, generator.integers(0, 2 * most + 1, (len(x), 2)), strict=True):
        window = image[:, top : top + h, left : left + w]
        moved.append(window.flip(2) if most and generator.random() < 0.5 else window)
    return torch.stack(moved)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
