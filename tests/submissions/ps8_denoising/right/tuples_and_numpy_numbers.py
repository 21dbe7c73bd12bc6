"""NumPy's whole numbers, tuples inside lists, float32 where nothing is asked."""


# %% expected_mse
def expected_mse(kind, x, strength):
    x = np.array(x, float)
    errors = {
        "gaussian": lambda: strength * strength,
        "counts": lambda: np.mean(x) * 255 / strength,
        "impulses": lambda: strength * (np.mean(x * x) + np.mean((x - 255) * (x - 255))) / 2,
        "speckle": lambda: np.mean((strength * x) ** 2),
    }
    return np.float64(errors[kind]())


# %% counts
def sizes(depth, width, colours=1):
    depth, width, colours = np.int64(depth), np.int64(width), np.int64(colours)
    weights = 18 * colours * width + 9 * (depth - 2) * width * width
    return (
        weights + (depth - 1) * width + colours,
        weights + 2 * (depth - 2) * width,
        weights + (2 * depth - 3) * width + colours,
    )


def field(depth):
    return np.int64(2) * depth + 1


def depth_for(edge):
    return np.int64(2 if edge < 5 else edge // 2)


# %% psnr
def mse_each(y, x):
    return np.array([np.square(p.astype(np.float64) - q.astype(np.float64)).mean() for p, q in zip(y, x)])


def psnr_each(y, x, peak=255):
    found = []
    for error in mse_each(y, x):
        found.append(20 * math.log10(peak / math.sqrt(error)) if error > 0 else math.inf)
    return np.array(found)


def psnr_two_ways(y, x, peak=255):
    singles = psnr_each(y, x, peak)
    return sum(singles.tolist()) / len(singles), 20 * math.log10(peak) - 10 * math.log10(
        sum(mse_each(y, x)) / len(y)
    )
