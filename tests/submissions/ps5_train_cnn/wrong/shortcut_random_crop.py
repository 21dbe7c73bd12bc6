"""torchvision's RandomCrop, image by image. Section 9 is not answered.

loses:
    shift_moves 4
    shift_each 3
    shift_seed 1
    shift_colour 2
    run_record 3
    run_accuracy 5
"""

# %% shifted
from torchvision.transforms import RandomCrop


def shifted(x, most, fill, seed, epoch=0):
    crop = RandomCrop(tuple(x.shape[2:]), padding=most, fill=fill)
    return torch.stack([crop(image) for image in x])


# %% run
def run(x, y, seed):
    raise NotImplementedError()
