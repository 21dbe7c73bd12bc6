"""Which setting makes the size?"""

from __future__ import annotations

from course.quiz.candidates import Find
from course.quiz.dice import Dice
from course.quiz.forms import Illposed, Mistake
from course.quiz.kinds.windows import Window, unspoilt
from course.quiz.registry import kind


@kind("same_padding", topic="sizes")
def same_padding(dice: Dice, level: int) -> Find:
    """The padding that keeps the size; with dilation from level 3, for an uneven kernel at 4, that halves exactly at 5."""
    n = dice.pick(range(14, 120 if level < 5 else 200))
    k = dice.pick((5, 7, 9, 11) if level < 2 else (3, 5, 7, 9, 11))
    d = 1 if level in (1, 2, 5) else dice.pick((1, 2, 3, 4))
    across = dice.pick(tuple(j for j in (1, 3, 5) if j != k)) if level == 4 else k
    kernel = f"{k}x{across}"
    row = " and then another one with the same settings" if level == 2 else ""
    if level == 5:
        n += n % 2
        span = k
        value = (span - 1) // 2  # least p with n + 2p − span ≥ n − 2
        goal = f"halves the height, from {n} to just {{given}}"
    else:
        span = d * (k - 1) + 1
        value = (span - 1) // 2
        goal = f"keeps the height of {n} ({{given}} rows come out)"
    s = 2 if level == 5 else 1

    def net(p: int) -> str:
        pads = f"p{p}" if across == k else f"p{p}x0"
        settings = ", ".join(
            part for part in (f"s{s}" if s > 1 else "", pads, f"d{d}" if d > 1 else "") if part
        )
        step = f"conv(8, {kernel}, {settings})"
        return f"8x{n}x{n + 40 if across != k else n} > {step}" + (f" > {step}" if level == 2 else "")

    where = "above and below (the same on both)" if across != k else "on every side (the same on each)"
    least = "Which is the least padding" if level == 5 else "Which padding"
    return unspoilt(
        Find(
            prompt=(
                f"A map of {n}×{n + 40 if across != k else n} (height×width) goes through a convolution with a {k}×{across} kernel, stride {s} and "
                f"{f'dilation {d}' if d > 1 else 'no dilation'}{row}. {least} {where} {goal}?"
            ),
            hint="The kernel takes its span less one off the length. With the padding at both ends, what must come out?" if level == 5 else
            "The kernel takes its span less one off the length; the padding must give just that back, shared by the two ends.",
            net=net,
            value=value,
            among=range(value) if level == 5 else (value - 1, value + 1),  # at stride 1 the height grows with each p
            node="conv2" if level == 2 else "conv1",
            quantity="shape",
            axis=1,
            least=level == 5,
            mistakes=(
                Mistake(span - 1, "puts all of the padding on every side", f"The kernel takes {span} − 1 positions in all; the two ends share them."),
                Mistake((k - 1) // 2, "forgets the dilation", f"With dilation {d} the kernel spans {d}·({k} − 1) + 1 = {span}."),
                Mistake(d * k // 2, "takes d·k for the span", f"Between {k} taps lie only {k - 1} gaps of {d}."),
                Mistake(span, "pads by the span", f"A kernel that spans {span} can never hang over by all of it."),
                Mistake(k, "pads by the kernel", f"A kernel of {k} takes {k} − 1 gaps off in all, and the two ends share them."),
                Mistake(1, "takes padding 1 for every kernel", f"That keeps the size for 3×3 kernels without dilation; here it is {k}×{across}, dilation {d}, stride {s}."),
                Mistake(d, "takes the dilation for the padding", f"That is so for 3×3 kernels only; here the kernel has {k} rows."),
                Mistake((across - 1) * d // 2, "mixes up height and width", f"The kernel has {k} rows and {across} columns, and the height is asked for."),
                Mistake((k + 1) // 2, "takes half the kernel, rounded up", f"On either side of its centre a kernel of {k} reaches over ({k} − 1)/2 taps."),
                Mistake(2 * (span - 1) if level == 2 else 0, "pads for both layers at once", "Each layer has its own padding and must keep the height by itself."),
                Mistake(value + 1 if level == 5 else 0, "rounds the padding up", "The floor leaves one padded row unread, so that a smaller padding does."),
                Mistake(n // 2, "pads by the rows that are lost", "Stride 2 halves by itself; the padding only makes up for the kernel.") if level == 5 else
                Mistake(value - 1, "forgets the centre of the kernel", f"On either side of its centre a kernel reaches over ({span} − 1)/2 positions."),
            ),
        )
    )  # fmt: skip


@kind("find_stride", topic="sizes")
def find_stride(dice: Dice, level: int) -> Find:
    """The stride that makes a given size; with padding from level 2, dilation from 3, pooling at 4, two layers at 5."""
    value = dice.pick((2, 3, 4, 5))
    k = dice.pick((2, 3, 4, 5, 7))
    p = 0 if level < 2 else dice.pick((0, 1, k // 2))
    d = dice.pick((1, 2, 3)) if level == 3 else 1
    pool = level == 4
    first = Window(dice.pick((3, 5, 7)), p=dice.pick((0, 1))) if level == 5 else None
    room = dice.pick(
        range(value * (value + 1), value * (value + 1) + 60)
    )  # then no other stride gives as many positions
    n = room + d * (k - 1) + 1 - 2 * p
    side = n + first.k - 1 - 2 * first.p if first else n
    if n < 4 or side < 4:
        raise Illposed("the map is too small")

    def net(s: int) -> str:
        step = f"pool({k}, s{s}{f', p{p}' if p else ''})" if pool else Window(k, s, p, d).notation()
        return f"8x{side}x{side} > " + (f"{first.notation()} > " if first else "") + step

    out = room // value + 1
    dilated = f", dilation {d}" if d > 1 else ", no dilation"
    settings = f"{f'padding {p} on every side' if p else 'no padding'}{'' if pool else dilated}"
    what = f"max pooling with a {k}×{k} window" if pool else f"a convolution with a {k}×{k} kernel"
    lead = f"A map of {side}×{side} goes through {what}, {settings}, and "
    if first:
        told = f"padding {first.p} on every side" if first.p else "no padding"
        lead = (
            f"A map of {side}×{side} goes through a convolution with a {first.k}×{first.k} kernel, stride 1, {told}, no dilation, and "
            f"then through {what}, {settings}. It "
        )
    return unspoilt(
        Find(
            prompt=f"{lead}comes out {{given}} rows high; the division is rounded down. Which stride has {'the second' if first else 'it'}?",
            hint="How far can the window move in all? The stride cuts that way into one step less than there are positions.",
            net=net,
            value=value,
            among=(value - 1, value + 1),  # the room is large enough that each stride gives another number of positions
            node="pool1" if pool else "conv2" if first else "conv1",
            quantity="shape",
            axis=1,
            mistakes=(
                Mistake(-(-room // out), "counts a step for each position", f"Between {out} positions lie {out} − 1 steps."),
                Mistake(side // out, "divides the sizes", f"Take the window off the length first, and one off the {out} positions."),
                Mistake(side - out, "subtracts the sizes", "That is how many rows are lost, not how far the window moves at a time."),
                Mistake((room - 2 * p) // (out - 1), "forgets the padding", f"The window moves on a padded axis, {p} longer at both ends."),
                Mistake((n + 2 * p) // (out - 1), "forgets the kernel", f"A window that spans {d * (k - 1) + 1} cannot move by the whole length."),
                Mistake((n + 2 * p - k) // (out - 1), "forgets the dilation", f"With dilation {d} the kernel spans {d * (k - 1) + 1}."),
                Mistake(value + 1, "rounds up", f"With that stride fewer than {out} positions would fit."),
                Mistake(value - 1, "rounds down once too often", f"The room to move is {room}; with that stride there would be more than {out} positions."),
                Mistake(k, "takes the window for the stride", "A window need not move by its own size."),
            ),
        )
    )  # fmt: skip


@kind("find_dilation", topic="sizes")
def find_dilation(dice: Dice, level: int) -> Find:
    """The dilation that makes a given size; with padding from level 2, stride from 3, uneven kernels at 4, two layers at 5."""
    value = dice.pick((2, 3, 4, 5, 6))
    s = 1 if level < 3 else 2
    k = dice.pick((3, 4, 5, 7) if s == 1 else (3, 5, 7))
    p = 0 if level < 2 else dice.pick((1, 2, 3))
    across = dice.pick((1, 2)) if level > 3 else k
    span = value * (k - 1) + 1
    n = dice.pick(range(span + 4, span + 70))
    twice = level == 5
    if twice:
        n += span

    def net(d: int) -> str:
        step = f"conv(8, {k}x{across}{f', s{s}' if s > 1 else ''}{f', p{p}' if p else ''}, d{d})"
        plain = f"conv(8, {k}x{across}) > " if twice else ""
        return f"8x{n}x{n + 30 if across != k else n} > {plain}{step}"

    before = n - (k - 1) if twice else n
    out = (before + 2 * p - span) // s + 1
    lost = before + 2 * p - 1 - (out - 1) * s  # what the kernel takes off, as far as the output tells
    settings = f"stride {s} and {f'padding {p} on every side' if p else 'no padding'}"
    lead = (
        f"goes through a convolution with a {k}×{across} kernel (stride 1, no padding, no dilation), and then through a second one "
        f"with a {k}×{across} kernel, {settings}, which is dilated"
        if twice
        else f"goes through a dilated convolution with a {k}×{across} kernel, {settings}"
    )
    return unspoilt(
        Find(
            prompt=(
                f"A map of {n}×{n + 30 if across != k else n} (height×width) {lead}. It comes out {{given}} rows high; divisions are rounded down. "
                "Which dilation, the same for height and width, is it?"
            ),
            hint="From the two heights, find how many positions the kernel spans. Its gaps share that span less one.",
            net=net,
            value=value,
            among=(value - 1, value + 1),  # the kernel has at least as many gaps as the stride is long, so the size falls with each d
            node="conv2" if twice else "conv1",
            quantity="shape",
            axis=1,
            mistakes=(
                Mistake((lost + 1) // k, "takes d·k for the span", f"Between {k} taps lie only {k - 1} gaps."),
                Mistake(lost, "takes all that is lost for the dilation", f"The kernel's {k - 1} gaps share it."),
                Mistake(value - 1, "counts the holes", "A dilation of d leaves d − 1 positions out between two taps: the distance is asked for, not the hole."),
                Mistake(value + 1, "counts the taps at both ends", "The distance from tap to tap is asked for, one end counted."),
                Mistake((lost - 2 * p) // (k - 1), "forgets the padding", f"The padded length is {p} longer at both ends."),
                Mistake((n - out) // (k - 1), "forgets padding and stride", f"Undo the stride {s} first: between the outputs lie steps of {s}."),
                Mistake(lost // k, "divides by the kernel", f"{k} taps have {k - 1} gaps between them."),
                Mistake(lost // max(1, (k - 1) // 2), "counts one side of the kernel", f"A kernel of {k} reaches out on both sides of its centre."),
                Mistake(n // out, "divides the sizes", "Dilation spreads the taps; it does not divide the height."),
            ),
        )
    )  # fmt: skip
