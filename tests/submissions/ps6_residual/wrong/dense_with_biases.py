"""Convolutions with biases.

loses:
    dense_state 2
    dense_values 3
"""


# %% dense_block
class DenseBlock(nn.Module):
    """Layers that read all maps before them and put their own behind."""

    def __init__(self, in_channels, growth, layers):
        super().__init__()
        reads = [in_channels + growth * i for i in range(layers)]
        kernel = {"kernel_size": 3, "padding": 1}
        self.norms = nn.ModuleList([nn.BatchNorm2d(maps) for maps in reads])
        self.convs = nn.ModuleList([nn.Conv2d(maps, growth, **kernel) for maps in reads])

    def forward(self, x):
        for norm, conv in zip(self.norms, self.convs):
            added = conv(torch.relu(norm(x)))
            x = torch.cat((x, added), dim=1)
        return x
