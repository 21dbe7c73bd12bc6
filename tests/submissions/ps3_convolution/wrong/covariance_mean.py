"""Averages the differences.

loses:
    covariance_interior 2
    covariance_stride 2
"""


# %% covariance_gap
def covariance_gap(f, x, shift, margin=0, stride=1):
    (down, left_over), (across, also) = (divmod(step, stride) for step in shift)
    if left_over or also:
        raise ValueError(f"a shift of {shift} is no multiple of the stride, {stride}")
    gap = np.abs(1.0 * f(np.roll(x, shift, axis=(0, 1))) - np.roll(f(x), (down, across), axis=(0, 1)))
    height, width = gap.shape
    return gap[margin : height - margin, margin : width - margin].mean()
