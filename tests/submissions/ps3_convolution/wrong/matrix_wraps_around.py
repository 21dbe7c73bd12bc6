"""Lets negative positions count from the end.

loses:
    matrix_padding 1
"""


# %% convolution_matrix
def convolution_matrix(w, n, padding=0, stride=1):
    matrix = np.zeros((output_size(n, len(w), padding, stride), n))
    for i in range(len(matrix)):
        for u in range(len(w)):
            position = i * stride + u - padding
            if position < n:
                matrix[i, position] = w[u]
    return matrix
