"""Checkpoints: everything that a run needs to go on as if it had never been stopped, and weights for others to load.

A folder of a run holds ``state.pt`` (the run, for resuming), ``last.safetensors`` and ``best.safetensors`` (weights) and
``history.json``. Each file is written beside its name and then renamed, so that a kill at any moment leaves a whole one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, load_model, save_model
from torch import Tensor, nn

from course.training.errors import TrainingError

__all__ = ["atomically", "load_state", "load_weights", "save_state", "save_weights"]

FORMAT = 1


def atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call ``write`` with a path beside ``path``, and give the file its name once it is whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(part)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.chmod(0o644)  # as any file is; safetensors keeps its own to their owner
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def save_weights(model: nn.Module, path: Path | str, about: Mapping[str, str] | None = None) -> None:
    """Write the weights and buffers of a model as safetensors; ``about`` goes into the file's header."""
    atomically(Path(path), lambda part: save_model(model, str(part), dict(about or {})))


def load_weights(model: nn.Module, path: Path | str) -> nn.Module:
    """Read weights into a model of the same architecture, and return it.

    Raises:
        TrainingError: no such file, a damaged one, or weights of another architecture: the first names that differ.
    """
    path = Path(path)
    if not path.is_file():
        raise TrainingError(
            f"there are no weights in {str(path)!r}: train first, or give the path of a .safetensors file"
        )
    try:
        load_model(model, path)
    except SafetensorError as error:
        raise TrainingError(
            f"{str(path)!r} is damaged or no safetensors file ({error}): copy or train it anew"
        ) from None
    except RuntimeError:
        raise TrainingError(
            f"{str(path)!r} holds weights of another model: {mismatch(model, path)}"
        ) from None
    return model


def mismatch(model: nn.Module, path: Path) -> str:
    """Say in which weights a file and a model differ."""
    held = {name: tuple(value.shape) for name, value in load_file(path).items()}
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    said = [
        f"{name} is {held.get(name, 'absent')} in the file and {wanted.get(name, 'absent')} in the model"
        for name in [*wanted, *(name for name in sorted(held) if name not in wanted)]
        if held.get(name) != wanted.get(name)
    ]
    return "; ".join(said[:3]) + (f"; and {len(said) - 3} more" if len(said) > 3 else "")


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write the state of a run: tensors, numbers, texts, and lists and dictionaries of them."""
    atomically(path, lambda part: torch.save({"format": FORMAT, **plain(state)}, part))


def plain(value: Any) -> Any:
    """Return a value with NumPy's numbers made Python's, which are read back without running code."""
    if isinstance(value, Mapping):
        return {plain(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(plain, value)) if type(value) in (list, tuple) else [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def load_state(path: Path) -> dict[str, Any] | None:
    """Return the state of a run, on the CPU; None where there is none.

    Raises:
        TrainingError: a damaged file, or one of another version of the course.
    """
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise TrainingError(
            f"{str(path)!r} cannot be read ({type(error).__name__}): move it away, or choose another folder, to start anew"
        ) from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise TrainingError(
            f"{str(path)!r} was written by another version of the course: choose another folder to start anew"
        )
    return state


def random_states(device: torch.device) -> dict[str, Tensor]:
    """Return the states of torch's generators."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def set_random_states(states: Mapping[str, Tensor], device: torch.device) -> None:
    """Put torch's generators back into states that :func:`random_states` returned."""
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and device.type == "cuda":
        torch.cuda.set_rng_state(states["cuda"], device)
    elif "mps" in states and device.type == "mps":
        torch.mps.set_rng_state(states["mps"])
