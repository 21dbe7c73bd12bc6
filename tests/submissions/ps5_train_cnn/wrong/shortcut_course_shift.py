"""The course's Shift. Section 9 is not answered.

loses:
    shift_moves 4
    shift_each 3
    shift_seed 1
    shift_colour 2
    run_record 3
    run_accuracy 5
"""

# %% shifted
from course.data import Shift


def shifted(x, most, fill, seed, epoch=0):
    if most == 0:
        return x.clone()
    draw = torch.Generator().manual_seed(1000003 * seed + epoch)
    return (Shift(most)(x.float() - fill, generator=draw) + fill).to(x.dtype)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
