// A grid of numbers: one Tab stop, arrows inside, typing to edit, dragging to change, hover and focus reported alike.

import { parseNumber } from "./numbers.js";
import { h, setAttribute, setText } from "./ui.js";

const DRAG_START = 4; // pixels before a press becomes a drag
const DRAG_STEP = 8; // pixels to a step of one

// handlers: probe(place | null) on hover and focus; pin(place) on click and Enter; edit(place, value) if numbers can be
// changed; value(place) the number now; complain(text | null) about what was typed.
export function numberGrid(name, handlers) {
  const element = h("div.cx-grid", { role: "grid" });
  const frame = h("div.cx-frame", { "aria-hidden": "true" });
  let shape = "";
  let cells = new Map();
  let specs = new Map();
  let current = null; // the place that Tab reaches
  let drag = null;
  let dragged = false;
  let editor = null;

  const key = (place) => place.join();
  const placeOf = (target) => target.closest?.("[data-place]")?.dataset.place.split(",").map(Number) ?? null;

  function build({ rows, columns, first }) {
    const hadFocus = element.contains(document.activeElement);
    closeEditor(false);
    cells = new Map();
    const heads = Array.from({ length: columns }, (_, j) => h("div.cx-index", {}, String(j + first[1]).replace("-", "−")));
    const lines = Array.from({ length: rows }, (_, i) => {
      const row = h("div.cx-gridrow", { role: "row", "aria-rowindex": i + 1 });
      row.append(h("div.cx-index", { "aria-hidden": "true" }, String(i + first[0]).replace("-", "−")));
      for (let j = 0; j < columns; j++) {
        const place = [i + first[0], j + first[1]];
        const cell = h("div.cx-cell", {
          role: "gridcell", tabindex: "-1", "aria-colindex": j + 1, "data-place": key(place),
        });
        cells.set(key(place), cell);
        row.append(cell);
      }
      return row;
    });
    element.replaceChildren(
      h("div.cx-gridrow", { "aria-hidden": "true" }, h("div.cx-index"), heads), ...lines, frame,
    );
    element.style.setProperty("--columns", columns);
    setAttribute(element, "aria-rowcount", rows);
    setAttribute(element, "aria-colcount", columns);
    const [top, left] = current ?? [0, 0];
    const inside = (value, low, length) => Math.min(Math.max(value, low), low + length - 1);
    current = [inside(top, first[0], rows), inside(left, first[1], columns)];
    if (hadFocus) cells.get(key(current)).focus();
  }

  // spec: {rows, columns, first: [row, column], label, cell(place), frame: {place, rows, columns} | null, current: where
  // Tab enters, if not where it was left}
  function draw(spec) {
    const wanted = [spec.rows, spec.columns, ...spec.first].join();
    if (wanted !== shape) {
      shape = wanted;
      build(spec);
    }
    setAttribute(element, "aria-label", spec.label);
    if (spec.current && !element.contains(document.activeElement)) current = spec.current;
    specs = new Map();
    const here = key(current);
    for (const [id, cell] of cells) {
      const one = spec.cell(id.split(",").map(Number));
      specs.set(id, one);
      const className = `cx-cell ${one.classes}${one.text.length > 5 ? " cx-tiny" : one.text.length > 3 ? " cx-small" : one.text.length > 2 ? " cx-three" : ""}`;
      if (cell.className !== className) cell.className = className;
      if (cell.dataset.share !== String(one.share)) {
        cell.dataset.share = one.share;
        cell.style.setProperty("--share", `${one.share}%`);
      }
      if (editor?.cell !== cell) setText(cell, one.text);
      setAttribute(cell, "aria-label", one.label);
      if (one.readonly) setAttribute(cell, "aria-readonly", true);
      if ("selected" in one) setAttribute(cell, "aria-selected", one.selected);
      setAttribute(cell, "tabindex", id === here ? 0 : -1);
    }
    const { style } = frame;
    frame.hidden = !spec.frame;
    if (spec.frame) {
      frame.classList.toggle("cx-open", Boolean(spec.frame.open));
      style.setProperty("--y", spec.frame.place[0] - spec.first[0]);
      style.setProperty("--x", spec.frame.place[1] - spec.first[1]);
      style.setProperty("--rows", spec.frame.rows);
      style.setProperty("--cols", spec.frame.columns);
    }
  }

  function move(place, focus = true) {
    if (!cells.has(key(place))) return;
    cells.get(key(current)).tabIndex = -1;
    current = place;
    const cell = cells.get(key(place));
    cell.tabIndex = 0;
    if (focus) cell.focus();
  }

  const editable = (place) => handlers.edit && place && !specs.get(key(place))?.readonly;

  function openEditor(place, start) {
    if (!editable(place)) return;
    closeEditor(false);
    const cell = cells.get(key(place));
    const input = h("input.cx-edit", { type: "text", inputmode: "decimal", "aria-label": `New value, ${specs.get(key(place)).label}` });
    input.value = start ?? String(handlers.value(place));
    editor = { cell, place, input };
    cell.replaceChildren(input);
    input.focus();
    if (start === undefined) input.select();
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") closeEditor(true, true);
      else if (event.key === "Escape") closeEditor(false, true);
      else if (event.key === "Tab") closeEditor(true);
    });
    input.addEventListener("blur", () => closeEditor(true));
    input.addEventListener("input", () => input.removeAttribute("aria-invalid"));
  }

  function closeEditor(commit, refocus) {
    if (!editor) return;
    const { cell, place, input } = editor;
    const value = parseNumber(input.value);
    if (commit && value === null && refocus) {
      input.setAttribute("aria-invalid", "true");
      handlers.complain(`“${input.value}” is not a number: type one such as 3, −1.5 or 1/9`);
      return;
    }
    editor = null;
    handlers.complain(null);
    cell.textContent = specs.get(key(place)).text;
    if (refocus) cell.focus();
    if (commit && value !== null) handlers.edit(place, value);
  }

  element.addEventListener("keydown", (event) => {
    const place = placeOf(event.target);
    if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = place;
    const all = [...cells.keys()].map((id) => id.split(",").map(Number));
    const moves = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [row, all[0][1]], End: [row, all.at(-1)[1]],
    };
    if (event.key in moves) move(moves[event.key]);
    else if (event.key === "Enter" && handlers.pin) handlers.pin(place);
    else if (event.key === "Enter" || event.key === "F2") openEditor(place);
    else if (/^[-−+.,0-9]$/.test(event.key)) openEditor(place, event.key);
    else if (event.key === "PageUp" && editable(place)) handlers.edit(place, handlers.value(place) + 1);
    else if (event.key === "PageDown" && editable(place)) handlers.edit(place, handlers.value(place) - 1);
    else return;
    event.preventDefault();
  });
  element.addEventListener("focusin", (event) => {
    const place = placeOf(event.target);
    if (!place || editor) return;
    move(place, false);
    handlers.probe(place, "focus");
  });
  element.addEventListener("focusout", () => handlers.probe(null, "focus"));
  element.addEventListener("pointerover", (event) => {
    if (!drag) handlers.probe(placeOf(event.target), "hover");
  });
  element.addEventListener("pointerleave", () => {
    if (!drag) handlers.probe(null, "hover");
  });
  element.addEventListener("dblclick", (event) => openEditor(placeOf(event.target)));
  element.addEventListener("pointerdown", (event) => {
    const place = placeOf(event.target);
    if (event.button !== 0 || event.pointerType === "touch" || !editable(place) || editor) return;
    drag = { place, y: event.clientY, from: handlers.value(place), on: false };
  });
  element.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const up = drag.y - event.clientY;
    if (!drag.on && Math.abs(up) < DRAG_START) return;
    if (!drag.on) element.setPointerCapture(event.pointerId);
    drag.on = true;
    event.preventDefault();
    const value = drag.from + Math.round(up / DRAG_STEP);
    if (value !== handlers.value(drag.place)) handlers.edit(drag.place, value);
  });
  const drop = () => {
    dragged = Boolean(drag?.on); // the click that ends a drag is no click
    drag = null;
  };
  element.addEventListener("pointerup", drop);
  element.addEventListener("pointercancel", drop);
  element.addEventListener("click", (event) => {
    const place = placeOf(event.target);
    if (place && handlers.pin && !editor && !dragged) handlers.pin(place);
    dragged = false;
  });

  return { name, element, draw, focus: (place) => move(place) };
}
