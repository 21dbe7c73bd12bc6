"""Takes torchvision's bottleneck apart.

loses:
    bottleneck_state 2
    bottleneck_values 3
    bottleneck_stride 2
    bottleneck_whole 1
    start_zero 3
    gradient_blocks 3
"""

# %% bottleneck_branch
import torchvision.models.resnet


def bottleneck_branch(in_channels, width, stride):
    block = torchvision.models.resnet.Bottleneck(in_channels, width)
    block.conv1.stride = (stride, stride)
    names = {"conv_a": block.conv1, "norm_a": block.bn1, "relu_a": nn.ReLU()}
    names |= {"conv_b": block.conv2, "norm_b": block.bn2, "relu_b": nn.ReLU()}
    return nn.Sequential(OrderedDict(names | {"conv_c": block.conv3, "norm_c": block.bn3}))
