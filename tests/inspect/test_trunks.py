"""The closed-form field of whole networks against the gradient's support, for the course's and torchvision's trunks.

A trunk is a network up to its last module whose outputs still have positions and do not read the whole input. Its input is
made long on one axis, until a full period of outputs (one of each phase) reads nothing of the border there; the other axes are
as short as the network allows, and are compared with what the closed form leaves of their windows at the borders.
"""

from collections import Counter
from typing import NamedTuple

import pytest
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from course import models
from course.arithmetic import Field
from course.inspect import Card, InspectError, analyze
from course.inspect.named import named
from course.inspect.positive import support
from tests.effort import THOROUGH

#: Fewer maps where a trunk is long, wide or has many phases: the closed form is that of the full widths all the same.
THIN = {
    "alexnet": {"hidden": 1},
    "alexnet_single": {"hidden": 1},
    "cifar_resnet1202": {"width": 1},
    "densenet121": {"growth": 4},
    "densenet169": {"growth": 4},
    "densenet201": {"growth": 4},
    "fractalnet": {"widths": (4, 4, 4, 4, 4)},
    "oct_denoiser": {"width": 2},
    "unet": {"widths": (2, 2, 2, 2, 2)},
    "unet_same": {"widths": (2, 2, 2, 2, 2)},
    "unet_zhou": {"widths": (2, 2, 2, 2, 2)},
    "unetpp": {"widths": (2, 2, 2, 2, 2)},
    **{f"vgg_{column}": {"hidden": 1} for column in ("a", "a_lrn", "b", "c", "d", "e")},
    "vnet": {"widths": (1, 1, 1, 1, 1)},
    "wrn28_10": {"widen": 1},
}
#: They refuse images of other sizes, and are plain chains of their children: the trunk is put together from these.
FIXED = ("lenet5", "lenet5_modern", "alexnet", "vgg_a", "vgg_a_lrn", "vgg_b", "vgg_c", "vgg_d", "vgg_e",
         "vessel_patch", "vessel_patch_nopool", "vessel_patch_structured")  # fmt: skip
#: The course's networks of dense layers alone.
DENSE = ("neuron", "mlp", "highway", "autoencoder", "sparse_autoencoder")
#: Ten seconds and more each.
LONG = ("cifar_resnet1202", "vnet")
OURS = [name for name in models.names() if name not in DENSE and (THOROUGH or name not in LONG)]
#: With the axes that are made long: both where kernels or strides differ between them.
TORCHVISION = {
    **dict.fromkeys(
        ("alexnet", "vgg11", "vgg16_bn", "squeezenet1_0", "squeezenet1_1", "resnet18", "resnet34", "resnet50", "resnet101",
         "wide_resnet50_2", "resnext50_32x4d", "densenet121", "densenet169", "googlenet", "mobilenet_v2", "mnasnet0_5",
         "mnasnet1_0", "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "regnet_x_400mf", "regnet_x_800mf", "regnet_y_400mf",
         "efficientnet_b0", "mobilenet_v3_large", "mobilenet_v3_small", "convnext_tiny", "fcn_resnet50",
         "deeplabv3_mobilenet_v3_large"),
        (0,),
    ),
    "inception_v3": (0, 1),
}  # fmt: skip

#: Their windows depend on the size of the input, and a trunk ends before them.
ADAPTIVE = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d, nn.AdaptiveMaxPool2d)
#: Rows times positions: beyond, only the pattern of the long axis is compared, not every position up to the borders.
LISTED = 10_000_000


class Reached(Exception):
    """The end of a trunk."""


class Trunk(nn.Module):
    """A network up to the module of a path."""

    def __init__(self, net, path):
        super().__init__()
        self.net, self.path = net, path

    def forward(self, x):
        def stop(module, inputs, output):
            raise Reached(output)

        if not self.path:
            return self.net(x)
        hook = self.net.get_submodule(self.path).register_forward_hook(stop)
        try:
            self.net(x)
        except Reached as reached:
            return reached.args[0]
        finally:
            hook.remove()
        raise AssertionError(f"{self.path} was not called")


class Case(NamedTuple):
    """A trunk, the size it is asked at, the axis that is long, and the first of a period of outputs inside."""

    trunk: nn.Module
    size: tuple[int, ...]
    card: Card
    axis: int
    first: int

    @property
    def field(self):
        return self.card.receptive_field


def is_local(field):
    return (
        isinstance(field, Field)
        and len(field.output_size) == len(field.axes) > 0
        and not any(axis.whole for axis in field.axes)
    )


def end_of(net, size):
    """Return the path of the last module with a local field, that field, and the paths of all modules as they are called."""
    names = {module: name for name, module in net.named_modules()}
    calls = []
    hook = register_module_forward_pre_hook(lambda module, inputs: calls.append(names[module]))
    try:
        card = analyze(net, size)
    finally:
        hook.remove()
    ends = {}  # the last row inside each module
    for i, row in enumerate(card.rows):
        parts = row.name.partition("#")[0].split(".")
        if row.output_shape is not None:
            ends.update({".".join(parts[:j]): (i, row) for j in range(len(parts) + 1)})
    by_size = {name for module, name in names.items() if isinstance(module, ADAPTIVE)}
    once = {name for name, count in Counter(calls).items() if count == 1}
    paths = [name for name, (_, row) in ends.items() if name in once - by_size and is_local(row.field)]
    path = max(paths, key=lambda name: ends[name][0])
    return path, ends[path][1].field, calls


def trunk_of(net, path, calls, fixed):
    """Return the network up to the path, without the weights of what comes after."""
    until = calls[: calls.index(path) + 1] if path else calls
    later = {name.partition(".")[0] for name in calls} - {name.partition(".")[0] for name in until}
    for name in later:
        setattr(net, name, nn.Identity())
    if not fixed:
        return Trunk(net, path)
    first, _, rest = path.partition(".")
    chain = [net.get_submodule(name) for name in until if name and "." not in name]
    assert chain[-1] is net.get_submodule(first)
    if rest:
        chain[-1] = Trunk(chain[-1], rest)
    return nn.Sequential(*chain)


def runs(trunk, size):
    try:
        return all(n > 0 for n in analyze(trunk, size).output_shape)
    except InspectError:
        return False


def interior(field, axis):
    """Return the first of a period of outputs that read nothing of the border, or None."""
    pattern, length = field.axes[axis], field.input_size[axis]
    reads = [pattern.at(p) for p in range(field.output_size[axis])]
    inside = [r.low >= 0 and r.high < length for r in reads]
    period = len(pattern.reads)
    return next((p for p in range(len(inside) - period + 1) if all(inside[p : p + period])), None)


def case_of(full, size, axis=0, thin=None, fixed=False):
    """Stretch one axis until a period of outputs lies inside, and shrink the others as far as the network runs."""
    path, expected, calls = end_of(full, size)
    trunk = trunk_of(thin or full, path, calls, fixed)
    channels, *lengths = size
    for i, n in enumerate(lengths):
        if i != axis:
            shorter = (n % 4 or 4, *range(n % 16 or 16, n, 16))
            tries = ((channels, *lengths[:i], short, *lengths[i + 1 :]) for short in shorter)
            _, *lengths = next((tried for tried in tries if runs(trunk, tried)), (channels, *lengths))
    step = 32 if size[axis + 1] > 32 else 16
    least = expected.size[axis] + step
    lengths[axis] = next(n for n in range(size[axis + 1] % step, least + step, step) if n >= least)
    for _ in range(20):
        tried = (channels, *lengths)
        card = analyze(trunk, tried)
        field = card.receptive_field
        assert field.size[axis] == expected.size[axis]  # thin and long, it reads what the full network does
        assert field.phases[axis] == expected.phases[axis]
        first = interior(field, axis)
        if first is not None:
            return Case(trunk, tried, card, axis, first)
        lengths[axis] += step
    raise AssertionError(f"no period of outputs lies inside an input of {tried}")


def check(case):
    """Every phase of the long axis against its closed form, and all axes against it position by position."""
    trunk, size, card, axis, first = case
    row = next(iter(card.outputs.values()))[2]
    field = case.field
    for position in range(first, first + len(field.phases[axis])):
        at = tuple(position if i == axis else n // 2 for i, n in enumerate(field.output_size))
        seen = support(trunk, size, at)
        assert seen[axis] == field.axes[axis].at(position).positions, f"output {at} of {size}"
        assert 0 <= seen[axis][0] <= seen[axis][-1] < size[axis + 1]
        if len(card.rows) * max(size) < LISTED:
            assert seen == card.reads(row, at), f"output {at} of {size}"


def case_of_ours(name):
    thin = named(name, **THIN.get(name, {}))
    return case_of(named(name), models.record(name).input_size, thin=thin, fixed=name in FIXED)


def case_of_torchvision(name, axis):
    size = (3, 299, 299) if name == "inception_v3" else (3, 224, 224)
    return case_of(named(f"torchvision:{name}"), size, axis)


@pytest.mark.parametrize("name", OURS)
def test_trunks_of_the_course(name):
    check(case_of_ours(name))


@pytest.mark.parametrize(
    ("name", "axis"), [(name, axis) for name, axes in TORCHVISION.items() for axis in axes]
)
def test_trunks_of_torchvision(name, axis):
    check(case_of_torchvision(name, axis))


def test_no_trunk_is_left_out():
    """What has a convolution has a trunk, and torchvision gives more than twenty."""
    for name in DENSE:
        assert not any(isinstance(part, nn.modules.conv._ConvNd) for part in named(name).modules())
    assert len(TORCHVISION) >= 20


def test_resnet_50_strides_in_two_places():
    """He et al. 2015 halve in a block's first 1×1, torchvision in its 3×3: 483 against 427 positions, by gradient too."""
    for case, size in ((case_of_ours("resnet50"), 483), (case_of_torchvision("resnet50", 0), 427)):
        assert case.field.size[0] == size
        reads = support(case.trunk, case.size, tuple(case.first if i == 0 else 0 for i in range(2)))[0]
        assert reads[-1] - reads[0] + 1 == size
