"""Moves the caller's images as well. Section 9 is not answered.

loses:
    shift_moves 4
    shift_each 3
    shift_seed 1
    run_record 3
    run_accuracy 5
"""


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    h, w = x.shape[2:]
    wide = F.pad(x, [most] * 4, value=fill)
    for i, (top, left) in enumerate(
        np.random.default_rng([seed, epoch]).integers(0, 2 * most + 1, (len(x), 2))
    ):
        x[i] = wide[i, :, top : top + h, left : left + w]
    return x.clone()


# %% run
def run(x, y, seed):
    raise NotImplementedError()
