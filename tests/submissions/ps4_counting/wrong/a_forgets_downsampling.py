"""The dense layer reads the maps before pooling.

loses:
    a_parameters_test 2
"""


# %% a_functions
def a_parameters(height, width, filters, kernel_size, pool_size, outputs):
    values = height * width * filters
    return filters * (kernel_size**2 + 1), outputs * (values + 1)


def a_fields(height, width, filters, kernel_size, pool_size, outputs):
    pooled = kernel_size + pool_size - 1
    return (kernel_size, kernel_size), (pooled, pooled), (height, width)
