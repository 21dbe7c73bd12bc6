"""Receptive fields where paths part and meet again."""

from __future__ import annotations

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.fields import FIELD, field_slips, padded, roomy, size_of
from course.quiz.kinds.windows import Window, legend, unspoilt
from course.quiz.registry import kind

Path = list[Window]


def branches_of(dice: Dice, level: int) -> tuple[str, list[Path]]:
    """Return how branches meet, and the branches of one block; ``[]`` is the skip."""
    if level == 1:
        return "add", [[padded(dice.pick((3, 5, 7))) for _ in range(dice.pick((1, 2)))], []]
    if level == 2:
        small, large = dice.pick(((3, 5), (3, 7), (5, 7), (5, 9)))
        pool = Window(3, 1, 1, word="pool")
        fourth = [[pool, padded(1)]] if dice.pick((True, False)) else []
        return "concat", [[padded(1)], [padded(1), padded(small)], [padded(1), padded(large)], *fourth]
    if level == 3:
        s = dice.pick((2, 2, 3))
        return "add", [[padded(dice.pick((3, 5, 7)), s), padded(dice.pick((3, 5)))], [Window(1, s)]]
    rates = dice.sample((1, 2, 3, 4, 6), 3)
    return "concat", [[padded(1)], *([padded(3, d=d)] for d in rates)]


@kind("field_skip", topic="fields", lecture=9)
def field_skip(dice: Dice, level: int) -> Draft:
    """The receptive field where branches meet: residual block, Inception, projection, dilated branches, shifted branches."""
    before = [padded(dice.pick((3, 5, 7)), dice.pick((1, 2)) if level > 1 else 1)]
    if level > 3:
        before.append(dice.pick((padded(3), Window(2, 2, word="pool"), Window(3, 2, 1, word="pool"))))
    elif level > 1 and dice.pick((True, False)):
        before.append(padded(dice.pick((3, 5))))
    after = [padded(dice.pick((3, 5, 7))) for _ in range(dice.pick((1, 2)))]
    if level == 5:
        return shifted(dice, before, after)
    how, branches = branches_of(dice, level)
    widest = max(branches, key=size_of)
    narrowest = min(branches, key=size_of)
    steps = [" > ".join(w.notation() for w in branch) or "skip" for branch in branches]
    side = roomy([*before, *widest, *after])
    head, tail = (" > ".join(w.notation() for w in part) for part in (before, after))
    net = f"4x{side}x{side} > {head} > {how}({', '.join(steps)}) > {tail}"
    in_a_row = [w for branch in branches for w in branch]
    slips = [m for m in field_slips([*before, *widest, *after]) if m.name != "takes the largest kernel"]
    return unspoilt(
        Draft(
            net=net,
            node="whole",
            quantity="field",
            axis=0,
            prompt=f"How many rows high is the receptive field of this net's output, {FIELD}?\n\n{legend(net)}",
            show="net",
            hint="Branches run side by side: what does an output value see through each of them, and what through all of them together?",
            mistakes=(
                Mistake(
                    size_of([*before, *narrowest, *after]),
                    "follows the shortest path",
                    "The value sees whatever any of its paths sees; the shortest sees least.",
                ),
                Mistake(
                    size_of([*before, *in_a_row, *after]),
                    "puts the branches in a row",
                    "Branches stand side by side, not behind each other: only one of them lies on a path.",
                ),
                Mistake(
                    sum(size_of([*before, *branch, *after]) for branch in branches),
                    "adds up the fields of the branches",
                    "All branches look at the same place, so that their fields overlap.",
                ),
                Mistake(
                    size_of([*before, *widest]),
                    "stops where the branches meet",
                    f"Behind the {how} there is more, which widens the field again.",
                ),
                Mistake(
                    size_of([*widest, *after]),
                    "forgets what stands before the branches",
                    "Each value that the branches read has a field of its own already.",
                ),
                Mistake(
                    size_of(widest), "takes the widest branch alone", "The layers before and behind the branches add to it."
                ),
                *slips,
            ),
            explain=((f"{how}1", "field"),),
        )
    )  # fmt: skip


def shifted(dice: Dice, before: Path, after: Path) -> Draft:
    """Return a question on two branches that look to different sides, so that their fields overlap only in part."""
    k_up, k_down = dice.pick((3, 5, 7)), dice.pick((3, 5, 7))
    above = dice.pick((k_up - 1, k_up // 2 + 1))  # rows above the centre that the first branch reads
    below = dice.pick((k_down - 1, k_down // 2 + 1))
    if above + below + 1 == max(k_up, k_down):  # the one would lie inside the other
        above, below = k_up - 1, k_down - 1
    together = above + below + 1  # from the first row of the one to the last of the other
    wide = max(k_up, k_down)

    def shift(k: int, first: int, last: int) -> str:
        return f"pad({first}:{last}x{k // 2}:{k // 2}) > conv(4, {k}x{k})"

    up = shift(k_up, above, k_up - 1 - above)
    down = shift(k_down, k_down - 1 - below, below)
    head, tail = (" > ".join(w.notation() for w in part) for part in (before, after))
    how = dice.pick(("add", "concat"))
    right = [*before, Window(together), *after]
    side = roomy(right)
    net = f"4x{side}x{side} > {head} > {how}({up}, {down}) > {tail}"
    return unspoilt(
        Draft(
            net=net,
            node="whole",
            quantity="field",
            axis=0,
            prompt=f"How many rows high is the receptive field of this net's output, {FIELD}?\n\n{legend(net)}",
            show="net",
            hint="Note for each branch how far it looks up and how far down from its place; then put the two together.",
            mistakes=(
                Mistake(
                    size_of([*before, Window(wide), *after]),
                    "takes the widest path, although the paths look to different sides",
                    f"The first branch sees {above} rows up, the second {below} rows down: their fields do not lie one inside the other.",
                ),
                Mistake(
                    size_of([*before, Window(k_up + k_down), *after]),
                    "adds the kernels",
                    "Both branches read the row in which they stand, and it counts once.",
                ),
                Mistake(
                    size_of([*before, Window(k_up), Window(k_down), *after]),
                    "puts the branches in a row",
                    "Branches stand side by side, not behind each other.",
                ),
                Mistake(
                    size_of([*before, Window(min(k_up, k_down)), *after]),
                    "follows the shortest path",
                    "The value sees whatever any of its paths sees.",
                ),
                Mistake(
                    size_of([*before, Window(together)]),
                    "stops where the branches meet",
                    f"Behind the {how} there is more, which widens the field again.",
                ),
                Mistake(
                    size_of([Window(together), *after]),
                    "forgets what stands before the branches",
                    "Each value that the branches read has a field of its own already.",
                ),
                Mistake(
                    1 + sum(w.span - 1 for w in right),
                    "forgets the strides",
                    "Behind a stride, a step at the branches is more than one row of the input.",
                ),
                Mistake(
                    size_of([*before, *after]),
                    "leaves out the branches",
                    "They read windows, too, whatever is padded for them.",
                ),
            ),
            explain=((f"{how}1", "field"),),
        )
    )
