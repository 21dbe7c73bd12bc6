"""The little markup of prompts and feedback, as HTML: paragraphs, ``code`` in backticks, indented lines of code."""

from __future__ import annotations

import re
from html import escape

__all__ = ["folded", "html", "inline", "paragraphs"]

CODE = re.compile(r"`([^`]+)`")
INDENT = "    "


def paragraphs(text: str) -> list[tuple[bool, str]]:
    """Return the paragraphs of a text, each with whether it is code; an empty line ends one, except inside code.

    >>> paragraphs("One\\nline.\\n\\n    x = 1\\n\\n    y = 2\\n\\nWhy?")
    [(False, 'One line.'), (True, 'x = 1\\n\\ny = 2'), (False, 'Why?')]
    """
    found: list[tuple[bool, str]] = []
    for block in re.split(r"\n(?:[ \t]*\n)+", text.strip("\n")):
        lines = block.splitlines()
        code = all(line.startswith(INDENT) for line in lines)
        if code:
            words = "\n".join(line[len(INDENT) :] for line in lines)
        else:
            words = " ".join(line.strip() for line in lines if line.strip())
        if code and found and found[-1][0]:
            found[-1] = (True, f"{found[-1][1]}\n\n{words}")
        elif words:
            found.append((code, words))
    return found


def folded(text: str) -> str:
    """Return a text with each paragraph on one line, however it was wrapped; code stays as it is.

    >>> folded("\\nWhat is\\n  this?\\n\\n    x = 1\\n")
    'What is this?\\n\\n    x = 1'
    """
    return "\n\n".join(
        "\n".join(INDENT + line if line else "" for line in words.splitlines()) if code else words
        for code, words in paragraphs(text)
    )


def inline(text: str) -> str:
    """Return one paragraph as HTML without the paragraph's own tags.

    >>> inline("Is `a < b` & true?")
    'Is <code>a &lt; b</code> &amp; true?'
    """
    return CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def html(text: str) -> str:
    """Return a text as HTML; nothing in it can be anything but text, paragraphs and code.

    >>> print(html("What is `x`?\\n\\n    x = 1 < 2"))
    <p>What is <code>x</code>?</p>
    <pre><code>x = 1 &lt; 2</code></pre>
    """
    return "\n".join(
        f"<pre><code>{escape(words, quote=False)}</code></pre>" if code else f"<p>{inline(words)}</p>"
        for code, words in paragraphs(text)
    )
