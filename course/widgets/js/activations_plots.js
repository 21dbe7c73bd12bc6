// The plots of the activations explorer: a curve with its point to move, and the gradient along a chain.

import { significant } from "./significant.js";
import { plot, s } from "./plot.js";

export const RANGE = [-10, 10];
const SPAN = Array.from({ length: 321 }, (_, i) => RANGE[0] + i / 16);

// A range that holds all values, with a little room.
export function frame(values, least = 0, most = 0.1) {
  const low = Math.min(least, ...values);
  const high = Math.max(most, ...values);
  return [low - 0.06 * (high - low), high + 0.06 * (high - low)];
}

// Puts a curve's name at a place, or below the last one where that is already there.
function place(text, x, y, last) {
  const near = last && last.textContent && Math.abs(last.getAttribute("x") - x) < 40 && Math.abs(last.getAttribute("y") - y) < 13;
  text.setAttribute("x", x);
  text.setAttribute("y", near ? Number(last.getAttribute("y")) + 13 : y);
}

// f(z) over the axis, with the other curves of its family behind it, a point at z to drag, and a hairline where the
// pointer is. move(z, how) while the point moves; probe(z | null) while the pointer does.
export function curvePlot({ label, title, xTitle = "z", range = RANGE, move, probe }) {
  const board = plot({ label, x: [...range], y: [0, 1], width: 460, height: 270, xTitle, yTitle: title });
  const hatch = `cx-hatch-${Math.random().toString(36).slice(2)}`;
  board.svg.querySelector("defs").append(s("pattern", { id: hatch, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, s("path.cx-hatch", { d: "M0 0V7" })));
  const flats = [0, 1].map(() => [s("rect.cx-flat", { fill: `url(#${hatch})` }), s("text.cx-flatname", { "text-anchor": "middle" })]);
  board.back.append(...flats.flat());
  const others = [0, 1].map(() => board.line("cx-faintline"));
  const names = others.map(() => s("text.cx-curvename"));
  const curve = board.line("cx-positive");
  const tangent = board.line("cx-tangent");
  const hair = s("path.cx-hair");
  const dots = s("g");
  board.front.append(hair, dots, ...names);
  const step = (range[1] - range[0]) / 200;
  const round = (z) => Math.round(z * 100) / 100;
  const grip = board.handle({ axis: "x", step, move: ([z], how) => move(round(z), how) });
  const span = SPAN.map((z) => z * (range[1] / RANGE[1]));
  // The points of a function's curve, which is broken where it jumps.
  const points = (f, jump) => (jump === null ? span : [...span.filter((z) => z < jump), jump - 1e-9, NaN, jump + 1e-9, ...span.filter((z) => z > jump)]).map((z) => [z, f(z)]);
  board.svg.addEventListener("pointermove", (event) => probe(round(board.clamp(board.at(event))[0])));
  board.svg.addEventListener("pointerleave", () => probe(null));
  board.svg.addEventListener("click", (event) => move(round(board.clamp(board.at(event))[0]), "click"));

  // {f, at, tails, flatWord, slope (of a tangent), family: [[name, f, jump]], jump (where f breaks), cap (of the axis), least and most (that it shows),
  // probed, marks: [[z, active]], words (for a screen reader)}
  function draw({ f, at, tails = [null, null], flatWord, slope, family = [], cap = Infinity, least, most, jump = null, probed, marks = [], words }) {
    const values = span.map(f);
    const within = (value) => Math.max(-cap, Math.min(cap, value));
    const y = frame(values.map(within), least, most);
    board.setRange({ y });
    curve.draw(points(f, jump));
    others.forEach((line, i) => {
      line.draw(family[i] ? points(family[i][1], family[i][2] ?? null) : []);
      names[i].textContent = family[i]?.[0] ?? "";
      if (!family[i]) return;
      // The name stands where its curve is farthest from the chosen one, and both are on the plot.
      const free = span.map((z) => Math.min(Math.abs(family[i][1](z) - f(z)), family[i][1](z) > y[1] - 0.08 * (y[1] - y[0]) || family[i][1](z) < y[0] ? -1 : Infinity));
      const z = span[free.slice(20, -60).reduce((best, gap, k, all) => (gap > all[best] ? k : best), 0) + 20];
      const [px, py] = board.toPixel([z, family[i][1](z)]);
      place(names[i], px + 4, py - 6, i && names[0]);
    });
    flats.forEach(([area, name], i) => {
      const end = tails[i];
      area.style.display = name.style.display = end === null ? "none" : "";
      if (end === null) return;
      const [a, b] = [board.toPixel([i ? end : range[0], y[1]]), board.toPixel([i ? range[1] : end, y[0]])];
      for (const [key, value] of Object.entries({ x: a[0], y: a[1], width: Math.max(0, b[0] - a[0]), height: b[1] - a[1] })) area.setAttribute(key, value);
      name.setAttribute("x", (a[0] + b[0]) / 2);
      name.setAttribute("y", (a[1] + b[1]) / 2);
      name.textContent = b[0] - a[0] > 50 ? flatWord : "";
    });
    const reach = 0.12 * (range[1] - range[0]);
    tangent.draw(slope === undefined ? [] : [-reach, reach].map((by) => [at + by, f(at) + slope * by]));
    const [px] = probed === null ? [0] : board.toPixel([probed, y[0]]);
    hair.setAttribute("d", probed === null ? "" : `M${px.toFixed(1)} ${board.toPixel([0, y[1]])[1]}V${board.toPixel([0, y[0]])[1]}`);
    dots.replaceChildren(
      ...(probed === null ? [] : [s("circle.cx-probe", { cx: px, cy: board.toPixel([0, f(probed)])[1], r: 4 })]),
      ...marks.map(([z, active]) => {
        const [mx, my] = board.toPixel([Math.max(range[0], Math.min(range[1], z)), f(Math.max(range[0], Math.min(range[1], z)))]);
        return s(`circle.cx-layerdot${active ? ".cx-active" : ""}`, { cx: mx, cy: my, r: active ? 6 : 3 });
      }));
    grip.set([at, Math.max(y[0], Math.min(y[1], f(at)))], { label: words, classes: "cx-mark" });
  }
  return { ...board, draw };
}

const DASHES = ["cx-ref0", "cx-ref1", "cx-ref2"];

// log₁₀|gradient| against the layer: the chain itself with a dot a layer, and other activations for comparison.
export function chainPlot({ hover, pin }) {
  const board = plot({ label: "Gradient that reaches each layer, logarithmic", x: [0.5, 10.5], y: [-8, 1], width: 460, height: 270, xTitle: "layer", yTitle: "log₁₀ |gradient|" });
  const references = DASHES.map((name) => ({ line: board.line(name), text: s("text.cx-curvename") }));
  const own = board.line("cx-positive");
  const dots = s("g");
  board.front.append(...references.map(({ text }) => text), dots);
  let depth = 10;
  const layer = (event) => Math.max(1, Math.min(depth, Math.round(board.at(event)[0])));
  board.svg.addEventListener("pointermove", (event) => hover(layer(event)));
  board.svg.addEventListener("pointerleave", () => hover(null));
  board.svg.addEventListener("click", (event) => pin(layer(event)));

  // powers: log₁₀ or null where the gradient is 0; others: [[name, powers]]
  function draw({ powers, others, active }) {
    depth = powers.length;
    const known = [powers, ...others.map(([, values]) => values)].flat().filter((power) => power !== null);
    board.setRange({ x: [0.5, depth + 0.5], y: frame(known, -1, 0.5) });
    const line = (values) => values.map((power, i) => [i + 1, power ?? NaN]);
    own.draw(line(powers));
    references.forEach(({ line: one, text }, i) => {
      one.draw(others[i] ? line(others[i][1]) : []);
      text.textContent = others[i] && others[i][1][0] !== null ? others[i][0] : "";
      if (!text.textContent) return;
      const [px, py] = board.toPixel([1, others[i][1][0]]);
      place(text, px + 6, Math.max(24, py - 5), i && references[i - 1].text);
    });
    const bottom = board.toPixel([1, board.range.y[0]])[1];
    dots.replaceChildren(...powers.map((power, i) => {
      const [px, py] = board.toPixel([i + 1, power ?? 0]);
      const classes = i + 1 === active ? ".cx-active" : "";
      if (power === null) return s(`path.cx-layerdot.cx-nothing${classes}`, { d: `M${px - 5} ${bottom - 10}h10l-5 9Z` });
      return s(`circle.cx-layerdot${classes}`, { cx: px, cy: py, r: i + 1 === active ? 6 : 3.5 });
    }));
  }
  return { ...board, draw };
}

export const bar = (value) => {
  const size = Math.min(1, Math.abs(value));
  return { width: `${(50 * size).toFixed(2)}%`, left: `${(value < 0 ? 50 - 50 * size : 50).toFixed(2)}%`, text: significant(value) };
};
