"""Asks scikit-learn's tools and a tensor's logsumexp.

loses:
    softmax_values 2
    softmax_stable 3
    softmax_unchanged 1
    log_softmax_test 3
    ce_values 4
    ce_stable 2
"""


# %% softmax
def softmax(Z):
    from sklearn.utils.extmath import softmax

    return softmax(Z)


def log_softmax(Z):
    import torch

    return (torch.tensor(Z) - torch.tensor(Z).logsumexp(1, keepdim=True)).numpy()
