"""Asks this course's library.

loses:
    sigmoid_test 3
    sigmoid_stable 3
    count_mlp 2
"""

# %% activations
from course.widgets import activations_model


def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    return np.vectorize(activations_model.sigmoid)(z)


def relu(z):
    return np.maximum(z, 0)


# %% counting
def mlp_parameters(widths):
    from course.arithmetic import Dense

    return sum(Dense(n, m).parameters for n, m in itertools.pairwise(widths))


def widest_hidden(inputs, outputs, budget):
    return max(0, (budget - outputs) // (inputs + outputs + 1))


def image_weights(shape, units):
    return math.prod(int(size) for size in shape) * units
