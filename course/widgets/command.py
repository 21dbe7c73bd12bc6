"""``course widgets list`` and ``course widgets export``."""

from __future__ import annotations

import argparse
import ast
import json
from pathlib import Path
from typing import Any

from course.arithmetic.errors import LayerError, SettingError
from course.widgets.catalogue import EXPLORERS, explorer_class
from course.widgets.page import page

__all__ = ["widgets"]


def widgets(parser: argparse.ArgumentParser, arguments: list[str]) -> int:
    """List the explorers, or write one as a page of its own; return the exit code.

    Raises:
        LayerError: an explorer that does not exist, or a state that it refuses.
    """
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="print the explorers and what each shows")
    exported = actions.add_parser("export", help="write an explorer as one HTML page that needs no kernel")
    exported.add_argument("name", metavar="NAME", help="such as convolution; course widgets list names them")
    exported.add_argument(
        "settings",
        nargs="*",
        metavar="SETTING=VALUE",
        help="part of the state, such as stride=2 kernel=gaussian",
    )
    exported.add_argument("-o", "--output", type=Path, metavar="FILE", help="the page (NAME.html)")
    exported.add_argument(
        "--state", metavar="JSON", help="a state, as the page's button 'Copy state' gives it"
    )
    chosen = parser.parse_args(arguments)
    if chosen.action == "list":
        for name in EXPLORERS:
            cls = explorer_class(name)
            print(f"{name:<16} {(cls.__doc__ or '').partition(chr(10))[0].removesuffix('.')}")
        return 0
    cls = explorer_class(chosen.name)
    state = {**read_state(chosen.state), **dict(map(read_setting, chosen.settings))}
    try:
        explorer = cls.from_state(state)
    except LayerError:
        raise
    except (TypeError, ValueError) as error:
        raise SettingError(str(error)) from None
    path = chosen.output or Path(f"{chosen.name}.html")
    path.write_text(page(explorer), encoding="utf-8")
    print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB): {explorer!r}")
    return 0


def read_state(text: str | None) -> dict[str, Any]:
    """Return a state from its JSON.

    >>> read_state('{"stride": [2, 1]}')
    {'stride': [2, 1]}
    """
    if text is None:
        return {}
    try:
        state = json.loads(text)
    except ValueError as error:
        raise SettingError(
            f"--state is no JSON ({error}): give what 'Copy state' copies, in single quotes"
        ) from None
    if not isinstance(state, dict):
        raise SettingError(f'--state must be an object, such as {{"stride": 2}}, got {text[:40]}')
    return state


def read_setting(text: str) -> tuple[str, Any]:
    """Return one setting; what is no Python literal is text.

    >>> read_setting("stride=2"), read_setting("kernel=gaussian")
    (('stride', 2), ('kernel', 'gaussian'))
    """
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise SettingError(f"{text!r} is no setting: write NAME=VALUE, such as stride=2")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value
