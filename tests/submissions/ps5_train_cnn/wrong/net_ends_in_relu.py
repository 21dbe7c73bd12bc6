"""An activation after the last layer. Section 9 is not answered.

loses:
    net_sound 2
    run_record 3
    run_accuracy 5
"""


# %% make_net
def make_net(seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
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
            nn.ReLU(),
        )


# %% run
def run(x, y, seed):
    raise NotImplementedError()
