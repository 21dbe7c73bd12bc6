"""Lets course.arithmetic count.

loses:
    count_bypass 2
    count_basic 2
    count_bottleneck 3
    count_net 4
"""

# %% bypass_parameters
from course.arithmetic import Conv


def bypass_parameters(in_channels, out_channels, stride, option):
    if option in (None, "A") or (option == "B" and stride == 1 and in_channels == out_channels):
        return 0
    return Conv(in_channels, out_channels, 1, bias=False).parameters + 2 * out_channels
