"""What is installed: Python, the packages, torch with torchvision, and both sides of the widgets."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from course.doctor.findings import GIB, Finding, first_line
from course.doctor.requirements import exact_versions, is_older, lower_bounds, unmet

__all__ = ["check_packages", "check_python", "check_torch", "check_widgets"]

OLDEST_PYTHON = (3, 11)


def check_python() -> Iterator[Finding]:
    """Yield whether Python is new enough."""
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield Finding("python", "ok", text)
    else:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        yield Finding(
            "python",
            "mend",
            f"{text}, older than {oldest}",
            f"install Python {oldest} or newer, remove .venv, and run: make setup PYTHON=python{oldest}",
        )


def check_packages(root: Path) -> Iterator[Finding]:
    """Yield which of the course's requirements are missing, too old, or not the version that was tested."""
    bounds, pins = lower_bounds(root), exact_versions(root)
    found = {name: _version(name) for name in bounds}
    missing = [name for name, version in found.items() if version is None]
    old = [
        f"{name} {version} (at least {bounds[name]})"
        for name, version in found.items()
        if version and is_older(version, bounds[name])
    ]
    other = [
        f"{name} {version} ({pins[name]})"
        for name, version in found.items()
        if version and name in pins and version.split("+")[0] != pins[name]
    ]
    constrained = "-c constraints.txt " if pins else ""
    mend = f"in the course's folder run: {_pip()} {constrained}-e ."
    if missing:
        yield Finding("packages", "mend", f"missing: {', '.join(missing)}", mend)
    if old:
        yield Finding("packages", "mend", f"too old: {', '.join(old)}", mend)
    if other and not old:
        yield Finding("packages", "note", f"not the tested version (in brackets): {', '.join(other)}")
    if not missing and not old and not other:
        tested = ", each the tested version" if pins else ""
        yield Finding("packages", "ok", f"{len(found)} required, {len(found)} found{tested}")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _pip() -> str:
    return "python -m pip install"


#: Runs in another process. The last line of its output is the finding; what a library prints goes before it.
#: Of torchvision only the compiled operators are loaded, where a mismatched pair fails: its other parts pull in torch's
#: compiler, which takes as long again as torch itself.
PROBE = """
import json, sys, types
said = {}
try:
    import torch
    said["torch"], said["cuda_build"] = torch.__version__, getattr(torch.version, "cuda", None)
    if torch.cuda.is_available():
        said["gpus"] = [[p.name, p.total_memory] for p in
                        map(torch.cuda.get_device_properties, range(torch.cuda.device_count()))]
    mps = getattr(torch.backends, "mps", None)
    said["mps"] = bool(mps and mps.is_available())
    said["threads"] = torch.get_num_threads()
except Exception as error:
    said["torch_error"] = f"{type(error).__name__}: {error}"
else:
    for part in ("datasets", "io", "models", "ops", "transforms", "utils"):
        sys.modules["torchvision." + part] = types.ModuleType("torchvision." + part)
    try:
        import torchvision
        said["torchvision"] = torchvision.__version__
        torch.ops.torchvision.nms
    except Exception as error:
        said["torchvision_error"] = f"{type(error).__name__}: {error}"
print("\\n" + json.dumps(said))
"""

REINSTALL = (
    "reinstall the two together, from one index: python -m pip uninstall -y torch torchvision, then "
    "python -m pip install -c constraints.txt torch torchvision (for a CPU-only build add the index that pytorch.org "
    "names for it, for both)"
)


def check_torch(timeout: float) -> Iterator[Finding]:
    """Yield whether torch and torchvision import, fit each other, and which device they see."""
    if _version("torch") is None:
        return  # said by check_packages
    try:
        run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        yield Finding(
            "torch",
            "mend",
            f"importing it took more than {timeout:g} s",
            "run: python -c 'import torch'; a first import on a slow disk may take minutes, a second should not",
        )
        return
    try:
        said = json.loads(run.stdout.rstrip().rsplit("\n", 1)[-1])
    except ValueError:
        last = (run.stderr.strip().splitlines() or ["no message"])[-1]
        yield Finding(
            "torch", "mend", f"importing it ended Python (exit code {run.returncode}): {last}", REINSTALL
        )
        return
    if "torch_error" in said:
        yield Finding("torch", "mend", f"import torch fails: {first_line(said['torch_error'])}", REINSTALL)
        return
    yield _pair(said)
    yield _device(said)


def _pair(said: dict[str, Any]) -> Finding:
    """Return whether torch and torchvision belong together."""
    if _version("torchvision") is None:
        return Finding("torch", "ok", str(said["torch"]))
    error = said.get("torchvision_error")
    wanted = unmet("torchvision", "torch", said["torch"])
    versions = f"torch {said['torch']}, torchvision {said.get('torchvision', _version('torchvision'))}"
    if error and "torchvision::nms" in error:
        why = "they are not a pair: often torch came from the CPU index and torchvision, built for CUDA, from another"
        return Finding(
            "torchvision",
            "mend",
            f"{versions}: import torchvision fails with {first_line(error)!r}; {why}",
            REINSTALL,
        )
    if error:
        return Finding(
            "torchvision", "mend", f"{versions}: import torchvision fails: {first_line(error)}", REINSTALL
        )
    if wanted:
        return Finding(
            "torchvision", "mend", f"{versions}: this torchvision asks for torch{wanted}", REINSTALL
        )
    return Finding("torch", "ok", f"{said['torch']}, with torchvision {said['torchvision']}")


def _device(said: dict[str, Any]) -> Finding:
    """Return which device torch will use."""
    gpus = said.get("gpus")
    if isinstance(gpus, list) and gpus:
        return Finding(
            "device", "ok", "cuda: " + ", ".join(f"{name} ({size / GIB:.0f} GiB)" for name, size in gpus)
        )
    if said.get("mps"):
        return Finding("device", "ok", "mps: Apple's GPU")
    text = f"cpu, {said.get('threads', '?')} threads: every lesson runs, at smoke scale"
    if shutil.which("nvidia-smi"):
        build = said.get("cuda_build")
        why = (
            "is a CPU-only build"
            if not build
            else f"is built for CUDA {build}, which the driver does not run"
        )
        return Finding(
            "device",
            "note",
            f"{text}; an NVIDIA driver is installed but this torch {why}",
            "run nvidia-smi, then choose the build for its CUDA version on pytorch.org",
        )
    return Finding("device", "ok", text)


#: Front-end parts of the widgets: folder below labextensions, the package that installs it.
FRONT_END = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "anywidget": "anywidget"}


def check_widgets() -> Iterator[Finding]:
    """Yield whether the widgets' Python side and browser side are both installed and fit each other."""
    versions = {name: _version(name) for name in ("anywidget", "ipywidgets", "jupyterlab_widgets")}
    text = ", ".join(f"{name} {version or 'missing'}" for name, version in versions.items())
    mend = (
        f"{_pip()} --force-reinstall --no-deps anywidget ipywidgets jupyterlab_widgets, then reload the page"
    )
    lost = [
        name
        for name in FRONT_END
        if not any((d / name / "package.json").is_file() for d in labextension_folders())
    ]
    wanted = unmet("ipywidgets", "jupyterlab_widgets", versions["jupyterlab_widgets"] or "0")
    if None in versions.values():
        yield Finding("widgets", "mend", text, mend)
    elif lost:
        yield Finding(
            "widgets", "mend", f"{text}; JupyterLab will not find {', '.join(lost)} (no labextension)", mend
        )
    elif wanted:
        yield Finding("widgets", "mend", f"{text}; this ipywidgets asks for jupyterlab_widgets{wanted}", mend)
    else:
        yield Finding("widgets", "ok", text)


def labextension_folders() -> list[Path]:
    """Return the folders where JupyterLab looks for its extensions."""
    try:
        from jupyter_core.paths import jupyter_path

        return [Path(folder) for folder in jupyter_path("labextensions")]
    except ImportError:
        return [Path(sysconfig.get_path("data")) / "share/jupyter/labextensions"]
