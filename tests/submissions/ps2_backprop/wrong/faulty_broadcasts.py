"""Compares gradients of different shapes by broadcasting.

loses:
    faulty_names 3
"""

# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if not relative_error(found, gradients[name]) <= tolerance:
            names.append(name)
    return names
