"""Numbers the positions of the padded input.

loses:
    unread_positions 2
"""


# %% unread
def unread(n, f, padding=0, stride=1, dilation=1):
    places = range(output_size(n, f, padding, stride, dilation))
    read = {i * stride + u * dilation for i in places for u in range(f)}
    return [position for position in range(n) if position not in read]
