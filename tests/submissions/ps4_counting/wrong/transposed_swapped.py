"""The biases of a transposed convolution are counted at its input maps.

loses:
    transposed 3
"""


# %% transposed_parameters
def transposed_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = kernel_size
    return (kh * kw * (out_channels // groups) + bias) * in_channels
