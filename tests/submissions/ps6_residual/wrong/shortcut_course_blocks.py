"""Takes the course's own block for the branch.

loses:
    basic_state 2
    basic_values 4
    basic_block_whole 1
    net_state 3
    net_values 4
    start_spread 4
    start_zero 3
    gradient_blocks 3
"""

# %% basic_branch
from course.models.resnet import BasicBlock


def basic_branch(in_channels, out_channels, stride):
    block = BasicBlock(in_channels, out_channels, stride, None)
    names = {"conv_a": block.conv1, "norm_a": block.norm1, "relu": nn.ReLU()}
    return nn.Sequential(OrderedDict(names | {"conv_b": block.conv2, "norm_b": block.norm2}))
