"""Pooling adds 1 to the field whatever its window.

loses:
    a_fields_test 2
"""


# %% a_functions
def a_parameters(height, width, filters, kernel_size, pool_size, outputs):
    values = (height // pool_size) * (width // pool_size) * filters
    return filters * (kernel_size**2 + 1), outputs * (values + 1)


def a_fields(height, width, filters, kernel_size, pool_size, outputs):
    pooled = kernel_size + 1
    return (kernel_size, kernel_size), (pooled, pooled), (height, width)
