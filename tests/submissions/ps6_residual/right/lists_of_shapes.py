"""Counts by listing the shapes of all arrays that are learned."""


# %% bypass_parameters
def bypass_parameters(in_channels, out_channels, stride, option):
    shapes_learned = []
    if option == "C" or (option == "B" and (in_channels, 1) != (out_channels, stride)):
        shapes_learned = [(out_channels, in_channels, 1, 1), (out_channels,), (out_channels,)]
    return sum(math.prod(shape) for shape in shapes_learned)


# %% basic_parameters
def basic_parameters(in_channels, out_channels, stride=1, option="B"):
    convs = [(out_channels, in_channels, 3, 3), (out_channels, out_channels, 3, 3)]
    learned = convs + [shape[:1] for shape in convs] * 2
    return sum(map(math.prod, learned)) + bypass_parameters(in_channels, out_channels, stride, option)


# %% bottleneck_parameters
def bottleneck_parameters(in_channels, width, stride=1, option="B"):
    convs = [(width, in_channels, 1, 1), (width, width, 3, 3), (4 * width, width, 1, 1)]
    learned = convs + [shape[:1] for shape in convs] * 2
    return sum(map(math.prod, learned)) + bypass_parameters(in_channels, 4 * width, stride, option)


# %% net_parameters
def net_parameters(n, width=16, classes=10, option="A", in_channels=3):
    w = width
    body = 18 * w * w * (21 * n - 5) + 28 * n * w
    if option == "B":
        body += bypass_parameters(w, 2 * w, 2, "B") + bypass_parameters(2 * w, 4 * w, 2, "B")
    if option == "C":
        body += sum(bypass_parameters(w * s, w * s, 1, "C") for s in (1, 2, 4)) * (n - 1)
        body += sum(bypass_parameters(a * w, b * w, 2, "C") for a, b in ((1, 1), (1, 2), (2, 4)))
    return 9 * in_channels * w + 2 * w + body + (4 * w + 1) * classes


# %% dense_parameters
def dense_parameters(in_channels, growth, layers):
    reads = range(in_channels, in_channels + layers * growth, growth)
    return sum(2 * maps + math.prod((growth, maps, 3, 3)) for maps in reads)
