// A grid of small squares: one Tab stop, arrows inside; where paint() is given, a drag or the space bar paints.

import { h, setAttribute, setText } from "./ui.js";

// look(place | null) on hover and focus; pick(place) on click and Enter; value(place) and paint(places, value, end) where it
// can be painted: `places` under the brush along the way, `end` when the stroke is over.
export function maskGrid({ look, pick, value, paint }) {
  const element = h("div.cx-mask", { role: "grid" });
  let size = [0, 0];
  let cells = [];
  let current = [0, 0];
  let stroke = null; // {on, last}

  const cellAt = ([i, j]) => cells[i]?.[j];
  const inside = ([i, j]) => [Math.min(size[0] - 1, Math.max(0, i)), Math.min(size[1] - 1, Math.max(0, j))];

  function build(rows, columns) {
    const had = element.contains(document.activeElement);
    size = [rows, columns];
    current = inside(current);
    cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => h("div.cx-square", { role: "gridcell", tabindex: -1 })));
    element.replaceChildren(...cells.map((row) => h("div.cx-maskrow", { role: "row" }, row)));
    element.style.setProperty("--columns", columns);
    if (had) cellAt(current).focus();
  }

  // cell(i, j): {text, classes, label, share}
  function draw({ rows, columns, label, cell }) {
    if (rows !== size[0] || columns !== size[1]) build(rows, columns);
    setAttribute(element, "aria-label", label);
    cells.forEach((row, i) => row.forEach((square, j) => {
      const one = cell(i, j);
      const className = `cx-square ${one.classes}`;
      if (square.className !== className) square.className = className;
      if (one.share !== undefined && square.dataset.share !== one.share) {
        square.dataset.share = one.share;
        square.style.setProperty("--share", one.share);
      }
      setText(square, one.text ?? "");
      setAttribute(square, "aria-label", one.label);
      setAttribute(square, "tabindex", i === current[0] && j === current[1] ? 0 : -1);
    }));
  }

  function move(place) {
    cellAt(inside(place)).focus();
  }

  function placeOf({ clientX, clientY }) {
    const { left, top, width, height } = element.getBoundingClientRect();
    return inside([Math.floor(((clientY - top) / height) * size[0]), Math.floor(((clientX - left) / width) * size[1])]);
  }

  // The pixels on the way from one to another, both included: a fast pointer leaves none out.
  function way([i, j], [y, x]) {
    const steps = Math.max(Math.abs(y - i), Math.abs(x - j), 1);
    return Array.from({ length: steps + 1 }, (_, k) => [Math.round(i + ((y - i) * k) / steps), Math.round(j + ((x - j) * k) / steps)]);
  }

  if (paint) {
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      const place = placeOf(event);
      stroke = { on: value(place) ? 0 : 1, last: place };
      element.setPointerCapture(event.pointerId);
      move(place);
      paint([place], stroke.on, false);
    });
    element.addEventListener("pointermove", (event) => {
      if (!stroke) return;
      const place = placeOf(event);
      if (String(place) === String(stroke.last)) return;
      paint(way(stroke.last, place), stroke.on, false);
      stroke.last = place;
    });
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => {
        if (stroke) paint([], stroke.on, true);
        stroke = null;
      });
    }
  }
  element.addEventListener("pointermove", (event) => look(placeOf(event), "hover"));
  element.addEventListener("pointerleave", () => look(null, "hover"));
  element.addEventListener("click", (event) => pick?.(placeOf(event)));
  // By Tab, by an arrow or by a press: where the focus is, Tab comes back to.
  element.addEventListener("focusin", ({ target }) => {
    const i = cells.findIndex((row) => row.includes(target));
    if (i < 0) return;
    cellAt(current).tabIndex = -1;
    current = [i, cells[i].indexOf(target)];
    target.tabIndex = 0;
    look(current, "focus");
  });
  element.addEventListener("focusout", () => look(null, "focus"));
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [i, j] = current;
    const to = {
      ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1],
      Home: [i, 0], End: [i, size[1] - 1], PageUp: [0, j], PageDown: [size[0] - 1, j],
    }[event.key];
    if (to) {
      // With Shift the brush is down: what the pixel left behind is, the next becomes.
      const on = value?.(current);
      move(to);
      if (event.shiftKey && paint) paint([current], on, true);
    } else if ((event.key === " " || event.key === "Enter") && paint) paint([current], value(current) ? 0 : 1, true);
    else if ((event.key === " " || event.key === "Enter") && pick) pick(current);
    else if ((event.key === "Delete" || event.key === "Backspace") && paint) paint([current], 0, true);
    else return;
    event.preventDefault();
  });
  return { element, draw };
}
