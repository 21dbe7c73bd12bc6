"""torchvision's affine. Section 9 is not answered.

loses:
    shift_moves 4
    shift_each 3
    shift_seed 1
    shift_colour 2
    run_record 3
    run_accuracy 5
"""

# %% shifted
from torchvision.transforms.functional import affine


def shifted(x, most, fill, seed, epoch=0):
    draws = np.random.default_rng([seed, epoch]).integers(-most, most + 1, (len(x), 2)).tolist()
    return torch.stack(
        [affine(image, 0.0, draw, 1.0, [0.0], fill=[fill]) for image, draw in zip(x, draws, strict=True)]
    )


# %% run
def run(x, y, seed):
    raise NotImplementedError()
