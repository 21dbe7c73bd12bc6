"""Wraps the course's own highway layer.

loses:
    highway_values 3
    highway_start 2
    gradient_measured 3
    gradient_blocks 3
"""

# %% highway
from course.models.highway import HighwayLinear


class Highway(nn.Module):
    def __init__(self, width, gate_bias=-2.0):
        super().__init__()
        layer = HighwayLinear(width, gate_bias=gate_bias)
        self.h, self.t = layer.transform, layer.gate

    def forward(self, x):
        gate = torch.sigmoid(self.t(x))
        return gate * torch.relu(self.h(x)) + (1 - gate) * x
