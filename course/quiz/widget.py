"""The quiz in a notebook."""

from __future__ import annotations

import os
from html import escape
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from course.quiz.answers import mark
from course.quiz.question import Question, questions

__all__ = ["Quiz"]

SIGN = {"right": "✓", "wrong": "✗", "unclear": "?", "hint": "Hint:", "skip": "→"}
COLOUR = {"right": "#1a7f37", "wrong": "#b35900"}


class AnswerBox(anywidget.AnyWidget):
    """A text box whose Enter key sends the text itself.

    With ``ipywidgets.Text`` the message of the Enter key, or of a button, can overtake the last letters typed, and a
    quiz would mark ``100`` as ``1``. So the text travels with the message, also when the kernel asks for it.
    """

    _esm = """
    function render({ model, el }) {
      const label = document.createElement("label");
      const input = document.createElement("input");
      const name = document.createElement("span");
      Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false });
      input.className = "widget-input";
      input.style.cssText = "flex:1 1 12em; min-width:8em; padding:0.3em 0.5em; font:inherit; color:inherit;" +
        "background:var(--jp-layout-color1, transparent); border:1px solid var(--jp-border-color0, #767676);";
      label.style.cssText = "display:flex; flex-wrap:wrap; gap:0.5em; align-items:center; max-width:32em; margin:2px;";
      label.append(name, input);
      el.append(label);
      const show = () => {
        name.textContent = model.get("description");
        input.placeholder = model.get("placeholder");
        input.disabled = model.get("disabled");
      };
      const fill = () => { input.value = model.get("value"); };
      const keep = () => { model.set("value", input.value); model.save_changes(); };
      input.addEventListener("change", keep);
      const submit = () => model.send({ event: "submit", text: input.value });
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          submit();
        }
      });
      ["description", "placeholder", "disabled"].forEach((trait) => model.on("change:" + trait, show));
      model.on("change:value", fill);  // of nothing else: what is being typed must not be lost
      model.on("msg:custom", (message) => {
        if (message.do === "focus") input.focus();
        if (message.do === "submit") submit();
      });
      show();
      fill();
    }
    export default { render };
    """

    value = traitlets.Unicode("").tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)
    placeholder = traitlets.Unicode("").tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)


class Quiz(widgets.VBox):  # type: ignore[misc]
    """Questions one after another: type a number or an expression, press Enter, read how it is worked out.

    Everything is reached with Tab; Enter in the answer box checks, and moves on to *Next*.

    Args:
        seed: a number or a text; the same seed asks the same questions. None draws a new one.
        count: how many questions.
        level: 1 to 5; None lets it rise.
        topic: ``costs, fields, nets, parameters, sizes``, or one kind such as ``conv``; None mixes all.

    Raises:
        QuizError: an unknown topic or level.

    >>> quiz = Quiz(seed=7, count=3, topic="dense", level=1)
    >>> quiz.answer.value = str(quiz.question.answer)
    >>> quiz.check_answer()
    >>> quiz.score
    (1, 1)
    """

    def __init__(
        self, seed: object = None, count: int = 5, level: int | None = None, topic: str | None = None
    ) -> None:
        self.seed = seed if seed is not None else int.from_bytes(os.urandom(2), "big")
        self.options = {"count": count, "level": level, "topic": topic}
        self.questions: tuple[Question, ...] = questions(self.seed, count, level, topic)
        self.number = 0
        #: What became of each question so far: ``right``, ``wrong`` or ``skip``.
        self.outcomes: list[str] = []

        wide = widgets.Layout(width="auto", max_width="46em")
        self.heading = widgets.HTML(layout=wide)
        self.prompt = widgets.HTML(layout=wide)
        self.answer = AnswerBox(description="Your answer", placeholder="such as 4640 or (3*3*16 + 1)*32")
        self.check = self._button("Check", "check the answer (Enter)", "primary")
        self.hint = self._button("Hint", "show a hint")
        self.skip = self._button("Skip", "show the solution without answering")
        self.next = self._button("Next", "go to the next question", "primary")
        self.feedback = widgets.HTML(layout=wide)

        self.answer.on_msg(self._typed)
        self.check.on_click(lambda _: self.answer.send({"do": "submit"}))
        self.hint.on_click(lambda _: self._say("hint", escape(self.question.hint)))
        self.skip.on_click(lambda _: self._close("skip", "Skipped."))
        self.next.on_click(lambda _: self.go_on())

        buttons = widgets.Box(
            [self.check, self.hint, self.skip, self.next],
            layout=widgets.Layout(flex_flow="row wrap", width="auto"),
        )
        super().__init__(
            [self.heading, self.prompt, self.answer, buttons, self.feedback],
            layout=widgets.Layout(
                padding="0.75em", border="1px solid var(--jp-border-color1, #888)", max_width="50em"
            ),
        )
        self._show()

    @staticmethod
    def _button(label: str, tooltip: str, style: str = "") -> widgets.Button:
        return widgets.Button(
            description=label,
            tooltip=tooltip,
            button_style=style,
            layout=widgets.Layout(width="auto", min_width="5em"),
        )

    @property
    def question(self) -> Question:
        """The question that is shown."""
        return self.questions[self.number]

    @property
    def score(self) -> tuple[int, int]:
        """How many were right, of how many that are done."""
        return self.outcomes.count("right"), len(self.outcomes)

    @property
    def is_open(self) -> bool:
        """True while the question shown waits for an answer."""
        return len(self.outcomes) == self.number

    def _typed(self, _: object, content: dict[str, Any], __: object) -> None:
        if content.get("event") == "submit" and self.is_open:
            self.answer.value = str(content.get("text", ""))
            self.check_answer()

    def check_answer(self) -> None:
        """Mark what is in the answer box; an unclear answer is asked about and costs nothing."""
        if not self.is_open:
            return
        result = mark(self.question, self.answer.value)
        if result.state == "unclear":
            self._say("unclear", escape(result.message))
        else:
            self._close(result.state, result.message)

    def _close(self, outcome: str, message: str) -> None:
        if not self.is_open:
            return
        self.outcomes.append(outcome)
        steps = "".join(f"<li style='margin:0.3em 0'>{escape(step)}</li>" for step in self.question.worked)
        self._say(
            outcome, f"<b>{escape(message)}</b><ul style='line-height:1.5; padding-left:1.2em'>{steps}</ul>"
        )
        self._refresh()
        if not self.next.disabled:
            self.next.focus()

    def go_on(self) -> None:
        """Show the next question, or a fresh round of questions after the last."""
        if self.is_open:
            return
        if self.number + 1 < len(self.questions):
            self.number += 1
        else:
            self.seed = f"{self.seed}+"
            self.questions = questions(self.seed, **self.options)  # type: ignore[arg-type]
            self.number, self.outcomes = 0, []
        self._show()
        self.answer.focus()

    def _show(self) -> None:
        self.answer.value = ""
        self.prompt.value = prompt_as_html(self.question)
        self._say("", "")
        self._refresh()

    def _refresh(self) -> None:
        """Bring heading and buttons in line with the state."""
        right, done = self.score
        last = self.number + 1 == len(self.questions)
        self.heading.value = (
            f"<b>Question {self.number + 1} of {len(self.questions)}</b> · {escape(self.question.topic)}, "
            f"level {self.question.level} · {right} right of {done}"
        )
        for widget in (self.answer, self.check, self.hint, self.skip):
            widget.disabled = not self.is_open
        self.next.disabled = self.is_open
        self.next.description = "New round" if last else "Next"
        self.next.tooltip = "start again with other questions" if last else "go to the next question"

    def _say(self, state: str, html: str) -> None:
        """Fill the feedback; screen readers are told of it because it is a live region."""
        colour = COLOUR.get(state, "var(--jp-border-color1, #888)")
        sign = f"<span aria-hidden='true'>{SIGN[state]}</span> " if state else ""
        style = (
            f" style='border-left:4px solid {colour}; padding-left:0.75em; line-height:1.5; overflow-x:auto'"
            if html
            else ""
        )
        self.feedback.value = (
            f"<div role='status' aria-live='polite'{style}>{sign if html else ''}{html}</div>"
        )

    def __repr__(self) -> str:
        options = "".join(f", {name}={value!r}" for name, value in self.options.items() if value is not None)
        return f"Quiz(seed={self.seed!r}{options})"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        need = "This quiz answers when the notebook runs: it needs a kernel. Its first question:"
        bundle["text/plain"] = f"{self!r}\n{need}\n{self.questions[0].text}"
        bundle["text/html"] = f"<p>{need}</p>{prompt_as_html(self.questions[0])}"
        return bundle


def prompt_as_html(question: Question) -> str:
    """Return what is asked as HTML; the notation wraps at its arrows."""
    net = ""
    if question.shows_net:
        net = (
            "<p style='font-family:var(--jp-code-font-family, monospace); line-height:1.5'>"
            f"{escape(question.net)}</p>"
        )
    return f"<p style='line-height:1.5'>{escape(question.prompt)}</p>{net}"
