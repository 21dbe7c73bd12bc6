"""The gate bias is always −2.

loses:
    highway_start 2
    gradient_measured 3
"""


# %% highway
class Highway(nn.Module):
    """A highway layer: T(x) H(x) + (1 - T(x)) x."""

    def __init__(self, width, gate_bias=-2.0):
        super().__init__()
        self.h = nn.Linear(width, width)
        self.t = nn.Linear(width, width)
        nn.init.constant_(self.t.bias, -2.0)

    def forward(self, x):
        opened = torch.sigmoid(self.t(x))
        changed = torch.relu(self.h(x))
        return x + opened * (changed - x)
