"""Read any module into a card."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import torch
from torch import nn

from course.arithmetic import Layer, LayerError
from course.inspect.card import Card, Row, conventions
from course.inspect.errors import InspectError
from course.inspect.follow import NotCovered, States
from course.inspect.layers import layer_of, word_of
from course.inspect.rules import is_covered
from course.inspect.trace import Group, Recorder, Seen, Trace, trace
from course.inspect.work import HIDDEN, work_of

__all__ = ["analyze"]

Shape = tuple[int, ...]
#: Examples in training mode: a number that widths seldom are, so that a batch axis is not taken for another.
MANY = 7


def analyze(
    module: nn.Module,
    input_size: Sequence[int] | Sequence[Sequence[int]],
    *,
    batch: bool = False,
    training: bool = False,
    arguments: Mapping[str, Any] | None = None,
    dtype: torch.dtype | None = None,
    title: str = "",
    remarks: Sequence[str] = (),
) -> Card:
    """Return the card of a network: shapes, parameters, multiply–adds, memory and receptive fields, call by call.

    The module runs on torch's meta device: shapes go through, numbers do not exist. Its weights, mode, buffers and
    device stay as they are; where it lies on a GPU, nothing is moved.

    Args:
        module: any ``torch.nn.Module``.
        input_size: (channels, *spatial) or (features,), without the batch axis; for a module that takes several tensors, one
            such size for each (the field is then that of the first).
        batch: True where the sizes begin with the batch axis. Figures are of one example all the same.
        training: read the module as it runs in training (auxiliary heads, stochastic depth) instead of at test time.
        arguments: further keyword arguments of the module's ``forward``.
        dtype: type of the input, such as ``torch.long`` for indices; that of the module's weights unless given.
        title: the card's name; the module's class unless given.
        remarks: lines to print under the card.

    >>> from torch import nn
    >>> net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(), nn.ConvTranspose2d(8, 4, 2, stride=2))
    >>> card = analyze(net, (3, 32, 32))
    >>> card.parameters, card.multiply_adds, card.output_shape
    (356, 88064, (4, 32, 32))
    >>> card.receptive_field.size, card.receptive_field.jump, card["0"].field.jump
    ((3, 3), (1, 1), (2, 2))
    >>> print(card.explain("2", "multiply_adds"))
    multiply–adds = C_in·H·W·C_out·k·k = 8·16·16·4·2·2 = 32,768   (each input value times each weight it meets)
    >>> analyze(net, (1, 32, 32))
    Traceback (most recent call last):
    ...
    course.inspect.errors.InspectError: 0 (Conv2d) takes 3 channels, but gets 1 (its input is (1, 32, 32)): give another input_size, or make the layer with in_channels=1

    Raises:
        InspectError: no module, a size that does not fit (the message names the layer), a ``forward`` that needs more.

    Sources: the receptive field after Araujo, Norris & Sim (Distill 2019). Taught from lecture 06 on.
    """
    module = unwrapped(module)
    shapes = sizes_of(input_size, batch)
    check_signature(module, len(shapes), arguments or {})
    if dtype is None:
        dtype = next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)
    count = MANY if training else 1  # batch statistics need more than one example where the positions are few
    try:
        seen, recorder = trace(
            module, [(count, *shape) for shape in shapes], dtype, training=training, arguments=arguments
        )
    except Exception as error:
        raise mended(error, module, shapes, dtype) from error
    return make_card(module, seen, recorder, shapes, count, training, title or type(module).__name__, remarks)


def unwrapped(module: object) -> nn.Module:
    """Return the module inside wrappers, or raise for what cannot be read."""
    if isinstance(module, torch.jit.ScriptModule):
        raise InspectError("a ScriptModule hides its calls: analyse the Python module that it was made from")
    if isinstance(module, type) and issubclass(module, nn.Module):
        raise InspectError(
            f"{module.__name__} is a class, not a module: make one, such as {module.__name__}(…)"
        )
    if not isinstance(module, nn.Module):
        raise InspectError(
            f"{type(module).__name__} is not a torch.nn.Module: give a module; for a layer graph use graph.report()"
        )
    net: nn.Module = module
    compiled = getattr(net, "_orig_mod", None)  # what torch.compile wraps
    if isinstance(compiled, nn.Module):
        net = compiled
    if isinstance(net, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
        net = net.module
    for name, part in net.named_modules():
        if isinstance(part, torch.jit.ScriptModule):
            raise InspectError(
                f"{name} is a ScriptModule, which hides its calls: use the Python module that it was made from"
            )
    lazy = [name for name, p in net.named_parameters() if nn.parameter.is_lazy(p)]
    if lazy:
        raise InspectError(
            f"{lazy[0]} has no shape yet: call the lazy module once on a batch, or make its layer with in_channels"
        )
    return net


def sizes_of(input_size: Any, batch: bool) -> list[Shape]:
    """Return the shape of each input without the batch axis."""
    example = "such as (3, 224, 224), without the batch axis"
    if isinstance(input_size, (int, str)) or not hasattr(input_size, "__iter__"):
        raise InspectError(f"input_size {input_size!r} is not a size: give (channels, *spatial), {example}")
    if isinstance(input_size, torch.Tensor):
        raise InspectError(
            f"input_size is a tensor: give its shape without the batch axis, {tuple(input_size.shape[1:])}"
        )
    given = list(input_size)
    several = bool(given) and all(isinstance(size, (list, tuple, torch.Size)) for size in given)
    shapes = []
    for size in given if several else [given]:
        if not size or any(isinstance(n, bool) or not hasattr(n, "__index__") or n < 1 for n in size):
            raise InspectError(
                f"input_size {tuple(size)} is not a size: give whole numbers above 0, {example}"
            )
        shape = tuple(int(n) for n in size)
        if batch and len(shape) < 2:
            raise InspectError(
                f"input_size {shape} begins with the batch axis and has nothing behind it: {example}"
            )
        shapes.append(shape[1:] if batch else shape)
    return shapes


def check_signature(module: nn.Module, given: int, arguments: Mapping[str, Any]) -> None:
    """Raise where ``forward`` needs more tensors, or takes fewer."""
    try:
        parameters = list(inspect.signature(module.forward).parameters.values())
    except (TypeError, ValueError):
        return
    places = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    name = type(module).__name__
    if not any(p.kind == p.VAR_POSITIONAL for p in parameters) and given > len(places):
        takes = f"takes {len(places)}" if places else "takes none"
        raise InspectError(
            f"{name}.forward {takes}, but {given} sizes were given: give one size for each tensor"
        )
    needed = [p.name for p in places[given:] if p.default is p.empty and p.name not in arguments]
    needed += [
        p.name
        for p in parameters
        if p.kind == p.KEYWORD_ONLY and p.default is p.empty and p.name not in arguments
    ]
    if needed:
        raise InspectError(
            f"{name}.forward needs {', '.join(needed)} as well: give one size for each tensor, as in "
            f"analyze(net, [(3, 8, 8), (1, 8, 8)]), or arguments={{{needed[0]!r}: …}}"
        )


def mended(error: Exception, module: nn.Module, shapes: Sequence[Shape], dtype: torch.dtype) -> Exception:
    """Return the error in the words of this room: which layer, which shape, what to do."""
    if isinstance(error, InspectError):
        return error
    failed = getattr(error, "course_failed", None)
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    size = " and ".join(map(str, shapes))
    if failed is None:
        return InspectError(f"{type(module).__name__} cannot take an input of {size}: {said}")
    path, name, got = failed
    part = dict(module.named_modules()).get(path)
    who = f"{path or 'the module'} ({type(part).__name__})"
    if name == "convolution" and len(got) > 1 and len(got[0]) == len(got[1]):
        wanted = got[1][1] * getattr(part, "groups", 1)
        if not getattr(part, "transposed", False) and got[0][1] != wanted:
            return InspectError(
                f"{who} takes {wanted} channels, but gets {got[0][1]} (its input is {got[0][1:]}): "
                f"give another input_size, or make the layer with in_channels={got[0][1]}"
            )
    if isinstance(part, nn.Linear) and got and got[0][-1:] != (part.in_features,):
        return InspectError(
            f"{who} takes {part.in_features} features, but gets {got[0][-1] if got[0] else 0} from an input of {size}: "
            "give another input_size, or make the layer with in_features to match"
        )
    if getattr(error, "course_assumed", False):
        said += " (a tensor's value had been asked for, and zero was assumed)"
    shown = ", ".join(str(shape[1:] if len(shape) > 1 else shape) for shape in got[:1])
    mend = "give another input_size" if dtype.is_floating_point else "give another input_size or dtype"
    return InspectError(f"{who} cannot take {shown} from an input of {size}: {said}; {mend}")


def make_card(
    module: nn.Module,
    seen: Trace,
    recorder: Recorder,
    shapes: Sequence[Shape],
    count: int,
    training: bool,
    title: str,
    remarks: Sequence[str],
) -> Card:
    """Return the card of what was seen."""
    states = States(seen, shapes[0][1:])
    book = Weights(module)
    names: dict[int, str] = {}  # group → row
    producer: dict[int, str] = {
        s.number: "input" if i == 0 else f"input{i + 1}" for i, s in enumerate(seen.inputs)
    }
    owner: dict[str, str] = {name: name for name in producer.values()}
    rows: list[Row] = []
    numbers: dict[str, Seen] = {}
    used: set[str] = set(owner)
    sizes = {producer[s.number]: prod(s.shape) * s.bytes // count for s in seen.inputs}
    for group in seen.groups:
        row, output = make_row(group, states, book, producer, owner, used, count)
        rows.append(row)
        names[group.number] = row.name
        numbers[row.name] = output
    reason = (seen.stopped and "not reached") or (
        "not called in training" if training else "not called at test time"
    )
    rows += book.left_over(seen.called, used, reason)
    outputs = {
        name: (without_batch(s.shape, count), states.field(s), producer.get(s.number, "input"))
        for name, s in seen.outputs.items()
    }
    told = [f"{path or 'the module'}: {what}" for path, what in seen.notes]
    if seen.stopped:
        told.append(
            f"the run stopped in {(recorder.path_at_stop or 'the module')}: {seen.stopped}; what follows was not seen"
        )
    hidden: dict[str, list[str]] = {}
    for row in rows:
        if row.multiply_adds is None:
            hidden.setdefault(row.note, []).append(row.name)
    told += [f"{shortened(where)}: {note}" for note, where in hidden.items()]
    return Card(
        title=title,
        input_shape=shapes[0],
        rows=tuple(rows),
        outputs=outputs,
        notes=tuple(told),
        remarks=tuple(remarks),
        training=training,
        conventions=conventions(training),
        input_bytes=sizes,
        states=states,
        tensors=numbers,
    )


def shortened(names: Sequence[str], most: int = 4) -> str:
    """Return names in a line, the many cut short."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def without_batch(shape: Shape, count: int) -> Shape:
    """Return a shape without the batch axis, where it still has one."""
    return shape[1:] if shape and shape[0] == count else shape


def make_row(
    group: Group,
    states: States,
    book: Weights,
    producer: dict[int, str],
    owner: dict[str, str],
    used: set[str],
    count: int,
) -> tuple[Row, Seen]:
    """Return the row of a group, and the tensor that it gives."""
    inputs: dict[int, Seen] = {}
    inside: set[int] = set()
    for op in group.ops:
        for s in op.inputs:
            if s.traced and s.number not in inside:
                inputs.setdefault(s.number, s)
        inside.update(s.number for s in op.outputs)
    layer = bound(
        layer_of(group, count), [without_batch(s.shape, count) for s in inputs.values()], group, count
    )
    word = word_of(group, layer)
    path = group.path
    if group.module is None:
        path = f"{path}.{word}" if path else word
    name, number = path or word, 2
    while name in used or name == "input":
        name, number = f"{path or word}#{number}", number + 1
    used.add(name)
    output = next((op for op in group.ops if op.name == "rewritten"), group.ops[-1]).outputs[0]
    weights, buffers, shared = book.of(group)
    work = [w for op in group.ops if (w := work_of(op)) is not None]
    hidden = [op for op in group.ops if op.name in HIDDEN or not is_covered(op)]
    note = (
        f"{hidden[0].args.get('why') or hidden[0].name} is not covered: its multiply–adds and field are not known"
        if hidden
        else ""
    )
    sources = list(inputs.values())
    fields = tuple(states.field(s) for s in sources)
    share = count if sources or any(s.batched for op in group.ops for s in op.inputs) else 1
    if not sources and work:
        note = "of weights alone: done once a batch, whatever its size"
    row = Row(
        name=name,
        word=word,
        title=layer.notation() if layer is not None else title_of(group, word),
        inputs=tuple(dict.fromkeys(producer.get(s.number, "input") for s in sources)),
        input_shapes=tuple(without_batch(s.shape, count) for s in sources),
        output_shape=without_batch(output.shape, count),
        parameters=sum(prod(shape) for _, shape in weights),
        buffers=buffers,
        multiply_adds=None if hidden else sum(w.total for w in work) // share,
        memory=memory_of(group, output, count),
        field=states.field(output),
        layer=layer,
        weights=tuple(weights),
        work=tuple(work) if count == 1 else (),
        note=note or ("the same weights as before: counted there" if shared else ""),
        owner=owner_of(group, output, inputs, producer, owner, name),
        paths=tuple((producer.get(s.number, "input"), f) for s, f in zip(sources, fields, strict=True)),
    )
    owner[name] = row.owner
    for op in group.ops:
        for s in op.outputs:
            producer[s.number] = name
    return row, output


def bound(layer: Layer | None, shapes: Sequence[Shape], group: Group, count: int) -> Layer | None:
    """Return the layer with its inputs' shapes filled in; None where it would give another shape than torch did."""
    if layer is None:
        return None
    try:
        layer = layer.bind(*shapes)
        same = layer.output_shape(*shapes) == without_batch(group.ops[-1].outputs[0].shape, count)
    except LayerError:
        return None
    return layer if same else None


def title_of(group: Group, word: str) -> str:
    """Return what to print for a call that is no layer of the arithmetic room."""
    if group.module is not None:
        settings = group.module.extra_repr()
        return f"{word}({settings})" if len(settings) < 60 else word
    return word


def is_new(group: Group, output: Seen, position: int = -1) -> bool:
    """Return True where the output takes memory of its own."""
    numbers = {s.number for s in group.ops[position].outputs}
    made = group.ops[position] if output.number in numbers else None
    if made is None or made.in_place or made.name == "identity":
        return False
    if not made.view:
        return True
    source = made.inputs[0]
    for i, op in enumerate(group.ops[:position]):
        if any(s.number == source.number for s in op.outputs):
            return is_new(group, source, i)
    return False


def memory_of(group: Group, output: Seen, count: int) -> int:
    """Return the bytes of what a call returns, for one example."""
    if not is_new(group, output, len(group.ops) - 1):
        return 0
    several = group.ops[-1].outputs if group.ops[-1].name in ("recurrent", "topk", "sort") else (output,)
    return sum(prod(s.shape) * s.bytes for s in several) // count


def owner_of(
    group: Group,
    output: Seen,
    inputs: Mapping[int, Seen],
    producer: Mapping[int, str],
    owner: Mapping[str, str],
    name: str,
) -> str:
    """Return the row whose memory a row's result lies in."""
    if is_new(group, output, len(group.ops) - 1) or not inputs:
        return name
    return owner.get(producer.get(next(iter(inputs)), "input"), name)


class Weights:
    """Counts every parameter and buffer once, where it is first used."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.parameters = dict(module.named_parameters())
        self.buffers = {n: b for n, b in module.named_buffers() if b.is_floating_point()}
        tensors = {**self.parameters, **self.buffers}
        self.first = {id(t): n for n, t in tensors.items()}
        self.left = set(tensors)

    def of(self, group: Group) -> tuple[list[tuple[str, Shape]], int, bool]:
        """Return the parameters first used in a row, the size of its buffers, and whether some were used before."""
        names: dict[str, None] = {}
        for op in group.ops:
            for s in op.inputs:
                names.update(dict.fromkeys(sorted(s.names)))
        if group.module is not None:
            own = (*group.module.parameters(), *group.module.buffers())
            names.update(dict.fromkeys(n for t in own if (n := self.first.get(id(t))) is not None))
        known = [n for n in names if n in self.parameters or n in self.buffers]
        new = [n for n in known if n in self.left]
        self.left -= set(new)
        weights = [
            (n.rpartition(".")[2], tuple(self.parameters[n].shape)) for n in new if n in self.parameters
        ]
        shared = any(n in self.parameters for n in known if n not in new)
        return weights, sum(self.buffers[n].numel() for n in new if n in self.buffers), shared

    def left_over(self, called: set[str], used: set[str], reason: str) -> list[Row]:
        """Return a row for each part whose weights no call has used."""
        parts: dict[str, list[str]] = {}
        for name in [n for n in (*self.parameters, *self.buffers) if n in self.left]:
            path = name.rpartition(".")[0]
            steps = path.split(".") if path else []
            part = next(
                (
                    p
                    for i in range(1, len(steps) + 1)
                    if (p := ".".join(steps[:i])) not in called and self.heads(p, called)
                ),
                path,
            )
            parts.setdefault(part, []).append(name)
        rows = []
        for part, names in parts.items():
            weights = [
                (n.removeprefix(part + "."), tuple(self.parameters[n].shape))
                for n in names
                if n in self.parameters
            ]
            buffers = sum(self.buffers[n].numel() for n in names if n in self.buffers)
            kind = type(self.module.get_submodule(part)).__name__
            label, number = part or "weights", 2
            while label in used:
                label, number = f"{part or 'weights'}#{number}", number + 1
            used.add(label)
            why = reason if part not in called else "no call uses these weights"
            rows.append(
                Row(label, kind, f"{kind}: {why}", (), (), None, sum(prod(shape) for _, shape in weights), buffers, 0, 0,
                    NotCovered(why), None, tuple(weights), (), why)
            )  # fmt: skip
        return rows

    @staticmethod
    def heads(path: str, called: set[str]) -> bool:
        """Return True where nothing below a path was called either: the whole part stood still."""
        return not any(name.startswith(path + ".") for name in called)
