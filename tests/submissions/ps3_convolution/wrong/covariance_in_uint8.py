"""Subtracts images of whole numbers as they come: 3 − 5 is 254 in uint8.

loses:
    covariance_interior 2
"""


# %% covariance_gap
def covariance_gap(f, x, shift, margin=0, stride=1):
    (down, left_over), (across, also) = (divmod(step, stride) for step in shift)
    if left_over or also:
        raise ValueError(f"a shift of {shift} is no multiple of the stride, {stride}")
    gap = np.abs(f(np.roll(x, shift, axis=(0, 1))) - np.roll(f(x), (down, across), axis=(0, 1)))
    height, width = gap.shape
    return float(gap[margin : height - margin, margin : width - margin].max())
