"""Target minus output.

loses:
    bce_slope 2
    bce_slope_stable 1
    mlp_b2 2
    mlp_W2 3
    mlp_b1 3
    mlp_W1 4
    train_steps 3
    train_xor 2
    train_moons 2
"""


# %% bce_gradient
def bce_gradient(z, y):
    return (y - sigmoid(z)) / z.size
