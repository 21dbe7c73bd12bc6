"""Loops over pixels and taps, lists and sums."""


# %% expected_mse
def expected_mse(kind, x, strength):
    total, n = 0.0, 0
    for value in np.asarray(x).ravel().tolist():
        n += 1
        if kind == "gaussian":
            total += strength * strength
        elif kind == "counts":
            total += value * 255 / strength
        elif kind == "speckle":
            total += (strength * value) ** 2
        elif kind == "impulses":
            total += strength * 0.5 * (value * value + (255 - value) ** 2)
    return total / n


# %% ssim
def ssim_whole(y, x, peak=255):
    pairs = [(float(p), float(q)) for p, q in zip(np.ravel(y), np.ravel(x))]
    n = len(pairs)
    my, mx = sum(p for p, _ in pairs) / n, sum(q for _, q in pairs) / n
    vy, vx = sum((p - my) ** 2 for p, _ in pairs) / n, sum((q - mx) ** 2 for _, q in pairs) / n
    cov = sum((p - my) * (q - mx) for p, q in pairs) / n
    a, b = 1e-4 * peak * peak, 9e-4 * peak * peak
    return (2 * my * mx + a) / (my * my + mx * mx + a) * (2 * cov + b) / (vy + vx + b)


def window_means(a, size):
    rows, columns = np.shape(a)
    found = np.empty((rows - size + 1, columns - size + 1))
    for i in range(found.shape[0]):
        for j in range(found.shape[1]):
            found[i, j] = sum(float(value) for value in a[i : i + size, j : j + size].flat) / size**2
    return found


def ssim_map(y, x, size=7, peak=255):
    rows, columns = np.shape(a := np.asarray(y))
    return np.array(
        [
            [
                ssim_whole(a[i : i + size, j : j + size], x[i : i + size, j : j + size], peak)
                for j in range(columns - size + 1)
            ]
            for i in range(rows - size + 1)
        ]
    )


# %% derive_layer
def layer_gradients(z, delta, radius):
    images, inputs, rows, columns = z.shape
    outputs, edge = delta.shape[1], 2 * radius + 1
    dh = np.zeros((inputs, outputs, edge, edge))
    for m in range(-radius, radius + 1):
        for n in range(-radius, radius + 1):
            for r in range(max(0, m), min(rows, rows + m)):
                for c in range(max(0, n), min(columns, columns + n)):
                    dh[:, :, m + radius, n + radius] += z[:, :, r - m, c - n].T @ delta[:, :, r, c]
    return dh, np.array([delta[:, k].sum() for k in range(outputs)])


def back_through(delta, h):
    radius, (images, outputs, rows, columns) = h.shape[2] // 2, delta.shape
    dz = np.zeros((images, len(h), rows, columns))
    for m in range(-radius, radius + 1):
        for n in range(-radius, radius + 1):
            for r in range(max(0, m), min(rows, rows + m)):
                for c in range(max(0, n), min(columns, columns + n)):
                    dz[:, :, r - m, c - n] += delta[:, :, r, c] @ h[:, :, m + radius, n + radius].T
    return dz
