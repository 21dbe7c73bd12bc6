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
from torchvision.models import get_model

from course import models
from course.arithmetic import Field
from course.inspect import InspectError, analyze
from course.inspect.named import named
from course.inspect.positive import support

#: Fewer maps where a trunk is long, wide or has many phases: the closed form is that of the full widths all the same.
THIN = {
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
    "vnet": {"widths": (2, 2, 2, 2, 2)},
    "wrn28_10": {"widen": 1},
}
#: They refuse images of other sizes, and are plain chains of their children: the trunk is put together from these.
FIXED = ("lenet5", "lenet5_modern", "alexnet", "vgg_a", "vgg_a_lrn", "vgg_b", "vgg_c", "vgg_d", "vgg_e",
         "vessel_patch", "vessel_patch_nopool", "vessel_patch_structured")  # fmt: skip
#: The course's networks of dense layers alone.
DENSE = ("neuron", "mlp", "highway", "autoencoder", "sparse_autoencoder")
OURS = [name for name in models.names() if name not in DENSE]
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
    field: Field
    axis: int
    first: int


def is_local(field):
    return (
        isinstance(field, Field)
        and len(field.output_size) == len(field.axes) > 0
        and not any(axis.whole for axis in field.axes)
    )


def end_of(net, size):
    """Return the path of the last module with a local field, that field, and the children in the order of their calls."""
    calls = []
    hook = register_module_forward_pre_hook(lambda module, inputs: calls.append(module))
    try:
        card = analyze(net, size)
    finally:
        hook.remove()
    modules, once = dict(net.named_modules()), Counter(calls)
    ends = {}  # the last row inside each module
    for i, row in enumerate(card.rows):
        parts = row.name.partition("#")[0].split(".")
        if row.output_shape is not None:
            ends.update({".".join(parts[:j]): (i, row) for j in range(len(parts) + 1)})
    paths = [
        path
        for path, (_, row) in ends.items()
        if path in modules
        and once[modules[path]] == 1
        and is_local(row.field)
        and not isinstance(modules[path], (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d))  # windows by the size
    ]
    path = max(paths, key=lambda path: ends[path][0])
    children = {module: name for name, module in net.named_children()}
    order = [children[module] for module in calls if module in children]
    return path, ends[path][1].field, order


def trunk_of(net, path, order, fixed):
    if not fixed:
        return Trunk(net, path)
    first, _, rest = path.partition(".")
    chain = [net.get_submodule(name) for name in order[: order.index(first) + 1]]
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
    path, expected, order = end_of(full, size)
    trunk = trunk_of(thin or full, path, order, fixed)
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
        field = analyze(trunk, tried).receptive_field
        assert (field.size, field.phases) == (
            expected.size,
            expected.phases,
        )  # a thin, long one as the full one
        first = interior(field, axis)
        if first is not None:
            return Case(trunk, tried, field, axis, first)
        lengths[axis] += step
    raise AssertionError(f"no period of outputs lies inside an input of {tried}")


def check(case):
    """Every phase of the long axis, whole; the other axes up to what lies in the padding."""
    _, size, field, axis, first = case
    for position in range(first, first + len(field.phases[axis])):
        at = tuple(position if i == axis else n // 2 for i, n in enumerate(field.output_size))
        seen = support(case.trunk, size, at)
        assert seen[axis] == field.axes[axis].at(position).positions, f"output {at} of {size}"
        assert seen[axis]
        assert 0 <= seen[axis][0] <= seen[axis][-1] < size[axis + 1]
        for i, n in enumerate(field.input_size):
            assert seen[i] == field.axes[i].at(at[i]).within(n).positions, f"output {at} of {size}, axis {i}"


def case_of_ours(name):
    thin = models.build(name, **THIN.get(name, {}))
    return case_of(named(name), models.record(name).input_size, thin=thin, fixed=name in FIXED)


def case_of_torchvision(name, axis):
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    if name.startswith(("fcn", "deeplab")):
        options["weights_backbone"] = None
    net = get_model(name, weights=None, **options)
    return case_of(net, (3, 299, 299) if name == "inception_v3" else (3, 224, 224), axis)


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
