"""Asks whether the error is greater, which is never true of NaN.

loses:
    faulty_names 3
"""


# %% faulty
def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if found.shape != gradients[name].shape or relative_error(found, gradients[name]) > tolerance:
            names.append(name)
    return names
