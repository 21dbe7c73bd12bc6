"""Leaves padding positions in the window.

loses:
    window 2
"""


# %% field_window
def field_window(layers, output, length):
    size, jump, start = receptive_field(layers)
    first = start + output * jump
    return first, first + size - 1
