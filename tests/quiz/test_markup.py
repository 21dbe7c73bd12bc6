"""The markup of prompts: nothing in a text can become HTML but paragraphs and code."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from course.quiz import bank
from course.quiz.markup import folded, html, inline, paragraphs


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""
        self.attributes: list[object] = []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.words += data


@given(st.text(alphabet="<>&`\"' \n\tab=;#x3c/script!-[]", max_size=80))
def test_no_text_becomes_markup(text):
    for made in (html(text), inline(text)):
        found = Tags()
        found.feed(made)
        found.close()
        assert found.tags <= {"p", "pre", "code"}
        assert not found.attributes


@given(st.text(alphabet="ab <&\n`", max_size=60))
def test_no_word_is_lost(text):
    found = Tags()
    found.feed(html(text))
    found.close()
    assert found.words.replace("`", "").split() == text.replace("`", "").split()


def test_code_keeps_its_lines_and_prose_does_not():
    text = "First\nline.\n\n    for x in y:\n        go(x)\n\n    done()\n\nLast `a  b`."
    assert paragraphs(text)[1] == (True, "for x in y:\n    go(x)\n\ndone()")
    assert (
        folded(folded(text))
        == folded(text)
        == text.replace("First\nline", "First line").replace("a  b", "a  b")
    )
    assert "<pre><code>for x in y:\n    go(x)\n\ndone()</code></pre>" in html(text)


def test_texts_of_the_bank_are_folded_already():
    for question in bank():
        for text in (question.prompt, question.hint, *question.worked):
            assert folded(text) == text
