"""Refuses only a bypass with more maps than the branch.

loses:
    residual_refuses 1
"""


# %% residual
class Residual(nn.Module):
    """ReLU of the sum of a branch and a bypass; without a bypass a plain layer."""

    def __init__(self, branch, bypass=None):
        super().__init__()
        self.branch = branch
        self.bypass = bypass

    def forward(self, x):
        total = self.branch(x)
        if self.bypass is not None:
            around = self.bypass(x)
            if around.shape[1] > total.shape[1] or around.shape[2:] != total.shape[2:]:
                raise ValueError(f"the bypass gives {tuple(around.shape)}, the branch {tuple(total.shape)}")
            total = total + around
        return torch.relu(total)
