// Step 1 as a row of small maps, one a hidden unit: a list with one Tab stop, arrows inside.

import { activate, reach } from "./hidden_layer_model.js";
import { boundary } from "./neuron_line.js";
import { decimal } from "./numbers.js";
import { diverging, s } from "./plot.js";
import { h, setAttribute, setText } from "./ui.js";

const PATCHES = 28;
export const SUB = "₁₂₃₄₅₆₇₈";

export const unitWords = ([w1, w2, b, v], k) => `hidden unit ${k + 1}, w (${decimal(w1)}, ${decimal(w2)}), b ${decimal(b)}, v ${decimal(v)}`;

export function unitMaps({ ui, chosen, choose, remove }) {
  const element = h("div.cx-maps", { role: "listbox", "aria-label": "Hidden units" });
  const maps = [];
  let current = 0;

  function make(k) {
    const canvas = h("canvas", { width: PATCHES, height: PATCHES, "aria-hidden": "true" });
    const line = s("path.cx-boundary");
    const caption = h("span.cx-mapname");
    const box = h("div.cx-map", { role: "option", onclick: () => take(k), onfocus: () => (current = k) },
      h("span.cx-mapbox", {}, canvas, s("svg", { viewBox: "-2 -2 4 4", "aria-hidden": "true" }, line)), caption);
    maps.push({ box, canvas, line, caption });
    element.append(box);
  }
  function take(k) {
    current = k;
    maps[k].box.focus();
    choose(k);
  }
  element.addEventListener("keydown", (event) => {
    const { key } = event;
    const k = maps.findIndex(({ box }) => box === event.target);
    // A second Delete may come before the frame that takes the last map away.
    if (k < 0 || k >= ui.state.units.length || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowLeft: k - 1, ArrowRight: k + 1, ArrowUp: k - 1, ArrowDown: k + 1, Home: 0, End: maps.length - 1 }[key];
    if (to !== undefined) maps[to]?.box.focus();
    else if (key === "Enter" || key === " ") choose(k);
    else if (key === "Delete" || key === "Backspace") remove(k);
    else return;
    event.preventDefault();
  });

  function draw() {
    const { units, activation } = ui.state;
    const hadFocus = element.contains(document.activeElement);
    while (maps.length > units.length) maps.pop().box.remove();
    while (maps.length < units.length) make(maps.length);
    current = Math.min(current, units.length - 1);
    if (hadFocus && !element.contains(document.activeElement)) maps[current].box.focus();
    const colours = ui.colours();
    units.forEach((unit, k) => {
      const { box, canvas, line, caption } = maps[k];
      const ends = reach(unit, activation);
      // White where the sum is 0: for the sigmoid that is 1/2.
      const [middle, most] = activation === "sigmoid" ? [0.5, 0.5] : activation === "tanh" ? [0, 1] : [0, Math.max(...ends.map(Math.abs)) || 1];
      const pen = canvas.getContext("2d");
      const pixels = pen.createImageData(PATCHES, PATCHES);
      for (let i = 0, n = 0; i < PATCHES; i++) {
        for (let j = 0; j < PATCHES; j++, n += 4) {
          const a = unit[0] * (-2 + (j + 0.5) * (4 / PATCHES)) + unit[1] * (2 - (i + 0.5) * (4 / PATCHES)) + unit[2];
          pixels.data.set([...diverging(colours, (activate(activation, a) - middle) / most), 255], n);
        }
      }
      pen.putImageData(pixels, 0, 0);
      const cut = boundary(unit.slice(0, 3));
      setAttribute(line, "d", cut ? cut.map(([x, y], m) => `${m ? "L" : "M"}${x.toFixed(3)} ${(-y).toFixed(3)}`).join("") : "");
      setText(caption, `h${SUB[k]}, v = ${decimal(unit[3])}`);
      setAttribute(box, "aria-label", `${unitWords(unit, k)}, output from ${decimal(ends[0])} to ${decimal(ends[1])}`);
      setAttribute(box, "aria-selected", k === chosen());
      setAttribute(box, "tabindex", k === current ? 0 : -1);
    });
  }

  return { element, draw, lines: (units) => units.map((unit) => boundary(unit.slice(0, 3))).filter(Boolean) };
}
