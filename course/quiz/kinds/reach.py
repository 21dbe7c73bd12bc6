"""Receptive fields the other way round: how many layers, which stack, what to shrink with."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod

from course.quiz.candidates import Candidate, Find, Pick, Rank
from course.quiz.dice import Dice
from course.quiz.forms import Illposed, Mistake
from course.quiz.kinds.fields import FIELD, FIELD_SLIPS, line, padded, roomy, size_of
from course.quiz.kinds.windows import Window, legend, unspoilt
from course.quiz.registry import kind

POOLS = ((), (Window(2, 2, word="pool"),), (Window(3, 2, word="pool"),))


def said(window: Window) -> str:
    """Return ``a max pooling with a 3×3 window and stride 2``, or the like of a convolution."""
    if window.word == "pool":
        return f"a max pooling with a {window.k}×{window.k} window and stride {window.s}"
    stride = f" and stride {window.s}" if window.s > 1 else ""
    return f"a convolution with a {window.k}×{window.k} kernel{stride}"


@kind("layers_needed", topic="fields", lecture=6)
def layers_needed(dice: Dice, level: int) -> Find:
    """How many layers it takes until the receptive field has a given size."""
    value = dice.pick(range(2, 8)) if level < 5 else dice.pick((2, 3, 4, 5))
    k = dice.pick((2, 3, 5) if level == 1 else (3, 5, 7) if level < 4 else (3, 5))
    d = dice.pick((2, 3, 4, 6)) if level == 3 else 1
    before = [
        Window(
            dice.pick(range(4, 18)),
            dice.pick((2, 3)) if level == 4 else dice.pick((1, 2, 4)) if level == 5 else 1,
        )
    ]
    after = [Window(dice.pick((4, 6, 8, 9)))] if level == 2 else []
    if level > 3:
        before += dice.pick(POOLS)
    step = prod(w.s for w in before)

    def layers(count: int) -> list[Window]:
        row = [Window(k, d=2**i if level == 5 else d) for i in range(count)]
        return [*before, *row, *after]

    side = roomy(layers(value + 1))
    given = size_of(layers(value))
    outside = size_of([*before, *after])
    dilation = {3: f" and dilation {d}", 5: " and dilations 1, 2, 4 and so on, doubled from each to the next"}
    ends = f", and {said(after[0])} ends it" if after else ""
    return unspoilt(
        Find(
            prompt=(
                f"A net begins with {' and '.join(map(said, before))}; then comes a row of convolutions with {k}×{k} kernels, stride 1"
                f"{dilation.get(level, '')}{ends}. Nothing is padded{', and nothing else is dilated' if level in dilation else ', nothing is dilated'}. "
                f"The receptive field at the end is {{given}} rows high ({FIELD}). How many convolutions are there in the row?"
            ),
            hint="What does the net see without the row? And how much does each convolution of the row add, counted in input rows?",
            net=lambda count: line(layers(count), 4, side),
            value=value,
            among=(value - 1,),  # each further layer makes the field larger, so that one neighbour will do
            quantity="field",
            axis=0,
            mistakes=(
                Mistake(
                    (given - outside) // (k * d * step),
                    "adds the kernels",
                    f"Neighbouring windows overlap: a {k}×{k} kernel adds {k} − 1 steps, not {k}.",
                ),
                Mistake(
                    (given - 1) // ((k - 1) * d * step),
                    "leaves the other layers out",
                    f"Without the row the net sees {outside} rows already.",
                ),
                Mistake(
                    (given - outside) // ((k - 1) * d),
                    "forgets the strides",
                    f"Behind strides of {step} in all, one step is {step} input rows.",
                ),
                Mistake(
                    (given - outside) // ((k - 1) * step),
                    "forgets the dilation",
                    "The dilation lengthens each gap between two taps, so that a layer adds more.",
                ),
                Mistake(
                    (given - outside) // ((k - 1) * d * step) + len(before) + len(after),
                    "counts the other layers, too",
                    f"Only the convolutions with {k}×{k} kernels in the row are asked for.",
                ) if level < 5 else Mistake(
                    value + len(before), "counts the other layers, too", f"Only those with {k}×{k} kernels in the row are asked for."
                ),
                Mistake(
                    (given - outside) // step // max(1, (k - 1) // 2) // d,
                    "counts one side of the kernel",
                    f"A kernel of {k} reaches out on both sides of its centre, {k} − 1 steps in all.",
                ),
                Mistake(given // (k * d), "divides the field by the kernel", "Neighbouring windows overlap, and the other layers see something, too."),
                Mistake(value + 1, "counts the first pixel as a layer", "Without any layer a value sees one pixel already."),
            ),
        )
    )  # fmt: skip


Stack = tuple[Window, ...]


@lru_cache(maxsize=5)
def stacks(level: int) -> tuple[Stack, ...]:
    """Return the stacks that a level chooses among."""
    convs = [Window(k) for k in range(2, 10)] if level < 2 else [padded(k) for k in (3, 5, 7)]
    if level > 1:
        convs += [padded(3, 2), padded(5, 2)]
    if level > 2:
        convs += [Window(2, 2, word="pool"), Window(3, 2, word="pool")]
    if level > 3:
        convs += [padded(3, d=2), padded(3, d=3)]
    lengths = {1: (2, 3), 2: (2, 3), 3: (3,), 4: (3,), 5: (3, 4)}[level]
    found = []
    for length in lengths:
        for layers in product(convs, repeat=length):
            pools = sum(w.word == "pool" for w in layers)
            if layers[0].word == "conv" and pools <= 1 and (level < 5 or length == 3 or layers[1].s == 2):
                found.append(layers)
    return tuple(found)


@lru_cache(maxsize=5)
def by_value(level: int) -> tuple[dict[int, list[Stack]], dict[int, list[tuple[str, str, Stack]]]]:
    """Return stacks by their field, and by the fields that wrong formulas give them with name and reason."""
    right: dict[int, list[Stack]] = {}
    wrong: dict[int, list[tuple[str, str, Stack]]] = {}
    for layers in stacks(level):
        size = size_of(layers)
        right.setdefault(size, []).append(layers)
        for name, rule, why in FIELD_SLIPS:
            value = rule(layers)
            if value != size and name != "gives the jump":
                wrong.setdefault(value, []).append((name, why(layers), layers))
    return right, wrong


def option(layers: Stack, side: int, mistake: str = "", why: str = "") -> Candidate:
    """Return a stack as a candidate."""
    shown = " > ".join(w.notation() for w in layers)
    return Candidate(f"`{shown}`", f"4x{side}x{side} > {shown}", "whole", "field", 0, mistake, why)


@kind("field_pick", topic="fields", lecture=6)
def field_pick(dice: Dice, level: int) -> Pick:
    """Which of several stacks has a given receptive field; the others have it by a wrong formula."""
    right, wrong = by_value(level)
    target = dice.pick([n for n in sorted(right) if len(wrong.get(n, ())) > 2])
    chosen = {dice.pick(right[target]): ("", "")}
    for name, why, layers in dice.sample(wrong[target], 30):
        if name not in [n for n, _ in chosen.values()] and size_of(layers) < 3 * target:
            chosen.setdefault(layers, (name, why))
    for name, why, layers in dice.sample(wrong[target], 4):
        chosen.setdefault(layers, (name, why))  # of the same mistake, where there are not enough of others
    few = [*chosen.items()][: 3 if level < 2 else 4]
    side = roomy(*(layers for layers, _ in few))
    candidates = [option(layers, side, *told) for layers, told in few]
    return Pick(
        prompt=(
            f"Which of these stacks has a receptive field of just {target} rows ({FIELD}), "
            f"on an input of 4 channels, {side}×{side}?\n\n{legend(*(c.text for c in candidates))}"
        ),
        hint="Start with one pixel. Each layer adds (k − 1)·d steps, each as long as the product of all strides before it.",
        candidates=tuple(candidates),
        rule="equal",
        target=target,
    )


@kind("field_rank", topic="fields", lecture=6)
def field_rank(dice: Dice, level: int) -> Rank:
    """Put stacks in the order of their receptive fields; they come closer together with the level."""
    right, _ = by_value(level)
    sizes = sorted(right)
    count = 3 if level < 3 else 4
    start = dice.pick(range(len(sizes) - 2 * count))
    chosen = dice.sample(sizes[start : start + 2 * count], count)
    found = [dice.pick(right[size]) for size in chosen]
    side = roomy(*found)
    candidates = tuple(option(layers, side) for layers in found)
    return Rank(
        prompt=(
            f"Put these stacks in the order of their receptive fields, the smallest first ({FIELD}; the input has 4 channels, {side}×{side}). "
            f"In which order do they stand?\n\n{legend(*(c.text for c in candidates))}"
        ),
        hint="For each: start with one pixel, and add (k − 1)·d steps a layer, each as long as all strides before it make it.",
        candidates=candidates,
    )


@kind("field_pool_or_stride", topic="fields", lecture=6)
def field_pool_or_stride(dice: Dice, level: int) -> Pick:
    """What widens the field most or least at one place of a net: stride, pooling, dilation, a larger kernel."""
    before = [padded(dice.pick((3, 5, 7))) for _ in range(dice.pick((1, 2)))]
    if level > 2:
        before[0] = padded(before[0].k, dice.pick((1, 2)))
    behind = [padded(dice.pick((3, 5))) for _ in range(1 if level < 2 else dice.pick((1, 2)))]
    if level > 3:
        behind.append(padded(3, d=dice.pick((1, 2))))
    k = dice.pick((3, 5))
    choices = [
        padded(k, 2),
        Window(2, 2, word="pool"),
        Window(3, 2, word="pool"),
        padded(k),
        padded(k, d=2),
        padded(k + 4),
        padded(k, d=4),
    ]
    if level > 3:
        choices += [padded(k, 3), Window(3, 3, word="pool"), padded(k + 6), padded(k, d=3)]
    chosen = dice.sample(choices, 3 if level < 2 else 4)
    whole = [(*before, w, *behind) for w in chosen]
    values = [size_of(layers) for layers in whole]
    rules = [
        rule for rule, best in (("most", max(values)), ("least", min(values))) if values.count(best) == 1
    ]
    if not rules:
        raise Illposed("two are the largest, and two the smallest")
    rule = dice.pick(rules)
    winner = values.index(max(values) if rule == "most" else min(values))
    side = roomy(*whole)
    head, tail = (" > ".join(w.notation() for w in part) for part in (before, behind))

    def belief(number: int) -> tuple[str, str]:
        """Return the wrong formula by which this one would win, and the right one would not, if there is one."""
        for name, formula, why in FIELD_SLIPS:
            wrong = [formula(layers) for layers in whole]
            extreme = (max if rule == "most" else min)(wrong)
            if wrong[number] == extreme and wrong[winner] != extreme:
                return name, why(whole[number])
        window = chosen[number]
        if window.s > 1 and rule == "most":
            return (
                "overrates the stride",
                "A stride lengthens the steps behind it; how much that brings depends on what stands behind.",
            )
        if window.d > 1 and rule == "most":
            return "takes a dilation for a stride", "A dilation widens its own layer only."
        if rule == "most":
            return (
                "overrates the kernel",
                "A kernel widens the field once; a stride lengthens every step behind it.",
            )
        if window.s > 1:
            return "forgets the strides", "Its stride lengthens every step behind it."
        if window.d > 1:
            return "forgets the dilation", f"Its kernel spans {window.d}·({window.k} − 1) + 1 positions."
        return (
            "underrates the kernel",
            f"A kernel of {window.k} adds {window.k} − 1 steps, each as long as the strides before it make it.",
        )

    candidates = []
    for number, (window, layers) in enumerate(zip(chosen, whole, strict=True)):
        name, why = ("", "") if number == winner else belief(number)
        net = line(layers, side=side)
        candidates.append(Candidate(f"`{window.notation()}`", net, "whole", "field", 0, name, why))
    shown = f"4x{side}x{side} > {head} > … > {tail}"
    return Pick(
        prompt=(
            f"In the net below one layer is left open (…). Which of these in its place gives the {'largest' if rule == 'most' else 'smallest'} "
            f"receptive field at the end ({FIELD})?\n\n{legend(shown, *(c.text for c in candidates))}"
        ),
        hint="A layer acts twice: its own window adds to the field, and its stride lengthens every step behind it.",
        candidates=tuple(candidates),
        rule=rule,
        show=shown,
    )
