"""Recursion instead of loops."""


# %% mlp_parameters
def mlp_parameters(widths):
    if len(widths) < 2:
        return 0
    return (widths[0] + 1) * widths[1] + mlp_parameters(widths[1:])


# %% receptive_field
def receptive_field(layers):
    if not layers:
        return 1, 1, 0
    *before, (kernel_size, stride, padding, dilation) = layers
    size, jump, start = receptive_field(before)
    return size + (kernel_size - 1) * dilation * jump, jump * stride, start - padding * jump


# %% network_table
def network_table(input_shape, layers):
    if not layers:
        return []
    (kind, *settings), *rest = layers
    channels, *sides = input_shape
    shape, parameters, work = input_shape, 0, 0
    if kind == "conv":
        out, k, s, p = settings
        shape = (out, *(output_length(n, k, s, p) for n in sides))
        parameters = out * (channels * k * k + 1)
        work = shape[1] * shape[2] * out * channels * k * k
    if kind == "batch_norm":
        parameters = channels + channels
    if kind == "pool":
        shape = (channels, *(1 + (n - settings[0]) // settings[1] for n in sides))
    if kind == "adaptive_pool":
        shape = (channels, settings[0], settings[0])
    if kind == "flatten":
        shape = (channels * sides[0] * sides[1],)
    if kind == "dense":
        shape, work = (settings[0],), settings[0] * channels
        parameters = work + settings[0]
    return [(shape, parameters, work), *network_table(shape, rest)]
