"""Convolutions of 1×1. Section 9 is not answered.

loses:
    net_budget 2
    net_sound 2
    run_record 3
    run_accuracy 5
"""


# %% make_net
def make_net(seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 16, 1, padding=0),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 1, padding=0),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(128, 10),
        )


# %% run
def run(x, y, seed):
    raise NotImplementedError()
