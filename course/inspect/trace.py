"""Run a module on the meta device, where tensors have shapes and no numbers, and write down every operation.

Two of torch's own modes look on: one sees each call of the public interface (``F.conv2d``, ``x + y``, ``torch.cat``),
which becomes one row of the card; the other sees the operations that the call breaks down into, which are few in kind and
come with their arguments by name. Nothing is computed: the parameters are swapped for meta tensors while the
module runs, and the module, its mode and its numbers are left as they were.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

__all__ = ["Group", "Op", "Seen", "Trace", "trace"]

#: Modules of torch that are read call by call; every other module of torch is one row.
CONTAINERS = ("torch.nn.modules.container", "torch.nn.modules.transformer", "torch.nn.modules.adaptive")
#: Calls that a tracer of single operations would unroll over time.
RECURRENT = ("lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")
#: Operations whose result depends on numbers, which the meta device does not have.
OF_THE_DATA = (
    "_local_scalar_dense",
    "item",
    "nonzero",
    "masked_select",
    "_unique2",
    "unique_dim",
    "bincount",
    "equal",
)
#: What takes at most the shape from its inputs, not the numbers.
MADE_NEW = frozenset(
    ("zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like", "randint_like", "new_zeros",
     "new_ones", "new_empty", "new_full", "new_empty_strided", "zero")
)  # fmt: skip
#: Worth a row even where no tensor depends on the input: work that is done on weights alone.
PRODUCTS = ("mm", "bmm", "addmm", "baddbmm", "convolution")
#: So many answers made up for the data, or operations, and the run is given up.
MOST_ASSUMED, MOST_OPS = 1000, 200_000


class Seen:
    """A tensor as it was at one moment.

    Attributes:
        number: counts the tensors of a trace; the net's input is 0.
        shape, bytes: with the batch axis; bytes of one element.
        traced: True where it depends on the net's input.
        names: the parameters and buffers that it was made from.
        tensor: the tensor itself, for constants whose numbers are known.
    """

    __slots__ = ("batched", "bytes", "group", "names", "number", "op", "shape", "tensor", "traced")

    def __init__(
        self, number: int, tensor: torch.Tensor, traced: bool, names: frozenset[str], group: int
    ) -> None:
        self.number = number
        self.shape = tuple(tensor.shape)
        self.bytes = tensor.element_size()
        self.traced = traced
        self.names = names
        self.group = group
        self.tensor = None if traced or tensor.is_meta else tensor
        self.op: Op | None = None  # that made it
        self.batched = traced  # True for a constant that was made for each example, such as expanded queries


class Op(NamedTuple):
    """One operation: its name without the mark of writing in place, arguments by name, and the tensors it made."""

    name: str
    args: dict[str, Any]
    inputs: tuple[Seen, ...]
    outputs: tuple[Seen, ...]
    pointwise: bool
    view: bool
    in_place: bool


@dataclass
class Group:
    """What becomes one row: the call of a module, or of a function outside of torch's modules."""

    number: int
    path: str
    module: nn.Module | None = None
    function: str = ""
    ops: list[Op] = field(default_factory=list)


class Spec(NamedTuple):
    """What the schema of an operation says, looked up once."""

    name: str
    names: tuple[str, ...]
    defaults: dict[str, Any]
    written: tuple[int, ...]
    view: bool
    pointwise: bool


@cache
def spec_of(func: Any) -> Spec:
    """Return the parts of an operation's schema that matter here."""
    schema = func._schema
    written = tuple(
        i for i, a in enumerate(schema.arguments) if a.alias_info is not None and a.alias_info.is_write
    )
    view = any(r.alias_info is not None and not r.alias_info.is_write for r in schema.returns)
    name = schema.name.partition("::")[2]
    name = name[:-1] if name.endswith("_") and not name.startswith("__") else name
    return Spec(
        name,
        tuple(a.name for a in schema.arguments),
        {a.name: a.default_value for a in schema.arguments if a.has_default_value()},
        written,
        view,
        torch.Tag.pointwise in func.tags,
    )


@dataclass
class Trace:
    """Everything that was seen.

    Attributes:
        groups: the rows to be, in order.
        inputs: the net's input tensors.
        outputs: path inside the returned structure, and the tensor; the path of a single tensor is empty.
        notes: (path, what could not be followed).
        assumed: True where an answer of the data was made up, so that only one branch was seen.
        stopped: why the run ended early; empty where it reached the end.
        called: paths of the modules that were called.
    """

    groups: list[Group] = field(default_factory=list)
    inputs: list[Seen] = field(default_factory=list)
    outputs: dict[str, Seen] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    assumed: bool = False
    stopped: str = ""
    called: set[str] = field(default_factory=set)


class Stop(Exception):
    """The run cannot go on; what was seen so far stands."""


class Recorder:
    """Keeps the books for both modes and the module hooks."""

    def __init__(
        self, module: nn.Module, constants: Mapping[str, torch.Tensor], training: bool, batch: int
    ) -> None:
        self.result = Trace()
        self.training = training
        self.batch = batch
        self.paths = {id(m): name for name, m in module.named_modules()}
        self.stack: list[tuple[str, bool]] = []  # (path, opened a group)
        self.group: Group | None = None  # of the module or call that is running
        self.muted = 0
        self.count = self.assumed = self.ops = 0
        self.seen: dict[int, Seen] = {}
        self.kept: list[torch.Tensor] = []  # so that no id is used twice
        self.root: dict[int, int] = {}  # view → the tensor that it looks at
        self.views: dict[int, list[int]] = {}
        self.origin: dict[int, int] = {}  # stand-in on the meta device → the tensor of real numbers
        self.cut: dict[int, int] = {}  # view → the axis that it is a slice of
        self.path_at_stop = ""
        self.failed: tuple[str, str, list[tuple[int, ...]]] | None = None
        for name, tensor in constants.items():
            self.see(tensor, False, frozenset((name,)))

    @property
    def path(self) -> str:
        """Path of the module that is running."""
        return self.stack[-1][0] if self.stack else ""

    def see(self, tensor: torch.Tensor, traced: bool, names: frozenset[str] = frozenset()) -> Seen:
        """Enter a tensor as it is now."""
        self.kept.append(tensor)
        seen = Seen(self.count, tensor, traced, names, self.group.number if self.group and traced else -1)
        self.count += 1
        self.seen[id(tensor)] = seen
        return seen

    def of(self, tensor: torch.Tensor) -> Seen:
        """Return what is known of a tensor; one never met is a constant."""
        return self.seen.get(id(tensor)) or self.see(tensor, False)

    def open(self, path: str, module: nn.Module | None = None, function: str = "") -> Group:
        """Begin a row."""
        self.group = Group(len(self.result.groups), path, module, function)
        self.result.groups.append(self.group)
        return self.group

    def close(self) -> None:
        """End a row; one in which nothing happened is forgotten."""
        if self.group is not None and not self.group.ops:
            self.result.groups.pop()
        self.group = None

    def record(
        self,
        spec: Spec,
        args: dict[str, Any],
        inputs: Sequence[Seen],
        made: Sequence[torch.Tensor],
        traced: bool = True,
    ) -> None:
        """Write an operation down, with fresh entries for what it made."""
        lonely = self.group is None
        if lonely:
            self.open(self.path, function=spec.name)
        outputs = tuple(self.see(tensor, True) if traced else self.of(tensor) for tensor in made)
        assert self.group is not None
        op = Op(spec.name, args, tuple(inputs), outputs, spec.pointwise, spec.view, bool(spec.written))
        self.group.ops.append(op)
        for seen in outputs:
            seen.op = op
        if lonely:
            self.close()

    def pseudo(self, name: str, inputs: Sequence[Seen], made: Sequence[torch.Tensor], **args: Any) -> None:
        """Write down an operation that stands for several."""
        self.record(Spec(name, (), {}, (), False, False), args, inputs, made)

    # What the three onlookers call.

    def enter(self, module: nn.Module, inputs: Any) -> None:
        """Note that a module is called."""
        path = self.paths.get(id(module))
        if path is None:
            self.stack.append((self.path, False))
            return
        self.result.called.add(path)
        opens = self.group is None and is_one_row(module)
        self.stack.append((path, opens))
        if opens:
            self.open(path, module)
            self.muted += is_recurrent(module)

    def leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        """Note that a module has returned, or has failed."""
        if not self.stack:
            return
        _, opened = self.stack[-1]
        if opened and is_recurrent(module):
            self.muted -= 1
        if opened and self.group is not None and output is not None:
            if is_recurrent(module):
                self.pseudo("recurrent", self.known(inputs), tensors(output), why=type(module).__name__)
            elif not self.group.ops:
                self.untouched(inputs, output)
        if opened:
            self.close()
        self.stack.pop()

    def untouched(self, inputs: Any, output: Any) -> None:
        """Give a module that hands its input on (dropout at test time, identity) a row of its own."""
        given, made = self.known(inputs), tensors(output)
        if len(given) == 1 and len(made) == 1 and self.seen.get(id(made[0])) is given[0]:
            self.pseudo("identity", given, made)

    def known(self, tree: Any) -> list[Seen]:
        """Return the traced tensors in a structure."""
        return [s for t in tensors(tree) if (s := self.seen.get(id(t))) is not None and s.traced]

    def call(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        """Run one call of the public interface as one row."""
        name = getattr(func, "__name__", "")
        if name == "__get__" or name == "__set__":
            return func(*args, **kwargs)
        args, kwargs = elsewhere(name, args, kwargs)
        if name == "cuda":
            return self.call(torch.Tensor.to, (args[0], "meta"), {})
        if name in ("numpy", "tolist", "__array__") and isinstance(args[0], torch.Tensor) and args[0].is_meta:
            self.path_at_stop = self.path
            raise Stop(f"{name} asks for the numbers themselves")
        if name == "pad" and "circular" in (*args[2:3], kwargs.get("mode")):
            return self.whole_call(
                func, args, kwargs, "circular_pad", pad=args[1] if len(args) > 1 else kwargs["pad"]
            )
        if name in RECURRENT and self.known((args, kwargs)):
            return self.whole_call(func, args, kwargs, "recurrent", why=name)
        if self.group is not None:
            return func(*args, **kwargs)
        self.open(self.path, function=name)
        try:
            return func(*args, **kwargs)
        finally:
            self.close()

    def whole_call(self, func: Any, args: Any, kwargs: Any, name: str, **settings: Any) -> Any:
        """Run a call without looking inside, and write it down as one operation."""
        lonely = self.group is None
        if lonely:
            self.open(self.path, function=func.__name__)
        given = self.known((args, kwargs))
        self.muted += 1
        try:
            output = func(*args, **kwargs)
        finally:
            self.muted -= 1
        if given:
            self.pseudo(name, given, tensors(output), **settings)
        if lonely:
            self.close()
        return output

    def dispatch(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        """Run one operation, on the meta device if any of its tensors is there, and write it down."""
        spec = spec_of(func)
        flat = list(tensors((args, kwargs)))
        if not flat or any(t.is_meta or self.is_traced(t) for t in flat):
            if "device" in kwargs and (flat or self.wants_meta(kwargs)):
                kwargs = {**kwargs, "device": torch.device("meta")}
            if any(not t.is_meta for t in flat):
                args, kwargs = pytree.tree_map_only(torch.Tensor, self.to_meta, (args, kwargs))
        seen = [self.of(t) for t in tensors((args, kwargs))]
        if spec.name == "_local_scalar_dense" and seen[0].tensor is None:
            return self.answer(args[0])
        self.ops += 1
        if self.ops > MOST_OPS:
            raise Stop(f"more than {MOST_OPS:,} operations: does a loop wait for the data?")
        try:
            output = shortcut(spec, args)
            if output is None:
                output = func(*args, **kwargs)
        except Exception as error:
            first = [s.shape for s in seen if s.traced]
            self.failed = self.failed or (
                self.path,
                spec.name,
                first + [s.shape for s in seen if not s.traced],
            )
            if spec.name in OF_THE_DATA or isinstance(error, NotImplementedError):
                self.path_at_stop = self.path
                raise Stop(f"{spec.name} has no shape without the data") from error
            raise
        made = tensors(output)
        traced = [s for s in seen if s.traced]
        names = frozenset().union(*(s.names for s in seen))
        filled = spec.name in ("fill", "copy") and not any(s.traced for s in seen[1:])
        if spec.name in MADE_NEW or filled:
            traced, names = [], frozenset()
        if not traced:
            batched = any(s.batched for s in seen)
            for tensor in made:
                if id(tensor) not in self.seen or spec.written:
                    grown = tensor.shape[:1] == (self.batch,) and all(
                        s.shape[:1] != (self.batch,) for s in seen
                    )
                    self.see(tensor, False, names).batched = batched or grown
            if spec.view and args:
                self.note_views(args[0], made, spec, dict(zip(spec.names, args, strict=False)))
            if not names or spec.name not in PRODUCTS:
                return output
        if self.muted or not made:
            return output
        named = dict(spec.defaults)
        named.update(zip(spec.names, args, strict=False))
        named.update(kwargs)
        named = {key: self.swap(value) for key, value in named.items()}
        if self.training and "batch_norm" in spec.name and isinstance(named.get("running_mean"), Seen):
            named["training"] = False  # the field is that of test time
        if not traced:
            self.record(spec, named, seen, made, traced=False)
            return output
        before = {id(t): self.seen[id(t)] for t in made if id(t) in self.seen}
        self.record(spec, named, seen, made)
        if spec.view:
            self.note_views(args[0], made, spec, named)
        elif spec.written and before:
            self.spread_writing(made, traced, spec)
        return output

    def is_traced(self, tensor: torch.Tensor) -> bool:
        """Return True for a tensor that depends on the input: also one of real numbers that was written to."""
        seen = self.seen.get(id(tensor))
        return seen is not None and seen.traced

    def swap(self, value: Any) -> Any:
        """Return an argument with what is known of each tensor in the tensor's place."""
        if isinstance(value, torch.Tensor):
            return self.of(value)
        if isinstance(value, (list, tuple)):
            return [self.swap(v) for v in value]
        return value

    @staticmethod
    def wants_meta(kwargs: dict[str, Any]) -> bool:
        """Return True where a factory is asked for another device than the processor."""
        return kwargs["device"] is not None and torch.device(kwargs["device"]).type != "cpu"

    def to_meta(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return a constant's stand-in on the meta device, under the same entry."""
        if tensor.is_meta:
            return tensor
        seen = self.of(tensor)
        stand_in = tensor.new_empty(tensor.shape, device="meta")
        self.kept.append(stand_in)
        self.seen[id(stand_in)] = seen
        self.origin[id(stand_in)] = id(tensor)
        return stand_in

    def answer(self, tensor: torch.Tensor) -> Any:
        """Make up the number that the module asks of a tensor: zero, or False; and note it."""
        self.assumed += 1
        self.result.assumed = True
        if self.assumed == 1 or (self.path, ASKED) not in self.result.notes:
            self.result.notes.append((self.path, ASKED))
        if self.assumed > MOST_ASSUMED:
            raise Stop(
                f"the module asked for a tensor's value {MOST_ASSUMED} times: does a loop wait for the data?"
            )
        return torch.zeros((), dtype=tensor.dtype).item()

    def note_views(self, base: Any, made: Sequence[torch.Tensor], spec: Spec, named: dict[str, Any]) -> None:
        """Remember which tensors share numbers, for the day one of them is written to."""
        if not isinstance(base, torch.Tensor):
            return
        own = self.origin.get(id(base), id(base))
        root = self.root.get(own, own)
        held = ALL if own == root else self.cut.get(own)
        for tensor in made:
            if id(tensor) == root:
                continue
            self.root[id(tensor)] = root
            self.views.setdefault(root, []).append(id(tensor))
            if held is None or spec.name not in SLICES:
                continue
            dim = int(named.get("dim") or 0)
            if tensor.shape == base.shape:
                self.cut[id(tensor)] = held
            elif held in (ALL, dim):
                self.cut[id(tensor)] = dim

    def spread_writing(self, made: Sequence[torch.Tensor], given: Sequence[Seen], spec: Spec) -> None:
        """Pass what was written in place on to the tensors that share the numbers."""
        for tensor in made:
            written = self.seen[id(tensor)]
            own = self.origin.get(id(tensor), id(tensor))
            self.seen[own] = written
            root = self.root.get(own, own)
            alike = spec.pointwise and len({s.number for s in given}) == 1
            for other in (root, *self.views.get(root, ())):
                if other != own and other in self.seen:
                    held = next(t for t in self.kept if id(t) == other)
                    dim = self.cut.get(own) if other == root or self.cut.get(other) == ALL else None
                    old = self.seen[other]
                    if old.traced or not alike:
                        self.pseudo("rewritten", (old, written), (held,), alike=alike, dim=dim)


#: Views that hold a range of one axis; and the sign for all of it.
SLICES, ALL = ("slice", "split", "narrow", "split_with_sizes", "chunk", "alias", "detach"), -1
ASKED = "the value of a tensor decides what runs: the branch for 0 (or False) was followed"


class Calls(TorchFunctionMode):
    """Sees each call of the public interface."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self.recorder.call(func, args, kwargs or {})


class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees each operation that a call breaks down into."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.recorder = recorder

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Return False: nothing here is compiled, and torch's wrapper would import its compiler, which takes seconds."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self.recorder.dispatch(func, args, kwargs or {})


def elsewhere(name: str, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the arguments with the meta device in the place of an accelerator, which is not woken for this."""
    if kwargs.get("device") is not None and torch.device(kwargs["device"]).type != "cpu":
        kwargs = {**kwargs, "device": "meta"}
    if (
        name == "to"
        and len(args) > 1
        and isinstance(args[1], (str, torch.device, int))
        and torch.device(args[1]).type != "cpu"
    ):
        args = (args[0], "meta", *args[2:])
    return args, kwargs


def tensors(tree: Any) -> list[torch.Tensor]:
    """Return the tensors in a structure, in order."""
    if isinstance(tree, torch.Tensor):
        return [tree]
    found: list[torch.Tensor] = []
    gather(tree, found)
    return found


def gather(tree: Any, found: list[torch.Tensor]) -> None:
    """Collect tensors from nested lists, tuples and dicts; other registered structures by torch's own walk."""
    if isinstance(tree, torch.Tensor):
        found.append(tree)
    elif isinstance(tree, (list, tuple)):
        for part in tree:
            gather(part, found)
    elif isinstance(tree, dict):
        for part in tree.values():
            gather(part, found)
    elif tree is not None and not isinstance(tree, (int, float, str, bool, torch.dtype, torch.device)):
        leaves = pytree.tree_leaves(tree)
        found.extend(t for t in leaves if isinstance(t, torch.Tensor))


#: Operations of one shape and type throughout, of which torch works out the obvious with much ceremony.
ALIKE = frozenset(
    (
        "relu",
        "hardtanh",
        "hardswish",
        "hardsigmoid",
        "silu",
        "sigmoid",
        "gelu",
        "leaky_relu",
        "elu",
        "tanh",
        "add",
        "mul",
        "sub",
        "div",
    )
)


def shortcut(spec: Spec, args: Sequence[Any]) -> Any:
    """Return the result of a common operation on meta tensors without asking torch; None where torch is to be asked."""
    x = args[0] if args else None
    if spec.written not in ((), (0,)):  # out=…
        return None
    if not isinstance(x, torch.Tensor) or not x.is_meta or not x.is_floating_point():
        return None
    if spec.name in ALIKE:
        for other in args[1:]:
            if isinstance(other, torch.Tensor) and (other.shape != x.shape or other.dtype != x.dtype):
                return None
        return x if spec.written else torch.empty_like(x)
    if spec.name == "native_batch_norm" and x.dim() > 1:
        channels = x.shape[1:2]
        if all(t is None or t.shape == channels for t in args[1:5]):
            return torch.empty_like(x), x.new_empty(0), x.new_empty(0)
    return None


def is_one_row(module: nn.Module) -> bool:
    """Return True for torch's own layers, and for classes that inherit such a layer's forward."""
    where = getattr(type(module).forward, "__module__", "") or ""
    return where.startswith("torch.nn.modules.") and not where.startswith(CONTAINERS)


def is_recurrent(module: nn.Module) -> bool:
    """Return True for torch's recurrent layers."""
    return isinstance(module, (nn.RNNBase, nn.RNNCellBase))


@contextmanager
def stand_ins(module: nn.Module) -> Iterator[dict[str, torch.Tensor]]:
    """Put meta tensors in the places of the weights while the module runs, and everything back afterwards.

    Whatever the module writes into its attributes meanwhile (a cache, a counter, a layer made at the first call) is undone:
    it would be made of tensors without numbers. Integer buffers keep their numbers, which may be sizes or indices.
    """
    parts = dict.fromkeys(module.modules())
    kept = [(part, dict(vars(part)), {n: copied(v) for n, v in vars(part).items()}) for part in parts]
    made: dict[int, torch.Tensor] = {}
    named: dict[str, torch.Tensor] = {}
    for name, tensor in (*module.named_parameters(), *module.named_buffers()):
        if isinstance(tensor, nn.Parameter) or tensor.is_floating_point() or tensor.is_complex():
            empty = torch.empty_like(tensor, device="meta")
            if isinstance(tensor, nn.Parameter):
                empty = nn.Parameter(empty, requires_grad=tensor.requires_grad)
            made[id(tensor)] = named[name] = empty
        else:
            made[id(tensor)] = tensor.clone()  # a counter may be written to
    try:
        for part in parts:
            stores: tuple[dict[str, Any], ...] = (part._parameters, part._buffers)
            for store in stores:
                store.update({n: made[id(t)] for n, t in store.items() if t is not None and id(t) in made})
            for attribute, value in list(vars(part).items()):
                if isinstance(value, list) and any(
                    id(v) in made for v in value
                ):  # recurrent layers keep a list
                    part.__dict__[attribute] = [made.get(id(v), v) for v in value]
                elif isinstance(value, torch.Tensor):
                    part.__dict__[attribute] = made.get(id(value), value.clone())
        yield named
    finally:
        for part, attributes, contents in kept:
            part.__dict__.clear()
            part.__dict__.update(attributes)
            for attribute, content in contents.items():
                put_back(attributes[attribute], content)


def copied(value: Any) -> Any:
    """Return a copy of a container, one level deep; one and the same for all that are empty, as most are."""
    if not isinstance(value, (dict, list, set)):
        return None
    return value.copy() if value else ()


def put_back(container: Any, content: Any) -> None:
    """Give a container its earlier content."""
    if content is None or len(container) == len(content) == 0:
        return
    container.clear()
    if isinstance(container, list):
        container.extend(content)
    else:
        container.update(content)


@contextmanager
def mode_of(module: nn.Module, training: bool) -> Iterator[None]:
    """Put every module into one mode, and back into its own afterwards."""
    before = [(part, part.training) for part in module.modules()]
    try:
        for part, _ in before:
            part.training = training
        yield
    finally:
        for part, was in before:
            part.training = was


@contextmanager
def looking(recorder: Recorder) -> Iterator[None]:
    """Switch the three onlookers on, and off again whatever happens."""
    hooks = [
        register_module_forward_pre_hook(recorder.enter),
        register_module_forward_hook(recorder.leave, always_call=True),
    ]
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # one opaque operation, which would hide the products
    luck = random.getstate()
    try:
        with (
            torch.random.fork_rng(devices=[]),
            torch.inference_mode(False),
            torch.no_grad(),
            Calls(recorder),
            Operations(recorder),
        ):
            yield
    finally:
        random.setstate(luck)
        torch.backends.mha.set_fastpath_enabled(fast)
        for hook in hooks:
            hook.remove()


def trace(
    module: nn.Module,
    shapes: Sequence[Sequence[int]],
    dtype: torch.dtype = torch.float32,
    *,
    training: bool = False,
    arguments: Mapping[str, Any] | None = None,
) -> tuple[Trace, Recorder]:
    """Return what a module does with inputs of these shapes (batch axis included), without doing it."""
    with stand_ins(module) as weights:
        recorder = Recorder(module, weights, training, shapes[0][0])
        inputs = [torch.empty(tuple(shape), dtype=dtype, device="meta") for shape in shapes]
        recorder.result.inputs = [recorder.see(tensor, True) for tensor in inputs]
        with mode_of(module, training), looking(recorder):
            try:
                output = module(*inputs, **dict(arguments or {}))
            except Stop as stop:
                recorder.result.stopped = str(stop)
                output = None
            except Exception as error:
                error.course_failed = recorder.failed  # type: ignore[attr-defined]
                error.course_assumed = recorder.result.assumed  # type: ignore[attr-defined]
                raise
        recorder.close()
        recorder.result.outputs = named_outputs(output, recorder)
    if output is not None and not recorder.result.outputs:
        recorder.result.notes.append(
            ("", f"it returned {type(output).__name__}, in which no tensor was found")
        )
    return recorder.result, recorder


def named_outputs(output: Any, recorder: Recorder) -> dict[str, Seen]:
    """Return the tensors of the returned structure by their place in it."""
    if isinstance(output, torch.Tensor):
        return {"": recorder.of(output)}
    found: dict[str, Seen] = {}
    if is_dataclass(output) and not isinstance(output, type):
        output = {f.name: getattr(output, f.name) for f in fields(output)}
    names = getattr(output, "_fields", None)
    for path, leaf in pytree.tree_leaves_with_path(output):
        if isinstance(leaf, torch.Tensor):
            key = pytree.keystr(path).strip("[]'.").replace("']['", ".").replace("][", ".")
            if names is not None and key.isdecimal():
                key = names[int(key)]
            while key in found:
                key += "'"
            found[key] = recorder.of(leaf)
    return found
