"""Measures on a deep copy of the net, whose parameters may get gradients."""

# %% input_gradient
import copy


def input_gradient(net, x, delta):
    own = x.data.clone()
    own.requires_grad = True
    y = copy.deepcopy(net)(own)
    (y * delta).sum().backward()
    return own.grad.detach()


# %% transition
class Transition(nn.Module):
    def __init__(self, in_channels, keep=0.5):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, int(in_channels * keep // 1), 1, bias=False)

    def forward(self, x):
        y = self.conv(self.norm(x).clamp(min=0))
        n, c, h, w = y.shape
        y = y[:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2)
        return y.mean(dim=(3, 5))
