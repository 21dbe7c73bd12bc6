"""Which layer cannot run, and which branch can be joined?"""

from __future__ import annotations

from collections.abc import Sequence

from course.quiz.candidates import Candidate, Pick
from course.quiz.dice import Dice
from course.quiz.kinds.windows import legend
from course.quiz.registry import kind

#: What stands in the option, the belief behind choosing it wrongly, and a sentence on that.
Told = tuple[str, str, str]


def sound(dice: Dice, c: int, n: int, level: int) -> list[Told]:
    """Return layers that run on ``c`` channels of ``n×n``, each of a look that makes one doubt it."""
    over = n + dice.pick((1, 2))
    d = (n - 1) // 2
    s = dice.pick((4, 5))
    groups = dice.pick((2, 4))
    found = [
        (
            f"conv(8, {over}x{over}, p{over - n})",
            "forgets the padding",
            f"The kernel is larger than {n}, but not than the padded map.",
        ),
        (
            f"conv(8, 3x3, d{d})",
            "takes d·k for the span",
            f"Three taps {d} apart span 2·{d} + 1 rows, and {n} are there.",
        ),
        (
            f"conv(8, 3x3, s{s})",
            "thinks that a stride may not exceed the kernel",
            "It leaves gaps between the windows, which is a waste, but it runs.",
        ),
        (
            f"pool({2 if n % 2 else 3 if n % 3 else 5})",
            "thinks that the stride must divide the side",
            "What is left over is not read: the number of positions is rounded down.",
        ),
        (
            f"conv(8, {n}x{n})",
            "thinks that a window must be able to move",
            "It has one position, and that is enough.",
        ),
        (
            f"conv({4 * groups}, 3x3, g{groups})",
            "thinks that the groups must be as many as the channels",
            f"{groups} divides the {c} input channels and the {4 * groups} output channels: that is all.",
        ),
        (
            f"conv({c + 3}, 2x2, p1)",
            "thinks that kernels must be odd",
            "An even kernel has no middle, but it runs.",
        ),
    ]
    if level > 1:
        found += [
            (
                f"concat(conv({c + 4}, 1x1), skip)",
                "asks a concatenation for equal channels",
                "Height and width must agree, channels need not.",
            ),
            (
                f"add(conv({c}, 3x3, p1), skip)",
                "thinks that a convolution always shrinks",
                "Padding 1 keeps the size of a 3×3 kernel.",
            ),
            (
                "gap > flatten > " + f"linear({c}, 10)",
                "thinks that a dense layer fixes the input's size",
                f"gap leaves one number a map, {c} in all, whatever the size.",
            ),
        ]
    if level > 2:
        half = n // 2
        found += [
            (
                f"pool(2) > flatten > linear({c * half * half}, 10)",
                "rounds up",
                f"pool(2) makes {half}×{half} of {n}×{n}, and {c} maps of that size are flattened.",
            ),
            (
                f"add(conv({2 * c}, 3x3, s2, p1), conv({2 * c}, 1x1, s2))",
                "thinks that only a skip can be added",
                "Both branches double the channels and halve the size in the same way.",
            ),
            (
                "pool(3, s2, p1)",
                "thinks that pooling cannot be padded",
                "Padding of up to half the window is allowed.",
            ),
        ]
    if level > 3:
        found += [
            (
                "tconv(8, 3x3, s2, p1, op1)",
                "thinks that output padding is not allowed",
                "It must be smaller than the stride, and it is.",
            ),
            (
                f"conv({c}, 1x1) > conv({c}, 3x3, g{c})",
                "thinks that the groups may not be as many as the channels",
                "That is a depthwise convolution: one channel a group.",
            ),
        ]
    return found  # fmt: skip


def faulty(dice: Dice, c: int, n: int, level: int) -> list[Told]:
    """Return layers that cannot run on ``c`` channels of ``n×n``."""
    p = dice.pick((0, 1))
    large = n + 2 * p + dice.pick((1, 2))
    d = n // 2 + 1
    groups = dice.pick(tuple(g for g in (3, 5, 6, 7) if c % g))
    found = [
        (f"conv(8, {large}x{large}{f', p{p}' if p else ''})", "", ""),
        (f"conv(8, 3x3, d{d})", "", ""),
        (f"conv({2 * groups}, 3x3, g{groups})", "", ""),
        (f"conv({c + dice.pick((1, 2, 4))}, 8, 3x3)", "", ""),
        (f"pool({n + dice.pick((1, 2))})", "", ""),
    ]
    if level > 1:
        found += [
            (f"add(conv({c}, 3x3), skip)", "", ""),
            (f"add(conv({2 * c}, 3x3, p1), skip)", "", ""),
            (f"concat(conv({c}, 3x3, s2, p1), skip)", "", ""),
            (f"gap > flatten > linear({c * n}, 10)", "", ""),
            (f"conv({6 * c}, 1x1, g{dice.pick(tuple(g for g in (3, 6, 2 * c) if c % g))})", "", ""),
        ]
    if level > 2:
        half = n // 2
        up = -(-n // 2)
        wrong = dice.pick(
            [v for v in (half * half, c * n * n, c * half, c * up * up) if v != c * half * half]
        )
        found += [
            (f"pool(2) > flatten > linear({wrong}, 10)", "", ""),
            (f"add(conv({2 * c}, 3x3, s2, p1), conv({2 * c}, 1x1))", "", ""),
            (f"pool({n + 1}, s1) > conv(8, 1x1)", "", ""),
            (f"flatten > conv({c}, 1x1)", "", ""),
        ]
    if level > 3:
        found += [
            (f"conv({c}, 1x1) > conv({c}, 5x5, d{n // 2})", "", ""),
            (" > ".join(["pool(2)"] * (n.bit_length())), "", ""),
            (f"crop({(n + 1) // 2})", "", ""),
        ]
    return found


@kind("impossible", topic="nets", lecture=5)
def impossible(dice: Dice, level: int) -> Pick:
    """Which of these layers cannot run on this input; several of them from level 4 on."""
    c = dice.pick((4, 8, 12, 16, 20, 24, 28, 32))
    n = dice.pick(range(7, 20, 2) if level < 3 else range(7, 24))
    several = level > 3
    bad = 1 if not several else dice.pick((1, 2, 3))
    count = 3 if level == 1 else 4 if level < 4 else 5
    chosen = [
        *dice.sample(faulty(dice, c, n, level), bad),
        *dice.sample(sound(dice, c, n, level), count - bad),
    ]
    head = f"{c}x{n}x{n}"
    candidates = tuple(
        Candidate(f"`{text}`", f"{head} > {text}", "whole", "shape", None, mistake, why)
        for text, mistake, why in chosen
    )
    asked = (
        "Which of these cannot run on it (choose all that cannot)"
        if several
        else "Which of these cannot run on it"
    )
    return Pick(
        prompt=f"A net has come to {c} channels of {n}×{n}. {asked}?\n\n{legend(*(text for text, _, _ in chosen))}",
        hint="Look at what each needs: a window that fits the padded map, channels that the groups divide, equal sizes where paths meet, the right number of inputs.",
        candidates=candidates,
        rule="impossible",
        several=several,
    )  # fmt: skip


def joinable(dice: Dice, c: int, n: int, level: int, how: str) -> tuple[list[Told], list[Told]]:
    """Return branches that can be joined with the skip of ``c`` channels of ``n×n``, and branches that cannot."""
    k = dice.pick((3, 5, 7))
    d = dice.pick((2, 3))
    other = dice.pick((c // 2, 2 * c))
    good = [
        (f"conv({c}, {k}x{k}, p{k // 2})", "", ""),
        (f"conv({c}, 3x3, p{d}, d{d})", "", ""),
        (f"conv({c}, 3x3) > conv({c}, {k}x{k}, p{k // 2 + 1})", "", ""),
        (f"conv({other}, 1x1) > conv({c}, 3x3, p1)", "", ""),
        (f"conv({c}, 1x1)", "", ""),
    ]
    bad = [
        (
            f"conv({c}, {k}x{k})",
            "forgets that a kernel shrinks",
            "Without padding the map becomes smaller than the skip.",
        ),
        (
            f"conv({c}, {k}x{k}, s2, p{k // 2})",
            "forgets the stride",
            "Stride 2 halves the map; the skip keeps its size.",
        ),
        (
            f"conv({c}, 3x3, p1, d{d})",
            "forgets the dilation",
            f"With dilation {d} padding 1 is not enough to keep the size.",
        ),
        (
            f"conv({c}, 4x4, p2)",
            "takes padding k/2 to keep any size",
            "An even kernel with padding k/2 makes the map one row larger.",
        ),
        (
            f"conv({c}, {k + 2}x{k + 2}, p{k // 2})",
            "takes padding 1 for every kernel",
            f"A kernel of {k + 2} needs more padding.",
        ),
    ]
    wide = (
        f"conv({other}, {k}x{k}, p{k // 2})",
        "asks the sum for equal sizes only",
        "The channels must agree, too.",
    )
    if how == "concat":
        good.append((wide[0], "", ""))
    else:
        bad.append(wide)
    if level > 1:
        good += [
            (f"conv({c}, {k}x{k}) > pad({k // 2})", "", ""),
            ("pool(3, s1, p1)", "", ""),
            (f"pad(2) > conv({c}, 5x5)", "", ""),
        ]
        bad += [
            ("pool(2)", "forgets the pooling's stride", "pool(2) moves by 2 and halves the map."),
            (
                "pool(3, s1)",
                "thinks that stride 1 keeps the size",
                "A window takes its size less one off the map, unless padding gives it back.",
            ),
            (f"conv({c}, 3x3, p1) > crop(1)", "forgets the crop", "crop(1) takes a row off every side."),
        ]
    if level > 2:
        undo = (
            f"conv({c}, 3x3, s2, p1) > up(2)",
            "takes up-sampling to undo a stride whatever the size",
            f"{n} is odd: stride 2 rounds, and doubling makes another size of it.",
        )
        (bad if n % 2 else good).append(undo)
        halved = (
            f"pool(2) > tconv({c}, 2x2, s2)",
            "takes up-sampling to undo pooling whatever the size",
            f"{n} is odd: pooling leaves a row out, and doubling does not bring it back.",
        )
        (bad if n % 2 else good).append(halved)
        bad.append(
            (
                f"conv({c}, 3x3, s2, p1) > tconv({c}, 3x3, s2)",
                "takes up-sampling to undo a stride whatever the settings",
                "These kernels and paddings do not match.",
            )
        )
        good.append((f"conv({c // 2}, 1x1) > conv({c // 2}, 3x3, p1) > conv({c}, 1x1)", "", ""))
    if level > 3:
        good += [
            (f"conv({c}, 3x3, g{dice.pick((2, 4))}, p1)", "", ""),
            (f"conv({c}, 2x2) > pad(0:1x0:1)", "", ""),
        ]
        bad += [
            (
                "gap",
                "thinks that one number can be joined to a map",
                "gap leaves 1×1; it would have to be stretched to the map's size first.",
            ),
            (
                f"conv({c}, 2x2, p1)",
                "takes padding k/2 to keep any size",
                "An even kernel with padding k/2 makes the map one row larger.",
            ),
            (f"crop(2) > conv({c}, 3x3, p1)", "forgets the crop", "crop(2) takes two rows off every side."),
        ]
    return good, bad  # fmt: skip


@kind("possible_join", topic="nets", lecture=9)
def possible_join(dice: Dice, level: int) -> Pick:
    """Which branch can be added to, or concatenated with, a skip; several of them from level 4 on."""
    c = dice.pick((8, 16, 24, 32, 48, 64, 96))
    n = dice.pick(range(9, 41))
    how = "add" if level == 1 else dice.pick(("add", "concat"))
    good, bad = joinable(dice, c, n, level, how)
    several = level > 3
    right = dice.pick((1, 2, 3)) if several else 1
    count = 3 if level == 1 else 4 if level < 4 else 5
    chosen: Sequence[Told] = [*dice.sample(good, right), *dice.sample(bad, count - right)]
    candidates = tuple(
        Candidate(f"`{text}`", f"{c}x{n}x{n} > {how}({text}, skip)", "whole", "shape", None, mistake, why)
        for text, mistake, why in chosen
    )
    asked = "Which of these can stand (choose all that can)" if several else "Which of these can stand"
    shown = f"{c}x{n}x{n} > {how}(…, skip)"
    return Pick(
        prompt=f"{asked} as the branch in place of the dots?\n\n{legend(shown, *(text for text, _, _ in chosen))}",
        hint="Follow the size through the branch: what must it be at the end, and how many channels, so that both can be joined?",
        candidates=candidates,
        rule="possible",
        several=several,
        show=shown,
    )  # fmt: skip
