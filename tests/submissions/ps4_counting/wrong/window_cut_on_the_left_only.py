"""Cuts the padding before the image but not behind it.

loses:
    window 2
"""


# %% field_window
def field_window(layers, output, length):
    size, jump, start = receptive_field(layers)
    first = start + output * jump
    return max(first, 0), first + size - 1
