"""Returns float64. Section 9 is not answered.

loses:
    standard_values 3
    run_record 3
    run_accuracy 5
"""


# %% standardise
def standardise(x, mean, std):
    return (x.double() - mean[:, None, None]) / std[:, None, None]


# %% classify
def classify(net, mean, std, x):
    net.eval()
    with torch.no_grad():
        return net((x.float() - mean[:, None, None]) / std[:, None, None]).argmax(1)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
