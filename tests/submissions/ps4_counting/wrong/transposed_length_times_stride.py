"""Multiplies the length by the stride, which is right for kernel = stride only.

loses:
    transposed_length_test 2
"""


# %% transposed_length
def transposed_length(length, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    return length * stride - 2 * padding + output_padding
