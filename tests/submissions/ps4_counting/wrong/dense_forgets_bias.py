"""A dense layer without its biases.

loses:
    dense_bias 2
    mlp 2
    table_parameters 3
    figure_vgg7 1
    figure_lenet 1
    a_parameters_test 2
"""


# %% dense_parameters
def dense_parameters(inputs, outputs, bias=True):
    return inputs * outputs
