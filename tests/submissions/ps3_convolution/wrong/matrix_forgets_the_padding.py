"""Has a column for each padded zero.

loses:
    matrix_padding 1
"""


# %% convolution_matrix
def convolution_matrix(w, n, padding=0, stride=1):
    matrix = np.zeros((output_size(n, len(w), padding, stride), n + 2 * padding))
    for i in range(len(matrix)):
        for u in range(len(w)):
            position = i * stride + u
            if 0 <= position < n + 2 * padding:
                matrix[i, position] = w[u]
    return matrix
