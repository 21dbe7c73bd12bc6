"""How near a picture is to the one it should be: MSE, PSNR, SSIM, SNR and CNR."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from course.training.errors import TrainingError

__all__ = ["cnr", "mae", "mse", "psnr", "snr", "ssim", "ssim_map"]


def mse(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean squared error: one value for each picture of a batch, or one for a single picture.

    MSE = mean((prediction − target)²)

    Args:
        prediction: (N, C, H, W) gives (N,); (C, H, W), (H, W) or any fewer axes give one number.
        target: of the same shape.

    >>> mse(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0]]))
    tensor(12.5000)
    >>> mse(torch.zeros(2, 1, 2, 2), torch.ones(2, 1, 2, 2)).shape
    torch.Size([2])

    Raises:
        TrainingError: "… and … differ in shape".

    Taught in lecture 14.
    """
    return _mean_of_picture(_difference(prediction, target) ** 2)


def mae(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean absolute error, as :func:`mse` does the squared: an outlier weighs by its size, not its square.

    MAE = mean(|prediction − target|)

    >>> mae(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0]]))
    tensor(3.5000)
    """
    return _mean_of_picture(_difference(prediction, target).abs())


def psnr(prediction: Tensor, target: Tensor, peak: float = 1.0) -> Tensor:
    """Return the peak signal-to-noise ratio in dB, one for each picture of a batch; the mean over pictures is taken afterwards.

    PSNR = 10 · log10(peak² / MSE) = 20 · log10(peak / RMSE)

    The two forms agree because RMSE = √MSE. A form that circulates, 20 · log10(peak / MSE), is neither. And the mean of
    the pictures' PSNR is not the PSNR of their mean MSE: papers on denoising report the first.

    Args:
        prediction: (N, C, H, W) gives (N,); fewer axes give one number.
        target: of the same shape.
        peak: the greatest value a pixel can have: 1 for floats, 255 for bytes.

    >>> psnr(torch.zeros(8, 8), torch.full((8, 8), 0.1))        # MSE 0.01
    tensor(20.)
    >>> psnr(torch.zeros(8, 8), torch.full((8, 8), 25.5), peak=255)
    tensor(20.)
    >>> psnr(torch.zeros(8, 8), torch.zeros(8, 8))              # no error at all
    tensor(inf)

    Raises:
        TrainingError: "… and … differ in shape", "peak …".

    Taught in lecture 14.
    """
    if not peak > 0:
        raise TrainingError(f"peak {peak} is not above 0: give 1 for pictures in [0, 1], 255 for bytes")
    return 10 * torch.log10(peak**2 / mse(prediction, target))


def ssim(
    prediction: Tensor,
    target: Tensor,
    peak: float = 1.0,
    *,
    window: Literal["gaussian", "uniform"] = "gaussian",
    size: int = 11,
    sigma: float = 1.5,
) -> Tensor:
    """Return the structural similarity, the mean of :func:`ssim_map`: 1 for equal pictures, one value for each of a batch.

    >>> x = torch.linspace(0, 1, 256).reshape(16, 16)
    >>> ssim(x, x), ssim(x, x + 0.1), ssim(x, 1 - x)            # the same; brighter; inverted
    (tensor(1.), tensor(0.9815), tensor(-0.8262))

    Arguments, errors and source are those of :func:`ssim_map`.
    """
    return _mean_of_picture(ssim_map(prediction, target, peak, window=window, size=size, sigma=sigma))


def ssim_map(
    prediction: Tensor,
    target: Tensor,
    peak: float = 1.0,
    *,
    window: Literal["gaussian", "uniform"] = "gaussian",
    size: int = 11,
    sigma: float = 1.5,
) -> Tensor:
    """Return the structural similarity at each position where the whole window fits.

    SSIM = (2 μx μy + c1) (2 σxy + c2) / ((μx² + μy² + c1) (σx² + σy² + c2)), with c1 = (0.01 peak)², c2 = (0.03 peak)²

    which is the product of three comparisons, of luminance (2 μx μy + c1) / (μx² + μy² + c1), of contrast
    (2 σx σy + c2) / (σx² + σy² + c2) and of structure (σxy + c2/2) / (σx σy + c2/2). Means, variances (divided by n, not
    n − 1) and the covariance are those of a sliding window.

    Args:
        prediction: (N, C, H, W), or (C, H, W), or (H, W); each channel by itself.
        target: of the same shape.
        peak: the greatest value a pixel can have.
        window: ``"gaussian"``, the paper's, or ``"uniform"``, the older form.
        size: of the window, odd. The paper's Gaussian is cut at 11.
        sigma: of the Gaussian, in pixels.

    >>> x = torch.rand(3, 20, 24)
    >>> ssim_map(x, x).shape, ssim_map(x, x, window="uniform", size=7).shape
    (torch.Size([3, 10, 14]), torch.Size([3, 14, 18]))

    Raises:
        TrainingError: "… and … differ in shape", "a window of …", "peak …".

    Wang, Bovik, Sheikh & Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity", IEEE
    Transactions on Image Processing 13(4), 2004, section III-B. Its reference code shrinks pictures of more than 256 pixels first; here,
    as in scikit-image, none is shrunk. Taught in lecture 14.
    """
    _difference(prediction, target)
    if not peak > 0:
        raise TrainingError(f"peak {peak} is not above 0: give 1 for pictures in [0, 1], 255 for bytes")
    if prediction.ndim < 2 or size % 2 == 0 or not 1 <= size <= min(prediction.shape[-2:]):
        raise TrainingError(
            f"a window of {size}×{size} on shape {tuple(prediction.shape)}: it must be odd and fit into the picture"
        )
    shape, height, width = prediction.shape[:-2], *prediction.shape[-2:]
    kernel = _window(window, size, sigma, prediction)
    x = prediction.to(kernel.dtype).reshape(-1, 1, height, width)  # (N·C, 1, H, W)
    y = target.to(kernel.dtype).reshape(-1, 1, height, width)
    mean = F.conv2d(torch.cat([x, y, x * x, y * y, x * y]), kernel)  # (5·N·C, 1, H−size+1, W−size+1)
    mx, my, mxx, myy, mxy = mean.chunk(5)
    vx, vy, cov = mxx - mx * mx, myy - my * my, mxy - mx * my
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    similarity = (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return similarity.reshape(*shape, *similarity.shape[-2:])


def snr(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the signal-to-noise ratio in dB: the target's energy over that of the error. Unlike PSNR it knows no peak.

    SNR = 10 · log10(Σ target² / Σ (prediction − target)²)

    Args:
        prediction: (N, C, H, W) gives (N,); fewer axes give one number.
        target: of the same shape.

    >>> snr(torch.full((4, 4), 1.5), torch.full((4, 4), 2.0))      # 10 · log10(16)
    tensor(12.0412)

    Devalla et al., "A Deep Learning Approach to Denoise Optical Coherence Tomography Images of the Optic Nerve Head",
    Scientific Reports 9, 2019. In astronomy and magnetic resonance SNR is rather a region's mean over its standard
    deviation. Taught in lecture 14.
    """
    error = mse(prediction, target)
    return 10 * torch.log10(_mean_of_picture(_real(target) ** 2) / error)


def cnr(picture: Tensor, region: Tensor, background: Tensor) -> Tensor:
    """Return the contrast-to-noise ratio of a region against the background: no clean picture is needed.

    CNR = |μ_region − μ_background| / √((σ²_region + σ²_background) / 2)

    Args:
        picture: (H, W), or any shape.
        region: truth values of the same shape.
        background: truth values of the same shape.

    >>> picture = torch.tensor([[5.0, 7.0, 1.0, 3.0]])
    >>> cnr(picture, picture > 4, picture < 4)                  # means 6 and 2, deviations 1 and 1
    tensor(4.)

    Raises:
        TrainingError: "the region is empty", "the background is empty".

    Devalla et al., Scientific Reports 9, 2019; variances are divided by n. Taught in lecture 14.
    """
    inside, outside = _real(picture)[region.bool()], _real(picture)[background.bool()]
    for name, values in (("region", inside), ("background", outside)):
        if not len(values):
            raise TrainingError(f"the {name} is empty: mark at least one pixel of it")
    noise = (inside.var(correction=0) + outside.var(correction=0)) / 2
    return (inside.mean() - outside.mean()).abs() / noise.sqrt()


def _real(values: Tensor) -> Tensor:
    """Return single precision for bytes and halves: 0 − 1 of bytes would be 255."""
    return values if values.dtype in (torch.float32, torch.float64) else values.float()


def _difference(prediction: Tensor, target: Tensor) -> Tensor:
    if prediction.shape != target.shape:
        raise TrainingError(
            f"prediction {tuple(prediction.shape)} and target {tuple(target.shape)} differ in shape: "
            "they are compared pixel by pixel"
        )
    return _real(prediction) - _real(target)


def _mean_of_picture(values: Tensor) -> Tensor:
    return values.flatten(1).mean(1) if values.ndim == 4 else values.mean()


def _window(kind: str, size: int, sigma: float, like: Tensor) -> Tensor:
    place = torch.arange(size, dtype=torch.float64) - size // 2
    if kind == "gaussian":
        line = torch.exp(-(place**2) / (2 * sigma**2))
    elif kind == "uniform":
        line = torch.ones_like(place)
    else:
        raise TrainingError(f"window {kind!r} is not known: give 'gaussian' or 'uniform'")
    window = torch.outer(line, line)
    return (window / window.sum())[None, None].to(
        like.device, _real(like[..., :0]).dtype
    )  # (1, 1, size, size)
