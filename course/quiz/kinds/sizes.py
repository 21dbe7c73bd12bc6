"""How large is the output?"""

from __future__ import annotations

from course.quiz.question import Dice, Draft, Mistake, kind


def axis_word(axis: int) -> str:
    """Return the word for a spatial axis of a shape."""
    return ("channels", "height", "width")[axis]


def wrong_windows(n: int, k: int, s: int, p: int, d: int) -> tuple[Mistake, ...]:
    """Return the values that wrong forms of ⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1 give."""
    room = n + 2 * p - d * (k - 1) - 1
    return (
        Mistake(
            -(-room // s) + 1,
            "rounds up",
            "Where the stride does not divide, the last rows are left out: the floor.",
        ),
        Mistake(
            (room - p) // s + 1,
            "pads on one side only",
            "Padding p adds p on both sides, so 2p to the length.",
        ),
        Mistake(
            room // s, "forgets the + 1", "The first position counts too: a window that just fits gives 1."
        ),
        Mistake(
            (n + 2 * p - d * k) // s + 1,
            "takes d·k for the span",
            "A dilated kernel spans d·(k − 1) + 1: there are only k − 1 gaps.",
        ),
        Mistake(
            (n + 2 * p - k) // s + 1,
            "forgets the dilation",
            f"With dilation {d} the kernel spans {d * (k - 1) + 1}.",
        ),
        Mistake((n - d * (k - 1) - 1) // s + 1, "forgets the padding", f"The padded length is {n + 2 * p}."),
        Mistake(room + 1, "forgets the stride", f"The window moves {s} positions at a time."),
        Mistake(
            (n + 2 * p) // s,
            "forgets the kernel",
            "The window must fit inside, so its span is taken off first.",
        ),
        Mistake(n, "takes the size to be kept", "That needs stride 1 and padding of half the span."),
    )


@kind("conv_size", topic="sizes")
def conv_size(dice: Dice, level: int) -> Draft:
    """Output height of a convolution: stride from level 2, dilation from level 3, one axis of two from level 4."""
    n = dice.pick(
        ((7, 8, 10, 12), (15, 28, 32), (31, 32, 45, 64), (50, 64, 75, 101), (97, 128, 150, 224))[level - 1]
    )
    k = dice.pick((3, 5) if level < 3 else (2, 3, 4, 5, 7))
    p = dice.pick((0, 1) if level < 2 else (0, 1, 2, 3))
    s = 1 if level < 2 else dice.pick((1, 2, 3) if level < 4 else (2, 3, 4))
    d = 1 if level < 3 else dice.pick((1, 2, 3))
    axis = dice.pick((1, 2)) if level > 3 else 1
    other, other_k = (n + dice.pick((3, 10, 17)), dice.pick((1, 3, 5))) if level > 3 else (n, k)
    sizes, kernel = ((n, other), (k, other_k)) if axis == 1 else ((other, n), (other_k, k))
    channels, c_out = dice.pick((1, 3)), dice.pick((4, 8, 16))
    settings = "".join(
        f", {letter}{value}"
        for letter, value, default in (("s", s, 1), ("p", p, 0), ("d", d, 1))
        if value != default
    )
    dilated = f", dilation {d}" if level > 2 else ""
    return Draft(
        net=f"{channels}x{sizes[0]}x{sizes[1]} > conv({channels}, {c_out}, {kernel[0]}x{kernel[1]}{settings})",
        node="conv1",
        quantity="shape",
        axis=axis,
        prompt=(
            f"An image of {sizes[0]}×{sizes[1]} (height×width) goes through a convolution with kernel {kernel[0]}×{kernel[1]}, stride {s}, "
            f"padding {p} on every side{dilated}. What is the {axis_word(axis)} of the output?"
        ),
        hint="How far can the window move on the padded axis, and in how many steps? Then count its first position.",
        mistakes=wrong_windows(n, k, s, p, d),
    )


@kind("pool_size", topic="sizes", levels=(1, 2, 3, 4))
def pool_size(dice: Dice, level: int) -> Draft:
    """Output height of max pooling, with the ceiling at times from level 3 on."""
    n = dice.pick((8, 12, 13, 27, 28, 55, 111))
    k = 2 if level < 2 else dice.pick((2, 3))
    s = k if level < 2 else dice.pick((1, 2, 3))
    ceil = level > 2 and dice.pick((True, False))
    rounding = "rounded up" if ceil else "rounded down"
    rule = " (ceil_mode=True; a window that would start outside the image is left out)" if ceil else ""
    floor, up = (n - k) // s + 1, -(-(n - k) // s) + 1
    return Draft(
        net=f"1x{n}x{n} > pool({k}, s{s}{', ceil' if ceil else ''})",
        node="pool1",
        quantity="shape",
        axis=1,
        prompt=f"Max pooling with window {k}×{k} and stride {s}, no padding, {rounding}{rule}, reads an image of {n}×{n}. What is the height of the output?",
        hint="Pooling slides a window as convolution does; only the rounding may differ.",
        mistakes=(
            Mistake(floor if ceil else up, "rounds the wrong way", f"This one is {rounding}."),
            Mistake(
                up if ceil else 0,
                "keeps a window that starts outside the image",
                "With ceil_mode a window must still start inside the input: the last one is left out.",
            ),
            Mistake(
                n // k,
                "divides by the window",
                "The stride says how far the window moves; the window says what it needs.",
            ),
            Mistake(
                n // s,
                "divides by the stride alone",
                "The window must fit inside, so its size is taken off first.",
            ),
            Mistake((n - k) // s, "forgets the + 1", "The first position counts too."),
            Mistake(n - k + 1, "forgets the stride", f"The window moves {s} at a time."),
            Mistake(n, "takes the size to be kept", "That needs stride 1 and padding."),
        ),
    )


@kind("transposed_size", topic="sizes", levels=(2, 3, 4, 5))
def transposed_size(dice: Dice, level: int) -> Draft:
    """Output height of a transposed convolution; padding from level 3, output padding from level 4."""
    n, k, s = dice.pick((4, 5, 7, 8, 14, 16)), dice.pick((2, 3, 4, 5)), dice.pick((2, 3))
    p = 0 if level < 3 else dice.pick((0, 1))
    extra = 0 if level < 4 else dice.pick((0, 1))
    told = f", padding {p}" + (f", output padding {extra}" if level > 3 else "")
    size = (n - 1) * s - 2 * p + (k - 1) + extra + 1
    return Draft(
        net=f"8x{n}x{n} > tconv(8, 4, {k}x{k}, s{s}, p{p}, op{extra})",
        node="tconv1",
        quantity="shape",
        axis=1,
        prompt=f"A transposed convolution with kernel {k}×{k}, stride {s}{told} reads maps of {n}×{n}. What is the height of its output?",
        hint="Which length would an ordinary convolution with these settings shrink to this one?",
        mistakes=(
            Mistake(
                n * s,
                "multiplies by the stride",
                "The last input value still spreads over the whole kernel, and only n − 1 steps lie between.",
            ),
            Mistake(
                size + 4 * p, "adds the padding", "In a transposed convolution padding crops the output."
            ),
            Mistake(size + p, "crops one side only", "Padding p crops p on both sides."),
            Mistake(size - extra, "forgets the output padding", f"Output padding adds {extra} at one end."),
            Mistake(
                n * s - 2 * p + (k - 1) + extra + 1, "counts n steps", "Between n values lie n − 1 steps."
            ),
            Mistake(
                (n + 2 * p - k) // s + 1,
                "goes the wrong way",
                "This is the formula of the ordinary convolution, which shrinks.",
            ),
            Mistake(
                (n - 1) * s - 2 * p + extra + 1,
                "forgets the kernel",
                "Each input value spreads over k outputs.",
            ),
        ),
    )


@kind("flattened", topic="sizes", levels=(2, 3, 4, 5))
def flattened(dice: Dice, level: int) -> Draft:
    """How many inputs the first dense layer gets."""
    n = dice.pick((28, 32, 64))
    channels, height, steps = 3, n, []
    for _ in range(min(level - 1, 3)):
        c_out, p = dice.pick((6, 8, 16, 32)), dice.pick((0, 1))
        steps.append(f"conv({channels}, {c_out}, 3x3, p{p}) > relu > pool(2)")
        unpooled = height + 2 * p - 2
        channels, height = c_out, unpooled // 2
    return Draft(
        net=f"3x{n}x{n} > " + " > ".join(steps) + " > flatten",
        node="flatten1",
        quantity="shape",
        axis=0,
        prompt=(
            "How many inputs does a dense layer need that follows this net, given in the course's notation "
            "(input channels×height×width first, p is the padding on every side, pool(2) has stride 2)?"
        ),
        hint="Follow one side through the net; at the end multiply channels, height and width.",
        mistakes=(
            Mistake(height * height, "forgets the channels", f"There are {channels} maps at the end."),
            Mistake(channels * height, "multiplies by one side only", "A map has height times width values."),
            Mistake(
                channels, "counts maps instead of values", f"Each map still has {height}×{height} values."
            ),
            Mistake(
                channels * unpooled * unpooled,
                "forgets the last pooling",
                "It halves height and width, rounded down.",
            ),
            Mistake(channels * n * n, "keeps the input's size", "Every pooling halves it."),
        ),
        explain=(("whole", "shape"),),
    )
