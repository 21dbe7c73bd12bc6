"""Right values; takes the absolute values of the second gradient where it stands.

loses:
    relative 2
    faulty_names 3
"""

# %% relative_error
import numpy as np


def relative_error(a, b):
    apart = np.linalg.norm(a - b)
    if not apart:
        return 0.0
    return float(apart / (np.linalg.norm(a) + np.sqrt(np.sum(np.abs(b, out=b) ** 2))))
