"""Writes the result into its input.

loses:
    highway_values 3
    gradient_blocks 3
"""


# %% highway
class Highway(nn.Module):
    """A highway layer: T(x) H(x) + (1 - T(x)) x."""

    def __init__(self, width, gate_bias=-2.0):
        super().__init__()
        self.h = nn.Linear(width, width)
        self.t = nn.Linear(width, width)
        nn.init.constant_(self.t.bias, gate_bias)

    def forward(self, x):
        opened = torch.sigmoid(self.t(x))
        changed = torch.relu(self.h(x))
        y = x + opened * (changed - x)
        if not x.requires_grad:
            x += opened * (changed - x)
        return y
