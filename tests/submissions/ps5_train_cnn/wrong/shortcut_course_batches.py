"""The course's Batches. Section 9 is not answered.

loses:
    batches_once 3
    batches_order 4
    batches_plain 2
    run_record 3
    run_accuracy 5
"""

# %% batches
from course.data import Batches


def batches(x, y, size, seed=None, epoch=0):
    if seed is None:
        return list(zip(x.split(size), y.split(size), strict=True))
    return list(Batches((x, y), size, seed=seed).epoch(epoch))


# %% run
def run(x, y, seed):
    raise NotImplementedError()
