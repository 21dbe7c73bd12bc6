"""Which input positions an output position can depend on, for any torch module: the theoretical receptive field by gradient.

A copy of the module runs as a Boolean net (`course.inspect.boolean`) with positive weights, so that the gradient of an
output position is not zero exactly where some path leads to it. Neither weights nor data of the module itself are used.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

import torch
from torch import Tensor, nn

from course.inspect.boolean import BooleanMode
from course.inspect.errors import InspectError
from course.inspect.positive_rules import cut

__all__ = ["Output", "copy_of", "quiet", "run", "support", "unit", "where"]

Output = int | str | Callable[[Any], Tensor] | None
KEPT_WHOLE = 4096  # entries; larger tensors of ones are kept for the backward pass by their shape alone
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def support(
    module: nn.Module,
    input_size: Sequence[int],
    position: Sequence[int] | None = None,
    *,
    output: Output = None,
) -> tuple[tuple[int, ...], ...]:
    """Return, for each spatial axis, the input positions that the output at `position` can depend on.

    reads_axis(p) = { i : ∂(Σ output at p on this axis) / ∂(input at i on this axis) ≠ 0 for positive weights }

    The field is stated for each axis apart, over all channels and over all positions of the other axes. Weights
    count as positive, so no read is lost to a zero or to cancellation; buffers (masks, fixed filters) count as they
    are. A maximum reads its whole window, a norm over positions all of them, `max_unpool` also what its indices were
    chosen from. Border positions read what is inside the input.

    Args:
        module: any module with one floating-point input; it is copied, and run in evaluation mode.
        input_size: ``(C, L)``, ``(C, H, W)`` or ``(C, D, H, W)``, without the batch axis.
        position: one index for each spatial axis of the output; its middle (``n // 2``) when not given.
        output: which output, where there are several: a key, an index, or a function that picks it from what the
            module returns (and brings its axes to batch, channels, positions). The first tensor when not given.

    >>> support(nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)), (3, 12, 12), (0, 4))
    ((0, 1, 2, 3), (8, 9, 10, 11))
    >>> support(nn.Conv1d(1, 1, 3, dilation=2), (1, 9))
    ((2, 4, 6),)
    >>> support(nn.Conv1d(1, 1, 3, padding=1), (1, 9), (0,))      # at the border
    ((0, 1),)
    >>> support(nn.Linear(9, 2), (1, 9), (5,))
    Traceback (most recent call last):
    ...
    course.inspect.errors.InspectError: position 5 is outside the output's axis 0, which has 2 positions: choose one from 0 to 1

    Raises:
        InspectError: "… is not a torch module", "… does not run on an input of …", "position … is outside …",
            "the support cannot be followed through …" (recurrent cells, sampling at positions that depend on the data).

    A function that is not known to this room runs as it is; should its derivative vanish where others would not, it
    reads too little. Masks of fused attention are not looked at: the support can be too wide there, as it can where an
    output is compared with itself. After Luo et al., "Understanding the Effective Receptive Field in Deep
    Convolutional Neural Networks", NeurIPS 2016, section 1, and Araujo, Norris & Sim, Distill 2019. Taught in lecture 8.
    """
    generator = torch.Generator().manual_seed(0)

    def positive(parameter: Tensor) -> Tensor:
        kind = parameter.dtype if parameter.dtype.is_floating_point else torch.get_default_dtype()
        return 0.5 + torch.rand(parameter.shape, generator=generator, dtype=torch.float32).to(kind)

    net = copy_of(module, positive).float()
    _fill(net)
    x = torch.ones(1, *_size(input_size), requires_grad=True)
    with quiet(), torch.autograd.graph.saved_tensors_hooks(_pack, _unpack):
        y = run(net, cut(x), output, BooleanMode())
        at = where(y, position)
        if not y.requires_grad:
            return ((),) * (x.dim() - 2)
        reads = []
        for axis in range(x.dim() - 2):
            if len(at) == x.dim() - 2:
                chosen = y.select(axis + 2, at[axis])
            else:  # another number of axes than the input: one position of all
                chosen = unit(y, at)
            (gradient,) = torch.autograd.grad(chosen.sum(), x, retain_graph=True)
            others = [d for d in range(x.dim()) if d != axis + 2]
            reads.append(tuple(torch.nonzero(gradient.sum(dim=others)).flatten().tolist()))
    return tuple(reads)


def copy_of(module: nn.Module, parameter: Callable[[Tensor], Tensor]) -> nn.Module:
    """Return a copy in evaluation mode, without the user's hooks, its parameters replaced by `parameter(old)`."""
    if isinstance(module, type) or not isinstance(module, nn.Module):
        made = f"the class {module.__name__}" if isinstance(module, type) else f"a {type(module).__name__}"
        raise InspectError(
            f"{made} is not a torch module: give an instance of nn.Module, such as nn.Conv2d(3, 8, 3)"
        )
    module = getattr(module, "_orig_mod", module)  # what torch.compile wraps
    if isinstance(module, torch.jit.ScriptModule):
        raise InspectError("a scripted module hides its operations: give the module that was scripted")
    memo: dict[int, Any] = {}
    for old in module.parameters():
        if isinstance(old, nn.parameter.UninitializedParameter):
            raise InspectError("a lazy module has no shapes yet: run it once on an input, then ask again")
        memo[id(old)] = nn.Parameter(parameter(old.detach()), requires_grad=False)
    try:
        net: nn.Module = copy.deepcopy(module, memo)
    except Exception as error:
        raise InspectError(
            f"{type(module).__name__} cannot be copied ({error}): remove what is not a leaf or not copyable, "
            "for instance with torch.nn.utils.remove_weight_norm"
        ) from error
    for part in net.modules():
        for kind in HOOKS:
            hooks = getattr(part, kind)
            for key in [k for k, hook in hooks.items() if not type(hook).__module__.startswith("torch.")]:
                del hooks[key]
    return net.eval()


@contextmanager
def quiet(devices: Sequence[int] = (), seed: int = 0) -> Iterator[None]:
    """Work with gradients on, without autocast, and leave the random number generators as they were."""
    with ExitStack() as stack:
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        stack.enter_context(torch.random.fork_rng(devices=list(devices)))
        stack.enter_context(torch.autocast("cpu", enabled=False))
        if (
            not devices
        ):  # NNPACK multiplies in Winograd's way, which leaves rounding errors where zeros belong
            stack.enter_context(torch.backends.nnpack.flags(enabled=False))
        torch.manual_seed(seed)
        yield


def run(net: nn.Module, x: Tensor, output: Output, mode: BooleanMode | None = None) -> Tensor:
    """Run `net` on `x` and return the output asked for: batch, channels, positions."""
    try:
        with mode or ExitStack():
            made = net(x)
    except InspectError:
        raise
    except Exception as error:
        raise InspectError(
            f"{type(net).__name__} does not run on an input of {tuple(x.shape[1:])} and nothing else ({error}): give the "
            "input_size it is made for, without the batch axis, and wrap a module that wants more arguments"
        ) from error
    picked = _pick(made, output)
    if not picked.is_floating_point():
        raise InspectError(
            f"the output holds {picked.dtype}, which has no gradient: choose another by `output`"
        )
    return picked


def where(y: Tensor, position: Sequence[int] | None) -> tuple[int, ...]:
    """Return the position asked for, or the middle, of an output of batch, channels, positions."""
    lengths = tuple(y.shape[2:])
    if position is None:
        return tuple(n // 2 for n in lengths)
    at = tuple(position)
    if len(at) != len(lengths):
        raise InspectError(
            f"position {at} has {len(at)} indices, but the output of shape {tuple(y.shape[1:])} has {len(lengths)} spatial "
            f"axes: give one index for each"
        )
    for axis, (p, n) in enumerate(zip(at, lengths, strict=True)):
        if isinstance(p, bool) or not isinstance(p, int) or not 0 <= p < n:
            raise InspectError(
                f"position {p} is outside the output's axis {axis}, which has {n} positions: choose one from 0 to {n - 1}"
            )
    return at


def unit(y: Tensor, at: Sequence[int]) -> Tensor:
    """Return all channels of the output at one position."""
    for index in at:
        y = y.select(2, index)
    return y


def _size(input_size: Sequence[int]) -> tuple[int, ...]:
    size = tuple(input_size) if isinstance(input_size, (tuple, list, torch.Size)) else (input_size,)
    if not 2 <= len(size) <= 4 or any(isinstance(n, bool) or not isinstance(n, int) or n < 1 for n in size):
        raise InspectError(
            f"input_size {input_size!r} is not a size: give whole numbers (C, L), (C, H, W) or (C, D, H, W), without the batch axis"
        )
    return size


def _pick(made: Any, output: Output) -> Tensor:
    if callable(output):
        made = output(made)
    elif output is not None:
        try:
            made = made[output]
        except (KeyError, IndexError, TypeError) as error:
            there = (
                list(made)
                if isinstance(made, dict)
                else f"{len(made)} of them"
                if hasattr(made, "__len__")
                else "one"
            )
            raise InspectError(f"there is no output {output!r}: the module returns {there}") from error
    for tensor in _tensors(made):
        return tensor
    raise InspectError(f"the module returns a {type(made).__name__} without a tensor: choose one by `output`")


def _tensors(made: Any) -> Iterator[Tensor]:
    if isinstance(made, Tensor):
        yield made
    elif is_dataclass(made) and not isinstance(made, type):
        yield from _tensors([getattr(made, f.name) for f in fields(made)])
    elif isinstance(made, (dict, tuple, list)):
        for part in made.values() if isinstance(made, dict) else made:
            yield from _tensors(part)


def _fill(net: nn.Module) -> None:
    """Bring the buffers to the CPU; those on the meta device have no values, which only numbers can do without."""
    for part in net.modules():
        for name, buffer in part.named_buffers(recurse=False):
            if buffer.is_meta and not buffer.is_floating_point() and buffer.dim():
                raise InspectError(
                    f"the buffer {name} of {type(part).__name__} is on the meta device: build the module on the CPU"
                )
            part._buffers[name] = torch.ones_like(buffer, device="cpu") if buffer.is_meta else buffer.cpu()


def _pack(x: Tensor) -> Any:
    if x.is_floating_point() and x.numel() > KEPT_WHOLE and bool((x == 1).all()):
        return x.shape, x.dtype
    return x


def _unpack(kept: Any) -> Tensor:
    return kept if isinstance(kept, Tensor) else torch.ones((), dtype=kept[1]).expand(kept[0])
