"""A layer that nobody calls. Section 9 is not answered.

loses:
    net_budget 2
    run_record 3
    run_accuracy 5
"""


# %% make_net
class Idle(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(128, 10),
        )
        self.spare = nn.Linear(10, 10)

    def forward(self, x):
        return self.layers(x)


def make_net(seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Idle()


# %% run
def run(x, y, seed):
    raise NotImplementedError()
