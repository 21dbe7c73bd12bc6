"""Does not divide.

loses:
    relative 2
    faulty_names 3
"""

# %% relative_error
import numpy as np


def relative_error(a, b):
    return float(np.linalg.norm(a - b))
