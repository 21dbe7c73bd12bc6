"""Switch off named callables where an exercise asks for what a library already does."""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

__all__ = ["Refused", "allowed", "refuse", "unmet"]

_reasons: dict[str, str] = {}
_met: set[str] = set()
#: The refusing functions by identity; kept alive, since the identity of one that is gone may be given to another.
_refused: dict[int, Callable[..., Any]] = {}
_lifted = 0


class Refused(RuntimeError):
    """A call that the exercise asks you to write yourself."""


def refuse(*targets: str, reason: str) -> None:
    """Make calls to the targets raise :class:`Refused`, now and after later imports.

    A target is ``"module:name"``, ``"module:Class.method"`` or ``"module:*"`` (all public functions and
    classes of a module and its submodules). Functions are replaced wherever a module holds them; of classes
    the construction is refused. Importing stays possible, nothing is imported for the sake of refusing, and
    a second call adds to the first.

    The limit: whoever shares the process can undo this. It stops shortcuts, not sabotage; grading in
    separate processes is what stops that.

    Args:
        targets: what to refuse.
        reason: the end of the sentence "``name`` is switched off here: …".

    >>> import colorsys
    >>> refuse("colorsys:yiq_to_rgb", reason="write the conversion yourself")
    >>> colorsys.yiq_to_rgb(1, 0, 0)
    Traceback (most recent call last):
    ...
    course.grading.refusal.Refused: colorsys.yiq_to_rgb is switched off here: write the conversion yourself
    >>> with allowed():  # for instructors' cells
    ...     colorsys.yiq_to_rgb(1, 0, 0)
    (1.0, 1.0, 1.0)

    Raises:
        ValueError: a target without a module or a name.
    """
    for target in targets:
        module, _, name = target.partition(":")
        if not module or not name:
            raise ValueError(
                f"target {target!r} names no callable: write 'module:name', e.g. 'torch.nn:Conv2d'"
            )
    if not any(isinstance(finder, _Watcher) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Watcher())
    _reasons.update(dict.fromkeys(targets, reason))
    for module in list(sys.modules):
        _apply(module)


@contextmanager
def allowed() -> Iterator[None]:
    """Lift all refusals inside the block: for instructors' cells that need what students may not use."""
    global _lifted
    _lifted += 1
    try:
        yield
    finally:
        _lifted -= 1


def unmet() -> list[str]:
    """Return the targets that named nothing so far: misspelt, or in modules that nobody has imported.

    >>> refuse("colorsys:no_such_name", reason="it is not there")
    >>> "colorsys:no_such_name" in unmet()
    True
    """
    return [target for target in _reasons if target not in _met]


def _covers(target: str, module: str) -> bool:
    """Say whether a target concerns a module: its own, or a submodule's where the target is ``*``."""
    owner, _, name = target.partition(":")
    return module == owner or (name == "*" and module.startswith(owner + "."))


def _apply(module_name: str) -> None:
    """Refuse what the targets name in one imported module."""
    module = sys.modules.get(module_name)
    for target in [target for target in _reasons if module is not None and _covers(target, module_name)]:
        name = target.partition(":")[2]
        names = name.split(".")
        if name == "*":
            owned = [
                key for key, value in vars(module).items() if _belongs(key, value, target.partition(":")[0])
            ]
            for key in owned:
                if _replace(module, key, _reasons[target]):
                    _met.add(target)
            continue
        holder: Any = module
        for step in names[:-1]:
            holder = getattr(holder, step, None)
        if hasattr(holder, names[-1]) and _replace(holder, names[-1], _reasons[target]):
            _met.add(target)


def _belongs(key: str, value: object, package: str) -> bool:
    """Say whether ``*`` means this value: a public function or class of the package, exceptions apart."""
    if key.startswith("_") or not isinstance(value, FunctionType | type):
        return False
    if isinstance(value, type) and issubclass(value, BaseException):
        return False
    return value.__module__ == package or value.__module__.startswith(package + ".")


def _replace(holder: Any, key: str, reason: str) -> bool:
    """Put a refusing function in place of a callable, or of a class's construction; say whether that is possible."""
    original = getattr(holder, key)
    label = (
        f"{getattr(holder, '__module__', None) or ''}.{holder.__qualname__}"
        if isinstance(holder, type)
        else holder.__name__
    )
    if isinstance(original, type):
        if id(original.__init__) not in _refused:  # type: ignore[misc]
            try:
                original.__init__ = _refusing(original.__init__, f"{label}.{key}", reason)  # type: ignore[misc]
            except TypeError:  # a class of an extension module, which nobody can change
                return False
    elif id(original) not in _refused:
        refusing = _refusing(original, f"{label}.{key}", reason)
        setattr(holder, key, refusing)
        if isinstance(holder, ModuleType):
            _replace_everywhere(original, refusing)
    return True


def _replace_everywhere(original: object, replacement: object) -> None:
    """Replace a function in every module that imported it by name."""
    for module in list(sys.modules.values()):
        names = vars(module) if isinstance(module, ModuleType) else {}
        for key in [key for key, value in list(names.items()) if value is original]:
            names[key] = replacement


def _refusing(original: Callable[..., Any], label: str, reason: str) -> Callable[..., Any]:
    """Return a function that raises, or calls through inside :func:`allowed`."""

    def refusing(*args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1).f_globals.get("__spec__")
        if _lifted or getattr(caller, "_initializing", False):  # a library may call it while it is imported
            return original(*args, **kwargs)
        raise Refused(f"{label} is switched off here: {reason}")

    functools.update_wrapper(refusing, original)
    del refusing.__wrapped__  # type: ignore[attr-defined]
    _refused[id(refusing)] = refusing
    return refusing


class _Watcher(importlib.abc.MetaPathFinder):
    """Finds nothing itself; refuses a module's callables as soon as another finder has loaded it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not any(_covers(wanted, name) for wanted in _reasons):
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                _after_loading(spec)
                return spec
        return None


def _after_loading(spec: importlib.machinery.ModuleSpec) -> None:
    """Make the spec's loader apply the refusals once the module has run."""
    loader: Any = spec.loader
    run = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        run(module)
        _apply(module.__name__)

    loader.exec_module = exec_module
