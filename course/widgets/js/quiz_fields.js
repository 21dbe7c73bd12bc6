// What an answer is given in, one for each form of question. All answers are texts: "4640", "b", "ac", "cabd", "1c 2a".

import { LETTERS } from "./quiz_read.js";
import { bare, inline } from "./quiz_show.js";
import { h } from "./ui.js";

let count = 0; // names of radio groups and ids, unique on the page

// {element, get, set(text), focus, lock(is), unclear(is)}; change() is called at every change, enter() at the Enter key.
export function answerField(question, { change, enter, say }) {
  const id = `qz${Math.random().toString(36).slice(2, 8)}${count++}`;
  const field = MAKERS[question.form](question, { id, change, say });
  field.element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.closest("button, select") || event.shiftKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    enter();
  });
  const focus = () => (question.form === "number" || question.form === "text" || !field.element.contains(document.activeElement)) && field.focus();
  const unclear = (is) => {
    field.element.toggleAttribute("data-unclear", is);
    field.element.querySelector("input[type=text]")?.setAttribute("aria-invalid", String(is));
  };
  return { ...field, focus, unclear, lock: (is) => field.element.querySelectorAll("input, select, button").forEach((e) => (e.disabled = is)) };
}

const HOW = {
  number: "A number, or an expression such as (3*3*16 + 1)*32.",
  text: "A word or two.",
};

function line({ form, unit }, { id, change }) {
  const input = h("input.cx-text.qz-input", { id, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: "1000", "aria-describedby": `${id}h`, oninput: change });
  return {
    element: h("div.qz-field", {},
      h("label", { for: id }, unit ? `Your answer, in ${unit}` : "Your answer"),
      h("span.cx-wide", {}, input, unit ? h("span.qz-unit", { "aria-hidden": "true" }, unit) : null),
      h("span.cx-name", { id: `${id}h` }, HOW[form])),
    get: () => input.value,
    set: (text) => (input.value = text),
    focus() {
      input.focus();
      input.select();
    },
  };
}

function choice({ form, options }, { id, change }) {
  const several = form === "multiple";
  const inputs = options.map(() => h("input", { type: several ? "checkbox" : "radio", name: id, onchange: change }));
  return {
    element: h("fieldset.qz-field", {},
      h("legend", {}, several ? "Choose all that are right" : "Choose one"),
      options.map((text, i) => h("label.qz-option", {}, inputs[i], h("span.qz-letter", {}, `${LETTERS[i]})`), h("span", {}, ...inline(text))))),
    get: () => inputs.map((input, i) => (input.checked ? LETTERS[i] : "")).join(""),
    set: (text) => inputs.forEach((input, i) => (input.checked = text.includes(LETTERS[i]))),
    focus: () => (inputs.find((input) => input.checked) ?? inputs[0]).focus(),
  };
}

function order({ items }, { change, say }) {
  let now = items.map((_, i) => i);
  let touched = false;
  let before = null; // the order when an item was grabbed
  const list = h("ol.qz-order");
  const rows = items.map((text, i) => {
    const name = bare(text);
    const handle = h("button.cx-button.qz-handle", { type: "button", "aria-pressed": "false", onkeydown: (event) => keys(event, i), onclick: () => grab(i) });
    const up = h("button.cx-button", { type: "button", "aria-label": `Move up: ${name}`, onclick: () => step(i, -1, up) }, "↑");
    const down = h("button.cx-button", { type: "button", "aria-label": `Move down: ${name}`, onclick: () => step(i, 1, down) }, "↓");
    const row = h("li.qz-item", { draggable: "true" }, handle, h("span.qz-letter", {}, `${LETTERS[i]})`), h("span.qz-words", {}, ...inline(text)), h("span.qz-steps", {}, up, down));
    row.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", id(i)));
    row.addEventListener("dragover", (event) => event.preventDefault());
    row.addEventListener("drop", (event) => {
      const from = items.findIndex((_, k) => id(k) === event.dataTransfer.getData("text/plain"));
      if (from < 0 || handle.disabled) return;
      event.preventDefault();
      move(from, now.indexOf(i));
    });
    return { row, handle, up, down, name };
  });
  const id = (i) => `${LETTERS[i]} ${items[i]}`;

  function draw() {
    now.forEach((i, place) => {
      const { row, handle, up, down, name } = rows[i];
      if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
      handle.textContent = `${place + 1}.`;
      handle.setAttribute("aria-label", `${name}, place ${place + 1} of ${items.length}: grab`);
      up.setAttribute("aria-disabled", place === 0);
      down.setAttribute("aria-disabled", place === items.length - 1);
    });
  }

  function move(i, place) {
    if (place < 0 || place >= items.length) return false;
    const focused = document.activeElement;
    now.splice(now.indexOf(i), 1);
    now.splice(place, 0, i);
    touched = true;
    draw();
    if (list.contains(focused)) focused.focus(); // a row that moves on the page loses the focus
    change();
    return true;
  }

  function step(i, by, button) {
    say(move(i, now.indexOf(i) + by) ? `${rows[i].name}: place ${now.indexOf(i) + 1} of ${items.length}` : `${rows[i].name} is ${by < 0 ? "first" : "last"} already`);
    button.focus();
  }

  function grab(i) {
    const is = rows[i].handle.getAttribute("aria-pressed") === "true";
    for (const { handle } of rows) handle.setAttribute("aria-pressed", "false");
    rows[i].handle.setAttribute("aria-pressed", String(!is));
    before = is ? null : [...now];
    say(is ? `${rows[i].name} dropped at place ${now.indexOf(i) + 1}` : `${rows[i].name} grabbed: arrow keys move it, Space drops it, Escape puts it back`);
  }

  function keys(event, i) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const grabbed = rows[i].handle.getAttribute("aria-pressed") === "true";
    if (by) {
      event.preventDefault();
      if (grabbed) step(i, by, rows[i].handle);
      else rows[now[now.indexOf(i) + by] ?? i].handle.focus();
    } else if (event.key === "Escape" && grabbed) {
      now = before;
      grab(i);
      draw();
      rows[i].handle.focus();
      change();
    }
  }

  draw();
  return {
    element: h("fieldset.qz-field", {},
      h("legend", {}, "Put these in order, the first on top"), list,
      h("span.cx-name", {}, "The arrow buttons move an item. Or press its number: then the arrow keys move it.")),
    get: () => (touched ? now.map((i) => LETTERS[i]).join("") : ""),
    set(text) {
      const found = [...text].map((c) => LETTERS.indexOf(c));
      touched = [...found].sort((a, b) => a - b).join() === items.map((_, i) => i).join();
      now = touched ? found : items.map((_, i) => i);
      draw();
    },
    focus: () => rows[now[0]].handle.focus(),
  };
}

function match({ left, right }, { id, change }) {
  const selects = left.map((_, i) => h("select.cx-select.qz-select", { id: `${id}${i}`, onchange: change },
    h("option", { value: "" }, "choose"),
    right.map((text, k) => h("option", { value: LETTERS[k] }, `${LETTERS[k]}) ${bare(text)}`))));
  return {
    element: h("fieldset.qz-field", {},
      h("legend", {}, "Choose for each what belongs to it"),
      left.map((text, i) => h("div.qz-pair", {}, h("label", { for: `${id}${i}` }, `${i + 1}. `, ...inline(text)), selects[i]))),
    get: () => selects.flatMap((select, i) => (select.value ? `${i + 1}${select.value}` : [])).join(" "),
    set(text) {
      const pairs = new Map([...text.matchAll(/(\d+)([a-z])/g)].map(([, number, letter]) => [number, letter]));
      selects.forEach((select, i) => (select.value = pairs.get(String(i + 1)) ?? ""));
    },
    focus: () => selects[0].focus(),
  };
}

const MAKERS = { number: line, text: line, single: choice, multiple: choice, order, match };
