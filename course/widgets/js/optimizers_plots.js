// The race's two plots: the contour map with a mark for every runner, and the losses on a logarithmic scale.

import { LABELS, OPTIMIZERS } from "./optimizers_model.js";
import { find, outline } from "./optimizers_surfaces.js";
import { blend, plot, s } from "./plot.js";
import { decimal } from "./numbers.js";
import { h } from "./ui.js";

const CELLS = 60;
const FLOOR = 1e-12;
// A shape for every runner, so that colour is not alone in telling them apart.
const GLYPHS = {
  sgd: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z",
  momentum: "M-5-5H5V5H-5Z",
  nesterov: "M0-7L7 0L0 7L-7 0Z",
  rmsprop: "M0-6L6 5H-6Z",
  adagrad: "M0 6L-6-5H6Z",
  adam: "M0-7L2-2L7-2L3 1.5L4.5 6.5L0 3.5L-4.5 6.5L-3 1.5L-7-2L-2-2Z",
  adamw: "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
};

// The sign of a runner in a text: its glyph on a piece of its line.
export function sign(name) {
  const picture = s("svg.cx-sign-runner", { viewBox: "-18 -9 36 18", width: 36, height: 18, "aria-hidden": "true" }, s(`path.cx-way.cx-${name}`, { d: "M-18 0H18" }), s(`path.cx-glyph.cx-${name}`, { d: GLYPHS[name] }));
  return h("span.cx-runnersign", {}, picture);
}

// Without the points that lie within a pixel of the last one: a way that has come to rest costs nothing to draw.
function thin(points, board) {
  const kept = [];
  let [x, y] = [Infinity, Infinity];
  for (const [i, point] of points.entries()) {
    const [px, py] = board.toPixel(point);
    if (i < points.length - 1 && Math.abs(px - x) < 1 && Math.abs(py - y) < 1) continue;
    kept.push(point);
    [x, y] = [px, py];
  }
  return kept;
}

// The lines and glyphs of all runners on a plot. look(name | null) while the pointer is on one, pin(name) on a click.
function fleet(board, { look, pin }) {
  const all = Object.fromEntries(OPTIMIZERS.map((name) => {
    const line = board.line(`cx-way.cx-${name}`);
    const glyph = s(`path.cx-glyph.cx-${name}`, { d: GLYPHS[name] }, s("title", {}, LABELS[name]));
    return [name, { line, glyph }];
  }));
  for (const [name, { line, glyph }] of Object.entries(all)) {
    board.front.append(glyph);
    for (const one of [line.element, glyph]) {
      one.addEventListener("pointerenter", () => look(name));
      one.addEventListener("pointerleave", () => look(null));
      one.addEventListener("click", (event) => {
        event.stopPropagation();
        pin(name);
      });
    }
  }
  // ways: {name: points}; the active one on top and thick
  return (ways, active) => {
    for (const [name, { line, glyph }] of Object.entries(all)) {
      const points = ways[name] && thin(ways[name], board);
      glyph.style.display = points ? "" : "none";
      line.draw(points ?? []);
      for (const one of [line.element, glyph]) one.classList.toggle("cx-front", name === active);
      if (!points) continue;
      const [px, py] = board.toPixel(points.at(-1));
      glyph.setAttribute("transform", `translate(${Math.max(-999, Math.min(9999, px)).toFixed(1)} ${Math.max(-999, Math.min(9999, py)).toFixed(1)})`);
    }
  };
}

// start([x, y], how) while the start moves; probe([x, y] | null) while the pointer does.
export function mapPlot({ start, probe, look, pin }) {
  const board = plot({ label: "Contour map of the surface, with every runner's way", x: [-3, 3], y: [-3, 3], width: 470, height: 450, xTitle: "x", yTitle: "y" });
  const contours = s("path.cx-contour");
  const minima = s("g");
  board.back.append(contours, minima);
  const draw = fleet(board, { look, pin });
  const round = (at) => at.map((v) => Math.round(v * 100) / 100);
  const grip = board.handle({ step: 0.1, move: (at, how) => start(round(at), how) });
  board.svg.addEventListener("pointermove", (event) => probe(board.clamp(board.at(event))));
  board.svg.addEventListener("pointerleave", () => probe(null));
  board.svg.addEventListener("click", (event) => start(round(board.clamp(board.at(event))), "click"));

  // The ground, which changes with the surface and the theme alone.
  function ground(name, colours) {
    const surface = find(name);
    const [x, y] = surface.window;
    board.setRange({ x, y });
    const most = surface.levels.at(-1) - surface.least;
    const deep = blend(colours.bg, colours.ink, 0.24);
    board.raster(94, 94, (a, b) => blend(deep, colours.bg, Math.min(1, Math.max(0, (surface.value(a, b) - surface.least) / most) ** (1 / surface.power) * 1.1)));
    contours.setAttribute("d", surface.levels.map((level) => outline(name, level, CELLS).map(([a, b, c, d]) => board.path([[a, b], [c, d]])).join("")).join(""));
    minima.replaceChildren(...surface.minima.map((at) => {
      const [px, py] = board.toPixel(at);
      return s("path.cx-minimum", { d: `M${px - 5} ${py - 5}l10 10m0-10l-10 10` }, s("title", {}, `minimum at (${at.map((v) => decimal(v)).join(", ")})`));
    }));
  }
  return { ...board, ground, draw, setStart: (at, label) => grip.set(board.clamp(at), { label, classes: "cx-start", text: "S" }) };
}

// Losses above the least, by step; scrub(step) on a click or while the button is down.
export function lossPlot({ scrub, look, pin }) {
  const board = plot({ label: "Loss of every runner by step, logarithmic", x: [0, 80], y: [-3, 2], width: 470, height: 230, xTitle: "step", yTitle: "log₁₀(loss − least)" });
  const hair = s("path.cx-hair");
  board.front.append(hair);
  const drawWays = fleet(board, { look, pin });
  let steps = 80;
  const to = (event) => scrub(Math.max(0, Math.min(steps, Math.round(board.at(event)[0]))));
  board.svg.addEventListener("click", to);
  board.svg.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) to(event);
  });

  function draw({ runs, least, now, active, length }) {
    steps = length;
    const curves = Object.fromEntries(Object.entries(runs).map(([name, { losses }]) => [name, losses.map((loss) => Math.log10(Math.max(FLOOR, loss - least)))]));
    const all = Object.values(curves).flat();
    const [low, high] = all.length ? [Math.min(...all), Math.min(8, Math.max(...all))] : [-3, 2];
    board.setRange({ x: [0, steps], y: [low - 0.3, Math.max(high, low + 1) + 0.3] });
    drawWays(Object.fromEntries(Object.entries(curves).map(([name, curve]) => [name, curve.slice(0, now + 1).map((v, k) => [k, v])])), active);
    const [px, top] = board.toPixel([now, board.range.y[1]]);
    hair.setAttribute("d", `M${px.toFixed(1)} ${top}V${board.toPixel([0, board.range.y[0]])[1]}`);
  }
  return { ...board, draw };
}
