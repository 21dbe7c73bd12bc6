"""Compares differences with the tolerance and not relative errors.

loses:
    faulty_names 3
"""

# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if found.shape != gradients[name].shape or abs(found - gradients[name]).max() > tolerance:
            names.append(name)
    return names
