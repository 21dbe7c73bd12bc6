"""scikit-learn's shuffle. Section 9 is not answered.

loses:
    batches_once 3
    batches_order 4
    batches_plain 2
    run_record 3
    run_accuracy 5
"""

# %% batches
from sklearn.utils import shuffle


def batches(x, y, size, seed=None, epoch=0):
    order = np.arange(len(y))
    if seed is not None:
        order = shuffle(order, random_state=(1000003 * seed + epoch) % 2**32)
    return [(x[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(y), size)]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
