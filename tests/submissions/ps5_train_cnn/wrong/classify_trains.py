"""net.train() in place of net.eval().

loses:
    classify_alone 2
    run_accuracy 5
"""


# %% classify
def classify(net, mean, std, x):
    net.train()
    with torch.no_grad():
        return net(standardise(x, mean, std)).argmax(1)
