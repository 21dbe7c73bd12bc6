"""Returns the largest logit.

loses:
    classify_values 2
    classify_alone 2
    run_accuracy 5
"""


# %% classify
def classify(net, mean, std, x):
    net.eval()
    with torch.no_grad():
        return net(standardise(x, mean, std)).max(1).values
