"""What the floor leaves unread, and which size leaves nothing."""

from __future__ import annotations

from collections.abc import Callable

from course.quiz.candidates import Candidate, Pick
from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Illposed, Mistake
from course.quiz.kinds.windows import Window, legend, unspoilt
from course.quiz.registry import kind


@kind("unread", topic="sizes")
def unread(dice: Dice, level: int) -> Draft:
    """Rows and columns that no window reaches because of the floor."""
    word = "conv" if level < 2 else dice.pick(("conv", "pool"))
    s = dice.pick((2, 3, 4, 5) if level < 3 else (3, 4, 5))
    k = s + dice.pick((0, 1, 2, 3) if word == "conv" else (0, 1))
    p = 0 if level < 2 else dice.pick((0, 1))
    windows = [Window(k, s, p, 1, word)]
    if level > 3:
        windows.append(Window(*dice.pick(((2, 2), (3, 2), (3, 3))), word="pool"))
    if level > 4:
        windows.insert(0, Window(dice.pick((3, 5)), 2, dice.pick((0, 1))))
    height = (
        s * dice.pick(range(4, 16)) + k - 2 * p + dice.pick(range(1, s))
    )  # so that something is left over
    if level > 3:
        height = dice.pick(range(40, 130))
    width = height if level < 3 else height + dice.pick((-5, 1, 2, 6, 9))
    net = f"3x{height}x{width} > " + " > ".join(w.notation() for w in windows)
    rests: list[tuple[int, int]] = []
    h, w = height, width
    for each in windows:
        if min(each.room(h), each.room(w)) < 0:
            raise Illposed("the map has become too small")
        rests.append((each.room(h) % each.s, each.room(w) % each.s))
        h, w = each.after(h), each.after(w)
    total = sum(a + b for a, b in rests)
    if total == 0:
        raise Illposed("nothing is left over")
    settings = f"stride {s} and {f'padding {p} on every side' if p else 'no padding'}"
    if level < 4:
        what = f"A {k}×{k} kernel" if word == "conv" else f"A max pooling with a {k}×{k} window"
        prompt = (
            f"{what}, {settings}{', no dilation' if word == 'conv' else ''}, slides over an image of {height}×{width} (height×width) and starts at the upper left "
            "corner of the padded image. The number of positions is rounded down. How many rows at the lower end and columns at the right end of the padded "
            "image does no window reach, rows and columns added up?"
        )
    else:
        prompt = (
            "Each layer of this net starts at the upper left corner of its (padded) input, and its number of positions is rounded down. How many rows at the "
            f"lower end and columns at the right end does no window reach, of the inputs of all layers added up?\n\n{legend(net)}"
        )
    names: list[str] = []
    for each in windows:
        names.append(f"{each.word}{sum(n.startswith(each.word) for n in names) + 1}")
    rows, columns = sum(a for a, _ in rests), sum(b for _, b in rests)
    first = windows[0]
    return unspoilt(
        Draft(
            net=net,
            node="whole",
            quantity="unread",
            prompt=prompt,
            show="net" if level > 3 else "",
            hint="How far could the window move, and what is left of that when only whole steps are taken?",
            mistakes=(
                Mistake(rows, "counts the rows only", "Columns at the right end are left over in the same way."),
                Mistake(columns, "counts the columns only", "Rows at the lower end are left over in the same way."),
                Mistake(
                    first.s - first.room(height) % first.s + first.s - first.room(width) % first.s,
                    "counts what is missing to one more window",
                    f"What is left over is asked for, not what would have to be added to make another step of {first.s}.",
                ),
                Mistake(2 * total, "counts the upper and the left end, too", "The first window starts in the upper left corner, so that nothing is left over there."),
                Mistake(
                    rows * width + columns * height - rows * columns if level < 4 else 0,
                    "counts pixels instead of rows and columns",
                    "Each row or column that is left over counts once, however many pixels it has.",
                ),
                Mistake(rows * columns, "multiplies rows and columns", "They are to be added up, not the pixels where they cross."),
                Mistake(height % first.s + width % first.s, "divides the size by the stride", f"The window itself takes {first.k} first; the remainder is of what it can move."),
                Mistake(height % first.k + width % first.k, "divides by the window", f"Windows are {first.s} apart, the stride, not {first.k}."),
                Mistake(
                    (first.room(height) - first.p) % first.s + (first.room(width) - first.p) % first.s,
                    "pads on one side only",
                    f"Padding {first.p} makes both axes longer at both ends.",
                ),
                Mistake(
                    (first.room(height) + 1) % first.s + (first.room(width) + 1) % first.s,
                    "forgets the first position",
                    "From the first position the window moves by the length less its span.",
                ),
                Mistake(sum(rests[0]), "looks at the first layer only", "Each further layer leaves something of its own input, or nothing."),
                Mistake(sum(rests[-1]), "looks at the last layer only", "Each layer before leaves something of its own input, or nothing."),
                Mistake(2 * (s - 1), "takes the most that can be left", f"A stride of {s} leaves up to {s} − 1 on an axis, by chance less."),
            ),
            explain=tuple((name, "shape") for name in names),
        )
    )  # fmt: skip


#: What people divide by the stride to see whether a window comes out even: (name, what, why it is wrong).
FITS: tuple[tuple[str, Callable[[int, Window], int], str], ...] = (
    ("divides the side by the stride", lambda n, w: n, "Its side is a multiple of the strides, but padding and kernel count too."),
    ("forgets the padding", lambda n, w: w.room(n) - 2 * w.p, "The window moves on the padded axis."),
    ("forgets the kernel", lambda n, w: n + 2 * w.p, "Its padded length is a multiple of the stride, but the kernel takes its share first."),
    ("pads on one side only", lambda n, w: w.room(n) - w.p, "Padding makes the axis longer at both ends."),
    ("counts the first position as a step", lambda n, w: w.room(n) + 1, "It is the steps that must come out even; the first position comes before any."),
)  # fmt: skip


@kind("fitting_input", topic="sizes")
def fitting_input(dice: Dice, level: int) -> Pick:
    """Which input side leaves no row unread, through one strided window or through several."""
    s = dice.pick((3, 4, 5) if level < 2 else (2, 3, 4))
    first = Window(
        s + dice.pick((1, 2, 3)) if level < 2 else dice.pick((3, 4, 5, 7)),
        s,
        dice.pick((0, 1, 2)) if level > 1 else 0,
    )
    windows = [first]
    if level == 2:
        windows = [Window(dice.pick((3, 5)), p=dice.pick((0, 1))), Window(2, dice.pick((2,)), word="pool")]
    elif level > 2:
        windows = [
            first,
            Window(dice.pick((3, 5)), dice.pick((1, 2))),
            *[Window(k, 2, word="pool") for k in ((2,), (3, 2), (3, 3))[level - 3]],
        ]
    steps = " > ".join(w.notation() for w in windows)
    shrink = 1
    for w in windows:
        shrink *= w.s
    least = 3
    for w in reversed(windows):
        least = (least - 1) * w.s + w.span - 2 * w.p
    base = max(20, least) + dice.pick(range(80))

    def rests(n: int, room: Callable[[int, Window], int]) -> list[int]:
        left = []
        for w in windows:
            left.append(room(n, w) % w.s)
            n = w.after(n)
        return left

    sides = range(base, base + 3 * shrink)
    odd = [n for n in sides if any(rests(n, lambda n, w: w.room(n)))]
    best = dice.pick([n for n in sides if n not in odd])
    wrong: dict[int, tuple[str, str]] = {}
    for name, room, why in dice.shuffle(FITS):
        seeming = [n for n in odd if n not in wrong and not any(rests(n, room))]
        if seeming and len(wrong) < (2 if level < 2 else 3):
            wrong[dice.pick(seeming)] = (name, why)
    late = [n for n in odd if n not in wrong and rests(n, lambda n, w: w.room(n))[0] == 0]
    if late and len(wrong) < 4:
        why = "The first layer comes out even, a later one does not."
        wrong[dice.pick(late)] = ("looks at the first layer only", why)
    chosen = [(best, "", ""), *((n, *told) for n, told in wrong.items())]
    if len(chosen) < 3:
        raise Illposed("every side fits")
    return Pick(
        prompt=(
            f"On which square input does every window of this stack end exactly at the border of its (padded) input, so that no row or column is "
            f"left over where the division is rounded down?\n\n{legend(steps)}"
        ),
        hint="For each layer: padded length less the kernel must be a multiple of the stride. Begin at the first.",
        candidates=tuple(
            Candidate(f"{n}×{n}", f"3x{n}x{n} > {steps}", "whole", "unread", None, name, why) for n, name, why in chosen
        ),
        rule="equal",
        target=0,
        show=steps,
    )  # fmt: skip
