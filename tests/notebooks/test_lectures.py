"""Every lecture runs top to bottom in a fresh kernel, gives the outputs it pins, and stays within Binder's memory."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
LECTURES = sorted((ROOT / "lectures").glob("*.ipynb"))
#: What a lecture and its kernel may take; Binder has 2 GB.
MOST_BYTES = 1.5e9
#: Not a timing, only an end to a kernel that hangs.
PATIENCE_S = 400


def memory_of(process: psutil.Process) -> int:
    """Return the memory that belongs to a process and its children alone, in bytes."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += one.memory_full_info().uss
    return total


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_a_lecture_runs_and_its_pinned_outputs_hold(path: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    command += ["--nbval-current-env", "--rootdir", str(path.parent), "-c", os.devnull, path.name]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COURSE_"))}
    log = tmp_path / "log"
    with log.open("w") as stream:
        run = subprocess.Popen(command, cwd=path.parent, stdout=stream, stderr=subprocess.STDOUT, env=env)
        most, end = 0, time.monotonic() + PATIENCE_S
        while run.poll() is None:
            most = max(most, memory_of(psutil.Process(run.pid)))
            if time.monotonic() > end:
                run.kill()
            time.sleep(0.5)
    said = log.read_text()
    assert run.returncode == 0, said[-4000:]
    assert " passed" in said
    assert most < MOST_BYTES, f"{most / 1e9:.2f} GB at most"


#: What each lecture must reproduce, as a pinned output prints it: figures of its subject, and that its own code equals torch's.
FIGURES = {
    "02_mlp": ("1,099,511,627,776", "6,144,000", "1,638,400"),
    "03_training": (
        "-0.463445", "all nine agree to 1e−6: True", "at every step equal to 1e−10: True",
    ),
    "04_generalisation": (
        "value and gradient equal torch's within 1e-6, 20 random cases: True",
        "BatchNorm1d, 25 random cases within 1e-6: True", "BatchNorm2d, 25 random cases within 1e-6: True", "learned: 32",
        "'num_batches_tracked': 1",
    ),
    "05_convolution": (
        "308", "-498", "164", "-25", "4,640", "156", "4,821,600", "[4, 3, 4, 2, 4, 3, 2, 3, 4]",
    ),
    "06_building_blocks": ("3, 5, 7", "3, 7, 15", "26", "20", "12,560", "822,083,584", "6,960", "452,984,832"),
    "07_lenet_alexnet_vgg": (
        "15.3", "26.2", "55", "60,965,224", "659,272", "138,357,544", "19.6G", "19,632,062,464", "2,634,177", "2,634,167", "67.5",
    ),
    "08_googlenet": (
        "longest path, layers with weights: 22", "6,998,552", "6,624,904", "13,004,888", "2.7K", "463K", "497.5", "1072K", "1018.0",
        "sum of the branches = gradient of L: True",
    ),
    "09_residual_networks": (
        "1.8G", "3.6G", "3.8G", "7.6G", "11.3G", "4.1 G", "7.8 G", "11.5 G", "483", "427", "269,722", "0.27M", "19.4M",
        "the deeper net is worse in 3 of 3 seeds", "gradient = around + through: True",
    ),
    "10_transfer": ("61,706", "269,722", "61,111", "169", "5.12"),
    "11_fully_convolutional": (
        "9,604", "98²", "1,114,178", "34,631,360", "31.1", "62.7", "kernel 3, stride 2: (3, 5, 5) → (4, 11, 11); stamps, zeros, Cᵀ as torch: True",
        "pooled   1,632 patches; greatest difference below 1e-4 of the deviation: True",
        "whitened 1,632 patches; greatest difference below 1e-4 of the deviation: True",
    ),
    "12_unet": (
        "572", "388", "23", "31,030,658", "45.6%", "204", "188", "107", "9,041,700", "9,041,601", "7,759,521", "9,282,246",
        "9.13M", "0.644", "0.655", "0.454", "0.0560", "0.0611",
        "modulo 8 [0, 0, 0]; equal to the whole to 1e-9: True", "tiles against a plain run: the same to 1e-4 from pixel 46 inwards: True",
    ),
    "13_autoencoders": ("1,568", "9.385", "19.425", "12.374", "14.203", "50,992", "28,353"),
    "14_denoising": (
        "24.61", "20.17", "14.15", "24.79", "20.48", "14.91", "555,137", "556,032", "556,097", "(35, 35)", "28.65", "-7.79",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_a_lecture_pins_every_figure_that_it_must_reproduce(name: str) -> None:
    """Each is in an output that a fresh run is compared with."""
    notebook = nbformat.read(ROOT / "lectures" / f"{name}.ipynb", as_version=4)
    pinned = " ".join(
        output.get("text", "")
        for cell in notebook.cells
        if "NBVAL_CHECK_OUTPUT" in cell.source
        for output in cell.get("outputs", [])
    )
    for figure in FIGURES[name]:
        assert re.search(rf"(?<![\d,.]){re.escape(figure)}(?!\d|[,.]\d)", pinned), figure


def test_the_gallery_shows_every_explorer() -> None:
    from course.widgets.catalogue import EXPLORERS

    notebook = nbformat.read(ROOT / "lectures" / "explorers.ipynb", as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for name, (_, cls) in EXPLORERS.items():
        assert f"import {cls}" in code, name
    stills = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "<img alt=" in output.data["text/html"]
    ]
    assert len(stills) == len(EXPLORERS)
