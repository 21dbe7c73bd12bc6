"""Questions to export: every kind and level, the whole bank, one of each form by hand, and any with awkward texts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from course.quiz import (
    KINDS,
    Choice,
    Illposed,
    Match,
    Mistake,
    Number,
    Option,
    Order,
    Picture,
    Question,
    Text,
    bank,
    draw,
    kinds_of,
)

#: What some format gives a meaning, and what fonts and parsers stumble over.
AWKWARD = (
    "<", ">", "&", "{", "}", "=", "~", "#", ":", "%", "\\", "/", '"', "'", "*", "`", "$", "[", "]", "|", "→", "×", "σ(1−σ)", "x₁", "10⁻³",
    "]]>", "<!--", "-->", "&amp;", "&lt;b&gt;", "</p>", "<script>", "->", "####", "//", "::", "=%100%", "~%50%", "\\n", "\n", "\t", "  ",
    "\n\n", "\n\n    code {a} = b\n\n", "`a < b`", "$x$", "[link](there)", "@@PLUGINFILE@@", "é", "🙂", "\u00a0", "\u2028", "a", "b", "7", ",", ".",
)  # fmt: skip

PICTURE = Picture(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>σ &lt; "1"</text></svg>', 'A "σ" < 1'
)

BASE = Question(
    "by-hand", "bank", "dropout", 3, 4, "What is `x` < 1?\n\n    x = {1}\n\nReally?", "Think & look.", Number(4640), ("It is 1.",)
)  # fmt: skip

NUMBER = replace(
    BASE, name="number", form=Number(4640, 0, "", (Mistake(4608, "forgets the biases", "Add 32."),))
)
DECIMAL = replace(
    BASE, name="decimal", picture=PICTURE, code="3x8x8 > conv(2, 3x3)\n  > relu",
    form=Number(28.13, 0.005, "dB", (Mistake(14.07, "takes 10 for 20", ""), Mistake(1e-07, "", "Too small."))),
)  # fmt: skip
SINGLE = replace(
    BASE, name="single", table=(("layer", "output"), ("conv", "2×6×6"), ("relu", "?")),
    form=Choice((Option("relu", False, "No <b>.", "takes `max` for min"), Option("a\n\n    b = 1", True, "Yes."))),
)  # fmt: skip
MULTIPLE = replace(
    BASE, name="multiple",
    form=Choice(tuple(Option(f"option {c}", c in "ac", f"Because {c}.", "" if c in "ac" else "guesses") for c in "abcd"), True),
)  # fmt: skip
ONE_OF_SEVERAL = replace(
    BASE, name="one-of-several", form=replace(MULTIPLE.form, options=MULTIPLE.form.options[1:])
)
WORD = replace(
    BASE, name="word", form=Text(("Batch-Norm", "BN", "2*3"), (Mistake("Layer-Norm", "takes one for the other", "It *averages*."),))
)  # fmt: skip
ORDER = replace(
    BASE,
    name="order",
    form=Order(("c", "a", "d", "`b`"), (1, 3, 0, 2), ("third", "first", "fourth", "second")),
)
MATCH = replace(
    BASE, name="match", form=Match(("left < 1", "left 2"), ("z", "right -> 1", "right 2"), (1, 2), ("none", "one", "two"))
)  # fmt: skip
FORMS = (NUMBER, DECIMAL, SINGLE, MULTIPLE, ONE_OF_SEVERAL, WORD, ORDER, MATCH)


@cache
def drawn() -> tuple[Question, ...]:
    """A question of every kind and level."""
    kinds_of()
    return tuple(draw(k.name, level, 3) for k in KINDS.values() for level in k.levels)


@cache
def written() -> tuple[Question, ...]:
    """The bank."""
    return bank()


awkward = (
    st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=8).map("".join).filter(lambda t: bool(t.split()))
)
terms = (
    st.lists(st.sampled_from([a for a in AWKWARD if "->" not in a]), max_size=4)
    .map("".join)
    .map("term ".__add__)
)
whole = st.integers(-(10**12), 10**12)


@st.composite
def questions(sample: st.DrawFn) -> Question:
    """Any question; texts of awkward pieces."""

    def texts(count: int, kind: st.SearchStrategy[str] = awkward) -> tuple[str, ...]:
        return tuple(f"{sample(kind)} {i}" for i in range(count))

    size = sample(st.integers(3, 5))
    order = sample(st.permutations(range(size)))
    form = sample(st.sampled_from(("number", "decimal", "choice", "text", "order", "match")))
    match form:
        case "number":
            values = sample(st.lists(whole, min_size=3, max_size=3, unique=True))
            made = Number(
                values[0], 0, "", tuple(Mistake(v, sample(awkward), sample(awkward)) for v in values[1:])
            )
        case "decimal":
            made = Number(sample(whole) / 1000, 0.25, sample(st.sampled_from(("", "dB", "%"))))
        case "choice":
            right = {0} if (single := sample(st.booleans())) else set(order[: sample(st.integers(1, size))])
            options = (
                Option(t, i in right, sample(awkward), sample(awkward)) for i, t in enumerate(texts(size))
            )
            made = Choice(tuple(options), not single)
        case "text":
            words = texts(4, terms)
            try:
                made = Text(words[:2], tuple(Mistake(w, sample(awkward), sample(awkward)) for w in words[2:]))
            except Illposed:  # two of them may look the same
                made = WORD.form
        case "order":
            made = Order(texts(size), tuple(order), texts(size))
        case _:
            made = Match(texts(size - 1), texts(size, terms), tuple(order[:-1]), texts(size))
    return replace(
        BASE, form=made, prompt=sample(awkward), hint=sample(awkward), worked=texts(2), code=sample(awkward).strip("\n"),
        table=((texts(2), texts(2)) if sample(st.booleans()) else ()), picture=replace(PICTURE, alt=sample(awkward)),
    )  # fmt: skip
