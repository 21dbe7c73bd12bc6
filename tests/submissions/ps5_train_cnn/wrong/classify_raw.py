"""Forgets to standardise. Later exercises stand on their own.

loses:
    classify_values 2
    run_accuracy 5
"""


# %% classify
def classify(net, mean, std, x):
    net.eval()
    with torch.no_grad():
        return net(x.float()).argmax(1)
