"""What the card says of modules of every make, against torch's forward, its counter, and the gradient's support."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import Field
from course.inspect import InspectError, NotCovered, analyze
from course.inspect.positive import support


class Net(nn.Module):
    """A function of one tensor, with parts."""

    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x):
        return self.function(self, x)


def conv(n, m, k=3, **options):
    return nn.Conv2d(n, m, k, **{"padding": k // 2, **options})


def gate(net, x):
    return x * torch.sigmoid(net.b(net.a(x)))


def squeeze_excite(net, x):
    x = net.a(x)
    scale = x.mean((2, 3), keepdim=True)
    return x * torch.sigmoid(net.b(scale))


def attention(net, x):
    n, c, h, w = x.shape
    q, k, v = (part(x).flatten(2).transpose(1, 2) for part in (net.q, net.k, net.v))
    weights = (q @ k.transpose(-2, -1) / c**0.5).softmax(-1)
    return x + (weights @ v).transpose(1, 2).reshape(n, c, h, w)


def windows(net, x):
    n, c, h, w = x.shape
    parts = x.view(n, c, h // 4, 4, w // 4, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, c)
    mixed = F.scaled_dot_product_attention(parts, parts, parts)
    return mixed.view(n, h // 4, w // 4, 4, 4, c).permute(0, 5, 1, 3, 2, 4).reshape(n, c, h, w)


def written(net, x):
    out = torch.zeros(x.shape[0], 6, *x.shape[2:])
    out[:, :2] = x
    out[:, 2:] = net.a(x)
    return net.b(out)


NETS = {
    "same padding, even kernel": (lambda: nn.Conv2d(2, 3, (2, 4), padding="same"), (2, 12, 12)),
    "reflected": (lambda: conv(2, 3, 5, padding_mode="reflect"), (2, 12, 12)),
    "circular": (lambda: conv(2, 3, 5, padding_mode="circular"), (2, 12, 12)),
    "circular, functional": (lambda: Net(lambda _, x: F.pad(x, (1, 2, 3, 0), mode="circular")), (2, 12, 12)),
    "cut by negative padding": (lambda: Net(lambda _, x: F.pad(x, (-1, 2, -3, -1))), (2, 12, 12)),
    "padding modules": (
        lambda: nn.Sequential(nn.ReflectionPad2d((1, 2, 0, 3)), nn.ReplicationPad2d(1), nn.ZeroPad2d(2)), (2, 9, 9)),
    "asymmetric": (lambda: nn.Sequential(nn.Conv2d(2, 4, (1, 7), padding=(0, 3)), nn.Conv2d(4, 4, (7, 1), (2, 1))), (2, 16, 16)),
    "groups": (lambda: nn.Sequential(conv(4, 8, groups=4), conv(8, 8, groups=8, stride=2), conv(8, 2, 1)), (4, 12, 12)),
    "transposed": (lambda: nn.ConvTranspose2d(3, 2, 3, 2, 1, output_padding=1), (3, 7, 7)),
    "transposed to a given size": (lambda: Net(lambda n, x: n.a(x, output_size=(14, 13)), a=nn.ConvTranspose2d(3, 2, 3, 2, 1)), (3, 7, 7)),
    "ceil mode": (lambda: nn.MaxPool2d(3, 2, ceil_mode=True), (2, 12, 11)),
    "dilated pooling": (lambda: nn.MaxPool2d(3, 1, dilation=2), (2, 12, 11)),
    "adaptive": (lambda: nn.AdaptiveAvgPool2d((5, 3)), (2, 12, 11)),
    "adaptive maximum": (lambda: nn.AdaptiveMaxPool2d((5, None)), (2, 12, 11)),
    "interpolate by factor": (lambda: Net(lambda _, x: F.interpolate(x, scale_factor=2, mode="bilinear")), (2, 6, 6)),
    "interpolate to size": (lambda: Net(lambda _, x: F.interpolate(x, size=(9, 12), mode="nearest")), (2, 6, 6)),
    "bicubic": (lambda: nn.Upsample(scale_factor=2, mode="bicubic"), (2, 8, 8)),
    "pixel shuffle": (lambda: nn.Sequential(conv(2, 8), nn.PixelShuffle(2), conv(2, 2)), (2, 6, 6)),
    "pixel unshuffle": (lambda: nn.Sequential(nn.PixelUnshuffle(2), conv(8, 2)), (2, 8, 8)),
    "max-unpool": (lambda: Net(lambda n, x: n.b(F.max_unpool2d(*n.a(x), 2)), a=nn.MaxPool2d(2, return_indices=True), b=conv(2, 2)), (2, 8, 8)),
    "slices": (lambda: Net(lambda n, x: n.a(x)[:, 1:, 2:-1, ::2], a=conv(2, 4)), (2, 12, 12)),
    "space to depth by hand": (lambda: Net(lambda n, x: n.a(torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2]], 1)), a=conv(4, 2)), (2, 12, 12)),
    "space to depth by view": (
        lambda: Net(lambda n, x: n.a(x.view(1, 2, 6, 2, 6, 2).permute(0, 1, 3, 5, 2, 4).reshape(1, 8, 6, 6)), a=conv(8, 2)), (2, 12, 12)),
    "mean over blocks by view": (lambda: Net(lambda n, x: n.a(x.view(1, 2, 6, 2, 6, 2).mean((3, 5))), a=conv(2, 2)), (2, 12, 12)),
    "repeat by expand": (lambda: Net(lambda n, x: n.a(x[..., None].expand(1, 2, 6, 6, 3).reshape(1, 2, 6, 18)), a=conv(2, 2)), (2, 6, 6)),
    "chunk": (lambda: Net(lambda n, x: n.a(x.chunk(2, 1)[0]) + n.b(x.chunk(2, 1)[1]), a=conv(2, 3, 5), b=conv(2, 3)), (4, 12, 12)),
    "split": (lambda: Net(lambda n, x: torch.cat([n.a(x.split([1, 3], 1)[1]), x.split([1, 3], 1)[0]], 1), a=conv(3, 3)), (4, 12, 12)),
    "stack and unbind": (lambda: Net(lambda n, x: torch.stack([n.a(x), x], 1).unbind(1)[0], a=conv(2, 2)), (2, 12, 12)),
    "gate": (lambda: Net(gate, a=conv(2, 2, 5), b=conv(2, 1)), (2, 12, 12)),
    "squeeze and excite": (lambda: Net(squeeze_excite, a=conv(2, 4), b=conv(4, 4, 1)), (2, 12, 12)),
    "functional": (lambda: Net(lambda n, x: F.relu(F.conv2d(x, n.w, stride=2)), w=nn.Parameter(torch.ones(5, 2, 3, 3))), (2, 12, 12)),
    "reused": (lambda: Net(lambda n, x: n.a(F.relu(n.a(x))), a=conv(2, 2)), (2, 12, 12)),
    "flipped": (lambda: Net(lambda n, x: n.a(x.flip(3)), a=nn.Conv2d(2, 2, 3, stride=2)), (2, 12, 12)),
    "rolled": (lambda: Net(lambda n, x: n.a(torch.roll(x, (1, -2), (2, 3))), a=conv(2, 2, padding=0)), (2, 12, 12)),
    "channels last": (lambda: Net(lambda n, x: n.b(n.a(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)), a=nn.Linear(2, 3), b=conv(3, 2)), (2, 12, 12)),
    "channel shuffle": (lambda: Net(lambda n, x: n.a(F.channel_shuffle(x, 2)), a=conv(4, 2)), (4, 12, 12)),
    "unfold and fold": (lambda: Net(lambda n, x: F.fold(n.a(F.unfold(x, 3, padding=1)), (12, 12), 3, padding=1), a=nn.Conv1d(18, 18, 1)), (2, 12, 12)),
    "attention": (lambda: Net(attention, q=conv(2, 2, 1), k=conv(2, 2, 1), v=conv(2, 2, 1)), (2, 8, 8)),
    "windowed attention": (windows_net := lambda: Net(windows), (4, 8, 12)),
    "written into a buffer": (lambda: Net(written, a=conv(2, 4, 5), b=conv(6, 2)), (2, 12, 12)),
    "in place": (lambda: Net(lambda n, x: n.a(x).relu_().add_(x).mul_(2), a=conv(2, 2)), (2, 12, 12)),
    "einsum": (lambda: Net(lambda n, x: torch.einsum("bchw,oc->bohw", n.a(x), n.w), a=conv(2, 3), w=nn.Parameter(torch.ones(5, 3))), (2, 12, 12)),
    "instance norm": (lambda: nn.Sequential(conv(2, 4), nn.InstanceNorm2d(4)), (2, 12, 12)),
    "group norm": (lambda: nn.Sequential(conv(2, 4), nn.GroupNorm(2, 4)), (2, 12, 12)),
    "local response": (lambda: nn.Sequential(conv(2, 4), nn.LocalResponseNorm(3)), (2, 12, 12)),
    "written by out=": (lambda: Net(lambda n, x: n.b(torch.add(n.a(x), 1, out=torch.empty_like(x))), a=conv(2, 2), b=conv(2, 2)), (2, 8, 8)),
    "filled with a mean": (lambda: Net(lambda n, x: n.a(torch.empty_like(x).fill_(x.mean()) + x), a=conv(2, 2)), (2, 8, 8)),
    "the last twenty of eight": (lambda: Net(lambda n, x: n.a(x[..., -20:]), a=conv(2, 2)), (2, 8, 8)),
    "a bias from the input": (lambda: Net(lambda n, x: F.conv2d(x, n.w, bias=x.mean((0, 2, 3)), padding=1), w=nn.Parameter(torch.ones(2, 2, 3, 3))), (2, 8, 8)),
    "statistics of the batch": (lambda: Net(lambda n, x: F.batch_norm(n.a(x), torch.zeros(2), torch.ones(2), training=True), a=conv(2, 2)), (2, 8, 8)),
    "overlapping unpooling": (lambda: Net(lambda n, x: F.max_unpool2d(*n.a(x), 3, 2, 1, (8, 8)), a=nn.MaxPool2d(3, 2, 1, return_indices=True)), (2, 8, 8)),
    "a column of a view": (lambda: Net(lambda n, x: x.view(-1, 3, 8, 2, 4).mean(3).softmax(3)), (3, 8, 8)),
    "matrix times vector": (lambda: Net(lambda n, x: (n.a(x).permute(0, 2, 3, 1) @ torch.ones(2))[:, None], a=conv(2, 2)), (2, 8, 8)),
    "cut and wrapped": (lambda: Net(lambda n, x: n.a(F.pad(x, (-1, 2, 1, -2), mode="circular")), a=conv(2, 2)), (2, 8, 8)),
    "rolled beyond its length": (lambda: Net(lambda n, x: n.a(torch.roll(x, 11, 2)), a=conv(2, 2)), (2, 8, 8)),
    "chunks that gate": (lambda: Net(lambda n, x: torch.mul(*n.a(x).chunk(2, 1)), a=conv(2, 4)), (2, 8, 8)),
    "gated linear unit": (lambda: Net(lambda n, x: F.glu(n.a(x), 1), a=conv(2, 4)), (2, 8, 8)),
    "channels last, one position wide": (
        lambda: Net(lambda n, x: n.b(n.a(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2), a=nn.Conv2d(3, 8, 3, stride=8), b=nn.Linear(8, 8)), (3, 16, 8)),
    "1-D": (lambda: nn.Sequential(nn.Conv1d(2, 3, 5, dilation=2), nn.AvgPool1d(2), nn.Conv1d(3, 1, 3, padding=1)), (2, 40)),
    "3-D": (lambda: nn.Sequential(nn.Conv3d(1, 2, 3, padding=1), nn.MaxPool3d(2), nn.ConvTranspose3d(2, 1, 2, 2)), (1, 6, 8, 6)),
    "weight norm": (lambda: torch.nn.utils.parametrizations.weight_norm(conv(2, 3)), (2, 12, 12)),
}  # fmt: skip


#: Their borders show positions from elsewhere, which the pattern of the interior leaves out.
WRAPPED = ("rolled", "padding modules", "cut and wrapped", "rolled beyond its length")
#: Of these the field is said to be not covered, which is right, if modest.
UNKNOWN = ("a bias from the input", "overlapping unpooling")


@pytest.mark.parametrize("name", NETS)
def test_against_torch(name):
    make, size = NETS[name]
    torch.manual_seed(0)
    net = make().eval()
    card = analyze(net, size)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        out = net(torch.rand(1, *size))
    assert card.output_shape == tuple(out.shape[1:])
    assert card.parameters == sum(p.numel() for p in net.parameters()) == sum(r.parameters for r in card.rows)
    for row in card.rows:
        assert card.explain(row)
    missed = 128 if name == "matrix times vector" else 0  # torch's counter knows no products with vectors
    assert 2 * (card.multiply_adds - missed) == counter.get_total_flops()
    ((_, field, last),) = card.outputs.values()
    if name in UNKNOWN:
        assert isinstance(field, NotCovered) or field.whole_input
        return
    assert card.complete, card.notes
    assert isinstance(field, Field), field
    shape = out.shape[2:]
    for position in {
        tuple(n // 2 for n in shape),
        tuple(0 for _ in shape),
        tuple(n - 1 for n in shape),
        tuple(n // 3 for n in shape),
    }:
        seen = support(make(), size, position)
        assert card.reads(last, position) == seen
        inside = [
            [p for p in axis.at(i).positions if 0 <= p < n] if not axis.whole else list(range(n))
            for axis, i, n in zip(field.axes, position, size[1:], strict=True)
        ]
        if "circular" not in name and "reflected" not in name and name not in WRAPPED:
            assert [set(a) for a in inside] >= [set(b) for b in seen] or field.whole_input


def test_windowed_attention_reads_its_window():
    card = analyze(windows_net(), (4, 8, 12))
    assert card.receptive_field.size == (4, 4)
    assert card.reads(card.rows[-1].name, (5, 9)) == ((4, 5, 6, 7), (8, 9, 10, 11))


def test_every_call_is_a_row_once():
    net = Net(lambda n, x: F.relu(n.a(x)) + n.a(x) + x.mean((2, 3), keepdim=True), a=conv(2, 2))
    card = analyze(net, (2, 6, 6))
    assert [row.name for row in card.rows] == ["a", "relu", "a#2", "add", "gap", "add#2"]
    assert card["a#2"].parameters == 0
    assert "same weights" in card["a#2"].note
    assert card["a#2"].multiply_adds == card["a"].multiply_adds == 2 * 6 * 6 * 2 * 9
    assert card["add"].inputs == ("relu", "a#2")


def test_parts_that_are_not_called_are_named():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.trunk, self.head = conv(2, 2), nn.Linear(2, 3)
            self.extra = nn.Parameter(torch.ones(7))

        def forward(self, x):
            x = self.trunk(x)
            return (x, self.head(x.mean((2, 3)))) if self.training else x

    card = analyze(Two(), (2, 6, 6))
    assert card.parameters == 38 + 9 + 7
    assert card["head"].note == "not called at test time"
    assert card["weights"].parameters == 7
    trained = analyze(Two(), (2, 6, 6), training=True)
    assert trained.parameters == card.parameters
    assert trained.multiply_adds == card.multiply_adds + 6
    assert list(trained.outputs) == ["0", "1"]
    assert [shape for shape, _, _ in trained.outputs.values()] == [(2, 6, 6), (3,)]


# What is not covered is named.


def test_a_branch_that_depends_on_the_data():
    net = Net(lambda n, x: n.a(x) if x.sum() > 0 else n.b(x), a=conv(2, 2, 5), b=conv(2, 2))
    card = analyze(net, (2, 6, 6))
    assert not card.complete
    assert any("the value of a tensor decides" in note for note in card.notes)
    assert card["a"].note == "not called at test time"
    assert "not covered: the module: the value of a tensor" in str(card)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_recurrent_parts(kind):
    net = Net(lambda n, x: n.b(n.a(x.transpose(1, 2))[0]), a=kind(3, 5, batch_first=True), b=nn.Linear(5, 2))
    card = analyze(net, (3, 9))
    assert card["a"].multiply_adds is None
    assert card.parameters == sum(p.numel() for p in net.parameters())
    assert not card.complete
    assert isinstance(card.receptive_field, NotCovered)
    assert kind.__name__ in card.receptive_field.reason
    assert "not covered" in str(card)
    assert card.to_json().count("is not covered")


def test_positions_chosen_by_the_data():
    net = Net(lambda n, x: F.grid_sample(n.a(x), n.b(x).permute(0, 2, 3, 1)), a=conv(2, 2), b=conv(2, 2))
    card = analyze(net, (2, 6, 6))
    assert card.output_shape == (2, 6, 6)
    assert isinstance(card.receptive_field, NotCovered)
    assert "grid_sampler" in card.receptive_field.reason
    assert not card.complete


def test_a_shape_that_depends_on_the_data():
    net = Net(lambda n, x: n.b(n.a(x)[x > 0]), a=conv(2, 2), b=nn.ReLU())
    card = analyze(net, (2, 6, 6))
    assert card["a"].parameters == 38
    assert card.output_shape is None
    assert any("the run stopped" in note for note in card.notes)
    assert isinstance(card.receptive_field, NotCovered)


def test_the_data_as_numpy():
    card = analyze(Net(lambda n, x: torch.from_numpy(n.a(x).numpy() * 2), a=conv(2, 2)), (2, 6, 6))
    assert not card.complete
    assert card.parameters == 38


# Errors teach.


class Masked(nn.Module):
    def forward(self, x, mask):
        return x * mask


ERRORS = {
    "wrong channels": (lambda: analyze(nn.Sequential(conv(3, 4)), (1, 8, 8)), r"0 \(Conv2d\) takes 3 channels, but gets 1"),
    "too small": (lambda: analyze(nn.Sequential(nn.Conv2d(3, 4, 7)), (3, 4, 4)), r"0 \(Conv2d\) cannot take \(3, 4, 4\).*give another input_size"),
    "wrong features": (lambda: analyze(nn.Sequential(nn.Flatten(), nn.Linear(10, 2)), (3, 4, 4)), r"1 \(Linear\) takes 10 features, but gets 48"),
    "no module": (lambda: analyze(lambda x: x, (3, 4, 4)), "function is not a torch.nn.Module"),
    "a class": (lambda: analyze(nn.ReLU, (3, 4, 4)), "ReLU is a class, not a module: make one"),
    "a number": (lambda: analyze(nn.ReLU(), 3), "3 is not a size"),
    "a tensor": (lambda: analyze(nn.ReLU(), torch.zeros(1, 3, 4, 4)), r"give its shape without the batch axis, \(3, 4, 4\)"),
    "zero": (lambda: analyze(nn.ReLU(), (3, 0, 4)), "whole numbers above 0"),
    "a fraction": (lambda: analyze(nn.ReLU(), (3, 4.5, 4)), "whole numbers above 0"),
    "more arguments": (lambda: analyze(Masked(), (3, 4, 4)), "Masked.forward needs mask as well: give one size for each tensor"),
    "fewer arguments": (lambda: analyze(nn.ReLU(), [(3, 4, 4), (3, 4, 4)]), "ReLU.forward takes 1, but 2 sizes"),
    "lazy": (lambda: analyze(nn.LazyConv2d(3, 3), (3, 4, 4)), "call the lazy module once"),
    "script": (lambda: analyze(torch.jit.trace(nn.ReLU(), torch.zeros(1, 1)), (1,)), "analyse the Python module"),
    "no row": (lambda: analyze(nn.Sequential(nn.ReLU()), (3, 4, 4))["1"], "no row is named '1'"),
    "no quantity": (lambda: analyze(nn.Sequential(nn.ReLU()), (3, 4, 4)).explain("0", "colour"), "'colour' is not a quantity"),
    "no position": (lambda: analyze(nn.Sequential(nn.ReLU()), (3, 4, 4)).reads("0", (9, 9)), "outside the output"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    call, words = ERRORS[name]
    with pytest.raises(InspectError, match=words):
        call()


def test_several_inputs_and_arguments():
    card = analyze(Masked(), [(3, 4, 4), (1, 4, 4)])
    assert card.output_shape == (3, 4, 4)
    assert card["mul"].inputs == ("input", "input2")
    card = analyze(Masked(), (3, 4, 4), arguments={"mask": torch.ones(4)})
    assert card["mul"].inputs == ("input",)


def test_modules_on_other_devices():
    net = conv(2, 3).to("meta")
    assert analyze(net, (2, 6, 6)).parameters == 57
    mixed = Net(lambda n, x: n.a(x) + n.offset.to("cpu"), a=conv(2, 3))
    mixed.offset = torch.ones(3, 1, 1)  # no buffer: it stays on the processor
    assert analyze(mixed, (2, 6, 6)).output_shape == (3, 6, 6)
    asks = Net(lambda n, x: n.a(x).to("cuda") + torch.ones(3, 1, 1, device="cuda"), a=conv(2, 3))
    assert analyze(asks, (2, 6, 6)).output_shape == (3, 6, 6)


def test_wrapped_modules():
    net = conv(2, 3)
    assert analyze(nn.DataParallel(net), (2, 6, 6)).parameters == 57
    assert analyze(torch.compile(net), (2, 6, 6)).parameters == 57


def test_batch_and_types():
    net = nn.Sequential(conv(2, 3), nn.Flatten(), nn.Linear(108, 4))
    assert analyze(net, (8, 2, 6, 6), batch=True).multiply_adds == analyze(net, (2, 6, 6)).multiply_adds
    assert analyze(net.half(), (2, 6, 6))["0"].memory == 2 * 3 * 36
    words = nn.Sequential(nn.Embedding(10, 4), nn.Flatten(), nn.Linear(20, 2))
    card = analyze(words, (5,), dtype=torch.long)
    assert card.parameters == 40 + 42
    assert card.output_shape == (2,)


def test_an_interrupted_analysis_leaves_the_module_as_it_was():
    def stop(net, x):
        raise KeyboardInterrupt

    net = Net(stop, a=conv(2, 2)).train()
    with pytest.raises(KeyboardInterrupt):
        analyze(net, (2, 6, 6))
    assert net.training
    assert net.a.training
    assert net.a.weight.device.type == "cpu"
    assert not torch.nn.modules.module._global_forward_hooks
    assert net.a(torch.ones(1, 2, 4, 4)).shape == (1, 2, 4, 4)


class Busy(nn.Module):
    """Writes into itself whenever it runs."""

    def __init__(self):
        super().__init__()
        self.a = conv(2, 2)
        self.same = self.a  # one module under two names
        self.twice = nn.Sequential(self.a, nn.ReLU(), self.a)
        self.calls, self.seen, self.cache = 0, [], None
        self.total = torch.zeros(())

    def forward(self, x):
        self.calls += 1
        self.seen.append(x)
        self.total += 1
        if self.cache is None:
            self.cache = torch.arange(x.shape[-1], device=x.device)
            self.late = nn.Linear(2, 2)
            self.register_buffer("found", x.mean())
        return self.twice(x) + self.cache


def test_what_a_module_writes_into_itself_is_undone():
    net = Busy()
    state = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    before, luck = dict(vars(net)), torch.random.get_rng_state()
    card = analyze(net, (2, 6, 6))
    assert card.parameters == 38
    assert dict(vars(net)) == before
    assert (net.calls, net.seen, net.cache, net.total.item()) == (0, [], None, 0)
    assert "late" not in net._modules
    assert "found" not in net._buffers
    assert isinstance(net.a.weight, nn.Parameter)
    assert net.a.weight.device.type == "cpu"
    assert net.a is net.same is net.twice[0] is net.twice[2]
    assert all(torch.equal(state[name], tensor) for name, tensor in net.state_dict().items())
    assert torch.equal(luck, torch.random.get_rng_state())
    assert net(torch.ones(1, 2, 6, 6)).shape == (1, 2, 6, 6)


def test_recurrent_layers_still_run_afterwards():
    net = nn.LSTM(3, 4)
    x = torch.rand(5, 1, 3)
    before = net(x)[0]
    analyze(net, (1, 3))
    assert torch.equal(net(x)[0], before)


def test_queries_of_the_module_itself_count_once_in_training():
    class Queries(nn.Module):
        def __init__(self):
            super().__init__()
            self.queries, self.mix = nn.Parameter(torch.ones(1, 4, 3)), nn.Linear(3, 3)

        def forward(self, x):
            queries = self.mix(self.queries.expand(x.shape[0], -1, -1))
            return queries @ x

    eval_, training = (analyze(Queries(), (3, 5), training=t).multiply_adds for t in (False, True))
    assert eval_ == training == 4 * 3 * 3 + 4 * 3 * 5


def test_two_inputs_in_every_form():
    card = analyze(Masked(), [(3, 4, 4), (1, 4, 4)])
    assert "mul" in str(card)
    assert '"input2"' in card.to_json()
    assert card.peak_memory == (48 + 16 + 48) * 4
    assert card.explain("mul", "field").result == ((1, 1), (1, 1), (0, 0))
    assert "<svg" in card.show().svg


def test_structures_that_are_returned():
    from dataclasses import dataclass

    @dataclass
    class Out:
        map: torch.Tensor
        score: torch.Tensor

    card = analyze(Net(lambda n, x: Out(n.a(x), x.mean((2, 3))), a=conv(2, 2)), (2, 6, 6))
    assert [shape for shape, _, _ in card.outputs.values()] == [(2, 6, 6), (2,)]
    assert list(card.outputs) == ["map", "score"]
    card = analyze(Net(lambda n, x: {"a": {"b": x}, "a.b": n.a(x)}, a=conv(2, 2)), (2, 6, 6))
    assert len(card.outputs) == 2
    odd = analyze(Net(lambda n, x: object()), (2, 6, 6))
    assert not odd.complete
    assert "no tensor was found" in odd.notes[0]


def test_sizes_kept_in_integer_buffers():
    net = Net(lambda n, x: x[:, :, : int(n.sizes[1])])
    net.register_buffer("sizes", torch.tensor([3, 5]))
    assert analyze(net, (2, 8, 8)).output_shape == (2, 5, 8)


def test_weights_are_parameters_while_the_module_runs():
    net = Net(
        lambda n, x: n.a(x) if isinstance(n.a.weight, nn.Parameter) and n.a.weight.requires_grad else x,
        a=conv(2, 2),
    )
    assert analyze(net, (2, 6, 6)).multiply_adds == 36 * 36
