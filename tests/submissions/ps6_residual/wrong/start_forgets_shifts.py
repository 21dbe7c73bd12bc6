"""Leaves the shifts of norms as they are.

loses:
    start_spread 4
"""


# %% initialise
def initialise(net, zero_last=False):
    """Start a net: He's normal numbers for convolutions, 1 and 0 for norms, and 0 for last norms if asked for."""
    for piece in net.modules():
        if isinstance(piece, nn.Conv2d):
            fan_in = math.prod(piece.weight.shape[1:])
            nn.init.normal_(piece.weight, std=math.sqrt(2 / fan_in))
        elif isinstance(piece, nn.BatchNorm2d):
            nn.init.ones_(piece.weight)
        if isinstance(piece, nn.Linear):
            nn.init.zeros_(piece.bias)
    for piece in net.modules():
        if zero_last and isinstance(piece, Residual):
            names = dict(piece.branch.named_children())
            nn.init.zeros_(names.get("norm_c", names["norm_b"]).weight)
