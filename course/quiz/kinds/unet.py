"""U-Nets: sizes without padding, cropped skips, concatenated channels (Ronneberger et al. 2015; Zhou et al. 2018)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from course.quiz.asked import Asked
from course.quiz.candidates import Candidate, Pick
from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Illposed, Mistake
from course.quiz.kinds.windows import unspoilt
from course.quiz.registry import kind


class Shape(NamedTuple):
    """A U-Net without padding: how deep, how many convolutions in a row, with which kernel, and its bottom's side."""

    depth: int
    convs: int
    k: int
    bottom: int

    @property
    def loss(self) -> int:
        """What the convolutions of one level take off a side."""
        return self.convs * (self.k - 1)

    @property
    def input(self) -> int:
        """The input's side, such that every pooling halves exactly."""
        n = self.bottom
        for _ in range(self.depth):
            n = 2 * n + self.loss
        return n

    @property
    def skips(self) -> list[int]:
        """The side of each skip, the uppermost first."""
        sides, n = [], self.input
        for _ in range(self.depth):
            sides.append(n - self.loss)
            n = (n - self.loss) // 2
        return sides

    def grown(self, level: int) -> int:
        """Return the side behind the up-convolution at a level; level 0 is the uppermost."""
        n = self.bottom - self.loss
        for at in range(self.depth - 1, level - 1, -1):
            n = 2 * n
            n -= self.loss if at > level else 0
        return n

    def row(self, channels: int) -> list[str]:
        """Return the convolutions of one level."""
        return [f"conv({channels}, {self.k}x{self.k})"] * self.convs

    def down(self, width: int) -> list[str]:
        """Return the way down with the bottom, its skips named e0, e1, …"""
        steps = []
        for at in range(self.depth):
            *head, last = self.row(width << at)
            steps += [*head, f"{last} @e{at}", "pool(2)"]
        return [*steps, *self.row(width << self.depth)]

    def net(self, width: int) -> str:
        """Return the whole net in notation."""
        steps = self.down(width)
        for at in reversed(range(self.depth)):
            cut = self.skips[at] - self.grown(at)
            a, b = cut // 2, cut - cut // 2
            crop = f"crop({a})" if a == b else f"crop({a}:{b}x{a}:{b})"
            steps += [
                f"tconv({width << at}, 2x2, s2)",
                f"concat(skip, @e{at} > {crop})",
                *self.row(width << at),
            ]
        return f"1x{self.input}x{self.input} > " + " > ".join(steps)


def times(count: int, word: str) -> str:
    """Return ``one convolution`` or ``two convolutions``."""
    return f"{('one', 'two', 'three', 'four')[count - 1]} {word}{'s' if count > 1 else ''}"


def told(unet: Shape) -> str:
    """Return the net in words, all that decides its sizes."""
    rows = times(unet.convs, f"{unet.k}×{unet.k} convolution")
    levels, each = times(unet.depth, "level"), "each " if unet.depth > 1 else ""
    return (
        f"A U-Net has {levels} on the way down, {each}with {rows} and then a 2×2 max pooling with stride 2; at its bottom {rows}; and "
        f"{levels} on the way up, {each}with a 2×2 up-convolution with stride 2 that doubles the side, the skip of the same level cropped to fit and "
        f"concatenated, and then {rows}. The convolutions have stride 1, no padding and no dilation."
    )


def drawn(dice: Dice, level: int) -> Shape:
    """Return a U-Net, deeper with the level; the published one (572×572, two 3×3 convolutions) is among those of level 5."""
    depth = (1, 1, 2, 3, 4)[level - 1]
    k = 3 if level == 1 else dice.pick((3, 5))
    convs = dice.pick((1, 2, 3) if level < 3 else (1, 2))
    if level == 5 and dice.pick((True, False)):
        k, convs = 3, 2
    least = 2 * convs * (k - 1) + 4
    return Shape(depth, convs, k, dice.pick(range(least, least + (100 if level < 3 else 80))))


@kind("unet_output", topic="sizes", lecture=12)
def unet_output(dice: Dice, level: int) -> Draft:
    """The output's side of a U-Net without padding, of depth 1 to the published net's 4."""
    unet = drawn(dice, level)
    n, depth, loss = unet.input, unet.depth, unet.loss

    def sides(at_bottom: int, way_down: int, way_up: int, doubled: int = 2) -> int:
        """Return the output's side if the levels took off so much each."""
        side = n
        for _ in range(depth):
            side = (side - way_down) // 2
        side -= at_bottom
        for _ in range(depth):
            side = doubled * side - way_up
        return side

    half, whole = loss // 2, unet.convs * unet.k
    return unspoilt(
        Draft(
            net=unet.net(2),
            node="whole",
            quantity="shape",
            axis=1,
            prompt=f"{told(unet)} It reads an image of {n}×{n}. How high is its output?",
            hint="Write down the side after every step, down to the bottom and up again. The skips do not change it.",
            mistakes=(
                Mistake(n, "takes the size to be kept", f"Every unpadded {unet.k}×{unet.k} kernel takes {unet.k} − 1 rows off."),
                Mistake(sides(loss, loss, 0), "forgets the convolutions on the way up", "They are not padded either."),
                Mistake(sides(0, loss, loss), "forgets the convolutions at the bottom", "What they take off is doubled at each level on the way up."),
                Mistake(sides(loss, 0, loss), "forgets the convolutions on the way down", "They take off something before each pooling."),
                Mistake(sides(half, half, half), "counts one side of the kernel", f"A kernel of {unet.k} takes {unet.k} − 1 off, at both ends together."),
                Mistake(
                    n - loss * (2 * depth + 1),
                    "takes each loss at its own scale",
                    "A row lost at a lower level is worth more rows of the input: each up-convolution doubles the loss.",
                ),
                Mistake(n - 2 * loss, "counts the uppermost level only", f"The lower levels take off rows, too: {depth} poolings lead down to them."),
                Mistake(
                    sides(loss // unet.convs, loss // unet.convs, loss // unet.convs) if unet.convs > 1 else 0,
                    "counts one convolution a level",
                    f"There are {unet.convs} in each row.",
                ),
                Mistake(sides(loss, loss, loss, 1), "forgets the up-convolutions", "Each of them doubles the side."),
                Mistake(unet.skips[0] - loss, "goes on with the uncropped skip", "The skip is cropped to the side of the way up, not the other way round."),
                Mistake(unet.grown(0), "forgets the last convolutions", "Behind the last concatenation there is one more row of convolutions."),
                Mistake(sides(whole, whole, whole), "takes the whole kernel off", f"A kernel of {unet.k} takes {unet.k} − 1 rows off, not {unet.k}."),
            ),
        )
    )  # fmt: skip


@kind("unet_crop", topic="sizes", lecture=12)
def unet_crop(dice: Dice, level: int) -> Draft:
    """How many rows a U-Net without padding must crop off a skip."""
    unet = drawn(dice, level)
    at = dice.pick(range(unet.depth))
    steps = unet.down(2)
    for up in reversed(range(at, unet.depth)):
        steps += [f"tconv({2 << up}, 2x2, s2) @u{up}", *(unet.row(2 << up) if up > at else [])]
    net = f"1x{unet.input}x{unet.input} > " + " > ".join(steps)
    skip, grown, loss = unet.skips[at], unet.grown(at), unet.loss
    place = "" if unet.depth == 1 else f" of level {at + 1} (level 1 is the uppermost)"
    below = unet.depth - at - 1
    return unspoilt(
        Draft(
            net=net,
            node=f"e{at}",
            quantity="shape",
            axis=1,
            minus=Asked(net, f"u{at}", "shape", 1),
            prompt=(
                f"{told(unet)} It reads an image of {unet.input}×{unet.input}. How many rows must be cropped off the skip{place}, above and "
                "below together, before it is concatenated?"
            ),
            hint="How high is the map where the skip is taken, and how high is it behind the up-convolution of the same level?",
            mistakes=(
                Mistake((skip - grown) // 2, "counts one side only", "That is cut above, and as much again below."),
                Mistake(2 * (skip - grown), "crops the whole difference on either side", "The two sides share the difference."),
                Mistake(loss, "takes what one row of convolutions loses", "Between skip and concatenation lie convolutions at a lower level, whose loss is doubled on the way up."),
                Mistake(skip - grown // 2, "forgets the up-convolution", f"It doubles {grown // 2} before the skip is joined."),
                Mistake(skip - (grown - loss), "takes the side behind the level's convolutions", "The skip is joined before them."),
                Mistake(skip + loss - grown, "takes the skip before its convolutions", "It is taken just before the pooling, behind the level's convolutions."),
                Mistake(loss * (2 * below + 1), "takes each loss at its own scale", "A row lost at a lower level counts double at each level above it."),
                Mistake(unet.input - grown, "crops the image", "The skip has lost rows on its own way already."),
                Mistake(skip - 2 * (skip // 2), "takes up-sampling to undo pooling", "In between stand convolutions without padding, which take off rows."),
            ),
        )
    )  # fmt: skip


@kind("unet_channels", topic="sizes", lecture=12)
def unet_channels(dice: Dice, level: int) -> Draft:
    """Channels behind the concatenation: halving up-convolution, plain up-sampling, several skips of UNet++."""
    c = dice.pick((8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96, 128, 256))
    below = 2 * c if level in (1, 5) else dice.pick(tuple(m * c // 2 for m in (3, 4, 5, 6, 8)))
    side = 2 * dice.pick(range(6, 70))
    skips = 1 if level < 3 else dice.pick((2, 3) if level == 3 else (2, 3, 4))
    learned = level in (1, 3) or (level > 3 and dice.pick((True, False)))
    made = c if level in (1, 5) or not learned else dice.pick(tuple(v for v in (c, 2 * c, c // 2)))
    up = f"tconv({made}, 2x2, s2)" if learned else "up(2)"
    arrived = made if learned else below
    chain = " > ".join(f"conv({c}, 3x3, p1) @x{i}" for i in range(skips))
    joined = ", ".join(f"@x{i}" for i in range(skips))
    net = f"3x{side}x{side} > {chain} > pool(2) > conv({below}, 3x3, p1) > {up} > concat({joined}, skip)"
    if level < 3:
        where = f"On its way up a U-Net reaches a level whose skip has {c} channels of {side}×{side}"
    elif level < 5:
        where = f"A net like UNet++ joins {skips} skips, each with {c} channels of {side}×{side}"
    else:
        where = f"In UNet++ (Zhou et al. 2018) the node X^(0,{skips}) joins the {skips} earlier nodes of its row, each with {c} channels of {side}×{side}"
    way = (
        f"an up-convolution (2×2, stride 2) makes {made} channels of them"
        if learned
        else "they are up-sampled by 2 (nearest neighbour)"
    )
    return unspoilt(
        Draft(
            net=net,
            node="concat1",
            quantity="shape",
            axis=0,
            prompt=(
                f"{where}. From below come {below} channels of {side // 2}×{side // 2}; {way}, and all is concatenated. How many "
                "input channels has the convolution behind it?"
            ),
            hint="Which maps lie one behind the other after the concatenation? Do up-convolution and up-sampling both change their number?",
            mistakes=(
                Mistake(max(c, arrived), "adds the maps up instead of concatenating", "Concatenation puts the channels one behind the other."),
                Mistake(skips * c, "forgets what comes from below", f"Its {arrived} channels are concatenated, too."),
                Mistake(arrived, "forgets the skips", f"The skips bring {skips}·{c} channels, which are concatenated, too."),
                Mistake(skips * c + below, "forgets what the up-convolution makes of the channels", f"It reads {below} channels and makes {made}."),
                Mistake(skips * c + below // 2, "halves the channels in up-sampling", "Up-sampling repeats values in each map; the number of maps stays."),
                Mistake(c + arrived, "counts one skip", f"There are {skips} of them."),
                Mistake((skips + 1) * arrived, "takes all to have the channels from below", f"Each skip has {c} channels."),
                Mistake((skips + 1) * c, "takes all to have the channels of the skip", f"From below come {arrived}."),
                Mistake(2 * (skips * c + arrived), "doubles the channels once more", "Each map is counted once."),
                Mistake(4 * below + skips * c, "multiplies the channels in up-sampling", "It is the pixels of each map that become four times as many."),
            ),
        )
    )  # fmt: skip


@kind("unet_valid", topic="sizes", lecture=12)
def unet_valid(dice: Dice, level: int) -> Pick:
    """Which input side suits a U-Net without padding, so that every pooling halves it exactly."""
    unet = drawn(dice, level)
    unet = unet._replace(bottom=unet.loss + dice.pick(range(1, 40)))
    step = 2**unet.depth
    steps = " > ".join(unet.down(2))

    def walk(n: int) -> list[int]:
        """Return the side before each pooling, and at the bottom's input."""
        found = []
        for _ in range(unet.depth):
            n -= unet.loss
            found.append(n)
            n //= 2
        return [*found, n]

    def fits(n: int) -> bool:
        return all(side % 2 == 0 for side in walk(n)[:-1])

    seeming: list[tuple[str, Callable[[int], bool], str]] = [
        (
            "takes the multiples that fit a padded U-Net",
            lambda n: n % step == 0,
            f"It is a multiple of {step}, which is enough with padding; here the convolutions take {unet.loss} off before each pooling.",
        ),
        (
            "looks at the first pooling only",
            lambda n: walk(n)[0] % 2 == 0,
            "The first pooling halves exactly, a later one does not.",
        ),
        (
            "stops before the last pooling",
            lambda n: all(side % 2 == 0 for side in walk(n)[:-2]),
            "It is the last pooling that leaves a row over.",
        ),
        (
            "forgets the convolutions at the first level",
            lambda n: fits(n + unet.loss),
            f"Before the first pooling {unet.loss} rows are lost already.",
        ),
        (
            "takes half the kernel off",
            lambda n: fits(n + unet.loss // 2),
            f"A kernel of {unet.k} takes {unet.k} − 1 rows off.",
        ),
        ("takes any side", lambda n: True, "A pooling reads rows in pairs: an odd side leaves one over."),
    ]
    around = [n for n in range(unet.input - 2 * step, unet.input + 2 * step) if walk(n)[-1] > unet.loss]
    if unet.depth == 1:
        seeming = seeming[-1:]
    wrong: dict[int, tuple[str, str]] = {}
    if unet.depth == 1 or dice.pick((True, False)):
        empty = unet._replace(bottom=unet.loss).input
        why = f"Every pooling halves it, but its bottom is {unet.loss} high, and the convolutions there take all of that off."
        wrong[empty] = ("forgets that the bottom must fit its kernels", why)
    for name, seems, why in [*dice.shuffle(seeming[:-1]), seeming[-1]]:
        found = [n for n in around if n not in wrong and not fits(n) and seems(n)]
        if found and len(wrong) < (3 if level in (2, 3) else 2):
            wrong[dice.pick(found)] = (name, why)
    if len(wrong) < 2:
        raise Illposed("there are not enough sides that seem to fit")
    sides = [(unet.input, "", ""), *((n, *why) for n, why in wrong.items())]
    return Pick(
        prompt=(
            f"{told(unet)} Which of these square images can it read so that every pooling halves the side exactly, with no row left over?"
        ),
        hint="Take off what the convolutions take, halve, and go on: each side before a pooling must be even.",
        candidates=tuple(
            Candidate(f"{n}×{n}", f"1x{n}x{n} > {steps}", "whole", "unread", None, name, why) for n, name, why in sides
        ),
        rule="equal",
        target=0,
    )  # fmt: skip
