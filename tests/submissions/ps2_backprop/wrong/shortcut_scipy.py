"""SciPy's numerical derivative.

loses:
    numerical 3
    numerical_care 1
    faulty_names 3
"""

# %% numerical_gradient
import numpy as np
from scipy.optimize import approx_fprime


def numerical_gradient(loss, a, step=1e-5):
    flat = approx_fprime(np.ravel(a).astype(float), lambda b: loss(b.reshape(np.shape(a))), step)
    return flat.reshape(np.shape(a))
