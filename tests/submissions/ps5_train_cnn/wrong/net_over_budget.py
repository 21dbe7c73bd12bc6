"""24 and 48 channels. Section 9 is not answered.

loses:
    net_budget 2
    run_record 3
    run_accuracy 5
"""


# %% make_net
def make_net(seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 24, 3, padding=1),
            nn.BatchNorm2d(24),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(24, 48, 3, padding=1),
            nn.BatchNorm2d(48),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(192, 10),
        )


# %% run
def run(x, y, seed):
    raise NotImplementedError()
