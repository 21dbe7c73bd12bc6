"""What the course holds: its fifteen lectures, with time, device and prerequisites, and which of them exist yet.

A lecture exists when its notebook does; everything else is listed as planned, without a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["LECTURES", "Lecture", "lectures_table"]

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
    Lecture(1, "neuron", "Images and the neuron", 60),
    Lecture(2, "mlp", "Multilayer perceptrons", 60, before=(1,)),
    Lecture(3, "training", "Training", 90, before=(2,)),
    Lecture(4, "generalisation", "Generalisation", 75, before=(3,)),
    Lecture(5, "convolution", "Convolution", 100, before=()),
    Lecture(6, "building_blocks", "From layers to a CNN", 75, before=(3, 5)),
    Lecture(7, "lenet_alexnet_vgg", "LeNet, AlexNet, VGG", 90, BETTER_GPU, (4, 6)),
    Lecture(8, "googlenet", "GoogLeNet", 60, CPU, (7,)),
    Lecture(9, "residual_networks", "Residual networks and relatives", 90, BETTER_GPU, (7,)),
    Lecture(10, "transfer", "What networks learn; transfer", 75, BETTER_GPU, (7,)),
    Lecture(11, "fully_convolutional", "Fully convolutional networks", 75, BETTER_GPU, (6,)),
    Lecture(12, "unet", "U-Net and UNet++", 75, BETTER_GPU, (11,)),
    Lecture(13, "autoencoders", "Autoencoders", 60, CPU, (6,)),
    Lecture(14, "denoising", "Image regression and denoising", 75, BETTER_GPU, (9,)),
    Lecture(15, "recipe", "Building your own", 90, BETTER_GPU, (10,)),
)


def lectures_table(folder: Path | str = ROOT / "lectures") -> str:
    """Write the list of lectures as a Markdown table; those whose notebook lies in `folder` are linked.

    >>> print(lectures_table("no such folder").splitlines()[6])
    | 05 | Convolution | planned | 100 min | any CPU | school algebra, some Python |
    """
    rows = ["| no. | lecture | state | time | device | before it |", "|---|---|---|---|---|---|"]
    for lecture in LECTURES:
        here = (Path(folder) / lecture.file).is_file()
        title = f"**[{lecture.title}]({lecture.file})**" if here else lecture.title
        before = "lecture " + ", ".join(f"{n:02d}" for n in lecture.before)
        state = "ready" if here else "planned"
        needs = before if lecture.before else "school algebra, some Python"
        cells = (f"{lecture.number:02d}", title, state, f"{lecture.minutes} min", lecture.device, needs)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
