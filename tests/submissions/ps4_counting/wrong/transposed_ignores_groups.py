"""The groups of a transposed convolution are never read.

loses:
    transposed 3
"""


# %% transposed_parameters
def transposed_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = kernel_size
    return kh * kw * in_channels * out_channels + bias * out_channels
