"""All images take the same way. Section 9 is not answered.

loses:
    shift_each 3
    shift_seed 1
    run_record 3
    run_accuracy 5
"""


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    h, w = x.shape[2:]
    top, left = np.random.default_rng([seed, epoch]).integers(0, 2 * most + 1, 2)
    return F.pad(x, [most] * 4, value=fill)[:, :, top : top + h, left : left + w].clone()


# %% run
def run(x, y, seed):
    raise NotImplementedError()
