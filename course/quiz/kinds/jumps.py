"""What dilation does to a receptive field, and how far neighbouring fields are apart."""

from __future__ import annotations

from math import prod

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.fields import FIELD, field_slips, line, names_of, padded, size_of
from course.quiz.kinds.windows import Window, legend, listed, unspoilt
from course.quiz.registry import kind


@kind("field_dilated", topic="fields", lecture=14)
def field_dilated(dice: Dice, level: int) -> Draft:
    """The receptive field of dilated convolutions: from two layers to a context module as in Yu & Koltun (2015)."""
    k = dice.pick((3, 5, 7))
    if level == 5:
        k, top = 3, dice.pick((2, 3, 4))
        dilations = (
            [1] * dice.pick((1, 2, 3)) + [2**i for i in range(1, top + 1)] + [1] * dice.pick((0, 1, 2))
        )
        front = dice.pick((0, 3, 5, 7))
        windows = ([Window(front)] if front else []) + [
            Window(k, d=d * dice.pick((1, 1, 2))) for d in dilations
        ]
    else:
        count = level + 1
        windows = [Window(k, d=dice.pick(range(1, 11 if level < 2 else 9))) for _ in range(count)]
        if level > 2:
            windows = [w._replace(k=dice.pick((3, 5))) for w in windows]
    names = names_of(windows)
    net = line(windows)
    kernels = (
        f"{windows[0].k}×{windows[0].k} kernels"
        if len({w.k for w in windows}) == 1
        else f"square kernels of {listed([w.k for w in windows])}"
    )
    lead = "Dilated convolutions as in the context module of Yu & Koltun (2015): " if level == 5 else ""
    return unspoilt(
        Draft(
            net=net,
            node=names[-1],
            quantity="field",
            axis=0,
            prompt=(
                f"{lead}{len(windows)} convolutions in a row have {kernels}, dilations {listed([w.d for w in windows])}, in this order, stride 1 and no "
                f"padding. How many rows high is the receptive field behind the last, {FIELD}?"
            ),
            hint="Each layer adds k − 1 gaps, each as long as its dilation.",
            mistakes=(
                *field_slips(windows),
                Mistake(
                    1 + sum((w.span - 1) * prod(v.d for v in windows[:i]) for i, w in enumerate(windows)),
                    "takes a dilation for a stride",
                    "A dilation widens its own layer only: the outputs stay one row apart, so that it does not lengthen the steps behind it.",
                ),
                Mistake(
                    max(w.span for w in windows),
                    "takes the widest layer alone",
                    f"All {len(windows)} layers add to the field.",
                ),
                Mistake(
                    sum(w.span for w in windows),
                    "adds the spans",
                    "Neighbouring windows overlap: a layer adds its span less 1.",
                ),
            ),
            explain=tuple((each, "field") for each in names[:-1]),
        )
    )  # fmt: skip


@kind("jump", topic="fields", lecture=6)
def jump(dice: Dice, level: int) -> Draft:
    """How many input pixels the fields of neighbouring outputs are apart."""
    windows = []
    for i in range(level + 2):
        if i % 2 and level > 1:
            k = dice.pick((2, 3))
            windows.append(Window(k, dice.pick((k, 2)), word="pool"))
        else:
            s = dice.pick((1, 2, 3) if i < 4 else (1, 2))
            d = dice.pick((1, 2, 3)) if level > 2 and s == 1 else 1
            windows.append(padded(dice.pick((3, 5, 7)), s, d))
    if all(w.s == 1 for w in windows):
        windows[0] = padded(windows[0].k, dice.pick((2, 3, 4)))
    names = names_of(windows)
    net = line(windows, dice.pick((2, 3, 4)))
    strides = [w.s for w in windows]
    return unspoilt(
        Draft(
            net=net,
            node=names[-1],
            quantity="jump",
            axis=0,
            prompt=(
                "Two values stand one below the other in a map of this net's last layer. By how many input rows are the centres of their "
                f"receptive fields apart?\n\n{legend(net)}"
            ),
            show="net",
            hint="One step at the output is how many steps at the layer before it, and those, in turn, how many before that?",
            mistakes=(
                Mistake(
                    sum(strides), "adds the strides", "Strides multiply: each step is as long as all later strides make it."
                ),
                Mistake(
                    sum(s for s in strides if s > 1),
                    "adds the strides above 1",
                    "Strides multiply: a step of 2 behind a step of 2 is 4 rows of the input.",
                ),
                Mistake(
                    prod(w.s for w in windows if w.word == "conv"),
                    "leaves out the pooling",
                    "Pooling moves in strides, too: as wide as its window unless s says otherwise.",
                ),
                Mistake(
                    prod(strides[:-1]),
                    "leaves out the last layer's stride",
                    "The outputs in question are behind the last layer, so its stride counts.",
                ),
                Mistake(strides[-1], "takes the last stride only", f"All {len(windows)} layers may lengthen the step."),
                Mistake(strides[0], "takes the first stride only", f"All {len(windows)} layers may lengthen the step."),
                Mistake(max(strides), "takes the largest stride", f"All {len(windows)} layers may lengthen the step."),
                Mistake(
                    prod(s * w.d for s, w in zip(strides, windows, strict=True)),
                    "takes a dilation for a stride",
                    "A dilation spreads the taps of one window; the window itself still moves by its stride.",
                ),
                Mistake(
                    prod(w.k if w.word == "pool" else w.s for w in windows),
                    "takes the window for the stride",
                    "Where s is given, pooling moves by s, whatever its window.",
                ),
                Mistake(
                    size_of(windows), "gives the receptive field", "That is how large a field is, not how far two of them are apart."
                ),
            ),
            explain=tuple((each, "field") for each in names[:-1]),
        )
    )  # fmt: skip
