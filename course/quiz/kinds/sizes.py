"""How large is the output of one layer?"""

from __future__ import annotations

from course.arithmetic import output_length
from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.windows import SIZE_SLIPS, Slip, Window, legend, slips_through, through, unspoilt
from course.quiz.registry import kind

AXES = ("height", "width")


def per_axis(letter: str, settings: tuple[int, int], default: int) -> str:
    """Return ``, s2`` or ``, s2x1`` for the notation; nothing where both axes have the default."""
    if settings == (default, default):
        return ""
    return f", {letter}{'x'.join(map(str, settings)) if settings[0] != settings[1] else settings[0]}"


def swapped(value: int, n: int, other: int, axis: int) -> Mistake:
    """Return the mistake of giving the length of the other axis."""
    return Mistake(
        value,
        "mixes up height and width",
        f"That is the {AXES[1 - axis]}, which starts at {other}; the {AXES[axis]} starts at {n}.",
    )


@kind("conv_size", topic="sizes")
def conv_size(dice: Dice, level: int) -> Draft:
    """Output height or width of a convolution: stride from level 2, dilation from 3, uneven kernels and axes from 4."""
    low, high = ((7, 40), (12, 64), (20, 80), (24, 128), (40, 256))[level - 1]
    axis = 0 if level < 4 else dice.pick((0, 1))
    n = dice.pick(range(low, high))
    window = Window(
        k=dice.pick((2, 3, 4, 5) if level < 3 else (2, 3, 4, 5, 7)),
        s=1 if level < 2 else dice.pick((2, 3) if level == 2 else (1, 2, 3) if level == 3 else (2, 3, 4)),
        p=dice.pick((0, 1, 1, 2)),
        d=1 if level < 3 else dice.pick((1, 2, 2, 3)),
    )
    other, across = n, window
    if level > 3:
        other = n + dice.pick((-9, -4, 5, 12, 21))
        across = window._replace(k=dice.pick(tuple(k for k in (1, 3, 5) if k != window.k)))
    if level > 4:
        across = across._replace(
            s=dice.pick((1, 2)), p=dice.pick((0, 1, 2)), d=1 if window.d > 1 else dice.pick((1, 2))
        )
    first, second = ((n, window), (other, across)) if axis == 0 else ((other, across), (n, window))
    (height, down), (width, right) = first, second
    settings = "".join(
        per_axis(letter, pair, default)
        for letter, pair, default in (
            ("s", (down.s, right.s), 1),
            ("p", (down.p, right.p), 0),
            ("d", (down.d, right.d), 1),
        )
    )
    if level < 5:
        dilated = "no dilation" if level < 3 else f"dilation {window.d}"
        told = f"stride {window.s}, {f'padding {window.p} on every side' if window.p else 'no padding'} and {dilated}"
    else:
        told = (
            f"stride {down.s} down the height and {right.s} along the width, padding {down.p} above and below and {right.p} "
            f"left and right, dilation {down.d} down the height and {right.d} along the width"
        )
    what = "A spectrogram" if level == 5 else "An image"
    return unspoilt(
        Draft(
            net=f"1x{height}x{width} > conv(8, {down.k}x{right.k}{settings})",
            node="conv1",
            quantity="shape",
            axis=axis + 1,
            prompt=(
                f"{what} of {height}×{width} (height×width) goes through a convolution with a {down.k}×{right.k} kernel, {told}. "
                f"What is the {AXES[axis]} of the output?"
            ),
            hint="How far can the window move on the padded axis, and in how many whole steps? Then count its first position.",
            mistakes=(
                *([swapped(across.after(other), n, other, axis)] if level > 3 else []),
                *slips_through(n, [window]),
            ),
        )
    )


def ceil_length(n: int, w: Window) -> int:
    """Return the length behind a window that rounds up, as torch has it."""
    return output_length(n, w.k, w.s, w.p, w.d, ceil_mode=True)


#: Wrong forms for a window that rounds up.
CEIL_SLIPS = (
    Slip(
        "rounds down",
        lambda n, w: w.after(n),
        lambda n, w: (
            f"The room to move is {w.room(n)} and the stride {w.s}: here the step that fits only in part counts."
        ),
    ),
    Slip(
        "keeps a window that starts outside the image",
        lambda n, w: -(-w.room(n) // w.s) + 1,
        lambda n, w: (
            "Rounding up gives one window more here, but it would begin behind the image, and such a one is left out."
        ),
    ),
    *(slip for slip in SIZE_SLIPS if slip.name != "rounds up"),
)


def ceil_slips(n: int, window: Window) -> list[Mistake]:
    """Return the wrong values for one window that rounds up."""
    right = ceil_length(n, window)
    return [
        Mistake(s.rule(n, window), s.name, s.why(n, window)) for s in CEIL_SLIPS if s.rule(n, window) != right
    ]


LEFT_OUT = "rounded up (`ceil_mode=True`; a window that would start behind the image is left out)"


@kind("pool_size", topic="sizes", lecture=6)
def pool_size(dice: Dice, level: int) -> Draft:
    """Output height or width of pooling: overlapping from level 2, rounded up at times from 3, padded from 4."""
    n = dice.pick(range(8, 130) if level < 4 else range(20, 200))
    k = dice.pick((2, 3, 4) if level < 3 else (2, 3, 4, 5))
    s = k if level < 2 else dice.pick(tuple(s for s in (1, 2, 3, 4) if s != k))
    p = dice.pick((0, 1, k // 2)) if level > 3 else 0
    window = Window(k, s, p, word="pool")
    ceil = level > 2 and dice.pick((True, False))
    axis, other, across = 0, n, window
    if level > 4:
        axis, other = dice.pick((0, 1)), n + dice.pick((-7, 6, 13))
        across = Window(dice.pick(tuple(m for m in (2, 3) if m != k)), dice.pick((1, 2)), 0, word="pool")
    (height, down), (width, right) = (
        ((n, window), (other, across)) if axis == 0 else ((other, across), (n, window))
    )
    word = dice.pick(("Max", "Average"))
    strides, sides = per_axis("s", (down.s, right.s), 0), per_axis("p", (down.p, right.p), 0)
    if level < 5:
        told = f"a {k}×{k} window, stride {s} and {f'padding {p} on every side' if p else 'no padding'}"
    else:
        told = (
            f"a {down.k}×{right.k} window (height×width), stride {down.s} down the height and {right.s} along the width, padding "
            f"{down.p} above and below and {right.p} left and right"
        )
    spare = ceil_length(other, across) if ceil else across.after(other)
    size = f"{down.k}x{right.k}" if down.k != right.k else f"{k}"
    return unspoilt(
        Draft(
            net=f"8x{height}x{width} > {'' if word == 'Max' else 'avg'}pool({size}{strides}{sides}{', ceil' if ceil else ''})",
            node=f"{'' if word == 'Max' else 'avg'}pool1",
            quantity="shape",
            axis=axis + 1,
            prompt=(
                f"{word} pooling with {told} reads maps of {height}×{width} (height×width). The number of positions is "
                f"{LEFT_OUT if ceil else 'rounded down'}. What is the {AXES[axis]} of the output?"
            ),
            hint="Pooling slides a window as convolution does; only the rounding may differ.",
            mistakes=(
                *([swapped(spare, n, other, axis)] if level > 4 else []),
                *(ceil_slips(n, window) if ceil else slips_through(n, [window])),
                Mistake(
                    n // k,
                    "divides by the window",
                    f"The stride {s} says how far the window moves; its size {k} only says what must fit.",
                ),
            ),
        )
    )


@kind("pool_ceil", topic="sizes", lecture=8)
def pool_ceil(dice: Dice, level: int) -> Draft:
    """Poolings that round up: one, gaps between windows, two in a row, with convolutions, the stem of GoogLeNet."""
    pool = Window(3, 2, word="pool")
    if level == 1:
        pool = Window(dice.pick((2, 3, 4, 5)), dice.pick((2, 3)), word="pool")
        windows = [pool]
    elif level == 2:
        windows = [Window(k := dice.pick((1, 2, 3)), k + dice.pick((1, 2)), word="pool")]
    elif level == 3:
        windows = [Window(dice.pick((2, 3)), dice.pick((2, 3)), word="pool") for _ in range(2)]
    elif level == 4:
        windows = [
            Window(dice.pick((3, 5)), dice.pick((1, 2)), dice.pick((0, 1))),
            pool,
            Window(3, 1, 1),
            pool,
        ]
    else:
        windows = [Window(7, 2, 3), pool, Window(3, 1, 1), pool, pool]
    n = dice.pick(range(17, 130) if level < 4 else range(31, 200) if level == 4 else range(97, 400))
    maps = dice.pick((8, 16, 64))

    def right(n: int, w: Window) -> int:
        return w.after(n) if w.word == "conv" or w.room(n) < 0 else ceil_length(n, w)

    def everywhere(n: int, w: Window) -> int:
        return -(-w.room(n) // w.s) + 1

    steps = [w.notation(maps) if w.word == "conv" else w.notation()[:-1] + ", ceil)" for w in windows]
    net = f"{dice.pick((1, 3))}x{n}x{n} > " + " > ".join(steps)
    shrink = 1
    for window in windows:
        shrink *= window.s
    made = [
        (through(n, windows), "rounds down", "Every pooling here says ceil: a step that fits in part counts."),
        (
            through(n, windows, everywhere),
            "rounds up" if level > 3 else "keeps a window that starts outside the image",
            "Only pooling has ceil; a convolution always rounds down."
            if level > 3
            else "A window that would begin behind the map is left out, even though the division is rounded up.",
        ),
        (
            through(n, windows, lambda n, w: right(n, w) - 1),
            "forgets the + 1",
            "The division counts steps; the first position counts too.",
        ),
        (
            through(n, windows, lambda n, w: -(-(n + 2 * w.p) // w.s)),
            "forgets the kernel",
            "The window has a size: the steps are counted in the room that it leaves, not in the whole length.",
        ),
        (n // windows[0].k if level < 3 else None, "divides by the window", "The stride says how far the window moves; its size only says what must fit."),
        (-(-n // shrink), "rounds only once, at the end", "Each step rounds by itself, before the next one sees its output."),
        (n // shrink, "divides by all strides at once", "Each step takes off its kernel and rounds before the next begins."),
        (through(n, windows, lambda n, w: n + 2 * w.p - w.span + 1), "forgets the stride", "A window moves by its stride, not by 1."),
        (through(n, windows, lambda n, w: n), "takes the size to be kept", "A stride above 1 shrinks the map."),
    ]  # fmt: skip
    return unspoilt(
        Draft(
            net=net,
            node="whole",
            quantity="shape",
            axis=1,
            prompt=f"What is the height of this net's output?\n\n{legend(net)}",
            show="net",
            hint="Go step by step. Where the room to move is no multiple of the stride, pooling with ceil adds one more window.",
            mistakes=tuple(Mistake(value, name, why) for value, name, why in made if value is not None),
        )
    )
