"""What the formats share: a question's body, answers' feedback and worked solution as HTML, and the way back.

The HTML is well-formed XML with a few elements, so that it stands in Moodle's text fields and in QTI's bodies alike. The
classes on it only serve the way back; no stylesheet is needed.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from html import escape

from course.quiz.forms import Figure, Form, Match, Mistake, Order, QuizError
from course.quiz.markup import html, inline, paragraphs
from course.quiz.question import Picture, Question

__all__ = [
    "body", "bounds", "digits", "facts", "feedback", "figure_of", "general", "identifier", "known", "label", "parse_html",
    "read_body", "read_feedback", "read_general", "read_known", "shown_with", "slug", "text_html", "text_of", "whys_of", "xml_of",
]  # fmt: skip

FACTS = ("kind", "topic", "level", "lecture", "form")


def text_html(text: str) -> str:
    """Return a text as HTML: without tags around it where it is one paragraph.

    >>> text_html("`relu`"), text_html("a\\n\\n    b")
    ('<code>relu</code>', '<p>a</p>\\n<pre><code>b</code></pre>')
    """
    found = paragraphs(text)
    return inline(text) if len(found) < 2 and not any(code for code, _ in found) else html(text)


def label(text: str) -> str:
    """Return a text as one line of HTML."""
    return inline(" ".join(" ".join(words.split()) for _, words in paragraphs(text)))


def body(question: Question, source: str = "") -> str:
    """Return what is asked as HTML: prompt, net, table, picture.

    Args:
        question: a folded question.
        source: what the picture's ``src`` is to be.
    """
    parts = [html(question.prompt)]
    if question.code:
        parts.append(f'<pre class="net"><code>{escape(question.code, quote=False)}</code></pre>')
    if question.table:
        parts.append(_table(question.table))
    if question.picture:
        alt = escape(question.picture.alt)
        parts.append(f'<p class="picture"><img src="{escape(source)}" alt="{alt}"/></p>')
    return "\n".join(parts)


def _table(table: tuple[tuple[str, ...], ...]) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(c, quote=False)}</{tag}>" for c in cells) + "</tr>"

    heads = f"<thead>{row(table[0], 'th')}</thead>" if len(table) > 1 else ""
    rows = "".join(row(cells, "td") for cells in table[len(table) > 1 :])
    return f'<table class="card">{heads}<tbody>{rows}</tbody></table>'


def feedback(mistake: str, why: str, *, computed: bool = False) -> str:
    """Return what is said to an answer as HTML: the mistake behind it, if it has a name, and why it is right or wrong.

    >>> print(feedback("forgets the biases", "Each map has one.", computed=True))
    <p class="mistake">This is what comes out if one <b>forgets the biases</b>.</p>
    <p>Each map has one.</p>
    """
    begins = "This is what comes out if one" if computed else "Whoever answers this"
    named = f'<p class="mistake">{begins} <b>{inline(mistake)}</b>.</p>' if mistake else ""
    return "\n".join(part for part in (named, html(why)) if part)


def whys_of(form: Form) -> list[tuple[str, str]]:
    """Return the things whose whys no answer can carry, each with its why.

    Items stand in their right order, right sides in that of the left sides, and those that belong to nothing last.
    """
    if isinstance(form, Order):
        return [(form.items[i], form.whys[i]) for i in form.right]
    if isinstance(form, Match):
        return [(form.right[i], form.whys[i]) for i in shown_with(form)]
    return []


def shown_with(form: Match) -> list[int]:
    """Return the right sides in the order of the left sides, those that belong to nothing last."""
    return [*form.pairs, *(i for i in range(len(form.right)) if i not in form.pairs)]


def general(question: Question, whys: Sequence[tuple[str, str]]) -> str:
    """Return the worked solution as HTML, and below it the whys that belong to no answer of the format."""
    parts = [f'<div class="worked">{html(line)}</div>' for line in question.worked]
    if whys:
        rows = "".join(f"<dt>{label(item)}</dt><dd>{html(why)}</dd>" for item, why in whys)
        parts.append(f'<dl class="whys">{rows}</dl>')
    return "\n".join(parts)


def known(mistakes: Sequence[Mistake]) -> str:
    """Return wrong answers with their feedback as a list in HTML, for formats whose wrong answers carry none."""
    rows = "".join(
        f"<dt>{escape(m.value if isinstance(m.value, str) else digits(m.value), quote=False)}</dt>"
        f"<dd>{feedback(m.name, m.feedback, computed=not isinstance(m.value, str))}</dd>"
        for m in mistakes
    )
    return f'<dl class="mistakes">{rows}</dl>' if rows else ""


def facts(question: Question) -> dict[str, str]:
    """Return what a question is filed under, as texts.

    >>> from course.quiz import draw
    >>> facts(draw("dense", 1, 7))
    {'kind': 'dense', 'topic': 'parameters', 'level': '1', 'lecture': '2', 'form': 'number'}
    """
    told = (question.kind, question.topic, question.level, question.lecture, question.form.name)
    return dict(zip(FACTS, map(str, told), strict=True))


def identifier(*parts: object) -> str:
    """Return a name for machines, the same for the same parts.

    >>> identifier("conv/3/7")
    'q58f270a344cea8bd'
    """
    return "q" + hashlib.sha256("\n".join(map(str, parts)).encode("utf-8")).hexdigest()[:16]


def slug(name: str) -> str:
    """Return a name for a file.

    >>> slug("Quiz: conv/3, again")
    'quiz-conv-3-again'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "quiz"


def digits(value: Figure) -> str:
    """Return a figure as digits that tell a whole number from a decimal.

    >>> digits(4640), digits(28.0), digits(1e-07)
    ('4640', '28.0', '0.0000001')
    """
    if isinstance(value, int):
        return str(value)
    plain = format(Decimal(repr(value)), "f")
    return plain if "." in plain else f"{plain}.0"


def figure_of(text: str) -> Figure:
    """Return the figure that :func:`digits` wrote.

    Raises:
        QuizError: not digits.
    """
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        raise QuizError(f"{text!r} is no number: write plain digits, such as 4640 or 28.13") from None


def bounds(value: Figure, tolerance: Figure) -> tuple[str, str]:
    """Return the least and the largest right answer, exactly.

    >>> bounds(28.13, 0.005), bounds(7, 0)
    (('28.125', '28.135'), ('7', '7'))
    """
    context = Context(prec=400)
    middle, reach = Decimal(str(value)), Decimal(str(tolerance))
    ends = context.subtract(middle, reach), context.add(middle, reach)
    return format(ends[0], "f"), format(ends[1], "f")


def parse_html(text: str) -> ET.Element:
    """Return the HTML of a text field as an element.

    Raises:
        QuizError: not the HTML that an export writes.
    """
    try:
        return ET.fromstring(f"<div>{text}</div>")
    except ET.ParseError as error:
        raise QuizError(f"cannot read the HTML {text[:60]!r}: {error}; was it edited elsewhere?") from None


def xml_of(markup: str, namespace: str) -> list[ET.Element]:
    """Return HTML of this module as elements of a namespace; loose text is not allowed."""
    root = parse_html(markup)
    for element in root.iter():
        element.tag = f"{{{namespace}}}{element.tag}"
    for child in root:
        child.tail = None
    return list(root)


def text_of(element: ET.Element) -> str:
    """Return the text that was written as HTML into an element."""
    parts = [_indented(c) if c.tag == "pre" else _inline(c) for c in element if c.tag in ("p", "pre")]
    return "\n\n".join(parts) if parts else _inline(element)


def _inline(element: ET.Element) -> str:
    parts = [element.text or ""]
    for child in element:
        said = "".join(child.itertext())
        parts += [f"`{said}`" if child.tag == "code" else said, child.tail or ""]
    return "".join(parts)


def _indented(element: ET.Element) -> str:
    return "\n".join("    " + line if line else "" for line in "".join(element.itertext()).split("\n"))


def _part(element: ET.Element, keep: Callable[[ET.Element], bool]) -> ET.Element:
    part = ET.Element(element.tag)
    part.extend(child for child in element if keep(child))
    return part


def read_body(
    element: ET.Element, svg_of: Callable[[str], str]
) -> tuple[str, str, tuple[tuple[str, ...], ...], Picture | None]:
    """Return prompt, net, table and picture of a body.

    Args:
        element: the element with the HTML of :func:`body`.
        svg_of: the SVG of a picture's ``src``.
    """
    code, picture = "", None
    table: tuple[tuple[str, ...], ...] = ()
    for child in element:
        match child.get("class"):
            case "net":
                code = "".join(child.itertext())
            case "card":
                table = tuple(tuple("".join(cell.itertext()) for cell in row) for row in child.iter("tr"))
            case "picture":
                image = child[0]
                picture = Picture(svg_of(image.get("src", "")), image.get("alt", ""))
    return text_of(_part(element, lambda c: c.get("class") is None)), code, table, picture


def read_feedback(element: ET.Element) -> tuple[str, str]:
    """Return the mistake and the why of what :func:`feedback` wrote."""
    name = ""
    for child in element:
        if child.get("class") == "mistake":
            name = _inline(child[0])
    return name, text_of(_part(element, lambda c: c.get("class") is None))


def read_general(element: ET.Element) -> tuple[tuple[str, ...], list[str]]:
    """Return the worked solution and the whys of what :func:`general` wrote."""
    worked = tuple(text_of(c) for c in element if c.get("class") == "worked")
    whys = [text_of(dd) for c in element if c.get("class") == "whys" for dd in c.iter("dd")]
    return worked, whys


def read_known(element: ET.Element) -> list[tuple[str, str, str]]:
    """Return value, name and feedback of the wrong answers that :func:`known` wrote."""
    found = []
    for rows in (c for c in element if c.get("class") == "mistakes"):
        for value, said in zip(rows[::2], rows[1::2], strict=True):
            found.append(("".join(value.itertext()), *read_feedback(said)))
    return found
