"""The doctor: each broken state is made, and its line and its mend are seen."""

from __future__ import annotations

import json
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from course import doctor
from course.cli import main
from course.doctor import machine, software
from course.doctor.findings import GIB, Finding, Report
from course.doctor.requirements import exact_versions, is_older, lower_bounds, unmet

ROOT = Path(__file__).resolve().parents[2]

WORKING_TORCH = """
__version__ = "2.6.0+cpu"
class version: cuda = {cuda!r}
class cuda:
    is_available = staticmethod(lambda: {available})
    device_count = staticmethod(lambda: 1)
    @staticmethod
    def get_device_properties(i):
        class p: name, total_memory = "Test GPU", 8 * 2**30
        return p
class backends: pass
class ops:
    class torchvision: nms = 1
get_num_threads = lambda: 3
"""
WORKING_TORCHVISION = "__version__ = '0.21.0+cpu'"


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Return a function that puts fake packages in front of the real ones, for this process and its children."""

    def put(
        torch: str = WORKING_TORCH.format(cuda=None, available=False),
        torchvision: str = WORKING_TORCHVISION,
        records: dict[str, tuple[str, str]] | None = None,
    ) -> None:
        (tmp_path / "torch.py").write_text(torch)
        (tmp_path / "torchvision.py").write_text(torchvision)
        for name, (version, requires) in (records or {}).items():
            info = tmp_path / f"{name}-{version}.dist-info"
            info.mkdir()
            needed = f"Requires-Dist: {requires}\n" if requires else ""
            (info / "METADATA").write_text(
                f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}"
            )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.syspath_prepend(str(tmp_path))

    return put


PAIR = {"torch": ("2.6.0", ""), "torchvision": ("0.21.0", "torch==2.6.0")}


def only(findings) -> Finding:
    findings = list(findings)
    assert len(findings) == 1, findings
    return findings[0]


def test_this_machine_has_nothing_to_mend():
    report = doctor.report()
    assert report.ok, str(report)
    names = [f.name for f in report.findings]
    for name in (
        "python",
        "packages",
        "torch",
        "device",
        "memory",
        "disk",
        "data",
        "widgets",
        "sandbox",
        "browser",
    ):
        assert name in names
    assert str(report).endswith("Nothing found to mend: the course should run here.")
    assert all(len(line) <= 100 for line in str(report).splitlines())


def test_a_pair_that_does_not_fit_is_recognised(fake):
    fake(torchvision="raise RuntimeError('operator torchvision::nms does not exist')", records=PAIR)
    finding = next(software.check_torch(60))
    assert finding.state == "mend"
    assert "operator torchvision::nms does not exist" in finding.text
    assert "not a pair" in finding.text
    assert "uninstall -y torch torchvision" in finding.mend
    assert "from one index" in finding.mend


def test_a_pair_by_the_records_only(fake):
    fake(records={"torch": ("2.6.0", ""), "torchvision": ("0.20.0", "torch==2.5.0")})
    finding = next(software.check_torch(60))
    assert (finding.state, "asks for torch==2.5.0" in finding.text) == ("mend", True)


def test_a_pair_that_fits(fake):
    fake(records=PAIR)
    torch, device = software.check_torch(60)
    assert (torch.state, torch.text) == ("ok", "2.6.0+cpu, with torchvision 0.21.0+cpu")
    assert (device.state, device.text.startswith("cpu, 3 threads")) == ("ok", True)


@pytest.mark.parametrize(
    ("torch", "words"),
    [
        (
            "raise ImportError('libcudart.so.13: cannot open shared object file')",
            "import torch fails: ImportError: libcudart",
        ),
        ("import os; os.abort()", "ended Python"),
        ("import time; time.sleep(30)", "took more than 1 s"),
    ],
)
def test_a_torch_that_does_not_import(fake, torch, words):
    fake(torch=torch, records=PAIR)
    finding = only(software.check_torch(1 if "sleep" in torch else 60))
    assert finding.state == "mend"
    assert words in finding.text
    assert finding.mend


def test_another_error_of_torchvision(fake):
    fake(torchvision="raise ImportError('no PIL')", records=PAIR)
    finding = next(software.check_torch(60))
    assert finding.state == "mend"
    assert "no PIL" in finding.text
    assert "not a pair" not in finding.text


def test_a_gpu_is_named_with_its_memory(fake):
    fake(torch=WORKING_TORCH.format(cuda="12.4", available=True), records=PAIR)
    assert list(software.check_torch(60))[1].text == "cuda: Test GPU (8 GiB)"


@pytest.mark.parametrize(("cuda", "words"), [(None, "CPU-only build"), ("13.2", "built for CUDA 13.2")])
def test_a_gpu_that_torch_does_not_use(fake, tmp_path, monkeypatch, cuda, words):
    fake(torch=WORKING_TORCH.format(cuda=cuda, available=False), records=PAIR)
    program(tmp_path, "nvidia-smi", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = list(software.check_torch(60))[1]
    assert (finding.state, words in finding.text) == ("note", True)


def test_packages_missing_old_and_untested(fake, tmp_path, monkeypatch):
    fake(records={"numpy": ("1.26.0", ""), "matplotlib": ("3.99.0", "")})
    version = software._version
    monkeypatch.setattr(software, "_version", lambda name: None if name == "anywidget" else version(name))
    findings = {f.text.split(":")[0]: f for f in software.check_packages(ROOT)}
    assert findings["missing"].text == "missing: anywidget"
    assert findings["missing"].state == "mend"
    assert findings["too old"].text == "too old: numpy 1.26.0 (at least 2.0)"
    assert "-c constraints.txt -e ." in findings["too old"].mend


def test_a_newer_package_than_tested_is_only_a_note(fake):
    fake(records={"matplotlib": ("3.99.0", "")})
    finding = only(software.check_packages(ROOT))
    tested = exact_versions(ROOT)["matplotlib"]
    assert (finding.state, finding.text) == (
        "note",
        f"not the tested version (in brackets): matplotlib 3.99.0 ({tested})",
    )


def test_an_old_python(monkeypatch):
    monkeypatch.setattr(sys, "version_info", namedtuple("V", "major minor micro")(3, 10, 0))
    finding = only(software.check_python())
    assert finding.state == "mend"
    assert "PYTHON=python3.11" in finding.mend


def test_little_memory(monkeypatch):
    monkeypatch.setattr(machine, "container_limit", lambda: GIB)
    finding = only(machine.check_memory())
    assert finding.state == "mend"
    assert "1.0 GiB (limit of the container)" in finding.text


@pytest.mark.parametrize(
    ("name", "text", "limit"),
    [
        ("memory.max", "2147483648\n", 2 * GIB),
        ("memory.max", "max\n", None),
        ("memory/memory.limit_in_bytes", "9223372036854771712\n", None),
        ("memory/memory.limit_in_bytes", "1073741824\n", GIB),
    ],
)
def test_the_limit_of_a_container(tmp_path, name, text, limit):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    assert machine.container_limit(tmp_path) == limit


@pytest.mark.parametrize(("free", "state"), [(GIB // 2, "mend"), (5 * GIB, "note"), (50 * GIB, "ok")])
def test_disk(monkeypatch, free, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: namedtuple("U", "free")(free))
    assert only(machine.check_disk(ROOT)).state == state


def test_data_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    assert only(machine.check_data()).state == "note"
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "nowhere"))
    finding = only(machine.check_data())
    assert (finding.state, "does not exist" in finding.text, "mkdir -p" in finding.mend) == (
        "mend",
        True,
        True,
    )
    (tmp_path / "file").touch()
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "file"))
    assert "is a file" in only(machine.check_data()).text
    (tmp_path / "MNIST/raw").mkdir(parents=True)
    (tmp_path / "vessels").mkdir()
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    finding = only(machine.check_data())
    assert (finding.state, finding.text) == ("ok", "COURSE_DATA holds MNIST; also vessels")


def test_widgets(fake, tmp_path, monkeypatch):
    monkeypatch.setattr(software, "labextension_folders", lambda: [tmp_path])
    finding = only(software.check_widgets())
    assert finding.state == "mend"
    assert "@jupyter-widgets/jupyterlab-manager, anywidget (no labextension)" in finding.text
    for name in software.FRONT_END:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "package.json").write_text("{}")
    assert only(software.check_widgets()).state == "ok"
    fake(records={"jupyterlab_widgets": ("1.1.0", "")})
    finding = only(software.check_widgets())
    assert (finding.state, "asks for jupyterlab_widgets" in finding.text) == ("mend", True)
    monkeypatch.setattr(software, "_version", lambda name: None)
    assert "anywidget missing" in only(software.check_widgets()).text


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_sandbox_and_browser_are_never_more_than_a_note(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert only(machine.check_sandbox()).state == "note"
    assert only(machine.check_browser()).state == "note"
    program(tmp_path, "bwrap", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1")
    program(tmp_path, "chromium", "exit 0")
    finding = only(machine.check_sandbox())
    assert (finding.state, "No permissions" in finding.text) == ("note", True)
    assert only(machine.check_browser()).state == "ok"


def test_a_check_that_breaks_does_not_end_the_report(monkeypatch):
    monkeypatch.setattr(machine, "check_disk", lambda root: 1 / 0)
    monkeypatch.setattr(software, "check_torch", lambda timeout: iter(()))
    report = doctor.report()
    assert (
        Finding("disk", "note", "could not be looked at: ZeroDivisionError: division by zero")
        in report.findings
    )


def test_the_report_in_every_form():
    report = Report((Finding("a", "ok", "fine"), Finding("b", "mend", "<broken>", "do that")))
    assert not report.ok
    assert "→ do that" in str(report)
    assert "1 thing to mend" in str(report)
    assert "&lt;broken&gt;" in report._repr_html_()
    assert json.loads(report.to_json()) == {
        "ok": False,
        "findings": [
            {"name": "a", "state": "ok", "text": "fine", "mend": ""},
            {"name": "b", "state": "mend", "text": "<broken>", "mend": "do that"},
        ],
    }


@pytest.mark.parametrize(("broken", "code"), [(False, 0), (True, 1)])
def test_the_exit_code(fake, monkeypatch, capsys, broken, code):
    fake(
        torchvision="raise RuntimeError('operator torchvision::nms does not exist')"
        if broken
        else WORKING_TORCHVISION,
        records=PAIR,
    )
    assert main(["doctor", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["ok"] is not broken


def test_requirements(tmp_path):
    bounds = lower_bounds(ROOT)
    assert bounds["torch"] == "2.6"
    assert lower_bounds(tmp_path).keys() == bounds.keys(), "the installed record says the same"
    assert exact_versions(ROOT)["torch"].count(".") == 2
    assert exact_versions(tmp_path) == {}
    assert not is_older("2.15.0+cpu", "2.15")
    assert is_older("0.9.4", "0.9.13")
    assert unmet("torchvision", "no-such-package", "1") is None
    assert unmet("no-such-package", "torch", "1") is None
