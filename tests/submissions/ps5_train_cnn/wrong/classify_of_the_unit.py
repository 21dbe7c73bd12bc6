"""Divides by 255 instead.

loses:
    classify_values 2
    run_accuracy 5
"""


# %% classify
def classify(net, mean, std, x):
    net.eval()
    with torch.no_grad():
        return net(x.float() / 255).argmax(1)
