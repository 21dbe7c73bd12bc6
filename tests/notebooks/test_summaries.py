"""The printed page of a lecture holds what its notebook holds, and is refused where the notebook has nothing for it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4 as v4
import pytest

from course.summaries import SummaryError, main, page, summary

ROOT = Path(__file__).resolve().parents[2]
LECTURES = sorted((ROOT / "lectures").glob("[01][1-9]_*.ipynb"))
TAGGED = {"tags": ["summary"]}
IMAGE = '<img alt="Two bars: 1 and 2." width="60" src="data:image/webp;base64,AA">'


def lecture(*more: Any) -> Any:
    """A notebook with a title, a summary of two bullets, and the cells given."""
    end = "## Summary\n\nYou saw that\n\n- $a < b$, and `$x$` is code;\n- a line\n  of two parts."
    return v4.new_notebook(
        cells=[v4.new_markdown_cell("# 07 · Seven\n\n`# no title`"), *more, v4.new_markdown_cell(end)]
    )


def drawn(text: str = "", html: str = "") -> Any:
    """A tagged code cell with these outputs."""
    outputs = [v4.new_output("stream", text=text)] if text else []
    outputs += [v4.new_output("display_data", {"text/html": html})] if html else []
    return v4.new_code_cell("1", outputs=outputs, metadata=TAGGED)


def test_each_part_is_taken_from_its_cells_and_named_by_its_section() -> None:
    first = v4.new_markdown_cell("## 1 Sums\n\n$$a+b$$ and $$c$$", metadata=TAGGED)
    plain = v4.new_markdown_cell("### A part\n\n$$not\\,taken$$\n\n> **Trap.** One\n> two.\n>\n> More.")
    made = summary(lecture(first, plain, drawn("3 of 4\n"), drawn(html=f"<p>{IMAGE}</p>")), "07.ipynb")
    assert made.title == "07 · Seven"
    assert made.points == ("$a < b$, and `$x$` is code;", "a line\n  of two parts.")
    assert made.formulas == (("Sums", ("a+b", "c")),)
    assert made.traps == ("One two.",)
    assert made.numbers == (("A part", "3 of 4"),)
    assert made.pictures == (("A part", IMAGE),)


def test_the_page_keeps_alt_text_and_code_and_escapes_what_is_printed() -> None:
    text = page(summary(lecture(drawn("1 < 2 & 3"), drawn(html=IMAGE)), "07.ipynb"))
    assert IMAGE in text
    assert "1 &lt; 2 &amp; 3" in text
    assert "<code>$x$</code> is code" in text
    assert text.count("<math") == 1
    assert "http" not in text.replace("http://www.w3.org/1998/Math/MathML", "")


def test_lines_of_one_formula_stand_below_each_other() -> None:
    tex = r"$$\begin{aligned} a &= b \\ c &= d \end{aligned}$$"
    text = page(summary(lecture(v4.new_markdown_cell(tex, metadata=TAGGED)), "07.ipynb"))
    assert text.count("<mtr>") == 2


@pytest.mark.parametrize(
    ("notebook", "message"),
    [
        (v4.new_notebook(), "has no a title, '# 05"),
        (v4.new_notebook(cells=[v4.new_markdown_cell("# 01 · One")]), "no a section '## Summary'"),
        (
            lecture(v4.new_markdown_cell("## 2 Two", metadata=TAGGED)),
            r"'Two': the cell tagged 'summary' has no",
        ),
        (lecture(drawn()), "printed and drew nothing"),
        (lecture(v4.new_markdown_cell(r"$$\unheard{x}$$", metadata=TAGGED)), r"MathML cannot say"),
    ],
)
def test_a_notebook_with_nothing_to_take_is_refused(notebook: Any, message: str) -> None:
    with pytest.raises(SummaryError, match=message):
        page(summary(notebook, "07.ipynb"))


def test_the_command_goes_on_after_a_bad_notebook_and_keeps_its_old_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nbformat.write(v4.new_notebook(), tmp_path / "01_bad.ipynb")
    nbformat.write(lecture(), tmp_path / "02_good.ipynb")
    old = tmp_path / "summaries" / "01_bad.html"
    old.parent.mkdir()
    old.write_text("old")
    assert main([str(tmp_path / "01_bad.ipynb"), str(tmp_path / "02_good.ipynb")]) == 1
    assert "01_bad.ipynb has no" in capsys.readouterr().err
    assert old.read_text() == "old"
    assert "02_good.ipynb" in (tmp_path / "summaries" / "02_good.html").read_text()


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_the_stored_page_is_what_the_lecture_gives(path: Path) -> None:
    made = summary(nbformat.read(path, as_version=4), path.name)
    assert len(made.points) >= 4
    assert len(made.formulas) >= 3
    assert len(made.pictures) >= 2
    assert made.numbers
    text = page(made)
    stored = path.parent / "summaries" / f"{path.stem}.html"
    assert stored.read_text(encoding="utf-8") == text, "run: python -m course.summaries"
    for formula in text.split("<math")[1:]:
        ElementTree.fromstring("<math" + formula.partition("</math>")[0] + "</math>")
