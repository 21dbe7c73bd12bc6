"""Random legal layers and graphs, drawn so that most draws fit; what does not fit is refused by the library and by torch alike."""

from hypothesis import strategies as st

from course.arithmetic import (
    Activation,
    AdaptivePool,
    Add,
    Concat,
    Conv,
    ConvTranspose,
    Crop,
    Graph,
    Identity,
    LayerError,
    Node,
    Norm,
    Pad,
    Pool,
    Upsample,
)  # fmt: skip

MODES = ("zeros", "reflect", "replicate", "circular")


def per_axis(draw, dim, low, high):
    """One int for all axes or one for each."""
    if draw(st.booleans()):
        return draw(st.integers(low, high))
    return tuple(draw(st.integers(low, high)) for _ in range(dim))


@st.composite
def shapes(draw, dim=None, low=1, high=14):
    dim = dim or draw(st.integers(1, 3))
    high = {1: 3 * high, 2: high, 3: 7}[dim]
    return (draw(st.sampled_from([1, 2, 3, 4, 6])), *(draw(st.integers(low, high)) for _ in range(dim)))


@st.composite
def convs(draw, shape, symmetric=True):
    channels, dim = shape[0], len(shape) - 1
    groups = draw(st.sampled_from([g for g in range(1, channels + 1) if channels % g == 0]))
    kernel = tuple(draw(st.integers(1, 5)) for _ in range(dim))
    same = draw(st.integers(0, 5)) == 0
    return Conv(
        draw(st.sampled_from([None, channels])),
        groups * draw(st.integers(1, 3)),
        kernel,
        1 if same else per_axis(draw, dim, 1, 3),
        "same"
        if same
        else draw(st.just("valid"))
        if draw(st.integers(0, 8)) == 0
        else per_axis(draw, dim, 0, 4),
        per_axis(draw, dim, 1, 3),
        groups,
        draw(st.booleans()),
        draw(st.sampled_from([*MODES, "symmetric"] if symmetric and not same else MODES)),
    )


@st.composite
def transposed(draw, shape):
    channels, dim = shape[0], len(shape) - 1
    groups = draw(st.sampled_from([g for g in range(1, channels + 1) if channels % g == 0]))
    stride, dilation = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    return ConvTranspose(
        channels, groups * draw(st.integers(1, 3)), tuple(draw(st.integers(1, 4)) for _ in range(dim)), stride,
        per_axis(draw, dim, 0, 2), draw(st.integers(0, max(stride, dilation) - 1)), groups, draw(st.booleans()), dilation,
    )  # fmt: skip


@st.composite
def pools(draw, shape):
    dim, kind = len(shape) - 1, draw(st.sampled_from(["max", "avg"]))
    kernel = draw(st.integers(1, 4))
    dilation = draw(st.integers(1, 2)) if kind == "max" else 1
    return Pool(kind, kernel, draw(st.one_of(st.none(), st.integers(1, 4))), draw(st.integers(0, kernel // 2)),
                dilation, draw(st.booleans()), draw(st.sampled_from([None, dim])))  # fmt: skip


@st.composite
def resamplings(draw, shape):
    dim = len(shape) - 1
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}[dim]
    which = draw(st.sampled_from(["up", "up", "crop", "pad", "adaptive"]))
    if which == "crop":
        return Crop(tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(dim)))
    if which == "pad":
        amount = tuple((draw(st.integers(0, 3)), draw(st.integers(0, 3))) for _ in range(dim))
        return Pad(amount, draw(st.sampled_from([*MODES, "symmetric"])))
    if which == "adaptive":
        sizes = tuple(draw(st.one_of(st.none(), st.integers(1, 6))) for _ in range(dim))
        return AdaptivePool(draw(st.sampled_from(["avg", "max"])), sizes)
    mode = draw(st.sampled_from(["nearest", "nearest-exact", linear, *(["bicubic"] if dim == 2 else [])]))
    corners = mode[:7] != "nearest" and draw(st.booleans())
    if draw(st.booleans()):
        return Upsample(draw(st.sampled_from([1, 2, 3, 4])), mode=mode, align_corners=corners)
    # Twice the length at most: torch works out positions in floating point, which is exact for such ratios.
    size = tuple(draw(st.sampled_from([n, 2 * n, 4 * n, max(1, n // 2)])) for n in shape[1:])
    return Upsample(size=size, mode=mode, align_corners=corners)


def layers(shape):
    """Any layer with positions in and out."""
    return st.one_of(convs(shape), convs(shape), transposed(shape), pools(shape), resamplings(shape))


@st.composite
def graphs(draw, dim=None, steps=5):
    """A random graph with branches: residual sums, concatenations of two and three paths, nested once."""
    shape = draw(shapes(dim, low=6))
    nodes: list[Node] = []

    def put(layer, *inputs):
        name = f"n{len(nodes)}"
        nodes.append(Node(name, layer, inputs))
        return name

    def grow(current, at, count):
        for _ in range(count):
            kind = draw(st.sampled_from(["layer", "layer", "point", "residual", "concat"]))
            if kind == "layer":
                layer = draw(layers(at))
                try:
                    after = layer.bind(at).output_shape(at)
                except LayerError:
                    continue
                if max(after[1:]) > 60:
                    continue
                current, at = put(layer, current), after
            elif kind == "point":
                layer = draw(
                    st.sampled_from(
                        [
                            Activation("relu"),
                            Norm("batch"),
                            Identity(),
                            Conv(at[0], at[0], (1,) * (len(at) - 1)),
                        ]
                    )
                )
                current = put(layer, current)
            else:
                other = current
                for _ in range(draw(st.integers(1, 2))):
                    layer = draw(same_size(at))
                    other = put(layer, other)
                if kind == "residual":
                    current = put(Add(), other, current)
                elif at[0] <= 24:
                    third = put(draw(same_size(at)), current)
                    current = put(Concat(), other, current, third)
                    at = (3 * at[0], *at[1:])
        return current, at

    grow("input", shape, steps)
    if not nodes:
        put(Identity(), "input")
    return Graph(tuple(nodes), shape)


def same_size(shape):
    """Layers that keep the whole shape: the branches of a residual sum."""
    channels, dim = shape[0], len(shape) - 1
    odd = st.tuples(*(st.sampled_from([1, 3, 5]) for _ in range(dim)))
    same = st.builds(
        lambda k, d: Conv(channels, channels, k, padding="same", dilation=d), odd, st.integers(1, 3)
    )
    even = st.builds(lambda: Conv(channels, channels, (2,) * dim, padding="same"))
    pooled = st.builds(lambda: Pool("max", 3, 1, 1))
    # Stride 2 under a padding that brings the length back: equal sizes, unequal jumps.
    drifting = st.builds(
        lambda: Conv(channels, channels, (1,) * dim, (2,) * dim, tuple((n - 1 + 1) // 2 for n in shape[1:]))
    )
    fits = all(((n + 2 * (n // 2) - 1) // 2 + 1) == n for n in shape[1:])
    return st.one_of(same, same, even, pooled, *([drifting] if fits else []))
