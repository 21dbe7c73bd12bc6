"""Every classification and segmentation model of torchvision against the figures that torchvision publishes."""

import pytest
import torch
from torchvision import models
from torchvision.models import get_model_weights, list_models, segmentation

from course.inspect import analyze
from course.inspect.named import named

CLASSIFICATION = list_models(module=models)
SEGMENTATION = list_models(module=segmentation)
#: Their published parameters were counted without the auxiliary heads, which the module has.
WITHOUT_AUX = {"googlenet": {"aux_logits": False}}
#: Their published figures include the auxiliary head, which weights bring along.
WITH_AUX = {name: {"aux_loss": True} for name in SEGMENTATION if not name.startswith("lraspp")}


def published(name):
    """The first weights' parameters, multiply–adds (in 10⁹) and input size; None where torchvision gives no weights."""
    weights = next((w for w in get_model_weights(name) if "V1" in w.name and "SWAG" not in w.name), None)
    if weights is None:
        return None
    crop = weights.transforms().crop_size[0] if name in CLASSIFICATION else 520
    return weights.meta["num_params"], weights.meta["_ops"], crop


@pytest.mark.parametrize("name", [*CLASSIFICATION, *SEGMENTATION])
def test_published_figures(name):
    net = named(f"torchvision:{name}", **WITHOUT_AUX.get(name, {}), **WITH_AUX.get(name, {}))
    figures = published(name)
    if figures is None:  # vit_h_14 has weights of another kind only, at its own size
        assert name in ("vit_h_14", "regnet_y_128gf")
        parameters, operations, size = None, None, 224
    else:
        parameters, operations, size = figures
    card = analyze(net, (3, size, size))
    assert card.complete, card.notes
    assert card.parameters == sum(p.numel() for p in net.parameters())
    assert card.buffers == sum(b.numel() for b in net.buffers() if b.is_floating_point())
    assert card.parameters == sum(row.parameters for row in card.rows)
    if figures is not None:
        assert card.parameters == parameters
        assert f"{card.multiply_adds / 1e9:.3f}" == f"{operations:.3f}"


@pytest.mark.parametrize(("name", "size"), [("vit_h_14", 518), ("regnet_y_128gf", 384), ("vit_b_16", 384)])
def test_weights_at_sizes_of_their_own(name, size):
    weights = next(w for w in get_model_weights(name) if "SWAG_E2E" in w.name)
    net = named(f"torchvision:{name}", **({"image_size": size} if name.startswith("vit") else {}))
    card = analyze(net, (3, size, size))
    assert weights.transforms().crop_size[0] == size
    assert card.parameters == weights.meta["num_params"]
    assert f"{card.multiply_adds / 1e9:.3f}" == f"{weights.meta['_ops']:.3f}"


def test_nothing_of_the_module_is_touched():
    net = models.resnet18().train()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    state = torch.random.get_rng_state()
    analyze(net, (3, 64, 64))
    analyze(net, (3, 64, 64), training=True)
    assert net.training
    assert all(module.training for module in net.modules())
    assert torch.equal(state, torch.random.get_rng_state())
    assert all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())
    assert all(p.grad is None and p.device.type == "cpu" for p in net.parameters())


def test_where_resnet_50_has_its_stride():
    """The published net strides on the 1×1, torchvision's on the 3×3: the card says which rows differ, and what follows."""
    theirs = analyze(named("torchvision:resnet50"), (3, 224, 224), title="torchvision")
    ours = analyze(named("resnet50"), (3, 224, 224), title="published")
    fields = [
        [row.field.size[0] for row in card.rows if row.field.axes and not row.field.whole_input][-1]
        for card in (ours, theirs)
    ]
    assert fields == [483, 427]
    assert ours.parameters == theirs.parameters
    told = ours.differences(theirs)
    assert told.count("s2") >= 6
    assert "483×483" in told
    assert "427×427" in told
