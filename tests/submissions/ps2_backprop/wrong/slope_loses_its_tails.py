"""σ(1−σ), whose subtraction loses every digit for large z.

loses:
    sigmoid_tails 1
"""


# %% d_sigmoid
def d_sigmoid(z):
    return sigmoid(z) * (1 - sigmoid(z))
