// The hidden-layer explorer: units that each draw a line, the plane that they make, and every partial derivative.

import { explorer } from "./explorer.js";
import { same } from "./fields.js";
import { fieldControl } from "./field_controls.js";
import { activate, contour, descend, hidden, initial, layer, LIMIT, notes, outputLine, reach, slope } from "./hidden_layer_model.js";
import { SUB, unitMaps, unitWords } from "./hidden_layer_maps.js";
import { bracketed, logistic, spelled } from "./neuron_line.js";
import { inputBoard, lineGrips, lossCurve, place, pointLink, pointMarks, remembered, torchProgram } from "./neuron_plot.js";
import { choiceControl } from "./controls.js";
import { decimal } from "./numbers.js";
import { player } from "./player.js";
import { diverging, plot, s } from "./plot.js";
import { dataTable } from "./table.js";
import { copyButton, h, plural, setAttribute, setText } from "./ui.js";
import spec from "./hidden_layer.json" with { type: "json" };

const MODULES = { sigmoid: "Sigmoid", tanh: "Tanh", relu: "ReLU", identity: "Identity" };
const FINE = 56; // patches along a side of the output's map
const KEYS = "In the plots N and P go from point to point, Enter pins; in the left one arrows move a point, L changes its class, Delete removes it, A adds one. " +
  "Among the hidden units arrows move, Enter chooses, Delete removes; the chosen unit's line has two grips, moved by arrows. In the table arrows move, Enter writes a derivative out.";

function build(ui) {
  const { state } = ui;
  const pass = remembered(() => [state.units, state.bias, state.activation, state.points], layer);
  let passed = pass();
  const size = () => state.units.length;
  const phi = () => ({ sigmoid: "σ", tanh: "tanh", relu: "ReLU" })[state.activation] ?? "";
  const parameter = () => (state.parameter === null ? null : Math.min(state.parameter, 4 * size()));
  const chosen = () => (parameter() === null || parameter() >= 4 * size() ? null : Math.floor(parameter() / 4));
  const axes = () => [state.across, state.up].map((k) => Math.min(k, size() - 1));
  const value = (k) => (k < 4 * size() ? state.units[Math.floor(k / 4)][k % 4] : state.bias);
  const nameOf = (k) => (k >= 4 * size() ? "c" : ["w", "w", "b", "v"][k % 4] + SUB[Math.floor(k / 4)] + ["₁", "₂", "", ""][k % 4]);
  const gradient = (k) => (k < 4 * size() ? passed.gradient[Math.floor(k / 4)][k % 4] : passed.output_gradient);

  const describe = (i) => {
    const { h: made, p, losses } = pass();
    return `h ${made[i].map((one) => decimal(one)).join(", ")}; p ${decimal(p[i])}, loss ${spelled(losses[i])}`;
  };
  const summary = () => {
    const { loss, wrong } = pass();
    return loss === null ? "no points" : `mean loss ${spelled(loss)}, ${wrong} of ${plural(state.points.length, "point")} on the wrong side`;
  };
  const change = (patch, words) => ui.set(patch) && ui.say(`${words}; ${summary()}`);
  const setUnit = (k, unit, words) => change({ units: state.units.with(k, unit) }, words);

  // The plots.
  const link = pointLink(ui, describe);
  const bad = (i) => passed.z[i] >= 0 !== (state.points[i][2] === 1);
  const board = inputBoard(ui, link, { label: "Step 2: the output", size: 420, describe, wrong: bad });
  const edge = s("path.cx-curve.cx-boundary");
  const lines = s("path.cx-curve.cx-unitlines");
  board.front.append(lines, edge);
  const line = () => state.units[chosen()]?.slice(0, 3) ?? null; // of the unit that is chosen
  const grips = lineGrips(board, {
    get: line, name: () => `the line of hidden unit ${chosen() + 1}`, limits: [LIMIT, LIMIT, LIMIT],
    set: (now) => setUnit(chosen(), [...now, state.units[chosen()][3]], `Hidden unit ${chosen() + 1}: w ${place(now)}, b ${decimal(now[2])}`),
  });
  const plane = plot({ label: "The hidden plane", x: [0, 1], y: [0, 1], width: 420, height: 420, xTitle: "h", yTitle: "h" });
  const bent = s("path.cx-bent");
  plane.back.append(bent);
  const vote = plane.line("cx-boundary");
  const marks = pointMarks(ui, plane, link, { at: (i) => axes().map((k) => passed.h[i][k]), describe, wrong: bad });
  const maps = unitMaps({ ui, chosen, remove, choose: (k) => {
    ui.set({ parameter: k === chosen() ? null : 4 * k });
    ui.say(chosen() === null ? "No unit chosen" : `Chosen: ${unitWords(state.units[k], k)}`);
  } });

  const button = (words, onclick) => h("button.cx-button", { type: "button", onclick }, words);

  // What is done to the units.
  function remove(k) {
    const old = parameter();
    change({ units: state.units.filter((_, i) => i !== k), parameter: old === null || chosen() === k ? null : old - (old > 4 * k ? 4 : 0) }, `Hidden unit ${k + 1} removed, ${size() - 1} left`);
  }
  function add() {
    const unit = initial(size() + 1, state.seed)[0].at(-1);
    if (ui.set({ units: [...state.units, unit], parameter: 4 * size() })) ui.say(`Added: ${unitWords(unit, size() - 1)}; ${summary()}`);
  }
  const start = choiceControl({
    title: "Weights",
    options: { ...Object.fromEntries(Object.entries(spec.units).map(([key, { label }]) => [key, label])), "": "your own" },
    change(key) {
      const preset = spec.units[key];
      play.stop();
      ui.redraw();
      if (preset) change({ units: key === "zeros" ? state.units.map(() => [0, 0, 0, 0]) : preset.values, bias: preset.bias, steps: 0, parameter: null }, `Weights: ${preset.label}`);
    },
  });
  const random = button("Random start", () => {
    play.stop();
    const [units, bias] = initial(size(), state.seed);
    change({ units, bias, steps: 0 }, `Weights drawn with seed ${state.seed}`);
  });
  const adder = button("Add a unit", add);
  const last = () => chosen() ?? size() - 1;
  const remover = button("", () => remove(last()));

  // Training.
  function step(count) {
    if (!state.points.length) return false;
    try {
      const [units, bias] = descend(state.units, state.bias, state.activation, state.points, state.rate, count);
      return ui.set({ units, bias, steps: Math.min(1e6, state.steps + count) });
    } catch (error) {
      ui.complain(error.message);
      return false;
    }
  }
  const told = (count) => step(count) && ui.say(`Step ${state.steps}: ${summary()}`);
  const play = player({
    what: "step", interval: 80,
    next: () => (play.playing ? step(1) : told(1)),
    say: (word) => ui.say(word === "Paused" ? `Paused at step ${state.steps}: ${summary()}` : word),
  });
  const many = [10, 100].map((count) => button(`${count} steps`, () => told(count)));
  const curve = lossCurve();
  const score = h("p.cx-score");
  const formulas = h("p.cx-math");
  const special = h("div.cx-special");

  // The axes of the hidden plane.
  const pick = ["across", "up"].map((name) => choiceControl({
    title: `Unit ${name}`, options: Object.fromEntries([...SUB].map((sub, k) => [k, `h${sub}`])),
    change: (k) => {
      ui.set({ [name]: Number(k) });
      ui.say(`Unit ${axes()[0] + 1} across, ${axes()[1] + 1} up`);
    },
  }));
  const planeNote = h("p.cx-note.cx-legend");

  // The table, and the derivative that is written out.
  const table = dataTable({
    caption: "Every partial derivative",
    columns: ["parameter", "value", "∂L/∂·", "−η·∂L/∂·", "next", "∂ℓ/∂· at point"].map((title) => ({ title, numeric: true })),
    pick: (k) => {
      ui.set({ parameter: k === parameter() ? null : k });
      ui.say(parameter() === null ? "Nothing written out" : `${nameOf(k)} is ${decimal(value(k))}${passed.loss === null ? "" : `, derivative ${spelled(gradient(k))}`}`);
    },
  });
  const sums = h("div.cx-sums");
  let showValue = null;
  const valueControl = fieldControl({
    name: "value", field: { type: "number", title: "Chosen parameter", least: -50, most: 50, step: 0.1 },
    bind: (_, show) => (showValue = show), complain: ui.complain,
    set: ({ value: next }) => {
      const k = parameter();
      const words = `${nameOf(k)} ${decimal(next)}`;
      if (k < 4 * size()) setUnit(Math.floor(k / 4), state.units[Math.floor(k / 4)].with(k % 4, next), words);
      else change({ bias: next }, words);
    },
  });

  // ∂ℓ/∂θ at one point, as its factors with their names.
  function factors(k, i) {
    const [unit, j] = [Math.floor(k / 4), k % 4];
    const found = [["(p − y)", passed.p[i] - state.points[i][2]]];
    if (unit === size()) return found;
    if (j === 3) return [...found, [`h${SUB[unit]}`, passed.h[i][unit]]];
    found.push([`v${SUB[unit]}`, state.units[unit][3]], [`φ′(a${SUB[unit]})`, slope(state.activation, passed.a[i][unit])]);
    return j < 2 ? [...found, [["x₁", "x₂"][j], state.points[i][j]]] : found;
  }
  const product = (k, i) => spelled(factors(k, i).reduce((all, [, v]) => all * v, 1));

  const row = (...children) => h("p.cx-math", {}, ...children);
  const strong = (text) => row(h("strong", {}, text));
  const bold = (text) => h("b", {}, text);
  function drawSums() {
    const k = parameter();
    const i = link.active();
    const rows = [];
    if (i !== null) {
      const [x1, x2, y] = state.points[i];
      rows.push(strong(`Point ${i + 1} at ${place([x1, x2])}, class ${y}`));
      state.units.forEach(([w1, w2, b], j) => rows.push(row(
        `h${SUB[j]} = ${phi()}(${bracketed(w1)}·${bracketed(x1)} + ${bracketed(w2)}·${bracketed(x2)} + ${bracketed(b)}) = ${phi()}(${decimal(passed.a[i][j])}) = `, bold(decimal(passed.h[i][j])))));
      rows.push(
        row(`z = ${state.units.map((unit, j) => `${bracketed(unit[3])}·${bracketed(passed.h[i][j])}`).join(" + ")} + ${bracketed(state.bias)} = `, bold(decimal(passed.z[i]))),
        row(`p = σ(z) = `, bold(spelled(passed.p[i])), `,  ℓ = ${y ? "−ln p" : "−ln(1 − p)"} = `, bold(spelled(passed.losses[i]))));
    }
    if (k === null || passed.loss === null) rows.push(row("Choose a row to see its derivative written out."));
    else {
      const n = state.points.length;
      const name = nameOf(k);
      rows.push(strong(`∂L/∂${name} = (1/n)·Σ ${factors(k, 0).map((one) => one[0]).join("·")}`));
      if (i !== null) rows.push(row(`at point ${i + 1}: ∂ℓ/∂${name} = ${factors(k, i).map((one) => bracketed(one[1])).join("·")} = `, bold(product(k, i))));
      const all = state.points.map((_, j) => product(k, j).replace(/^−.*/, "($&)"));
      rows.push(
        row(`∂L/∂${name} = (1/${n})·(${all.length > 6 ? `${all.slice(0, 5).join(" + ")} + … + ${all.at(-1)}` : all.join(" + ")}) = `, bold(spelled(gradient(k)))),
        row(`${name} ← ${decimal(value(k))} − ${decimal(state.rate, 4)}·${bracketed(gradient(k))} = `, bold(decimal(value(k) - state.rate * gradient(k)))));
    }
    sums.replaceChildren(...rows);
    valueControl.hidden = k === null;
    if (k !== null) {
      const words = `Chosen: ${nameOf(k)}`;
      setText(valueControl.firstChild, words);
      valueControl.querySelectorAll("input").forEach((input, j) => setAttribute(input, "aria-label", words + (j ? ", number" : "")));
      showValue(value(k));
    }
  }

  function drawTable() {
    const i = link.active();
    const rows = Array.from({ length: 4 * size() + 1 }, (_, k) => {
      const g = passed.loss === null ? null : gradient(k);
      return {
        id: k,
        cells: [nameOf(k), decimal(value(k)), ...(g === null ? ["", "", ""] : [spelled(g), spelled(-state.rate * g), decimal(value(k) - state.rate * g)]), i === null ? "" : product(k, i)],
      };
    });
    table.draw(rows, parameter());
  }

  function drawOutput() {
    const colours = ui.colours();
    const { units, bias, activation } = state;
    const step = 4 / FINE;
    const at = (j) => -2 + (j + 0.5) * step;
    // One ring of patches more than is seen, so that the curve p = 1/2 runs to the edge.
    const wide = Array.from({ length: FINE + 2 }, (_, i) => at(i - 1));
    const z = wide.map((y) => wide.map((x) => units.reduce((sum, [w1, w2, b, v]) => sum + v * activate(activation, w1 * x + w2 * y + b), bias)));
    const index = (x) => Math.round((x + 2) / step + 0.5);
    board.raster(FINE, FINE, (x, y) => diverging(colours, 2 * logistic(z[index(y)][index(x)]) - 1));
    setAttribute(edge, "d", contour(z).map(([x1, y1, x2, y2]) => board.path([[at(x1 - 1), at(y1 - 1)], [at(x2 - 1), at(y2 - 1)]])).join(""));
    setAttribute(lines, "d", maps.lines(units).map((ends) => board.path(ends)).join(""));
  }

  function drawPlane() {
    const [i, j] = axes();
    const { units, bias, activation, points } = state;
    const [x, y] = [i, j].map((k) => {
      const [low, high] = reach(units[k], activation);
      const pad = high > low ? Math.max((high - low) * 0.06, 0.01) : 0.5; // a saturated unit's outputs differ by less than an axis can tell
      return [low - pad, high + pad];
    });
    plane.setRange({ x, y });
    plane.svg.querySelectorAll(".cx-axistitle").forEach((title, k) => setText(title, `h${SUB[[i, j][k]]}`));
    const pair = [units[i], units[j]];
    const fine = Array.from({ length: 33 }, (_, n) => -2 + n / 8);
    setAttribute(bent, "d", fine.filter((_, n) => n % 4 === 0).flatMap((n) => [fine.map((t) => [n, t]), fine.map((t) => [t, n])]).map((one) => plane.path(one.map((at) => hidden(pair, activation, at)))).join(""));
    const pinned = link.active();
    const others = pinned !== null ? passed.h[pinned] : units.map((_, k) => (points.length ? passed.h.reduce((sum, one) => sum + one[k], 0) / points.length : 0));
    const [line, added] = outputLine(units, bias, i, j, others);
    const [a, b, c] = line;
    const level = Math.abs(b) * (y[1] - y[0]) >= Math.abs(a) * (x[1] - x[0]);
    vote.draw(!a && !b ? [] : level ? x.map((one) => [one, -(a * one + c) / b]) : y.map((one) => [-(b * one + c) / a, one]));
    vote.element.classList.toggle("cx-cutline", added.length > 0);
    const colours = ui.colours();
    plane.raster(48, 48, (p, q) => diverging(colours, 2 * logistic(a * p + b * q + c) - 1, 0.4));
    marks.draw();
    const twice = i === j ? "Both axes show the same unit, so the plane is a line. " : "";
    const rest = added.length ? ` Dashed: the other ${plural(added.length, "unit")} add ${decimal(c - bias)} to c, ${pinned === null ? "by their mean over the points" : `as at point ${pinned + 1}`}.` : "";
    setText(planeNote, `${twice}Thin: the grid of the inputs, bent. Thick: ${bracketed(a)}·h${SUB[i]} + ${bracketed(b)}·h${SUB[j]} + ${bracketed(c)} = 0, where p = 1/2.${rest}`);
    pick.forEach(({ element, set }, k) => {
      set(axes()[k]);
      element.querySelectorAll("option").forEach((option, n) => (option.hidden = option.disabled = n >= size()));
    });
  }

  const torch = () => `nn.Sequential(nn.Linear(2, ${size()}), nn.${MODULES[state.activation]}(), nn.Linear(${size()}, 1), nn.Sigmoid())`;
  const torchLine = h("code.cx-line");
  const program = () => torchProgram(state.points, [
    ["w", state.units.map((unit) => unit.slice(0, 2))], ["b", state.units.map((unit) => unit[2])], ["v", state.units.map((unit) => unit[3])], ["c", state.bias],
  ], `(${state.activation === "identity" ? "x @ w.T + b" : `torch.${state.activation}(x @ w.T + b)`}) @ v + c`);

  return {
    elements: [
      h("div.cx-head", {}, ui.presets("points", { title: "Data" }), start.element, ui.control("activation", { radios: true })),
      h("div", {}, h("div.cx-label", {}, "Step 1: what each hidden unit makes of the inputs"), maps.element),
      h("div.cx-transport", {}, adder, remover, random, h("span.cx-seed", {}, ui.control("seed"))),
      special,
      h("div.cx-columns", {},
        h("section", {}, h("div.cx-label", {}, "Step 2: what the output unit makes of them"), board.element, board.tools),
        h("section", {}, h("div.cx-label", {}, "Between them: the hidden plane"), plane.element, h("div.cx-transport", {}, pick.map(({ element }) => element)), planeNote)),
      h("div.cx-columns", {},
        h("div.cx-controls", {}, ui.control("rate"), h("div.cx-transport", {}, play.element, many), score, formulas),
        curve.element),
      h("div.cx-columns.cx-ledger", {}, table.element, h("div", {}, valueControl, sums)),
      h("div.cx-code", {}, torchLine, copyButton("the line", torch, ui.say), copyButton("the program", program, ui.say, "Copy torch program")),
    ],
    draw(_, changed) {
      passed = pass();
      const moved = ["points", "units", "bias", "activation"].some((name) => changed.has(name));
      if (moved) drawOutput();
      if (moved || changed.has("parameter")) {
        maps.draw();
        grips.draw(line());
      }
      board.drawPoints();
      drawPlane();
      if (moved || changed.has("steps")) curve.draw(state.steps, passed.loss);
      drawSums();
      drawTable();
      const n = state.points.length;
      const preset = Object.keys(spec.units).find((key) => same(spec.units[key].values, state.units) && spec.units[key].bias === state.bias);
      start.set(preset ?? (state.units.flat().some(Boolean) || state.bias ? "" : "zeros"));
      setText(score, n ? `Step ${state.steps}. Mean loss ${spelled(passed.loss)}. Wrong: ${passed.wrong} of ${n}.` : "No points, so no loss and no gradient.");
      setText(formulas, `p = σ(${state.units.map((unit, k) => `${bracketed(unit[3])}·h${SUB[k]}`).join(" + ")} + ${bracketed(state.bias)}), where hₖ = ${phi()}(wₖ₁x₁ + wₖ₂x₂ + bₖ)`);
      const said = notes(state.units, state.bias, state.activation, passed.a);
      special.hidden = !said.length;
      special.replaceChildren(...said.map((text) => h("p.cx-note", {}, text)));
      setText(remover, `Remove unit ${last() + 1}`);
      setText(torchLine, torch());
      for (const one of many) one.disabled = !n;
      play.disable(!n);
    },
    reset() {
      play.stop();
      curve.clear();
      link.current = 0;
    },
    stop: play.stop,
  };
}

export default {
  render: ({ model, el }) => explorer({ model, el, spec, title: "Hidden-layer explorer", keys: KEYS, build }),
};
