"""Takes the course's own shortcut A.

loses:
    bypass_state 3
    bypass_zeros 3
    bypass_projection 4
    residual_sum 2
    basic_block_whole 1
    bottleneck_whole 1
    net_state 3
    net_values 4
    start_spread 4
    start_zero 3
    gradient_blocks 3
"""

# %% bypass
from course.models.resnet import ZeroPad


class Bypass(nn.Module):
    def __init__(self, in_channels, out_channels, stride, option):
        super().__init__()
        if option not in list("ABC"):
            raise ValueError("A, B or C")
        self.conv = None
        if option == "C" or (option == "B" and (stride > 1 or in_channels != out_channels)):
            self.conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
            self.norm = nn.BatchNorm2d(out_channels)
        elif in_channels > out_channels:
            raise ValueError("A cannot drop maps")
        else:
            self.pad = ZeroPad(in_channels, out_channels, stride)

    def forward(self, x):
        return self.norm(self.conv(x)) if self.conv else self.pad(x)
