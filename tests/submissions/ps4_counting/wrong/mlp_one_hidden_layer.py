"""The formula for exactly one hidden layer, used for any depth.

loses:
    mlp 2
"""


# %% mlp_parameters
def mlp_parameters(widths):
    d, hidden, outputs = widths[0], widths[1], widths[-1]
    return hidden * (d + 1) + outputs * (hidden + 1)
