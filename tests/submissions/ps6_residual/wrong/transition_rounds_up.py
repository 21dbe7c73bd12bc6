"""Rounds the number of maps up.

loses:
    transition_values 3
"""


# %% transition
class Transition(nn.Module):
    """Fewer maps, and half the size."""

    def __init__(self, in_channels, keep=0.5):
        super().__init__()
        kept = math.ceil(keep * in_channels)
        self.norm = nn.BatchNorm2d(num_features=in_channels)
        self.conv = nn.Conv2d(in_channels, kept, kernel_size=1, bias=False)

    def forward(self, x):
        mixed = self.conv(torch.relu(self.norm(x)))
        return F.avg_pool2d(mixed, kernel_size=2)
