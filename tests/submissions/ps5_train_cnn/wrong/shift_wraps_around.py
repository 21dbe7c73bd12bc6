"""What leaves on one side comes in on the other. Section 9 is not answered.

loses:
    shift_moves 4
    run_record 3
    run_accuracy 5
"""


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    draws = np.random.default_rng([seed, epoch]).integers(-most, most + 1, (len(x), 2)).tolist()
    return torch.stack([image.roll((dy, dx), (1, 2)) for image, (dy, dx) in zip(x, draws, strict=True)])


# %% run
def run(x, y, seed):
    raise NotImplementedError()
