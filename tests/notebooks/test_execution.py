"""Running the lectures: every way a run can end, and that only a good end touches the file.

What is kept of a good run is tested in test_storing.py.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from course import lectures
from course.lectures import LectureError, execute, main, store


def write(path: Path, *sources: str) -> Path:
    """Write a notebook of a heading and these code cells."""
    cells = [nbformat.v4.new_markdown_cell("# A heading", id="top")]
    cells += [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture
def without_kernel(monkeypatch: pytest.MonkeyPatch):
    """Let a run only give every code cell one fixed output; return the list of the files that were run."""
    ran: list[str] = []

    def run(path: Path, tell=None, timeout: int = 120):
        ran.append(path.name)
        notebook = nbformat.read(path, as_version=4)
        if "bad" in path.name:
            raise LectureError(f"{path.name}, code cell 1 of 1: NameError: no")
        notebook.cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text="7\n")]
        return lectures.tidy(notebook, path.name)

    monkeypatch.setattr(lectures, "execute", run)
    return ran


def test_one_real_run_tells_its_progress_in_the_folder_of_the_notebook(tmp_path: Path) -> None:
    path = write(tmp_path / "01_a.ipynb", "from pathlib import Path", "print(Path.cwd().name)", "41 + 1")
    told: list[str] = []
    notebook = execute(path, told.append)
    assert told == [f"01_a.ipynb: cell {i} of 3" for i in (1, 2, 3)]
    assert notebook.cells[2].outputs[0].text.strip() == tmp_path.name
    assert notebook.cells[3].outputs[0].data["text/plain"] == "42"
    assert nbformat.read(path, as_version=4).cells[3].outputs == []  # running is not yet storing


def test_stderr_refuses_the_run_and_the_file_stays(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = write(tmp_path / "01_a.ipynb", "1", "import warnings; warnings.warn('soon gone')")
    before = path.read_bytes()
    assert main([str(path)]) == 1
    said = capsys.readouterr().err
    assert "01_a.ipynb, cell 2 (cell-1) writes to stderr" in said
    assert "soon gone" in said
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_cell_that_hangs_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "01_a.ipynb", "1", "import time; time.sleep(60)")
    with pytest.raises(LectureError, match=r"^01_a.ipynb, code cell 2 of 2: A cell timed out.* 1 seconds"):
        execute(path, timeout=1)


def test_a_kernel_that_dies_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    async def begin_and_die(client: NotebookClient) -> None:
        client.on_cell_start(cell=client.nb.cells[1], cell_index=1)
        raise DeadKernelError("Kernel died")

    def execute_in_a_thread(client: NotebookClient, **settings: object) -> None:
        # the tests' own thread may run playwright's loop
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(begin_and_die(client))).result()

    monkeypatch.setattr(NotebookClient, "execute", execute_in_a_thread)
    assert main([str(write(tmp_path / "01_a.ipynb", "1"))]) == 1
    assert capsys.readouterr().err == "01_a.ipynb, code cell 1 of 1: Kernel died\n"


def test_a_file_that_is_no_notebook_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "01_a.ipynb"
    path.write_text("{no json")
    assert main([str(path)]) == 1
    assert capsys.readouterr().err.startswith("01_a.ipynb is not a notebook: ")
    assert path.read_text() == "{no json"


def test_control_c_during_a_cell_leaves_the_file(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    path = write(tmp_path / "01_a.ipynb", f"open({str(begun)!r}, 'w').close()\nimport time; time.sleep(60)")
    before = path.read_bytes()
    run = subprocess.Popen(
        [sys.executable, "-m", "course.lectures", str(path)], stderr=subprocess.PIPE, text=True,
        # A shell's background job ignores Control-C and hands that on; a person's terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        patience = time.monotonic() + 60
        while not begun.exists() and time.monotonic() < patience:
            time.sleep(0.05)
        assert begun.exists()
        run.send_signal(signal.SIGINT)
        said = run.communicate(timeout=30)[1]
    finally:
        run.kill()
    assert run.returncode == 130
    assert "interrupted: the file is as it was" in said
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["01_a.ipynb", "begun"]


@pytest.mark.parametrize("broken", ["write_text", "replace"])
def test_a_store_that_fails_half_way_leaves_the_old_file(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "01_a.ipynb", "1")
    before = path.read_bytes()
    whole = Path.write_text

    def fail(self: Path, *given: object, **named: object) -> None:
        if broken == "write_text":
            whole(self, "half a fi")
        raise KeyboardInterrupt

    notebook = lectures.tidy(nbformat.v4.new_notebook())
    monkeypatch.setattr(Path, broken, fail)
    with pytest.raises(KeyboardInterrupt):
        store(notebook, path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_check_says_that_a_file_would_change_and_changes_nothing(
    without_kernel: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = write(tmp_path / "01_a.ipynb", "print(7)")
    before = path.read_bytes()
    assert main(["--check", str(path)]) == 1
    assert "01_a.ipynb: would change" in capsys.readouterr().out
    assert path.read_bytes() == before
    assert main([str(path)]) == 0
    assert "01_a.ipynb: stored" in capsys.readouterr().out
    assert path.read_bytes() != before
    assert main(["--check", str(path)]) == 0
    assert "01_a.ipynb: unchanged" in capsys.readouterr().out


def test_one_bad_lecture_does_not_keep_the_next_from_being_stored(
    without_kernel: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    bad, good = (write(tmp_path / name, "print(7)") for name in ("01_bad.ipynb", "02_good.ipynb"))
    before = bad.read_bytes()
    assert main([str(bad), str(good)]) == 1
    assert without_kernel == ["01_bad.ipynb", "02_good.ipynb"]
    assert bad.read_bytes() == before
    assert nbformat.read(good, as_version=4).cells[1].outputs[0].text == "7\n"
    assert "01_bad.ipynb, code cell 1 of 1: NameError" in capsys.readouterr().err


def test_nothing_is_run_when_one_of_the_files_named_is_missing(
    without_kernel: list[str], tmp_path: Path
) -> None:
    path = write(tmp_path / "01_a.ipynb", "print(7)")
    assert main([str(path), str(tmp_path / "02_b.ipynb")]) == 2
    assert main([str(tmp_path)]) == 2
    assert without_kernel == []


def test_without_names_every_notebook_is_run_in_order(
    without_kernel: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lectures"
    folder.mkdir()
    names = [f"{number:02d}_a.ipynb" for number in (7, 2, 9, 4, 1, 8, 3, 6, 5)]
    names += ["explorers.ipynb"]
    for name in names:
        write(folder / name, "print(7)")
    monkeypatch.setattr(lectures, "ROOT", tmp_path)
    assert main([]) == 0
    assert without_kernel == sorted(names)
