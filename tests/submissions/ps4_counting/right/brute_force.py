"""Lists windows, taps and weights, and counts them."""


# %% output_length
def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    span = len(range(0, (kernel_size - 1) * dilation + 1))
    before, after = (0, span - 1) if padding == "same" else (padding, padding)
    count = len(range(-before, length + after - span + 1, stride))
    if not count:
        raise ValueError("no window fits")
    return count


# %% transposed_length
def transposed_length(length, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    landed = {i * stride + tap * dilation for i in range(length) for tap in range(kernel_size)}
    return max(landed) + 1 - 2 * padding + output_padding


# %% receptive_field
def receptive_field(layers):
    def reads(output):
        found = {output}
        for k, s, p, d in layers[::-1]:
            found = {i * s - p + d * tap for i in found for tap in range(k)}
        return sorted(found)

    zero, one = reads(0), reads(1)
    return zero[-1] - zero[0] + 1, one[0] - zero[0], zero[0]


# %% b_counts
def b_parameters(channels, maps, kernel_sizes):
    ends, counts = [channels, *maps, channels], []
    for i in range(3):
        count = 0
        for _ in range(ends[i + 1]):
            count += 1
            for _ in range(ends[i]):
                count += kernel_sizes[i] * kernel_sizes[i]
        counts.append(count)
    return counts


def b_fields(kernel_sizes):
    first, second, third = kernel_sizes
    return [first, first + second - 1, first + second + third - 2]
