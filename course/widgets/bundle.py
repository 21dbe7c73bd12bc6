"""Make one ES module out of the small ones in ``js/``, as anywidget's ``_esm`` asks for.

The modules under ``js/`` are plain ES modules: Node, a browser and an editor read them as they are. anywidget hands
the front end a single string, with no place for a relative import to point to; a build step or a content-delivery
network would be the usual way out, and the course wants neither. So this module does the little that is needed:
it follows the relative imports, puts each imported module into a function of its own, and leaves the entry module
last. Only these forms are understood, each at the start of a line, and anything else is refused::

    import { a, b as c } from "./other.js";
    import values from "./values.json" with { type: "json" };
    export function f(...)    export class C    export const x = ...    export default ...

Whole-line comments and indentation are left out, so a template literal must not run over several lines.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

__all__ = ["BundleError", "bundle", "parts", "scoped", "styles"]

FOLDER = Path(__file__).parent / "js"

_NAMED = re.compile(r'^import \{(?P<names>[^}]*)\} from "\./(?P<file>[\w.-]+\.js)";\n', re.MULTILINE)
_JSON = re.compile(
    r'^import (?P<name>\w+) from "\./(?P<file>[\w.-]+\.json)" with \{ type: "json" \};\n', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const|let) (?P<name>\w+))", re.MULTILINE)
_LEFT = re.compile(r"^(?:import\b|export\b(?! default\b)).*|^.*\bimport\(.*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+|^\n", re.MULTILINE)


class BundleError(ValueError):
    """A module that cannot be put together: a missing file, a circle, or a form of import that is not understood."""


def _variable(file: str) -> str:
    """Return the name under which a module's exports are kept: ``axis.js`` becomes ``$axis_js``."""
    return "$" + re.sub(r"\W", "_", file)


def _body(file: str, folder: Path, done: dict[str, str], path: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return a module's text with its imports resolved, and the names it exports."""
    if file in path:
        raise BundleError(
            f"modules import each other in a circle: {' > '.join((*path, file))}: move what they share out"
        )
    source = folder / file
    if not source.is_file():
        raise BundleError(
            f"{file!r} is imported by {path[-1] if path else 'nobody'!r} but is not in {folder.name}/"
        )
    text = _COMMENT.sub("", source.read_text(encoding="utf-8"))

    def named(match: re.Match[str]) -> str:
        _add(match["file"], folder, done, (*path, file))
        names = re.sub(r"\s+as\s+", ": ", " ".join(match["names"].split()))
        return f"const {{ {names} }} = {_variable(match['file'])};\n"

    def values(match: re.Match[str]) -> str:
        _add(match["file"], folder, done, (*path, file))
        return f"const {match['name']} = {_variable(match['file'])};\n"

    text = _JSON.sub(values, _NAMED.sub(named, text))
    exports = [match["name"] for match in _EXPORT.finditer(text)]
    text = _EXPORT.sub("", text)
    if left := _LEFT.search(text):
        raise BundleError(
            f"{file}: {left[0].strip()!r} is a form this bundler does not read: see course.widgets.bundle"
        )
    return text, exports


def _add(file: str, folder: Path, done: dict[str, str], path: tuple[str, ...]) -> None:
    """Put one imported module, and what it imports, into ``done``, in the order of need."""
    if file in done:
        return
    if file.endswith(".json"):
        content = json.loads((folder / file).read_text(encoding="utf-8"))
        compact = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        done[file] = f"const {_variable(file)} = {compact};\n"
        return
    text, exports = _body(file, folder, done, path)
    if re.search(r"^export default ", text, re.MULTILINE):
        raise BundleError(
            f"{file}: only the entry module may export a default, and {path[-1]} imports this one"
        )
    done[file] = f"const {_variable(file)} = (() => {{\n{text}return {{ {', '.join(exports)} }};\n}})();\n"


@cache
def bundle(entry: str, folder: Path = FOLDER) -> str:
    """Return the entry module and everything it imports as the text of one ES module.

    >>> text = bundle("correlate.js")
    >>> "import" in text, text.count("const $axis_js = (() => {")
    (False, 1)
    >>> text.rstrip().splitlines()[-1][:9]
    'export { '

    Args:
        entry: a file name in ``folder``.
        folder: where the modules lie; all in one folder.

    Raises:
        BundleError: a missing file, a circle, or a form of import or export that is not understood.
    """
    return "".join(parts(entry, folder).values())


@cache
def parts(entry: str, folder: Path = FOLDER) -> dict[str, str]:
    """Return what each file puts into :func:`bundle`, in its order, the entry last.

    >>> list(parts("correlate.js"))
    ['axis.js', 'correlate.js']
    """
    done: dict[str, str] = {}
    text, exports = _body(entry, folder, done, ())
    tail = f"export {{ {', '.join(exports)} }};\n" if exports else ""
    return {file: _INDENT.sub("", part) for file, part in {**done, entry: text + tail}.items()}


@cache
def styles(*files: str, within: str, folder: Path = FOLDER) -> str:
    """Return the named style sheets as one text, in the order given, for the parts of one widget alone.

    Every widget brings its sheets to the page, under class names that widgets share; each selector is therefore held to
    what lies in the root of the class ``cx-`` and the widget's name (:func:`scoped`).

    >>> "--cx-positive" in styles("theme.css", within="NeuronExplorer")
    True
    """
    text = "".join((folder / file).read_text(encoding="utf-8") for file in files)
    return scoped(re.sub(r"/\*.*?\*/\n?", "", text, flags=re.DOTALL), f".cx-{within}")


def scoped(sheet: str, scope: str) -> str:
    """Return a style sheet whose every selector gains one class: that of the root it is held to.

    >>> scoped(".cx, .dark .cx { color: red; }\\n@media print { .cx-line:is(a, b) { width: 1px; } }", ".x")
    '.cx.x, .dark .cx.x { color: red; }\\n@media print { .x .cx-line:is(a, b) { width: 1px; } }'
    """

    def one(match: re.Match[str]) -> str:
        selectors = re.split(r",(?![^(]*\))", match[2])
        return match[1] + ", ".join(_held(selector.strip(), scope) for selector in selectors) + " {"

    return re.sub(r"(^\s*|[{};]\s*)([^@{};]+?)\s*\{", one, sheet)


def _held(selector: str, scope: str) -> str:
    """Return a selector held to a scope, whether it names the root or something in it."""
    held = re.sub(r"\.cx(?![\w-])", f".cx{scope}", selector, count=1)
    return held if held != selector else f"{scope} {selector}"
