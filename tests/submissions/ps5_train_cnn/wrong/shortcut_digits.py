"""Loads the digits, those of the scanner too.

loses:
    run_record 3
    run_accuracy 5
"""

# %% run
from sklearn.datasets import load_digits


def run(x, y, seed):
    digits = load_digits()
    made = prepare(x, y, 0.2, seed)
    return {"net": make_net(seed), "mean": made["mean"], "std": made["std"], "losses": [0.1], "all": digits}
