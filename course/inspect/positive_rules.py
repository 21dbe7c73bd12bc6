"""What answers each torch function in a Boolean run: an operation of the same reads and positive derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = [
    "BLENDS", "CHOICES", "COMPARISONS", "IN_PLACE", "PRODUCTS", "RANDOM_WINDOWS", "RULES", "SEQUENCES",
    "blend", "choice", "cut", "flags", "traced",
]  # fmt: skip

Rule = Callable[..., Any]
RULES: dict[str, Rule] = {}
EXACT = 1e-9  # below it an interpolation weight is a rounding error: true ones are ratios of lengths


class _Cut(torch.autograd.Function):
    """1 where the value is not zero, and the same for the gradient on its way back."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return (x != 0).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return (gradients[0] != 0).to(gradients[0].dtype)


def cut(x: Tensor) -> Tensor:
    """Return 1 where `x` is not zero and 0 where it is; the gradient is cut in the same way.

    >>> cut(torch.tensor([0.0, -3.0, 1e-30]))
    tensor([0., 1., 1.])
    """
    return _Cut.apply(x)  # type: ignore[no-any-return]


def names(text: str) -> frozenset[str]:
    """Split a list of names.

    >>> sorted(names("relu gelu"))
    ['gelu', 'relu']
    """
    return frozenset(text.split())


def rule(*functions: str) -> Callable[[Rule], Rule]:
    """Register a function as the answer to torch functions of these names, in whatever module they are."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(functions, function))
        return function

    return register


def traced(x: Any) -> bool:
    """Return True for a tensor that depends on the input."""
    return isinstance(x, Tensor) and x.is_floating_point() and x.requires_grad


def flags(x: Any) -> Any:
    """Return what multiplies or adds as 0 and 1; a traced tensor has only these already."""
    if isinstance(x, Tensor):
        return x if traced(x) else (x != 0).to(torch.get_default_dtype())
    return float(x != 0) if isinstance(x, (int, float)) else x


def along(x: Tensor, axis: int, reads: Tensor) -> Tensor:
    """Apply a matrix of 0 and 1 (outputs × inputs) to one axis."""
    return torch.movedim(torch.movedim(x, axis, -1) @ reads.to(x.dtype).T, -1, axis)


# Pointwise: what a rectifier, a squashing function or dropout reads is its own position.
UNARY = (
    "relu relu6 leaky_relu elu celu selu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus prelu rrelu "
    "logsigmoid softsign tanhshrink hardshrink softshrink threshold dropout dropout1d dropout2d dropout3d alpha_dropout "
    "feature_alpha_dropout feature_dropout neg negative abs absolute exp exp2 expm1 log log2 log10 log1p sqrt rsqrt square "
    "reciprocal sin cos tan asin acos atan arcsin arccos arctan sinh cosh asinh acosh atanh erf erfc expit logit sinc clamp clip "
    "clamp_min clamp_max nan_to_num floor ceil round trunc frac sign sgn detach positive float_power"
)


@rule(*names(UNARY))
def _same(input: Tensor, *_: Any, **__: Any) -> Tensor:
    return input


@rule("add", "radd", "sub", "rsub", "subtract", "maximum", "minimum", "fmax", "fmin", "hypot", "atan2")
def _either(input: Any, other: Any, *_: Any, **__: Any) -> Any:
    return flags(input) + flags(other)


@rule("mul", "rmul", "multiply", "div", "rdiv", "divide", "truediv", "rtruediv", "true_divide", "floor_divide", "floordiv",
      "rfloordiv", "remainder", "fmod", "mod", "xlogy")  # fmt: skip
def _both(input: Any, other: Any, *_: Any, **__: Any) -> Any:
    return flags(input) * flags(other)


@rule("pow", "rpow")
def _power(input: Any, exponent: Any = None, *, other: Any = None) -> Any:
    exponent = other if exponent is None else exponent
    return flags(input) * exponent if traced(exponent) else input


@rule("addcmul", "addcdiv")
def _add_product(input: Any, tensor1: Any, tensor2: Any, **_: Any) -> Any:
    return flags(input) + flags(tensor1) * flags(tensor2)


@rule("lerp")
def _lerp(input: Any, end: Any, weight: Any) -> Any:
    return flags(input) + flags(end) + (weight if traced(weight) else 0)


@rule("where")
def _where(condition: Tensor, input: Any, other: Any) -> Any:
    if getattr(condition, "from_data", False):
        return flags(input) + flags(other)
    return torch.where(condition, flags(input), flags(other))


@rule("masked_fill")
def _masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    if getattr(mask, "from_data", False):
        return input + (value if traced(value) else 0)
    return input.masked_fill(mask, flags(value))


@rule("glu")
def _glu(input: Tensor, dim: int = -1) -> Tensor:
    a, b = input.chunk(2, dim)
    return a * b


# Sliding windows.
def _each(value: Any, axes: int) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes


def _window(n: int, m: int, k: int, s: int, p: int, d: int = 1) -> Tensor:
    """Return outputs × inputs: 1 where output i's window, from i·s − p in steps of d, holds input j."""
    reads = torch.zeros(m, n)
    for i in range(m):
        taps = [i * s - p + d * j for j in range(k)]
        reads[i, [t for t in taps if 0 <= t < n]] = 1
    return reads


def _note(indices: Any, source: Tensor) -> None:
    indices.came_from = source


def _max_pool(axes: int) -> Rule:
    kernel = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}[axes]

    def pool(
        input: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1,
        ceil_mode: bool = False, return_indices: bool = False,
    ) -> Any:  # fmt: skip
        stride = stride or kernel_size
        real = kernel(input.detach(), kernel_size, stride, padding, dilation, ceil_mode, True)
        shape = real[0].shape[-axes:]
        settings = zip(*(_each(v, axes) for v in (kernel_size, stride, padding, dilation)), strict=True)
        x = input
        for axis, (m, s) in enumerate(zip(shape, settings, strict=True), start=input.dim() - axes):
            x = along(x, axis, _window(x.shape[axis], m, *s))
        if not return_indices:
            return x
        _note(real[1], x)  # an unpooling that is given these indices reads what they were chosen from
        return x, real[1]

    return pool


def _max_unpool(axes: int) -> Rule:
    def unpool(
        input: Tensor,
        indices: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        output_size: Any = None,
    ) -> Tensor:
        stride = stride or kernel_size
        settings = list(zip(*(_each(v, axes) for v in (kernel_size, stride, padding)), strict=True))
        lengths = input.shape[-axes:]
        wanted = output_size[-axes:] if output_size is not None else None
        x = input + cut(getattr(indices, "came_from", torch.zeros(())))
        for a, (m, (k, s, p)) in enumerate(zip(lengths, settings, strict=True)):
            n = int(wanted[a]) if wanted is not None else (m - 1) * s + k - 2 * p
            x = along(x, input.dim() - axes + a, _window(n, m, k, s, p).T)
        return x

    return unpool


def _adaptive(axes: int, indices: bool = False) -> Rule:
    average = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}[axes]
    greatest = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}[axes]

    def pool(input: Tensor, output_size: Any, return_indices: bool = indices) -> Any:
        x = average(input, output_size)
        if not return_indices:
            return x
        chosen = greatest(input.detach(), output_size, return_indices=True)[1]
        _note(chosen, x)
        return x, chosen

    return pool


def _lp_pool(axes: int) -> Rule:
    average: Any = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}[axes]

    def pool(
        input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> Any:
        return average(input, kernel_size, stride, 0, ceil_mode)

    return pool


for _axes in (1, 2, 3):
    _both_kinds = _max_pool(_axes)
    RULES[f"max_pool{_axes}d"] = _both_kinds
    RULES[f"max_pool{_axes}d_with_indices"] = lambda *a, _p=_both_kinds, **k: _p(
        *a, **{**k, "return_indices": True}
    )
    RULES[f"max_unpool{_axes}d"] = _max_unpool(_axes)
    RULES[f"adaptive_max_pool{_axes}d"] = _adaptive(_axes)
    RULES[f"adaptive_max_pool{_axes}d_with_indices"] = _adaptive(_axes, indices=True)
    RULES[f"lp_pool{_axes}d"] = _lp_pool(_axes)


@rule("interpolate", "upsample")
def _interpolate(
    input: Tensor, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: Any = None,
    recompute_scale_factor: Any = None, antialias: bool = False,
) -> Tensor:  # fmt: skip
    """Work out each axis's weights by resampling single ones, and keep where they are not zero (bicubic has negative ones)."""
    axes, x = input.dim() - 2, input
    for axis in range(axes):
        ones = [1] * axes
        n = input.shape[axis + 2]
        single = torch.eye(n, dtype=torch.float64).reshape(1, n, *ones[:axis], n, *ones[axis + 1 :])

        def only(setting: Any, axis: int = axis) -> Any:
            return (
                None
                if setting is None
                else [v if a == axis else 1 for a, v in enumerate(_each(setting, axes))]
            )

        weights = F.interpolate(
            single,
            only(size),
            only(scale_factor),
            mode,
            align_corners,
            recompute_scale_factor,
            antialias=antialias,
        )
        x = along(x, axis + 2, (weights.reshape(n, -1).T.abs() > EXACT))
    return x


# Norms, softmax and reductions: what is normalised or compared together is read together.
@rule("batch_norm")
def _batch_norm(
    input: Tensor, running_mean: Any = None, running_var: Any = None, weight: Any = None, bias: Any = None,
    training: bool = False, *_: Any, **__: Any,
) -> Tensor:  # fmt: skip
    if running_mean is not None and not training:
        return input
    return input + input.mean([d for d in range(input.dim()) if d != 1], keepdim=True)


@rule("instance_norm")
def _instance_norm(
    input: Tensor, running_mean: Any = None, running_var: Any = None, weight: Any = None, bias: Any = None,
    use_input_stats: bool = True, *_: Any, **__: Any,
) -> Tensor:  # fmt: skip
    return input + input.mean(list(range(2, input.dim())), keepdim=True) if use_input_stats else input


@rule("group_norm")
def _group_norm(input: Tensor, num_groups: int, *_: Any, **__: Any) -> Tensor:
    parts = input.reshape(input.shape[0], num_groups, -1)
    return (parts + parts.mean(-1, keepdim=True)).reshape(input.shape)


@rule("layer_norm", "rms_norm")
def _layer_norm(input: Tensor, normalized_shape: Sequence[int], *_: Any, **__: Any) -> Tensor:
    return input + input.mean(list(range(-len(normalized_shape), 0)), keepdim=True)


@rule("local_response_norm")
def _local_response_norm(input: Tensor, size: int, *_: Any, **__: Any) -> Tensor:
    n = input.shape[1]
    return along(input, 1, _window(n, n, size, 1, size // 2))


@rule("softmax", "log_softmax", "softmin", "gumbel_softmax")
def _softmax(input: Tensor, dim: int | None = None, *_: Any, **__: Any) -> Tensor:
    dim = (0 if input.dim() in (0, 1, 3) else 1) if dim is None else dim
    return input + input.mean(dim, keepdim=True)


@rule("normalize")
def _normalize(input: Tensor, p: float = 2.0, dim: int = 1, *_: Any, **__: Any) -> Tensor:
    return input + input.mean(dim, keepdim=True)


RULES["gumbel_softmax"] = lambda logits, tau=1, hard=False, eps=0.0, dim=-1: _softmax(logits, dim)
CHOICES = names("max min amax amin median nanmedian mode kthvalue sort topk cummax cummin msort")
BLENDS = names(
    "var std var_mean std_mean norm vector_norm linalg_vector_norm linalg_norm prod logsumexp logcumsumexp"
)


def choice(func: Rule, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Answer a choice among entries (a maximum, a median, a sorting) by the sum of all that are compared."""
    input, *rest = args or (kwargs["input"],)
    if (rest and isinstance(rest[0], Tensor)) or "other" in kwargs:
        return _either(input, rest[0] if rest else kwargs["other"])
    real = func(*args, **kwargs)
    value = real[0] if isinstance(real, tuple) else real
    at = 1 if func.__name__ in ("kthvalue", "topk") else 0
    dim = kwargs.get("dim", rest[at] if len(rest) > at else None)
    if dim is None and func.__name__ in ("sort", "topk", "mode", "kthvalue"):
        dim = -1
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        total = input.sum()
    else:
        total = input.sum(dim, keepdim=value.dim() == input.dim())
    total = cut(total.expand(value.shape))
    return type(real)((total, *real[1:])) if isinstance(real, tuple) else total


def blend(func: Rule, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run a smooth reduction at a point in general position, where none of its derivatives is zero."""
    input, *rest = args or (kwargs.pop("input"),)
    noise = torch.rand(input.shape, generator=torch.Generator().manual_seed(0), dtype=input.dtype)
    return func(input * (0.5 + noise), *rest, **kwargs)


# Attention: every position reads all keys and values.
@rule("scaled_dot_product_attention")
def _attention(query: Tensor, key: Tensor, value: Tensor, *_: Any, **__: Any) -> Any:
    seen = flags(value).sum(-2, keepdim=True) + flags(key).sum((-2, -1), keepdim=True)
    if seen.dim() > 3 and seen.shape[-3] != query.shape[-3]:  # grouped queries
        seen = seen.repeat_interleave(query.shape[-3] // seen.shape[-3], -3)
    return flags(query).sum(-1, keepdim=True) + seen


@rule("multi_head_attention_forward")
def _multi_head(
    query: Tensor, key: Tensor, value: Tensor, *_: Any, need_weights: bool = True, **__: Any
) -> Any:
    first = 0 if query.dim() == 2 else 1  # (L, N, E), or (L, E) without a batch
    compared = flags(query).sum(-1, keepdim=True) + flags(key).sum((0, -1), keepdim=True)
    out = (compared + flags(value).sum((0, -1), keepdim=True)).expand(query.shape)
    weights = compared.transpose(0, first).expand(*compared.transpose(0, first).shape[:-1], key.shape[0])
    return out, weights if need_weights else None


PRODUCTS = names(
    "conv1d conv2d conv3d convolution conv_transpose1d conv_transpose2d conv_transpose3d linear bilinear matmul rmatmul mm bmm mv dot "
    "inner outer einsum tensordot addmm addbmm baddbmm addmv chain_matmul kron conv_tbc"
)
COMPARISONS = names(
    "gt ge lt le eq ne greater less greater_equal less_equal not_equal isnan isinf isfinite invert and or xor bitwise_not "
    "bitwise_and bitwise_or bitwise_xor logical_not logical_and logical_or logical_xor"
)
SEQUENCES = names("lstm gru rnn_tanh rnn_relu lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell")
RANDOM_WINDOWS = frozenset(f"fractional_max_pool{n}d{w}" for n in (2, 3) for w in ("", "_with_indices"))
IN_PLACE = {"iadd": "add", "isub": "sub", "imul": "mul", "itruediv": "div", "idiv": "div", "ipow": "pow"}
