"""Functions of one number, vectorised."""

# %% activations
step = np.vectorize(lambda v: 1.0 if v > 0 else 0.0)


sigmoid = np.vectorize(lambda v: math.exp(v) / (1 + math.exp(v)) if v < 0 else 1 / (1 + math.exp(-v)))


relu = np.vectorize(lambda v: max(v, 0.0))
