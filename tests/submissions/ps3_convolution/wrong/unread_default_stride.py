"""Takes the stride to be the kernel size where none is given, as pooling does.

loses:
    unread_positions 2
"""


# %% unread
def unread(n, f, padding=0, stride=None, dilation=1):
    stride = stride or f
    places = range(output_size(n, f, padding, stride, dilation))
    read = {i * stride + u * dilation - padding for i in places for u in range(f)}
    return [position for position in range(n) if position not in read]
