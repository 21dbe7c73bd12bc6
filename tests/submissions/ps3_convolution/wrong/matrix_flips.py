"""Builds the matrix of the convolution in the strict sense.

loses:
    matrix_plain 2
    matrix_stride 2
    matrix_padding 1
"""


# %% convolution_matrix
def convolution_matrix(w, n, padding=0, stride=1):
    matrix = np.zeros((output_size(n, len(w), padding, stride), n))
    for i in range(len(matrix)):
        for u in range(len(w)):
            position = i * stride + u - padding
            if 0 <= position < n:
                matrix[i, position] = w[-1 - u]
    return matrix
