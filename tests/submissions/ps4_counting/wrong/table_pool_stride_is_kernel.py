"""The table pools with stride k whatever the stride says.

loses:
    table_shapes 3
    table_work 3
"""

# %% network_table
import math


def network_table(input_shape, layers):
    shape, rows = tuple(input_shape), []
    for kind, *settings in layers:
        parameters = multiply_adds = 0
        if kind == "conv":
            out, k, s, p = settings
            parameters = conv_parameters(shape[0], out, (k, k))
            multiply_adds = conv_multiply_adds(*shape, out, (k, k), s, p)
            shape = (out, *(output_length(n, k, s, p) for n in shape[1:]))
        elif kind == "batch_norm":
            parameters = 2 * shape[0]
        elif kind == "pool":
            shape = (shape[0], *(output_length(n, settings[0], settings[0]) for n in shape[1:]))
        elif kind == "adaptive_pool":
            shape = (shape[0], *settings, *settings)
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            parameters = (shape[0] + 1) * settings[0]
            multiply_adds = shape[0] * settings[0]
            shape = (settings[0],)
        rows.append((shape, parameters, multiply_adds))
    return rows
