"""An explorer as one self-contained HTML page: no kernel, no network, no second file."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import Any

from course.widgets.bundle import bundle
from course.widgets.explorer import Explorer, _plain

__all__ = ["page"]

SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ margin: 0 auto; padding: 12px; max-width: 1150px; font-family: system-ui, sans-serif; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #0d1014; }} }}
h1 {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
{styles}</style>
</head>
<body>
<main id="explorer"><h1>{title}</h1></main>
<noscript>{picture}<pre>{words}</pre></noscript>
<script type="module">
const [view, {{ localModel }}] = await Promise.all([{view}, {page}].map((text) =>
  import(`data:text/javascript;base64,${{text}}`)));
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const data = Object.fromEntries(Object.entries({data}).map(([name, [kind, value]]) => [name, kind === "bytes" ? bytes(value) : value]));
const model = localModel({state}, data, {usual});
view.default.render({{ model, el: document.getElementById("explorer") }});
window.explorer = model;
</script>
</body>
</html>
"""


def _encoded(module: str) -> str:
    """Return a module's text as a JSON string of base64, which no character of it can break out of."""
    return json.dumps(base64.b64encode(module.encode()).decode())


def _json(value: Any) -> str:
    """Return JSON that can stand inside a script."""
    return json.dumps(value).replace("<", "\\u003c")


def _packed(value: Any) -> tuple[str, Any]:
    """Return a trait's value as JSON can hold it, and which kind it is."""
    if isinstance(value, (bytes, memoryview)):
        return "bytes", base64.b64encode(bytes(value)).decode()
    return "json", _plain(value)


def page(explorer: Explorer) -> str:
    """Return an HTML page with the explorer in its present state, live without a kernel.

    >>> from course.widgets import ConvolutionExplorer
    >>> text = page(ConvolutionExplorer(stride=2))
    >>> "src=" in text, "href=" in text, text.count("<script")
    (False, False, 1)

    What is moved is kept in the page's address (``#state=...``), so that a link shows the same. The page's script keeps the
    model as ``window.explorer``; ``explorer.state()`` is what :meth:`Explorer.from_state` takes.
    """
    return SHELL.format(
        title=escape(type(explorer).__name__),
        styles=explorer._css,
        picture=explorer.svg(),
        words=escape(explorer.description()),
        view=_encoded(explorer._esm),
        page=_encoded(bundle("page.js")),
        state=_json(explorer.state),
        data=_json({name: _packed(value) for name, value in explorer.data.items()}),
        usual=_json({name: _plain(value) for name, value in explorer.DEFAULTS.items()}),
    )
