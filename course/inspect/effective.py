"""How strongly each input position moves an output: the effective receptive field, measured by gradient."""

from __future__ import annotations

import html
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from course.inspect.errors import InspectError
from course.inspect.positive import Output, copy_of, quiet, run, support, unit, where

if TYPE_CHECKING:
    from course.figures import Picture

__all__ = ["TWO_SIGMA", "EffectiveField", "effective_field"]

TWO_SIGMA = 1 - 0.9545  # what a Gaussian holds outside two standard deviations: the paper's threshold
POINTS = 65  # of the widget's data, on each axis


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """A measured effective receptive field beside the theoretical one.

    Attributes:
        gradient: mean magnitude of the gradient at each input position, summed over the input channels; greatest is 1.
        theoretical: the positions that can be read, on each axis (`course.inspect.positive.support`).
        position: the output position that was differentiated.
        input_size: without the batch axis.
        module: name of the module's class.
        samples: how many inputs were averaged.
        inputs: where they came from: ``"standard normal noise"`` or ``"given"``.
        seed: of the noise; None for given inputs.
        torch: torch's version.
    """

    gradient: NDArray[np.float64] = field(repr=False)
    theoretical: tuple[tuple[int, ...], ...] = field(repr=False)
    position: tuple[int, ...]
    input_size: tuple[int, ...]
    module: str
    samples: int
    inputs: str
    seed: int | None
    torch: str

    @property
    def theoretical_size(self) -> tuple[int, ...]:
        """Extent of the theoretical field on each axis, cut at the input's border."""
        return tuple(reads[-1] - reads[0] + 1 if reads else 0 for reads in self.theoretical)

    @property
    def size(self) -> tuple[int, ...]:
        """Extent on each axis at the paper's threshold."""
        return self.extent()

    @property
    def share_of_theoretical(self) -> tuple[float, ...]:
        """Size over theoretical size, on each axis."""
        return tuple(a / b for a, b in zip(self.size, self.theoretical_size, strict=True))

    def bounds(self, threshold: float = TWO_SIGMA) -> tuple[tuple[int, int], ...]:
        """Return the first and last position, on each axis, whose gradient is above `threshold` of the greatest."""
        if not 0 <= threshold < 1:
            raise InspectError(
                f"threshold {threshold} is not a share of the greatest gradient: give one from 0 to below 1"
            )
        above = np.nonzero(self.gradient > threshold)
        return tuple((int(axis.min()), int(axis.max())) for axis in above)

    def extent(self, threshold: float = TWO_SIGMA) -> tuple[int, ...]:
        """Return the extent, on each axis, of the positions whose gradient is above `threshold` of the greatest."""
        return tuple(last - first + 1 for first, last in self.bounds(threshold))

    def equivalent_side(self, threshold: float = TWO_SIGMA) -> float:
        """Return the side of the square (cube) of as many positions as are above `threshold`: the paper's size of the field."""
        self.bounds(threshold)
        return float(np.count_nonzero(self.gradient > threshold) ** (1 / self.gradient.ndim))

    def energy(self, fraction: float = 0.9545) -> int:
        """Return the side of the smallest square, centred in the theoretical field, with this share of the summed magnitudes."""
        if not 0 < fraction <= 1:
            raise InspectError(f"fraction {fraction} is not a share: give one above 0 and at most 1")
        away = np.zeros(self.gradient.shape)
        for axis, (n, reads) in enumerate(zip(self.gradient.shape, self.theoretical, strict=True)):
            shape = [n if a == axis else 1 for a in range(self.gradient.ndim)]
            away = np.maximum(away, np.abs(np.arange(n) - (reads[0] + reads[-1]) / 2).reshape(shape))
        order = np.argsort(away, axis=None, kind="stable")
        held = np.cumsum(self.gradient.ravel()[order])
        enough = int(np.searchsorted(held, fraction * held[-1] * (1 - 1e-12)))
        return int(2 * away.ravel()[order[min(enough, held.size - 1)]] + 1)

    def figure(self) -> Picture:
        """Draw the field with the theoretical box and the measured extent: a curve for one axis, a map for two.

        Of three axes the first is summed over.
        """
        from course.inspect.effective_picture import draw_field

        return draw_field(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for a widget or a file: sizes, provenance, and the theoretical box's values.

        ``values`` are means over blocks of ``step`` positions from ``origin`` on, at most 65 on an axis.
        """
        low = [reads[0] for reads in self.theoretical]
        step = [-(-n // POINTS) for n in self.theoretical_size]
        values = self.gradient[
            tuple(slice(a, a + n) for a, n in zip(low, self.theoretical_size, strict=True))
        ]
        for axis, s in enumerate(step):
            starts = np.arange(0, values.shape[axis], s)
            counts = np.diff([*starts, values.shape[axis]])
            shape = [-1 if a == axis else 1 for a in range(values.ndim)]
            values = np.add.reduceat(values, starts, axis=axis) / counts.reshape(shape)
        return {
            "module": self.module,
            "input_size": list(self.input_size),
            "position": list(self.position),
            "samples": self.samples,
            "inputs": self.inputs,
            "seed": self.seed,
            "torch": self.torch,
            "threshold": round(TWO_SIGMA, 4),
            "size": list(self.size),
            "bounds": [list(pair) for pair in self.bounds()],
            "theoretical_size": list(self.theoretical_size),
            "theoretical_bounds": [[reads[0], reads[-1]] for reads in self.theoretical],
            "share_of_theoretical": [round(share, 4) for share in self.share_of_theoretical],
            "equivalent_side": round(self.equivalent_side(), 2),
            "energy_side": self.energy(),
            "origin": low,
            "step": step,
            "values": np.round(values, 4).tolist(),
        }

    def __repr__(self) -> str:
        share = ", ".join(f"{100 * s:.0f} %" for s in self.share_of_theoretical)
        return (
            f"Effective field of {self.module}: {_times(self.size)} of the theoretical {_times(self.theoretical_size)} "
            f"({share} of each axis) at output {self.position}, input {_times(self.input_size)}, "
            f"mean of {self.samples} input{'s' * (self.samples != 1)} ({self.inputs})"
        )

    def _repr_html_(self) -> str:
        return f"<figure>{self.figure().html()}<figcaption>{html.escape(repr(self))}</figcaption></figure>"


def effective_field(
    module: nn.Module, input_size: Sequence[int], *, position: Sequence[int] | None = None, samples: int = 16,
    inputs: Tensor | Iterable[Tensor] | None = None, output: Output = None, seed: int = 0,
    device: str | torch.device | None = None, progress: bool = False,
) -> EffectiveField:  # fmt: skip
    """Measure the effective receptive field: the mean magnitude of an output's gradient at each input position.

    E(i) = Σ_channels mean_inputs |∂(Σ_c y[c, position]) / ∂x[channel, i]|, divided by its maximum

    As in the paper, the gradient sent back is 1 at one output position (in all its channels) and 0 elsewhere, and is
    averaged over inputs; the field's edge is where it falls to 1 − 95.45 % = 4.55 %, as a Gaussian does outside two
    standard deviations. Deviations: the paper relates to the centre's value, here to the greatest, which need
    not be the centre; and the magnitude is averaged, not the signed gradient, so that no sign cancels another.

    Args:
        module: with its own weights, copied and run in evaluation mode; the module itself is not changed.
        input_size: ``(C, L)``, ``(C, H, W)`` or ``(C, D, H, W)``, without the batch axis.
        position: one index for each spatial axis of the output; the middle (``n // 2``) when not given.
        samples: how many inputs of standard normal noise.
        inputs: inputs to use in place of noise, such as normalised photographs: one tensor ``(N, *input_size)`` or
            several of shape ``input_size``.
        output: which output, where there are several: a key, an index or a function; the first tensor when not given.
        seed: of the noise.
        device: where to work, such as ``"cuda"``; the module's own device when not given.
        progress: show on the error stream how far it is. It may be interrupted: nothing is left behind.

    >>> net = nn.Sequential(*[nn.Conv1d(1, 1, 3, bias=False) for _ in range(8)])
    >>> for p in net.parameters():
    ...     _ = nn.init.ones_(p)
    >>> field = effective_field(net, (1, 31), samples=1)
    >>> field
    Effective field of Sequential: 11 of the theoretical 17 (65 % of each axis) at output (7,), input 1×31, mean of 1 input (standard normal noise)
    >>> field.gradient[13:18].round(3)      # 1 1 1 convolved with itself
    array([0.708, 0.918, 1.   , 0.918, 0.708])
    >>> field.energy(0.5), field.extent(0.5)
    (5, (5,))

    Raises:
        InspectError: what :func:`course.inspect.positive.support` refuses, and "the output has no positions", "the output
            does not depend on the input by gradient", "the gradient is zero everywhere", "inputs …", "samples …".

    Luo, Li, Urtasun & Zemel, "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks",
    NeurIPS 2016, sections 2 and 3. Taught in lecture 8.
    """
    theoretical = support(module, input_size, position, output=output)
    if any(t.is_meta for t in (*module.parameters(), *module.buffers())):
        raise InspectError(
            "the module is on the meta device and has no weights: build it on the CPU or load them"
        )
    size = tuple(input_size)
    given = _given(inputs, size)
    if given is None and (isinstance(samples, bool) or not isinstance(samples, int) or samples < 1):
        raise InspectError(f"samples {samples!r} is not a number of inputs: give a whole number from 1 on")
    net = copy_of(module, Tensor.clone)
    tensors = [*net.parameters(), *net.buffers()]
    place = (
        torch.device(device) if device is not None else next((t.device for t in tensors), torch.device("cpu"))
    )
    net = net.to(place)
    kind = next((p.dtype for p in net.parameters() if p.is_floating_point()), torch.float32)
    count = samples if given is None else len(given)
    noise = torch.Generator().manual_seed(seed)
    at: tuple[int, ...] = ()
    total = torch.zeros(size[1:], dtype=torch.float64)
    with quiet([place.index or 0] if place.type == "cuda" else [], seed):
        for turn in range(count):
            x = torch.randn(size, generator=noise) if given is None else given[turn].detach()
            x = x[None].to(place, kind).requires_grad_()
            y = run(net, x.clone(), output)
            if y.dim() < 3:
                raise InspectError(
                    f"the output of shape {tuple(y.shape[1:])} has no positions: measure the part of the net before it is "
                    "flattened, or choose another output"
                )
            at = where(y, position)
            if not y.requires_grad:
                raise InspectError(
                    "the output does not depend on the input by gradient: look for detach or no_grad in it"
                )
            (gradient,) = torch.autograd.grad(unit(y, at).sum(), x)
            total += gradient[0].abs().sum(0).double().cpu()
            if progress:
                _show(turn + 1, count)
    greatest = float(total.max())
    if not 0 < greatest < float("inf"):
        found = (
            "zero everywhere (are its units all switched off?)" if greatest == 0 else f"{greatest} somewhere"
        )
        raise InspectError(
            f"the gradient at output {at} is {found}: try more samples, other inputs or another position"
        )
    return EffectiveField(
        (total / greatest).numpy(), theoretical, at, size, type(module).__name__, count,
        "standard normal noise" if given is None else "given", seed if given is None else None, torch.__version__,
    )  # fmt: skip


def _given(inputs: Tensor | Iterable[Tensor] | None, size: tuple[int, ...]) -> list[Tensor] | None:
    if inputs is None:
        return None
    several = list(inputs)
    for x in several:
        if not isinstance(x, Tensor) or tuple(x.shape) != size:
            found = tuple(x.shape) if isinstance(x, Tensor) else type(x).__name__
            raise InspectError(
                f"inputs hold {found}, but input_size is {size}: give (N, *input_size), or several of that size"
            )
    if not several:
        raise InspectError("inputs are empty: give at least one, or none at all for noise")
    return several


def _show(done: int, count: int) -> None:
    filled = 24 * done // count
    line = f"\reffective field [{'█' * filled}{'·' * (24 - filled)}] {done}/{count} inputs"
    print(line, end="\n" if done == count else "", file=sys.stderr, flush=True)


def _times(sizes: Sequence[int]) -> str:
    return "×".join(str(n) for n in sizes)
