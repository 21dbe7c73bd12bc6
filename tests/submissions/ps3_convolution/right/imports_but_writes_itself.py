"""Imports SciPy, scikit-image and torch, which is allowed, and calls nothing that is refused."""

# %% correlate1d
import numpy as np
import scipy.ndimage
import scipy.signal
import scipy.stats
import skimage.filters
import torch


def correlate1d(x, w, mode="valid"):
    f = len(w)
    before, after = {"valid": (0, 0), "same": ((f - 1) // 2, f // 2), "full": (f - 1, f - 1)}[mode]
    x = torch.cat([torch.zeros(before), torch.tensor(np.asarray(x, dtype=float)), torch.zeros(after)])
    return (x.unfold(0, f, 1) @ torch.tensor(np.array(w, dtype=float))).numpy()
