"""Standardises with the batch's own statistics. Section 9 is not answered.

loses:
    classify_values 2
    classify_alone 2
    run_record 3
    run_accuracy 5
"""


# %% classify
def classify(net, mean, std, x):
    net.eval()
    values = x.float()
    own = values.std((0, 2, 3), keepdim=True, correction=0).clamp(min=1e-3)
    with torch.no_grad():
        return net((values - values.mean((0, 2, 3), keepdim=True)) / own).argmax(1)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
