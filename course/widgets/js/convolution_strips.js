// Small pictures of channels or kernels to choose from: one Tab stop, arrows move and choose.

import { h, setAttribute } from "./ui.js";

// pick([row, column]) on a click or an arrow; draw({label, rows, columns, chosen, cell}) with cell(row, column) as
// {matrix, text, label}, or null where there is nothing to choose.
export function strip(pick) {
  const element = h("div.cx-strip", { role: "radiogroup" });
  let shape = "";
  let buttons = [];

  function build({ rows, columns }) {
    buttons = Array.from({ length: rows * columns }, (_, i) => h(
      "button.cx-thumb", { type: "button", role: "radio", "data-at": `${Math.floor(i / columns)},${i % columns}` },
      h("canvas", { "aria-hidden": "true" }), h("span", {})));
    element.style.setProperty("--columns", columns);
    element.replaceChildren(...buttons);
  }

  function draw({ label, rows, columns, chosen, cell }, colours) {
    element.hidden = rows * columns < 2;
    if (shape !== `${rows},${columns}`) build({ rows, columns });
    shape = `${rows},${columns}`;
    setAttribute(element, "aria-label", label);
    buttons.forEach((button, i) => {
      const at = [Math.floor(i / columns), i % columns];
      const one = cell(...at);
      const on = at.join() === chosen.join();
      button.classList.toggle("cx-absent", !one);
      button.disabled = !one;
      setAttribute(button, "aria-checked", on);
      setAttribute(button, "aria-label", one ? one.label : `no kernel between input ${at[1]} and output ${at[0]}`);
      button.tabIndex = on ? 0 : -1;
      button.lastChild.textContent = one ? one.text : "–";
      if (one) paint(button.firstChild, one.matrix, colours);
    });
  }

  const choose = (button) => {
    pick(button.dataset.at.split(",").map(Number));
    button.focus();
  };
  element.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) choose(button);
  });
  element.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by || !event.target.dataset.at) return;
    event.preventDefault();
    const [rows, columns] = shape.split(",").map(Number);
    let [row, column] = event.target.dataset.at.split(",").map(Number);
    // On to the next that can be chosen; past a single row's end, up and down mean left and right.
    const step = rows === 1 && by[0] ? [0, by[0]] : columns === 1 && by[1] ? [by[1], 0] : by;
    for (;;) {
      row += step[0];
      column += step[1];
      if (row < 0 || column < 0 || row >= rows || column >= columns) return;
      const button = buttons[row * columns + column];
      if (!button.disabled) return choose(button);
    }
  });
  return { element, draw };
}

// Blue for positive, orange for negative, as strong as the value is large.
function paint(canvas, matrix, { positive, negative, bg }) {
  const [rows, columns] = [matrix.length, matrix[0].length];
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const most = Math.max(...matrix.flat().map(Math.abs)) || 1;
  const data = matrix.flat().flatMap((value) => {
    const share = Math.abs(value) / most;
    const full = value > 0 ? positive : negative;
    return [...bg.map((one, i) => Math.round(one + (full[i] - one) * share)), 255];
  });
  canvas.getContext("2d").putImageData(new ImageData(Uint8ClampedArray.from(data), columns, rows), 0, 0);
}
