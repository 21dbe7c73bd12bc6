"""Computes with half the digits.

loses:
    softmax_values 2
    softmax_stable 3
    log_softmax_test 3
    ce_values 4
"""


# %% softmax
def softmax(Z):
    e = np.exp((Z - Z.max(axis=1, keepdims=True)).astype(np.float32))
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(Z):
    Z = Z - Z.max(axis=1, keepdims=True)
    return Z - np.log(np.exp(Z.astype(np.float32)).sum(axis=1, keepdims=True))
