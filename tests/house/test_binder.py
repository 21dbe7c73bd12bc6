"""Binder: repo2docker reads binder/ as meant, pip takes the CPU build, postBuild does its work, and it all fits 2 GB.

The image itself is not built here: that needs a container engine and a network.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import psutil
import pytest

from course.doctor.machine import NEEDED_MEMORY
from course.release import student_edition

from .conftest import ROOT

BINDER_MEMORY = 2 * 2**30


@pytest.fixture(scope="module", params=["repository", "student edition"])
def served(request, tmp_path_factory) -> Path:
    """Return a folder that Binder may be given: the repository, or the student edition."""
    if request.param == "repository":
        return ROOT
    out = tmp_path_factory.mktemp("binder") / "student"
    student_edition(out, ROOT)
    return out


def test_repo2docker_reads_it_as_meant(served):
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(served)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert "Building conda environment for python=3.11" in told, "binder/runtime.txt"
    dockerfile = told[told.index("FROM ") :]
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in dockerfile
    assert "RUN ./binder/postBuild" in dockerfile
    copied, installed = (
        dockerfile.index("COPY --chown=0:0 src/ "),
        dockerfile.index("pip install --no-cache-dir"),
    )
    assert copied < installed, "the library and constraints.txt are there before pip needs them"


def test_requirements_name_files_that_exist(served):
    lines = [
        line
        for line in (served / "binder/requirements.txt").read_text().splitlines()
        if not line.startswith("#")
    ]
    options = dict(line.split(" ", 1) for line in lines)
    assert (served / "binder" / options["-c"]).is_file()
    assert (served / options["-e"] / "pyproject.toml").is_file()
    assert options["--extra-index-url"].endswith("/whl/cpu")
    assert os.access(served / "binder/postBuild", os.X_OK)


def wheel(folder: Path, name: str, version: str, requires: str = "") -> None:
    """Write a wheel with nothing in it."""
    info = f"{name}-{version}.dist-info"
    needed = f"Requires-Dist: {requires}\n" if requires else ""
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


def test_pip_takes_the_cpu_build_and_no_nvidia_package(tmp_path):
    """With both builds on offer and our pins: the rule that binder/requirements.txt rests on, tried with pip itself."""
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    wheel(tmp_path, "torch", pins["torch"], "nvidia-cublas")
    wheel(tmp_path, "torch", f"{pins['torch']}+cpu")
    wheel(tmp_path, "torchvision", pins["torchvision"])
    wheel(tmp_path, "torchvision", f"{pins['torchvision']}+cpu")
    wheel(tmp_path, "nvidia_cublas", pins["nvidia-cublas"])
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--quiet",
        "--ignore-installed",
        "--no-index",
    ]
    command += [
        "--find-links",
        str(tmp_path),
        "-c",
        str(ROOT / "constraints.txt"),
        "--report",
        "-",
        "torch",
        "torchvision",
    ]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=clean)
    chosen = {
        item["metadata"]["name"]: item["metadata"]["version"] for item in json.loads(done.stdout)["install"]
    }
    assert chosen == {"torch": f"{pins['torch']}+cpu", "torchvision": f"{pins['torchvision']}+cpu"}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, str]:
    """Run postBuild as repo2docker does, with a home and a settings folder of its own; return the folder, the output."""
    home = tmp_path_factory.mktemp("home")
    settings = home / "settings"
    settings.mkdir()
    (settings / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_origin": "kept"}}')
    environment = {
        **os.environ, "HOME": str(home), "COURSE_JUPYTER_CONFIG": str(settings),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }  # fmt: skip
    done = subprocess.run(
        ["./binder/postBuild"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return settings, done.stdout


def test_post_build_tries_what_a_lecture_needs(built):
    for name in ("torch", "torchvision", "anywidget", "ipywidgets", "course"):
        assert re.search(rf"\b{name} \d", built[1])
    assert "Nothing found to mend" in built[1]


def test_post_build_fails_on_a_broken_image(tmp_path):
    (tmp_path / "torchvision.py").write_text("raise RuntimeError('operator torchvision::nms does not exist')")
    environment = {
        **os.environ, "PYTHONPATH": str(tmp_path), "COURSE_JUPYTER_CONFIG": str(tmp_path / "settings"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }  # fmt: skip
    done = subprocess.run(
        ["./binder/postBuild"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180
    )
    assert done.returncode != 0
    assert "operator torchvision::nms does not exist" in done.stderr


def test_it_fits_binders_memory(built):
    kernel = float(re.search(r"takes ([\d.]+) GiB", built[1])[1]) * 2**30
    server = 0.15 * 2**30  # measured in test_jupyter_starts_on_the_start_page
    assert server + 2 * kernel < BINDER_MEMORY, "two open lectures"
    assert server + kernel < NEEDED_MEMORY


@pytest.mark.parametrize("application", ["notebook", "lab"])
def test_jupyter_starts_on_the_start_page(built, application, tmp_path):
    log = tmp_path / "log"
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_PATH": str(built[0]),
        "HOME": str(tmp_path),
        "PYTHONUNBUFFERED": "1",
    }
    command = [
        sys.executable,
        "-m",
        "jupyter",
        application,
        "--no-browser",
        "--allow-root",
        "--port=0",
        "--ServerApp.ip=127.0.0.1",
    ]
    with log.open("w") as stream:
        server = subprocess.Popen(
            [*command, "--IdentityProvider.token="], cwd=ROOT, env=environment, stdout=stream, stderr=stream
        )
    try:
        address = address_in(log, server)
        assert (
            urllib.request.urlopen(address + "/").geturl()
            == address + "/lab/tree/lectures/00_start_here.ipynb"
        )
        for page in ("formgrader", "lsp/status"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{address}/{page}")
        assert psutil.Process(server.pid).memory_info().rss < 0.15 * 2**30
    finally:
        server.terminate()
        server.wait(20)


def address_in(log: Path, server: subprocess.Popen) -> str:
    """Return the address that a server writes to its log, as soon as it is to be reached there."""
    for _ in range(600):
        if found := re.search(r"http://(127\.0\.0\.1):(\d+)/", log.read_text()):
            with (
                contextlib.suppress(ConnectionRefusedError),
                socket.create_connection((found[1], int(found[2]))),
            ):
                return found[0].rstrip("/")
        assert server.poll() is None, log.read_text()
        try:
            server.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(log.read_text())
