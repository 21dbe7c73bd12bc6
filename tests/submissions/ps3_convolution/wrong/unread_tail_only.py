"""Knows what the floor leaves over, not what lies between the taps.

loses:
    unread_positions 2
"""


# %% unread
def unread(n, f, padding=0, stride=1, dilation=1):
    places = range(output_size(n, f, padding, stride, dilation))
    read = {i * stride + u - padding for i in places for u in range(dilation * (f - 1) + 1)}
    return [position for position in range(n) if position not in read]
