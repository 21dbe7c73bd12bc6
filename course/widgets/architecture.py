"""The architecture explorer: a network as blocks and as a table, every figure with its sum, and a quiz."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, ClassVar

import traitlets

from course.arithmetic.errors import LayerError, SettingError
from course.widgets import architecture_still as still
from course.widgets.architecture_lines_model import lines, totals
from course.widgets.architecture_model import Document, Line, document, pack, read, unpack
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load

__all__ = ["ArchitectureExplorer"]

DEFAULT = load("architecture")["state"]["notation"]["default"]


class ArchitectureExplorer(Explorer):
    """Look at a network as blocks and as a table; choose a row, and every figure shows its sum with the numbers put in.

    Parameters of a convolution ``(k·k·C_in/g + 1)·C_out``, multiply–adds ``C_out·H_out·W_out·C_in/g·k·k``: what a row shows is
    what :mod:`course.arithmetic` derives, and the totals are the sums of the rows. A notation is read while it is typed, in
    the page; networks of :mod:`course.models` are counted by the kernel, and their cards stay with the page.

    Args:
        notation: a line such as ``"3x32x32 > conv(32, 3x3, p1) > relu"``, or an example's name: lenet, alexnet, basic,
            bottleneck, inception, dncnn, unet, separable, signal.
        model: a network by name (``"resnet18"``, ``"torchvision:resnet50"``), or what was counted of one:
            ``parse(…).report()``, ``analyze(module, size)``. Empty for the notation.
        depth: how many levels of groups are unfolded, from 1.
        toggled: groups that stand the other way, such as ``["conv2_x/"]``.
        row: the row, group (``"conv2_x/"``) or total (``"whole"``) whose sums are shown.
        quiz: the column that is hidden: none, shape, parameters, multiply_adds, field or memory.
        answers: (row, what was typed) in the quiz; ``?`` shows an answer.
        also: further networks to carry, so that a page without a kernel can show them.

    >>> explorer = ArchitectureExplorer("3x32x32 > conv(64, 3x3, p1) > relu > pool(2)", quiz="parameters")
    >>> explorer.net["rows"][0]["sums"]["parameters"]
    ['(k·k·C_in + 1)·C_out', '(3·3·3 + 1)·64', '1,792', '']
    >>> explorer
    ArchitectureExplorer(notation='3x32x32 > conv(64, 3x3, p1) > relu > pool(2)', quiz='parameters')
    >>> explorer.notation = "3x32x32 > cnov(64, 3x3)"     # a state that cannot be computed: explained
    >>> explorer.problem
    "unknown step 'cnov' at column 11: did you mean 'conv'?"
    >>> ArchitectureExplorer(model="resnet19")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: model: no network is named 'resnet19': did you mean 'resnet18'?

    Raises:
        SettingError: a value of the wrong kind, or a network that cannot be counted.

    Taught in lectures 06, 07, 08 and 09.
    """

    SPEC: ClassVar[dict[str, Any]] = load("architecture")
    DATA = ("cards", "program")

    _esm = bundle("architecture.js")
    _css = styles("theme.css", "architecture.css", within="ArchitectureExplorer")

    notation = Field()
    model = Field()
    depth = Field()
    toggled = Field()
    row = Field()
    quiz = Field()
    answers = Field()
    cards = traitlets.Dict().tag(sync=True)
    program = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        notation: str = DEFAULT,
        model: Any = "",
        *,
        depth: int = 1,
        toggled: Sequence[str] = (),
        row: str = "",
        quiz: str = "none",
        answers: Sequence[tuple[str, str]] = (),
        also: Sequence[str] = (),
    ) -> None:
        examples = self.SPEC["notations"]
        if isinstance(notation, str) and notation in examples:
            notation = examples[notation]["values"]
        if hasattr(model, "rows") and hasattr(model, "explain"):
            net = document(model)
            model = net["title"] = net["title"] or "net"
            GIVEN[model] = pack(net)
        super().__init__(
            notation=notation, model=model, depth=depth, toggled=toggled, row=row, quiz=quiz, answers=answers,
            program=bundle("architecture_worker.js"),
        )  # fmt: skip
        cards = {
            name: counted(name) for name in dict.fromkeys([*also, *([self.model] if self.model else [])])
        }
        if not self.model and self.problem is None:  # the page can show it before its own reader has started
            cards[""] = {**pack(self.net), "text": self.notation}
        self.cards = cards
        self.observe(self._ask, "model")
        self.observe(self._forget, ["model", "notation", "cards"])

    def _ask(self, change: Any) -> None:
        """Count a network that was chosen in the page; where that fails, the page says why."""
        name = change["new"]
        if not name or name in self.cards:
            return
        try:
            card = counted(name)
        except SettingError as error:
            card = {"refused": str(error)}
        self.cards = {**self.cards, name: card}

    def _forget(self, change: Any) -> None:
        self.__dict__.pop("_read", None)

    @cached_property
    def _read(self) -> tuple[Document | None, str | None]:
        """The document, or why there is none."""
        if self.model:
            card = self.cards.get(self.model) or counted(self.model)
            return (None, card["refused"]) if "refused" in card else (unpack(card), None)
        try:
            return read(self.notation), None
        except LayerError as error:
            return None, str(error).split("\n")[0]

    @property
    def data(self) -> dict[str, Any]:
        """What an exported page carries: the cards there are, and those of the networks that every lecture speaks of."""
        return {**super().data, "cards": {**famous(), **self.cards}}

    @property
    def problem(self) -> str | None:
        """Why there is nothing to count, or None."""
        return self._read[1]

    @property
    def net(self) -> Document:
        """The document of :func:`course.widgets.architecture_model.document`.

        Raises:
            SettingError: the notation cannot be read, or its layers do not fit together.
        """
        net, problem = self._read
        if net is None:
            raise SettingError(problem or "")
        return net

    @property
    def lines(self) -> list[Line]:
        """The lines of the table, the total last."""
        return [*lines(self.net, self.depth, self.toggled), totals(self.net)]

    def svg(self) -> str:
        """Draw the blocks with their links, the table, and the sums of the chosen row."""
        return still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return still.words(self)


#: Networks that were handed in, by title: as packed documents.
GIVEN: dict[str, Document] = {}


def counted(name: str) -> Document:
    """Return the packed document of a network by name.

    Raises:
        SettingError: no such network, or torch is not there to build it.
    """
    return GIVEN[name] if name in GIVEN else built(name)


@cache
def built(name: str) -> Document:
    try:
        from importlib import import_module  # by name: this room does not stand on the rooms above it

        return pack(document(import_module("course.inspect").card_of(name)))
    except (ImportError, ValueError) as error:
        raise SettingError(f"model: {error}") from None


@cache
def famous() -> dict[str, Document]:
    """Return the cards of the networks that every exported page carries; none where torch is missing."""
    try:
        return {name: counted(name) for name in load("architecture")["exported"]}
    except SettingError:
        return {}
