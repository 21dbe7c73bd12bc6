"""One printed page for each lecture, made from its notebook: ``python -m course.summaries [NOTEBOOK ...]``.

Nothing is written for the page alone. It takes the bullets of the notebook's section *Summary*, the first paragraph of
every trap, and what cells with the cell tag ``summary`` hold: the display formulas of a text cell, the picture or the printed
numbers of a code cell. So the page can say nothing that the executed lecture does not.

Formulas become MathML, which browsers draw without a script or a network. The page shrinks its type until it fits.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import mistune
import nbformat
from latex2mathml.converter import convert

from course.lectures import write

__all__ = ["Summary", "SummaryError", "main", "page", "summary"]

ROOT = Path(__file__).resolve().parent.parent
TAG = "summary"
FORMULA = re.compile(r"\$\$(?P<shown>.+?)\$\$|(?<![\\$])\$(?P<inline>[^$\n]+?)(?<!\\)\$", re.DOTALL)
CODE = re.compile(r"`[^`]*`")
IMAGE = re.compile(r"<img\b[^>]*>")

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="only light">
<title>{title}: summary</title>
<style>
{styles}</style>
</head>
<body>
<button class="print" onclick="window.print()">Print</button>
<main>
<header><h1>{title}</h1><p>One page to print. Every line, picture and number is taken from the executed lecture <code>{name}</code>.</p></header>
<div class="columns">
{body}
</div>
</main>
<script>
{script}</script>
</body>
</html>
"""


class SummaryError(ValueError):
    """A notebook of which no summary can be made: the message says what is missing and where to put it."""


@dataclass(frozen=True)
class Summary:
    """What a lecture's page holds.

    Attributes:
        title: of the lecture, with its number.
        name: of the notebook's file.
        points: bullets of the section Summary, as Markdown.
        formulas: (section, LaTeX of the display formulas in one cell).
        pictures: (section, ``<img>`` element with its alt text).
        numbers: (section, printed text).
        traps: first paragraph of each trap, as Markdown.
    """

    title: str
    name: str
    points: tuple[str, ...]
    formulas: tuple[tuple[str, tuple[str, ...]], ...]
    pictures: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, str], ...]
    traps: tuple[str, ...]


def summary(notebook: Any, name: str) -> Summary:
    """Read a lecture's summary from its notebook.

    Args:
        notebook: as nbformat reads it, executed.
        name: of its file.

    Raises:
        SummaryError: no title, no section Summary with bullets, a tagged cell that holds nothing to take.
    """
    title, section = "", ""
    points: list[str] = []
    formulas, pictures, numbers, traps = [], [], [], []
    for cell in notebook.cells:
        tagged = TAG in cell.metadata.get("tags", ())
        if cell.cell_type == "markdown":
            for line in CODE.sub("", cell.source).split("\n"):
                level, _, heading = line.partition(" ")
                if level == "#" and not title:
                    title = heading.strip()
                elif level in ("##", "###"):
                    section = re.sub(r"^\d+\s+", "", heading.strip())
            if re.search(r"^## Summary\s*$", cell.source, re.MULTILINE):
                points += re.findall(r"^- (.+(?:\n(?:  ).+)*)", cell.source, re.MULTILINE)
            traps += _traps(cell.source)
            if tagged:
                shown = tuple(m["shown"].strip() for m in FORMULA.finditer(cell.source) if m["shown"])
                if not shown:
                    raise SummaryError(f"{name}, {section!r}: the cell tagged {TAG!r} has no $$formula$$")
                formulas.append((section, shown))
        elif tagged:
            found, text = _outputs(cell)
            pictures += [(section, image) for image in found]
            numbers += [(section, text)] if text and not found else []
            if not found and not text:
                raise SummaryError(
                    f"{name}, {section!r}: the code cell tagged {TAG!r} printed and drew nothing"
                )
    if not title or not points:
        missing = "a section '## Summary' with bullets" if title else "a title, '# 05 · …'"
        raise SummaryError(f"{name} has no {missing}: a summary is made from it")
    return Summary(title, name, tuple(points), tuple(formulas), tuple(pictures), tuple(numbers), tuple(traps))


def _traps(source: str) -> list[str]:
    """Return the first paragraph of each quoted block that begins with **Trap.**

    >>> _traps("Text.\\n\\n> **Trap.** One\\n> two.\\n>\\n> More.\\n\\nText.")
    ['One two.']
    """
    blocks = re.findall(r"^> \*\*Trap\.\*\*(.*(?:\n> ?\S.*)*)", source, re.MULTILINE)
    return [" ".join(block.replace("\n>", " ").split()) for block in blocks]


def _outputs(cell: Any) -> tuple[list[str], str]:
    """Return the pictures and the printed text of a code cell."""
    pictures, text = [], ""
    for output in cell.get("outputs", ()):
        pictures += IMAGE.findall(output.get("data", {}).get("text/html", ""))
        text += output.get("text", "")
    return pictures, text.rstrip()


def page(made: Summary) -> str:
    """Write a summary as an HTML page that needs no network, no font and no second file.

    >>> text = page(Summary("01 · One", "01_one.ipynb", ("a **neuron** is $w x + b$;",), (), (), (), ()))
    >>> "<strong>neuron</strong>" in text, "<math" in text
    (True, True)
    """
    parts = [_block("In short", f"<ul>{''.join(f'<li>{_html(point)}</li>' for point in made.points)}</ul>")]
    if made.formulas:
        listed = "".join(
            f"<dt>{_html(section)}</dt>" + "".join(f"<dd>{_math(tex, block=True)}</dd>" for tex in shown)
            for section, shown in made.formulas
        )
        parts.append(_block("Formulas", f"<dl>{listed}</dl>"))
    if made.traps:
        parts.append(_block("Traps", f"<ul>{''.join(f'<li>{_html(trap)}</li>' for trap in made.traps)}</ul>"))
    parts += [
        f"<figure>{image}<figcaption>{_html(section)}</figcaption></figure>"
        for section, image in made.pictures
    ]
    if made.numbers:
        printed = "".join(
            f"<h3>{_html(section)}</h3><pre>{escape(text)}</pre>" for section, text in made.numbers
        )
        parts.append(_block("Numbers", printed))
    styles, script = (
        Path(__file__).with_name(f"summaries.{kind}").read_text("utf-8") for kind in ("css", "js")
    )
    return PAGE.format(
        title=escape(made.title), name=escape(made.name), styles=styles, script=script, body="\n".join(parts)
    )


def _block(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>"


def _html(markdown: str) -> str:
    """Turn one paragraph of Markdown with formulas into HTML.

    >>> _html("`a_b` is $x_1$, **not** $x<2$")[:42]
    '<code>a_b</code> is <math xmlns="http://ww'
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(_math(match["shown"] or match["inline"], block=bool(match["shown"])))
        return f"\x02{len(kept) - 1}\x03"

    pieces = re.split(f"({CODE.pattern})", markdown)  # a $ in code is no formula
    text = "".join(piece if i % 2 else FORMULA.sub(keep, piece) for i, piece in enumerate(pieces))
    written = str(mistune.create_markdown(escape=True)(text)).strip()
    written = re.sub(r"^<p>(.*)</p>$", r"\1", written, flags=re.DOTALL)
    return re.sub(r"\x02(\d+)\x03", lambda match: kept[int(match[1])], written)


def _math(tex: str, *, block: bool) -> str:
    """Turn LaTeX into MathML; refuse what the converter leaves as it was.

    >>> _math(r"\\frac12", block=False)[-42:]
    '<mn>1</mn><mn>2</mn></mfrac></mrow></math>'
    """
    known = tex.replace("{aligned}", "{align*}")  # the converter knows the one and not the other
    written = str(convert(known, display="block" if block else "inline"))
    if left := re.search(r"\\\w*|&(?!#?\w+;)", written):
        raise SummaryError(
            f"the formula ${tex}$ holds {left[0]!r}, which MathML cannot say: write it another way"
        )
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages of the lectures named, or of all, into lectures/summaries; return 0, or 1 when one failed."""
    parser = argparse.ArgumentParser(
        prog="python -m course.summaries", description="one page for each lecture"
    )
    parser.add_argument(
        "notebooks", nargs="*", type=Path, help="default: every numbered lecture but the start page"
    )
    parser.add_argument("--out", type=Path, help="a folder; default: summaries/ beside each notebook")
    options = parser.parse_args(arguments)
    failed = 0
    for path in options.notebooks or sorted((ROOT / "lectures").glob("[01][1-9]_*.ipynb")):
        target = (options.out or path.parent / "summaries") / f"{path.stem}.html"
        try:
            text = page(summary(nbformat.read(path, as_version=4), path.name))  # type: ignore[no-untyped-call]
            target.parent.mkdir(parents=True, exist_ok=True)
            write(target, text)
        except (SummaryError, OSError) as error:
            print(error, file=sys.stderr)
            failed = 1
            continue
        print(f"{target.name}: {len(text.encode()) // 1000} kB")
    return failed


if __name__ == "__main__":
    sys.exit(main())
