"""Sizes through whole stacks, and how many values or windows there are at the end."""

from __future__ import annotations

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Illposed, Mistake
from course.quiz.kinds.windows import Window, legend, slips_through, through, unspoilt
from course.quiz.registry import kind

POOL = Window(2, 2, word="pool")

#: First layers of known nets: (name, windows). The input side is varied, so that the numbers must be worked out.
STEMS = (
    ("AlexNet (Krizhevsky et al. 2012)", (Window(11, 4, 2), Window(3, 2, word="pool"), Window(5, 1, 2), Window(3, 2, word="pool"))),
    ("ResNet (He et al. 2015)", (Window(7, 2, 3), Window(3, 2, 1, word="pool"), Window(3, 1, 1), Window(3, 2, 1))),
    ("LeNet-5 (LeCun et al. 1998)", (Window(5), POOL, Window(5), POOL)),
    ("ZFNet (Zeiler & Fergus 2013)", (Window(7, 2, 1), Window(3, 2, 1, word="pool"), Window(5, 2), Window(3, 2, 1, word="pool"))),
    ("Inception-v3 (Szegedy et al. 2015)", (Window(3, 2), Window(3), Window(3, 1, 1), Window(3, 2, word="pool"), Window(3), Window(3, 2, word="pool"))),
)  # fmt: skip


def drawn(dice: Dice, level: int) -> list[Window]:
    """Return convolutions and poolings in a row, more with the level."""
    windows = []
    for i in range(level + 1):
        if i % 2:
            windows.append(POOL if level < 3 else dice.pick((POOL, Window(3, 2, word="pool"))))
        else:
            k = dice.pick((3, 5) if i else (3, 5, 7))
            windows.append(Window(k, 1 if level < 2 else dice.pick((1, 1, 2)), dice.pick((0, 1, k // 2))))
    return windows


@kind("shape_through", topic="sizes", lecture=6)
def shape_through(dice: Dice, level: int) -> Draft:
    """Height or width behind a whole stack of convolutions and poolings; stems of known nets at level 5."""
    low, high = ((12, 66), (24, 80), (40, 129), (60, 201), (120, 320))[level - 1]
    n = dice.pick(range(low, high))
    name = ""
    if level < 5:
        windows = drawn(dice, level)
    else:
        name, stem = dice.pick(STEMS)
        windows = list(stem)
    axis = dice.pick((0, 1)) if level > 3 else 0
    other = n + dice.pick((-20, -8, 9, 24)) if level > 3 else n
    height, width = (n, other) if axis == 0 else (other, n)
    maps, steps = (6, 16, 32, 64, 96), []
    for window in windows:
        steps.append(window.notation(dice.pick(maps)))
    net = f"{dice.pick((1, 3))}x{height}x{width} > " + " > ".join(steps)
    here, across = through(n, windows), through(other, windows)
    if here is None or across is None:
        raise Illposed("a window does not fit")
    shrink = 1
    for window in windows:
        shrink *= window.s
    mistakes = [
        Mistake(
            across,
            "mixes up height and width",
            f"That is the {('width', 'height')[axis]}, which starts at {other}.",
        ),
        *slips_through(n, windows),
        Mistake(
            n // shrink,
            "divides by all strides at once",
            f"The strides together make {shrink}, but each kernel takes its share first, and each step rounds.",
        ),
        Mistake(
            through(n, windows[:-1]) or 0,
            "forgets the last step",
            f"{steps[-1]} is still to come.",
        ),
        Mistake(
            through(n, [w for w in windows if w.word == "conv"]) or 0,
            "leaves out the pooling",
            "Pooling slides a window, too, and shrinks what it reads.",
        ),
    ]
    counts = {"conv": 0, "pool": 0}
    nodes = []
    for window in windows:
        counts[window.word] += 1
        nodes.append(f"{window.word}{counts[window.word]}")
    lead = f"The line shows the first windows of {name}, activations left out. " if name else ""
    return unspoilt(
        Draft(
            net=net,
            node=nodes[-1],
            quantity="shape",
            axis=axis + 1,
            prompt=f"{lead}What is the {('height', 'width')[axis]} of the last output?\n\n{legend(net)} Every division is rounded down.",
            show="net",
            hint="Take one step after the other, and round down at each.",
            mistakes=tuple(mistakes),
            explain=tuple((node, "shape") for node in nodes[:-1]),
        )
    )


@kind("flattened", topic="sizes", lecture=6)
def flattened(dice: Dice, level: int) -> Draft:
    """How many inputs the first dense layer gets; more stages with the level, maps that are not square from level 4."""
    height = dice.pick(range(10, 33) if level < 3 else range(24, 65) if level < 5 else range(64, 129))
    width = height if level < 4 else height + dice.pick((-6, 5, 8, 12))
    channels = dice.pick((1, 3))
    h, w, c, steps = height, width, channels, []
    before, last_in = (h, w), c
    stages = (1, 1, 2, 2, 3)[level - 1]
    for stage in range(stages):
        k = dice.pick((3, 5)) if level > 1 else 3
        conv = Window(k, dice.pick((1, 2)) if level > 2 and stage == 0 else 1, dice.pick((0, 1)))
        last_in, c = c, dice.pick((6, 8, 12, 16, 20, 32))
        h, w = conv.after(h), conv.after(w)
        before = (h, w)
        steps += [conv.notation(c), "relu"]
        if level > 1:
            h, w = POOL.after(h), POOL.after(w)
            steps.append("pool(2)")
    if min(h, w) < 2:
        raise Illposed("nothing much is left to flatten")
    net = f"{channels}x{height}x{width} > " + " > ".join([*steps, "flatten"])
    return unspoilt(
        Draft(
            net=net,
            node="flatten1",
            quantity="shape",
            axis=0,
            prompt=f"How many inputs does a dense layer need that follows this net?\n\n{legend(net)} Every division is rounded down.",
            show="net",
            hint="Follow height and width through the net; at the end multiply channels, height and width.",
            mistakes=(
                Mistake(h * w, "forgets the channels", f"Behind the last convolution there are {c} maps."),
                Mistake(
                    c * h, "multiplies by one side only", f"A map of {h}×{w} has rows and columns: all its values count."
                ),
                Mistake(c, "counts maps instead of values", f"Each of the {c} maps still has {h}×{w} values."),
                Mistake(
                    c * before[0] * before[1],
                    "forgets the last pooling",
                    f"It halves {before[0]}×{before[1]} to {h}×{w}.",
                ),
                Mistake(
                    c * height * width,
                    "keeps the input's size",
                    f"Only {h}×{w} of the {height}×{width} positions are left.",
                ),
                Mistake(
                    last_in * h * w,
                    "takes the input channels of the last convolution",
                    f"It reads {last_in} maps and makes {c}.",
                ),
                Mistake(c * (h + w), "adds the sides", f"A map of {h}×{w} has a value at each crossing of row and column."),
                Mistake(c * (h - 1) * (w - 1), "forgets the + 1", "A window's first position counts too."),
                Mistake(c * h * w + c, "adds the biases", "They belong to the layer's parameters, not to its values."),
            ),
            explain=(("whole", "shape"),),
        )
    )  # fmt: skip


@kind("adaptive", topic="sizes", lecture=7)
def adaptive(dice: Dice, level: int) -> Draft:
    """Inputs of the dense layer behind pooling to a fixed size: to 1×1 at level 1, to m×m, to uneven sizes, in a net."""
    n = dice.pick(range(9, 65))
    width = n if level < 3 else n + dice.pick((-2, 3, 7, 16))
    c = dice.pick((16, 32, 48, 64, 96, 128, 256))
    m = 1 if level == 1 else dice.pick((2, 3, 4, 5, 6, 7))
    across = dice.pick(tuple(j for j in (1, 2, 3, 4, 5) if j != m)) if level > 3 else m
    start, steps, h, w = c, [], n, width
    if level in (2, 3, 5):
        start = dice.pick((1, 3))
        k = dice.pick((3, 5))
        conv = Window(k, p=k // 2)
        steps = [conv.notation(c), "relu"]
        if level == 5:
            half = Window(2, 2, word="pool")
            first = dice.pick((8, 16, 32))
            steps = [Window(3, p=1).notation(first), "relu", "pool(2)", *steps]
            h, w = half.after(h), half.after(w)
    if m > h or across > w:
        raise Illposed("the map is smaller than what it is pooled to")
    size = "gap" if level == 1 else f"adaptiveavgpool({m if m == across else f'{m}x{across}'})"
    net = f"{start}x{n}x{width} > " + " > ".join([*steps, size, "flatten"])
    uneven = " With two numbers the first is for the height, the second for the width." if m != across else ""
    return unspoilt(
        Draft(
            net=net,
            node="flatten1",
            quantity="shape",
            axis=0,
            prompt=f"How many inputs does a dense layer need that follows this net?\n\n{legend(net)}{uneven}",
            show="net",
            hint="What the adaptive pooling makes of a map does not depend on the map's size.",
            mistakes=(
                Mistake(c * h * w, "leaves out the pooling", f"It makes {m}×{across} of each {h}×{w} map."),
                Mistake(m * across, "forgets the channels", f"There are {c} maps, each pooled by itself."),
                Mistake(c * m, "multiplies by one side only", f"Each map is pooled to {m}×{across}, rows and columns."),
                Mistake(c, "counts maps instead of values", f"Each of the {c} maps keeps {m}×{across} values."),
                Mistake(
                    c * (h // m) * (w // across),
                    "takes the output size for the window",
                    f"The {m} is how many rows come out, not how many are averaged.",
                ),
                Mistake(h * w, "averages over the channels", "Each map is pooled by itself: the channels stay."),
                Mistake(c * (m + across), "adds the sides", f"A map of {m}×{across} has a value at each crossing of row and column."),
                Mistake(
                    start * m * across,
                    "takes the input channels of the net",
                    f"The last convolution makes {c} maps.",
                ),
            ),
        )
    )  # fmt: skip


@kind("patches", topic="sizes", lecture=11)
def patches(dice: Dice, level: int) -> Draft:
    """How many windows a patch-wise net looks at: with stride from level 2, uneven images from 3, a net's field at 5."""
    n = dice.pick(range(20, 130))
    k = dice.pick((3, 5, 7, 9, 11) if level < 4 else (7, 9, 15, 21, 27))
    s = 1 if level in (1, 5) else dice.pick((2, 3, 4))
    width = n if level < 3 else n + dice.pick((-10, 5, 20, 33))
    if level == 5:
        layers = dice.pick((2, 3, 4))
        k = 1 + 2 * layers
        net = (
            f"1x{n}x{width} > "
            + " > ".join(["conv(8, 3x3) > relu"] * (layers - 1) + ["conv(1, 3x3)"])
            + " > flatten"
        )
        prompt = (
            f"A net of {layers} convolutions (3×3 kernels, stride 1, no padding, no dilation) is trained to say one number for each patch that "
            f"is just as large as its receptive field. Then it reads a whole image of {n}×{width} (height×width) at once, and "
            "gives one number for each such patch that lies wholly inside. How many numbers are these?"
        )
    else:
        net = f"1x{n}x{width} > conv(1, {k}x{k}{f', s{s}' if s > 1 else ''}) > flatten"
        moved = (
            "moved by 1 pixel at a time"
            if s == 1
            else f"moved by {s} pixels at a time, down as well as along, from the upper left corner"
        )
        prompt = (
            f"A patch-wise classifier looks at every {k}×{k} window that lies wholly inside an image of {n}×{width} (height×width), "
            f"{moved}. How many windows does it look at?"
        )
    room, other = n - k, width - k
    if min(room, other) < s:
        raise Illposed("the window hardly fits")
    rows, columns = room // s + 1, other // s + 1
    return unspoilt(
        Draft(
            net=net,
            node="flatten1",
            quantity="shape",
            axis=0,
            prompt=prompt,
            hint="How many positions has the window down the image, and how many along it?",
            mistakes=(
                Mistake(
                    (room // s) * (other // s),
                    "forgets the + 1",
                    f"A window of {k} makes {room}/{s} steps, rounded down, on {n} rows, and its first position comes before any step."
                    if s > 1
                    else f"From the first position a window of {k} can move {n} − {k} times; that first one counts too.",
                ),
                Mistake(n * width, "counts the pixels", f"A window of {k}×{k} must lie wholly inside, so not each pixel can be its corner."),
                Mistake((n // k) * (width // k), "lays the windows side by side", f"They overlap: neighbours are {s} apart, and {k} wide."),
                Mistake(n * width // (k * k), "divides the areas", "Windows overlap, and they do not cut the image up."),
                Mistake(rows, "counts one side only", f"In each of the {rows} rows of windows there are {columns}."),
                Mistake(rows + columns, "adds the sides", f"{rows} positions down meet {columns} positions along: each pair is a window."),
                Mistake((room + 1) * (other + 1), "forgets the stride", f"The window moves {s} pixels at a time."),
                Mistake((n // s) * (width // s), "forgets the kernel", f"The last {k - 1} rows and columns cannot be where a window begins."),
                Mistake(rows * rows, "takes the image for a square", f"It is {width} wide, which gives {columns} positions along."),
                Mistake(
                    (-(-room // s) + 1) * (-(-other // s) + 1),
                    "rounds up",
                    "A step that fits only in part would take the window out of the image.",
                ),
            ),
            explain=(("conv1", "shape"),),
        )
    )  # fmt: skip
