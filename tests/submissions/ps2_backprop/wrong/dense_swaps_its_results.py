"""Returns (dW, db, dx).

loses:
    dense_dW 3
    dense_db 2
    dense_dx 3
    mlp_b2 2
    mlp_W2 3
    mlp_b1 3
    mlp_W1 4
    branch_dx 3
    branch_dW 4
    train_steps 3
    train_losses 1
    train_xor 2
    train_moons 2
"""


# %% dense_backward
def dense_backward(delta, x, W):
    return delta.T @ x, delta.sum(axis=0), delta @ W
