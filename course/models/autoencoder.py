"""Autoencoders: nets that must give back their input through a code (Rumelhart, Hinton & Williams 1986).

A code smaller than the input has to keep what matters; a larger one must be held back, by a penalty that keeps most
of its values near zero (sparse) or by noise on the input (denoising, Vincent et al. 2008), or it learns to copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from torch import Tensor, nn

from course.models.registry import ModelError, register
from course.models.unet import check_halvings

__all__ = [
    "Autoencoder",
    "ConvAutoencoder",
    "SparseAutoencoder",
    "autoencoder",
    "conv_autoencoder",
    "denoising_autoencoder",
    "sparse_autoencoder",
]


class Autoencoder(nn.Module):
    """Return the reconstruction σ(W₂·s(W₁x + b₁) + b₂) of an image by one hidden layer, the code.

    Args:
        shape: (channels, height, width) of the images, with values of 0 to 1.
        code_size: values of the code: fewer than the image has (under-complete), as many (exactly complete) or more
            (over-complete).
        activation: s, of the code: ``relu`` or ``sigmoid``.

    >>> import torch
    >>> net = Autoencoder(code_size=32)
    >>> images = torch.rand(5, 1, 28, 28)
    >>> tuple(net.encode(images).shape), tuple(net(images).shape), net.kind
    ((5, 32), (5, 1, 28, 28), 'under-complete')
    >>> Autoencoder(code_size=784).kind, Autoencoder(code_size=1024).kind
    ('exactly complete', 'over-complete')
    >>> Autoencoder(code_size=0)
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: code_size 0: nothing can pass through an empty code; give 1 or more

    Raises:
        ModelError: an option out of its range, or images of another shape.

    Source: Rumelhart, Hinton & Williams, "Learning Internal Representations by Error Propagation" (1986). Taught
    in lecture 13.
    """

    def __init__(
        self, shape: Sequence[int] = (1, 28, 28), code_size: int = 32, *, activation: str = "relu"
    ) -> None:
        super().__init__()
        if code_size < 1:
            raise ModelError(f"code_size {code_size}: nothing can pass through an empty code; give 1 or more")
        if activation not in ("relu", "sigmoid"):
            raise ModelError(f"activation {activation!r} is not known: use 'relu' or 'sigmoid'")
        self.shape, self.code_size, pixels = tuple(shape), code_size, prod(shape)
        self.flatten = nn.Flatten()
        self.encoder = nn.Linear(pixels, code_size)
        self.activation = nn.ReLU() if activation == "relu" else nn.Sigmoid()
        self.decoder = nn.Linear(code_size, pixels)
        self.output = nn.Sigmoid()
        self.unflatten = nn.Unflatten(1, self.shape)

    @property
    def kind(self) -> str:
        """How the size of the code compares with that of the image."""
        pixels = prod(self.shape)
        if self.code_size == pixels:
            return "exactly complete"
        return "under-complete" if self.code_size < pixels else "over-complete"

    def encode(self, x: Tensor) -> Tensor:
        """Return the code, (N, code_size)."""
        if tuple(x.shape[1:]) != self.shape:
            raise ModelError(
                f"images of {tuple(x.shape[1:])}: this net was made for {self.shape}; resize them, or give shape={tuple(x.shape[1:])}"
            )
        x = self.flatten(x)  # (N, pixels)
        return self.activation(self.encoder(x))  # type: ignore[no-any-return]  # (N, code_size)

    def decode(self, code: Tensor) -> Tensor:
        """Return images, (N, *shape), from codes."""
        x = self.output(self.decoder(code))  # (N, pixels)
        return self.unflatten(x)  # type: ignore[no-any-return]  # (N, C, H, W)

    def forward(self, x: Tensor) -> Any:
        """Return the reconstruction, of the shape of the input."""
        return self.decode(self.encode(x))


class SparseAutoencoder(Autoencoder):
    """Return the reconstruction and the code, so that the loss can hold the code back: |x̂ − x|² + λ·Σ|code|.

    >>> import torch
    >>> images = torch.rand(5, 1, 28, 28)
    >>> reconstruction, code = SparseAutoencoder(code_size=1000)(images)
    >>> loss = ((reconstruction - images) ** 2).mean() + 1e-3 * code.abs().mean()
    >>> tuple(code.shape), loss.ndim
    ((5, 1000), 0)

    Source: Ng, "Sparse autoencoder" (CS294A lecture notes, 2011). Taught in lecture 13.
    """

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return (reconstruction, code)."""
        code = self.encode(x)
        return self.decode(code), code


class ConvAutoencoder(nn.Module):
    """Return the reconstruction of an image by a convolutional encoder and its mirror image.

    Args:
        in_channels: channels of the images, with values of 0 to 1.
        widths: maps of the stages of the encoder; each is a 3×3 convolution with ReLU and a 2×2 max-pooling. The decoder
            takes them backwards, each a 3×3 convolution with ReLU and a doubling of the size.

    >>> import torch
    >>> net = ConvAutoencoder(widths=(32, 32))
    >>> images = torch.rand(5, 1, 28, 28)
    >>> code = net.encode(images)
    >>> tuple(code.shape), code[0].numel(), tuple(net(images).shape)
    ((5, 32, 7, 7), 1568, (5, 1, 28, 28))
    >>> net(torch.zeros(1, 1, 30, 28))
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: height 30 does not fit: it is halved 2 times; take a multiple of 4, such as 28 or 32

    Raises:
        ModelError: an option out of its range, or images whose sides cannot be halved often enough.

    Source: Masci et al., "Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction" (2011), for the
    idea. Taught in lecture 13.
    """

    def __init__(self, in_channels: int = 1, widths: Sequence[int] = (16, 8)) -> None:
        super().__init__()
        if not widths or min(widths) < 1:
            raise ModelError(
                f"widths {tuple(widths)}: each stage needs maps; give at least one positive width"
            )
        self.stages = len(widths)
        self.encoder, self.decoder = nn.Sequential(), nn.Sequential()
        before = in_channels
        for k, width in enumerate(widths, 1):
            self.encoder.add_module(f"conv{k}", nn.Conv2d(before, width, 3, padding=1))
            self.encoder.add_module(f"relu{k}", nn.ReLU())
            self.encoder.add_module(f"pool{k}", nn.MaxPool2d(2))  # (N, width, H/2, W/2)
            before = width
        for k, width in enumerate(reversed(widths), 1):
            self.decoder.add_module(f"conv{k}", nn.Conv2d(before, width, 3, padding=1))
            self.decoder.add_module(f"relu{k}", nn.ReLU())
            self.decoder.add_module(f"up{k}", nn.Upsample(scale_factor=2))  # (N, width, 2H, 2W)
            before = width
        self.decoder.add_module("output", nn.Conv2d(before, in_channels, 3, padding=1))
        self.decoder.add_module("sigmoid", nn.Sigmoid())

    def encode(self, x: Tensor) -> Tensor:
        """Return the code, (N, widths[-1], H/2^k, W/2^k) after k stages."""
        check_halvings(x, self.stages)
        return self.encoder(x)  # type: ignore[no-any-return]

    def decode(self, code: Tensor) -> Tensor:
        """Return images from codes."""
        return self.decoder(code)  # type: ignore[no-any-return]  # (N, C, H, W)

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstruction, of the shape of the input."""
        return self.decode(self.encode(x))


@register(
    "autoencoder",
    (1, 28, 28),
    'Rumelhart, Hinton & Williams, "Learning Internal Representations by Error Propagation" (1986)',
    deviations=("The paper's encoders are toys of eight inputs; this one takes digits of 28×28 and a ReLU.",),
    lecture=13,
)
def autoencoder(**options: Any) -> Autoencoder:
    """Return a dense autoencoder; the options are those of :class:`Autoencoder`."""
    return Autoencoder(**options)


@register(
    "sparse_autoencoder",
    (1, 28, 28),
    'Ng, "Sparse autoencoder" (CS294A lecture notes 2011)',
    deviations=(
        "Made for an L1 penalty on a code of ReLUs, over-complete; the notes hold sigmoids back by a Kullback–Leibler term.",
    ),
    lecture=13,
)
def sparse_autoencoder(**options: Any) -> SparseAutoencoder:
    """Return an over-complete autoencoder that shows its code; options are those of :class:`Autoencoder`."""
    return SparseAutoencoder(**{"code_size": 1024, **options})


@register(
    "conv_autoencoder",
    (1, 28, 28),
    'Masci, Meier, Cireşan & Schmidhuber, "Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction" (ICANN 2011)',
    deviations=(
        "Smaller maps, ReLU, and a decoder that up-samples and has weights of its own; only the idea is the paper's.",
    ),
    lecture=13,
)
def conv_autoencoder(**options: Any) -> ConvAutoencoder:
    """Return a convolutional autoencoder with a code of 8×7×7 = 392; options are those of :class:`ConvAutoencoder`."""
    return ConvAutoencoder(**options)


@register(
    "denoising_autoencoder",
    (1, 28, 28),
    'Vincent, Larochelle, Bengio & Manzagol, "Extracting and Composing Robust Features with Denoising Autoencoders" (ICML 2008)',
    deviations=(
        "Convolutional, with a code of 32×7×7 = 1568, twice the pixels; the paper's layers are dense.",
        "The noise is put on by the training loop, not by the net.",
    ),
    lecture=13,
)
def denoising_autoencoder(**options: Any) -> ConvAutoencoder:
    """Return the net for noisy digits: two stages of 32 maps; options are those of :class:`ConvAutoencoder`."""
    return ConvAutoencoder(**{"widths": (32, 32), **options})
