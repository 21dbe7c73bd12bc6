"""Lets SciPy build the matrix.

loses:
    matrix_plain 2
    matrix_stride 2
    matrix_padding 1
"""

# %% convolution_matrix
from scipy.linalg import circulant


def convolution_matrix(w, n, padding=0, stride=1):
    row = np.zeros(n + 2 * padding)
    row[: len(w)] = w
    outputs = output_size(n, len(w), padding)
    return circulant(row)[:, :outputs].T[::stride, padding : padding + n]
