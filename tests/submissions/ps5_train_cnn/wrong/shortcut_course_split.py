"""The course's own splitter. Section 9 is not answered.

loses:
    prepare_parts 2
    prepare_leak 3
    run_record 3
    run_accuracy 5
"""

# %% prepare
from course.data import Samples, Source, split


def prepare(x, y, share, seed):
    train, held = split(Samples(x, y, Source("digits", False, "digits", "")), 1 - share, share, seed=seed)
    mean, std = statistics(train.x)
    return {"train": (train.x, train.y), "held": (held.x, held.y), "mean": mean, "std": std}


# %% run
def run(x, y, seed):
    raise NotImplementedError()
