"""What the course holds: its lectures and problem sets, with time and prerequisites, and which of them exist yet.

A lecture exists when its notebook does, a problem set when its assignment does; everything else is listed as planned,
without a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["LECTURES", "PROBLEM_SETS", "Lecture", "ProblemSet", "lectures_table", "problem_sets_table"]

ROOT = Path(__file__).resolve().parent.parent
CPU = "any CPU"
BETTER_GPU = "CPU; a GPU for full size"


@dataclass(frozen=True)
class Lecture:
    """One lecture.

    number: its place in the course. name: the notebook's name, without number and ending. title: as printed.
    minutes: reading and doing, once through. device: what it runs on. before: numbers of the lectures it builds on.
    """

    number: int
    name: str
    title: str
    minutes: int
    device: str = CPU
    before: tuple[int, ...] = ()

    @property
    def file(self) -> str:
        """The notebook's file name.

        >>> LECTURES[4].file
        '05_convolution.ipynb'
        """
        return f"{self.number:02d}_{self.name}.ipynb"


LECTURES = (
    Lecture(1, "neuron", "Images and the neuron", 75),
    Lecture(2, "mlp", "Multilayer perceptrons", 75, before=(1,)),
    Lecture(3, "training", "Training", 100, before=(2,)),
    Lecture(4, "generalisation", "Generalisation", 75, before=(3,)),
    Lecture(5, "convolution", "Convolution", 100, before=()),
    Lecture(6, "building_blocks", "From layers to a CNN", 90, before=(3, 5)),
    Lecture(7, "lenet_alexnet_vgg", "LeNet, AlexNet, VGG", 110, BETTER_GPU, (4, 6)),
    Lecture(8, "googlenet", "GoogLeNet", 60, CPU, (7,)),
    Lecture(9, "residual_networks", "Residual networks and relatives", 100, BETTER_GPU, (4, 7)),
    Lecture(10, "transfer", "What networks learn; transfer", 95, BETTER_GPU, (7,)),
    Lecture(11, "fully_convolutional", "Fully convolutional networks", 110, BETTER_GPU, (6,)),
    Lecture(12, "unet", "U-Net and UNet++", 110, BETTER_GPU, (11,)),
    Lecture(13, "autoencoders", "Autoencoders", 75, CPU, (6,)),
    Lecture(14, "denoising", "Image regression and denoising", 95, BETTER_GPU, (9,)),
    Lecture(15, "recipe", "Building your own", 110, BETTER_GPU, (10,)),
)


@dataclass(frozen=True)
class ProblemSet:
    """One problem set.

    number: its place. name: the notebook's name, without number and ending. title, what: as printed. hours: to work through it.
    lectures: those it practises, by number.
    """

    number: int
    name: str
    title: str
    what: str
    hours: int
    lectures: tuple[int, ...]

    @property
    def file(self) -> str:
        """The assignment's path, from the folder of assignments.

        >>> PROBLEM_SETS[3].file
        'ps4_counting/ps4_counting.ipynb'
        """
        folder = f"ps{self.number}_{self.name}"
        return f"{folder}/{folder}.ipynb"


PROBLEM_SETS = (
    ProblemSet(
        1,
        "neuron",
        "The neuron",
        "one unit, its boundary, softmax, cross-entropy, an MLP's forward pass",
        3,
        (1, 2),
    ),
    ProblemSet(
        2, "backprop", "Backpropagation", "gradients by hand, their check, SGD, momentum, Adam", 4, (3,)
    ),
    ProblemSet(
        3,
        "convolution",
        "Convolution",
        "correlation, padding, many channels, pooling, and their gradients",
        4,
        (5, 6),
    ),
    ProblemSet(4, "counting", "Counting", "shapes, parameters, multiply–adds, receptive fields", 4, (5, 6)),
    ProblemSet(
        5,
        "train_cnn",
        "Training a CNN",
        "data, loop, early stopping, augmentation; an accuracy to reach",
        4,
        (4, 6, 7),
    ),
    ProblemSet(6, "residual", "Residual networks", "blocks, shortcuts, highway and dense nets", 4, (9,)),
    ProblemSet(7, "unet", "U-Net", "up-sampling, shapes, weight map, overlap; a segmentation", 5, (11, 12)),
    ProblemSet(8, "denoising", "Denoising", "noise, PSNR and SSIM, an autoencoder, DnCNN", 5, (13, 14)),
)


def lectures_table(folder: Path | str = ROOT / "lectures") -> str:
    """Write the list of lectures as a Markdown table; those whose notebook lies in `folder` are linked, with their summary.

    >>> print(lectures_table("no such folder").splitlines()[6])
    | 05 | Convolution | planned | 100 min | any CPU | school algebra, some Python | – |
    """
    rows = [
        "| no. | lecture | state | time | device | before it | to print |",
        "|---|---|---|---|---|---|---|",
    ]
    for lecture in LECTURES:
        here = (Path(folder) / lecture.file).is_file()
        title = f"**[{lecture.title}]({lecture.file})**" if here else lecture.title
        before = "lecture " + ", ".join(f"{n:02d}" for n in lecture.before)
        state = "ready" if here else "planned"
        needs = before if lecture.before else "school algebra, some Python"
        page = f"summaries/{lecture.file.removesuffix('.ipynb')}.html"
        printed = f"[one page]({page})" if (Path(folder) / page).is_file() else "–"
        cells = (
            f"{lecture.number:02d}",
            title,
            state,
            f"{lecture.minutes} min",
            lecture.device,
            needs,
            printed,
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def problem_sets_table(folder: Path | str = ROOT / "assignments") -> str:
    """Write the list of problem sets as a Markdown table for a notebook in lectures/; those that lie in `folder` are linked.

    >>> print(problem_sets_table("no such folder").splitlines()[5])
    | 4 | Counting | planned | shapes, parameters, multiply–adds, receptive fields | 4 h | 05, 06 |
    """
    rows = [
        "| no. | problem set | state | what you write | time | after lecture |",
        "|---|---|---|---|---|---|",
    ]
    for given in PROBLEM_SETS:
        here = (Path(folder) / given.file).is_file()
        title = f"**[{given.title}](../assignments/{given.file})**" if here else given.title
        after = ", ".join(f"{n:02d}" for n in given.lectures)
        cells = (
            str(given.number),
            title,
            "ready" if here else "planned",
            given.what,
            f"{given.hours} h",
            after,
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
