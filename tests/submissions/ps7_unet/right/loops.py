"""Loops over every number."""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    samples, m, h, b = x.shape
    _, n, tall, wide = w.shape
    out_h = (h - 1) * stride - 2 * padding + tall + output_padding
    out_w = (b - 1) * stride - 2 * padding + wide + output_padding
    y = np.zeros((samples, n, out_h, out_w))
    for s, o, i, j, c in itertools.product(range(samples), range(n), range(h), range(b), range(m)):
        for u, v in itertools.product(range(tall), range(wide)):
            row, column = i * stride + u - padding, j * stride + v - padding
            if 0 <= row < out_h and 0 <= column < out_w:
                y[s, o, row, column] += x[s, c, i, j] * w[c, o, u, v]
    return y


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    h, b = x.shape
    tall, wide = w.shape
    picture = [
        [0.0] * ((b - 1) * stride + 2 * wide - 1 - 2 * padding + output_padding)
        for _ in range((h - 1) * stride + 2 * tall - 1 - 2 * padding + output_padding)
    ]
    for i in range(h):
        for j in range(b):
            picture[tall - 1 - padding + i * stride][wide - 1 - padding + j * stride] = x[i, j]
    return np.array(picture), np.array([list(reversed(row)) for row in reversed(w.tolist())])


# %% nearest
def nearest(x, factor):
    n, c, h, w = x.shape
    y = np.zeros((n, c, h * factor, w * factor))
    for i in range(h * factor):
        for j in range(w * factor):
            y[:, :, i, j] = x[:, :, i // factor, j // factor]
    return y


def bilinear(x, factor):
    n, c, h, w = x.shape
    y = np.zeros((n, c, h * factor, w * factor))
    for i in range(h * factor):
        a = min(max((i + 0.5) / factor - 0.5, 0), h - 1)
        i0 = math.floor(a)
        i1 = min(i0 + 1, h - 1)
        for j in range(w * factor):
            b = min(max((j + 0.5) / factor - 0.5, 0), w - 1)
            j0 = math.floor(b)
            j1 = min(j0 + 1, w - 1)
            upper = (1 - b + j0) * x[:, :, i0, j0] + (b - j0) * x[:, :, i0, j1]
            lower = (1 - b + j0) * x[:, :, i1, j0] + (b - j0) * x[:, :, i1, j1]
            y[:, :, i, j] = (1 - a + i0) * upper + (a - i0) * lower
    return y


def unpool(y, places, size):
    n, c, h, w = y.shape
    out = np.zeros((n, c, *size))
    for s, m, i, j in itertools.product(range(n), range(c), range(h), range(w)):
        row, column = divmod(int(places[s, m, i, j]), size[1])
        out[s, m, row, column] = y[s, m, i, j]
    return out


# %% border_map
def border_map(cells, background, inside, w0=10.0, sigma=5.0):
    pixels = {}
    for (i, j), number in np.ndenumerate(cells):
        if number:
            pixels.setdefault(int(number), []).append((i, j))
    weights = np.zeros(cells.shape)
    for (i, j), number in np.ndenumerate(cells):
        distances = sorted(min(math.dist((i, j), p) for p in group) for group in pixels.values())
        weights[i, j] = inside if number else background
        if len(distances) >= 2:
            weights[i, j] += w0 * math.exp(-((distances[0] + distances[1]) ** 2) / 2 / sigma / sigma)
    return weights


# %% measures
def confusion(truth, guess, classes):
    table = [[0] * classes for _ in range(classes)]
    for t, g in zip(truth.ravel().tolist(), guess.ravel().tolist()):
        if t != 255:
            table[t][g] += 1
    return np.array(table)


def overlaps(counts):
    iou, dice = [], []
    for k in range(len(counts)):
        hit, t, g = counts[k, k], counts[k, :].sum(), counts[:, k].sum()
        iou.append(1.0 if t + g == 0 else hit / (t + g - hit))
        dice.append(1.0 if t + g == 0 else 2 * hit / (t + g))
    return np.array(iou), np.array(dice)


def soft_dice(p, truth):
    losses, slopes = [], []
    for a, b in zip(p, truth):
        upper, lower = 2 * np.sum(a * b) + 1, a.sum() + b.sum() + 1
        losses.append(1 - upper / lower)
        slopes.append((upper - 2 * b * lower) / lower**2)
    return float(np.mean(losses)), np.stack(slopes) / len(p)
