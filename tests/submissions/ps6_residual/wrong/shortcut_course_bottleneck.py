"""Takes the course's own bottleneck for the branch.

loses:
    bottleneck_state 2
    bottleneck_values 3
    bottleneck_stride 2
    bottleneck_whole 1
    start_zero 3
    gradient_blocks 3
"""

# %% bottleneck_branch
from course.models.resnet import Bottleneck


def bottleneck_branch(in_channels, width, stride):
    block = Bottleneck(in_channels, width, stride, None)
    names = {"conv_a": block.conv1, "norm_a": block.norm1, "relu_a": nn.ReLU()}
    names |= {"conv_b": block.conv2, "norm_b": block.norm2, "relu_b": nn.ReLU()}
    return nn.Sequential(OrderedDict(names | {"conv_c": block.conv3, "norm_c": block.norm3}))
