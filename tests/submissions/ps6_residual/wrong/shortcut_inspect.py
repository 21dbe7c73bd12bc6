"""Lets a card count the bottleneck.

loses:
    count_bottleneck 3
"""

# %% bottleneck_parameters
from course.inspect import analyze


def bottleneck_parameters(in_channels, width, stride=1, option="B"):
    return analyze(bottleneck_block(in_channels, width, stride, option), (in_channels, 4, 4)).parameters
