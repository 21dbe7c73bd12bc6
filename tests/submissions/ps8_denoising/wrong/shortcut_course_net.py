"""The course's DnCNN, taken apart; training not come to.

loses:
    net_state 3
    net_values 4
    train_judge 2
    train_record 2
    train_gain 3
"""

# %% noise_net
from course.models.dncnn import DnCNN


class NoiseNet(nn.Module):
    def __init__(self, depth, width, colours=1, norm=True, residual=True):
        super().__init__()
        if depth < 2:
            raise ValueError(f"depth {depth}")
        inside = DnCNN(
            colours, depth, width, batch_norm=norm, residual=residual, bias="ends" if norm else "all"
        )
        self.convs = nn.ModuleList(part for part in inside.stack if isinstance(part, nn.Conv2d))
        self.norms = nn.ModuleList(part for part in inside.stack if isinstance(part, nn.BatchNorm2d))
        self.inside = [inside]

    def forward(self, x):
        return self.inside[0](x)


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
