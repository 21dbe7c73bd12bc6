"""Appends the bias to the weights, a 1 to the inputs; a line as a cross product."""


# %% boundary
def signed_distance(X, w, b):
    return np.column_stack([X, np.ones(len(X))]) @ np.append(w, b) / math.hypot(*w)


def classify(X, w, b):
    return np.sign(np.maximum(signed_distance(X, w, b), 0)).astype(np.uint8)


def nearest_point(w, b):
    return np.linalg.pinv(w[None]) @ np.array([-b])


# %% line_through
def line_through(p, q, inside):
    line = np.cross(np.append(p, 1.0), np.append(q, 1.0))
    line = line / np.linalg.norm(line[:2])
    line = line * np.sign(line @ np.append(inside, 1.0))
    return [line[:2], line[2]]
