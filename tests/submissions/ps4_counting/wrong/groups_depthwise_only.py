"""Any grouped layer is taken for a depthwise one.

loses:
    conv_groups 4
    work_groups 2
"""


# %% conv_parameters
def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = kernel_size
    if groups > 1:
        return (kh * kw + bias) * out_channels
    return (kh * kw * in_channels + bias) * out_channels
