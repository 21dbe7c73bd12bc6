"""Sizes by recursion and search."""


# %% walk
def walk(size, depth, convs=2):
    if depth == 0:
        if size - 2 * convs < 1:
            raise ValueError(f"{size} pixels are too few")
        return size - 2 * convs, []
    copy = size - 2 * convs
    if copy < 2 or copy % 2:
        raise ValueError(f"{copy} pixels cannot be halved")
    below, crops = walk(copy // 2, depth - 1, convs)
    if 2 * below - 2 * convs < 1:
        raise ValueError("too small")
    return 2 * below - 2 * convs, [*crops, (copy, 2 * below, (copy - 2 * below) // 2)]


def smallest_input(least, depth, convs=2):
    size = 1
    while True:
        try:
            if walk(size, depth, convs)[0] >= least:
                return size
        except ValueError:
            pass
        size += 1


def unet_parameters(in_channels, classes, base, depth):
    def level(inputs, maps, left):
        count = 9 * inputs * maps + maps + 9 * maps * maps + maps
        if left:
            count += level(maps, 2 * maps, left - 1) + 4 * 2 * maps * maps + maps
            count += 9 * 2 * maps * maps + maps + 9 * maps * maps + maps
        return count

    return level(in_channels, base, depth) + base * classes + classes


# %% way_back
def way_back(size, kernel_size, stride, padding):
    n = 0
    while n * stride + kernel_size <= size + 2 * padding:
        n += 1
    return [n, size - (n - 1) * stride - kernel_size + 2 * padding]
