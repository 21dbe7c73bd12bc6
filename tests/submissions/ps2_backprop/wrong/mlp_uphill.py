"""Has the sign of the output's error wrong.

loses:
    mlp_b2 2
    mlp_W2 3
    mlp_b1 3
    mlp_W1 4
    train_steps 3
    train_xor 2
    train_moons 2
"""


# %% mlp_gradients
def mlp_gradients(parameters, x, y):
    z1 = x @ parameters["W1"].T + parameters["b1"]
    h = sigmoid(z1)
    z2 = h @ parameters["W2"].T + parameters["b2"]
    delta2 = -bce_gradient(z2, y)
    dh, dW2, db2 = dense_backward(delta2, h, parameters["W2"])
    delta1 = dh * d_sigmoid(z1)
    _, dW1, db1 = dense_backward(delta1, x, parameters["W1"])
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
