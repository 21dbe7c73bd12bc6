"""How many parameters has batch normalisation, alone and behind convolutions?"""

from __future__ import annotations

from course.quiz.asked import Asked
from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import CHANNELS, SIZES, Conv, Norm, Part, amount, chain, total, with_or_without
from course.quiz.kinds.wrong import conv_mistakes, half_norm, norm_mistakes, running_norm
from course.quiz.registry import kind

MAPS = (6, 10, 12, 16, 20, 24, 30, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 256, 320, 384, 512)


@kind("batch_norm", topic="parameters", lecture=4)
def batch_norm(dice: Dice, level: int) -> Draft:
    """Batch normalisation: learned numbers (levels 1, 2), buffers (3), behind a concatenation (4), against biases (5)."""
    maps, size, batch = (
        dice.pick(range(4, 65) if level == 1 else MAPS),
        dice.pick(SIZES[level - 1]),
        dice.pick((8, 16, 32, 64)),
    )
    if level == 4:
        return after_concat(dice, maps, size)
    if level == 5:
        return instead_of_biases(dice, size)
    if level == 3:
        return Draft(
            net=f"{maps}x{size}x{size} > bn",
            node="bn1",
            quantity="buffers",
            prompt=(
                f"Batch normalisation (with γ and β) follows a convolution that makes {maps} maps of {size}×{size}; it is trained with "
                f"batches of {batch}. How many numbers does it keep as buffers for test time, that is, without learning them by "
                "gradient descent (a counter of batches left out)?"
            ),
            hint="What does it need to know of each map at test time, when there is no batch to average over?",
            mistakes=(
                Mistake(4 * maps, "counts γ and β as buffers", "γ and β are learned: they are parameters."),
                Mistake(
                    maps,
                    "keeps the mean only",
                    "A map is shifted by its running mean and scaled by its running variance.",
                ),
                Mistake(
                    2 * maps * size * size,
                    "normalises each pixel by itself",
                    "One mean and one variance serve all pixels of a map.",
                ),
                Mistake(
                    2 * maps * batch,
                    "keeps statistics of each image",
                    "They are averaged over the batch, and over batches.",
                ),
                Mistake(2, "keeps one mean and one variance for the layer", "Each map has its own."),
            ),
            explain=(("bn1", "parameters"),),
        )
    told = (
        f"Batch normalisation (with γ and β) follows a convolution that makes {maps} maps of {size}×{size}."
    )
    if level == 2:
        k = dice.pick((3, 5, 7))
        told = (
            f"A convolution with kernels of {k}×{k} makes {maps} maps of {size}×{size}, in batches of {batch} images; batch "
            "normalisation (with γ and β) follows it."
        )
    return Draft(
        net=f"{maps}x{size}x{size} > bn",
        node="bn1",
        quantity="parameters",
        prompt=f"{told} How many learned parameters does the normalisation alone have?",
        hint="What does it learn for each map? Running means and variances are not learned.",
        mistakes=tuple(lone_norm_wrong(maps, size, batch if level == 2 else 0)),
        explain=(("bn1", "buffers"),),
    )


def lone_norm_wrong(maps: int, size: int, batch: int) -> list[Mistake]:
    """Return the mistakes with a single normalisation."""
    norm = [Norm(maps)]
    return [
        running_norm(norm),
        half_norm(norm),
        Mistake(
            2 * maps * size * size,
            "normalises each pixel by itself",
            "γ and β are shared by all pixels of a map.",
        ),
        Mistake(2, "has one γ and one β for the layer", "Each map has its own."),
        Mistake(
            2 * size * size,
            "counts pixels instead of maps",
            "There is one γ and one β for each map, whatever its size.",
        ),
        Mistake(
            2 * batch,
            "counts images instead of maps",
            "γ and β belong to the maps; the batch only gives the statistics.",
        ),
        Mistake(
            maps * maps,
            "mixes the maps",
            "Each map is scaled and shifted by itself; nothing is summed over maps.",
        ),
    ]


def after_concat(dice: Dice, maps: int, size: int) -> Draft:
    """Return a question about the normalisation behind a concatenation, as in DenseNet."""
    growth = dice.pick((8, 12, 16, 24, 32, 48))
    norm = [Norm(maps + growth)]
    return Draft(
        net=f"{maps}x{size}x{size} > concat(skip, conv({maps}, {growth}, 3x3, p1)) > bn",
        node="bn1",
        quantity="parameters",
        prompt=(
            f"In a DenseNet, {maps} maps of {size}×{size} are concatenated with the {growth} maps that a 3×3 convolution (padding 1 on "
            "every side, with biases) makes of them. Batch normalisation (with γ and β) follows the concatenation. How many learned "
            "parameters does the normalisation alone have?"
        ),
        hint="How many maps reach the normalisation? What does it learn for each?",
        mistakes=(
            running_norm(norm),
            half_norm(norm),
            Mistake(
                2 * growth,
                "normalises the new maps only",
                f"The {maps} maps that were there before pass through it, too.",
            ),
            Mistake(2 * maps, "forgets the concatenated maps", f"The convolution adds {growth} maps."),
            Mistake(
                2 * (maps + growth) * size * size,
                "normalises each pixel by itself",
                "γ and β are shared by all pixels of a map.",
            ),
            Mistake(2, "has one γ and one β for the layer", "Each map has its own."),
        ),
        explain=(("concat1", "shape"), ("bn1", "buffers")),
    )


def instead_of_biases(dice: Dice, size: int) -> Draft:
    """Return a question about what normalisation adds where it replaces the biases, as in ResNet."""
    c_in, mid, out = (
        dice.pick((3, 16, 32, 64)),
        dice.pick((16, 24, 32, 48, 64)),
        dice.pick((32, 64, 80, 96, 128)),
    )

    def net(step: str) -> str:
        return f"{c_in}x{size}x{size} > conv({c_in}, {mid}, 3x3, p1{step} > relu > conv({mid}, {out}, 3x3, p1{step} > relu"

    return Draft(
        net=net(", nobias) > bn"),
        node="whole",
        quantity="parameters",
        minus=Asked(net(")")),
        prompt=(
            f"Two 3×3 convolutions (padding 1 on every side) with biases take {c_in} channels of {size}×{size} to {mid} and then to {out}. "
            "As in ResNet, both are replaced by convolutions without biases, each followed by batch normalisation with γ and β. "
            "How many more learned parameters does the net have than before?"
        ),
        hint="What does each map lose, and what does it gain?",
        mistakes=(
            Mistake(
                2 * (mid + out), "keeps the biases", "γ and β come, but the biases go: β does their work."
            ),
            Mistake(
                3 * (mid + out),
                "counts the running means and variances",
                "They are buffers: stored, but not learned.",
            ),
            Mistake(
                4 * (mid + out),
                "counts buffers, and keeps the biases",
                "Only γ and β are learned, and the biases go.",
            ),
            Mistake(
                out, "counts the last normalisation only", f"The {mid} maps between are normalised, too."
            ),
            Mistake(
                mid, "counts the first normalisation only", f"The {out} maps at the end are normalised, too."
            ),
            Mistake(
                c_in + mid,
                "normalises the inputs of the convolutions",
                "Here the normalisation follows each convolution.",
            ),
        ),
        explain=(("bn1", "parameters"), ("bn2", "parameters")),
    )


@kind("conv_bn", topic="parameters", lecture=9)
def conv_bn(dice: Dice, level: int) -> Draft:
    """A convolution without biases and its normalisation: uneven kernels at level 3, two pairs at 4, folded or in groups at 5."""
    c_in, size = dice.pick(CHANNELS[level - 1]), dice.pick(SIZES[level - 1])
    c_out, k = dice.pick((8, 12, 16, 20, 32, 48, 64)), dice.pick((1, 3, 5, 7) if level < 4 else (3, 5))
    width = dice.pick((1, 3, 5, 7)) if level == 3 else k
    groups = dice.pick((1, 2, 4)) if level == 5 else 1
    folded, bias = level == 5 and dice.pick((True, False)), level == 2 and dice.pick((True, False))
    first = Conv(c_in, c_out, k, width, 1, k // 2, 1, groups, bias, (size, size))
    parts: list[Part] = [first, Norm(c_out)]
    split = f", {amount(groups, 'group')}" if groups > 1 else ""
    told = (
        f"A convolution {with_or_without(bias)} takes {amount(c_in, 'channel')} of {size}×{size} to {amount(c_out, 'channel')}: kernels of {k}×{width}"
        f"{' (height×width)' if k != width else ''}, padding {first.padding} on every side{split}. "
        "Batch normalisation with γ and β follows"
    )
    if level == 4:
        second = Conv(c_out, dice.pick((16, 24, 32, 64)), 3, 3, 1, 1, bias=False, size=first.after)
        parts += [second, Norm(second.c_out)]
        told += f", then a ReLU, a 3×3 convolution without biases (padding 1) to {second.c_out} channels, and batch normalisation again"
    if not folded:
        return Draft(
            net=chain(
                (c_in, size, size),
                *(p.step for p in parts[:2]),
                *(["relu"] * (level == 4)),
                *(p.step for p in parts[2:]),
            ),
            node="whole",
            quantity="parameters",
            prompt=f"{told}. How many learned parameters is that in all?",
            hint="Count the convolution without its biases, then two numbers for each map."
            if not bias
            else "Count both, and mind what each learns for a map.",
            mistakes=(*norm_mistakes(parts), *conv_mistakes(parts)),
            explain=tuple(
                (f"{word}{i}", "parameters") for i in range(1, len(parts) // 2 + 1) for word in ("conv", "bn")
            ),
        )
    kept = Conv(c_in, c_out, k, k, 1, k // 2, 1, groups, True, (size, size))
    return Draft(
        net=chain((c_in, size, size), kept.step),
        node="conv1",
        quantity="parameters",
        prompt=(
            f"{told}. For use after training, the normalisation with its running mean and variance is folded into the convolution, which "
            "gets biases by that. How many parameters does the folded convolution have?"
        ),
        hint="Scaling a map scales the weights of its kernel; what does shifting it change?",
        mistakes=(
            Mistake(
                total(parts),
                "keeps γ and β",
                "γ is multiplied into the weights, and β becomes part of the bias.",
            ),
            Mistake(
                total(parts) + 2 * c_out,
                "keeps the statistics, too",
                "Mean, variance, γ and β all go into weights and biases.",
            ),
            *conv_mistakes([kept]),
        ),
    )
