"""An explorer as one self-contained HTML page: no kernel, no network, no second file."""

from __future__ import annotations

import base64
import json
from html import escape

from course.widgets.bundle import bundle
from course.widgets.explorer import Explorer

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
{styles}</style>
</head>
<body>
<main id="explorer"></main>
<noscript><pre>{words}</pre></noscript>
<script type="module">
const [view, {{ localModel }}] = await Promise.all([{view}, {page}].map((text) =>
  import(`data:text/javascript;base64,${{text}}`)));
const model = localModel({state});
view.default.render({{ model, el: document.getElementById("explorer") }});
window.explorer = model;
</script>
</body>
</html>
"""


def _encoded(module: str) -> str:
    """Return a module's text as a JSON string of base64, which no character of it can break out of."""
    return json.dumps(base64.b64encode(module.encode()).decode())


def page(explorer: Explorer) -> str:
    """Return an HTML page with the explorer in its present state, live without a kernel.

    >>> from course.widgets import ConvolutionExplorer
    >>> text = page(ConvolutionExplorer(stride=2))
    >>> "http://" in text.replace("http://www.w3.org", ""), text.count("<script")
    (False, 1)

    The page's script keeps the model as ``window.explorer``; ``explorer.state()`` is what
    :meth:`Explorer.from_state` takes.
    """
    return SHELL.format(
        title=escape(type(explorer).__name__),
        styles=explorer._css,
        words=escape(explorer.description()),
        view=_encoded(explorer._esm),
        page=_encoded(bundle("page.js")),
        state=json.dumps(explorer.state).replace("<", "\\u003c"),
    )
