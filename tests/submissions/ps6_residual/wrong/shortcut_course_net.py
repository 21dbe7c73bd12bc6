"""Wraps the course's own net for small images.

loses:
    net_state 3
    net_values 4
    start_spread 4
    start_zero 3
    gradient_blocks 3
"""

# %% small_resnet
from course.models.cifar_resnet import CifarResNet


class SmallResNet(nn.Module):
    def __init__(self, n, width=16, classes=10, option="A", in_channels=3):
        super().__init__()
        net = CifarResNet(
            6 * n + 2, shortcut=option, num_classes=classes, in_channels=in_channels, width=width
        )
        self.stem, self.stem_norm, self.head = net.conv1, net.norm1, net.head
        self.stages = nn.Sequential(net.stage1, net.stage2, net.stage3)

    def forward(self, x):
        return self.head(self.stages(torch.relu(self.stem_norm(self.stem(x)))).mean((2, 3)))
