// The neuron explorer: two inputs, a line to drag, and the loss and gradient of every point.

import { explorer } from "./explorer.js";
import { boundary, bracketed, fitted, logistic, logit, moved, spelled } from "./neuron_line.js";
import { bestError, descend, neuron } from "./neuron_model.js";
import { inputBoard, lineGrips, lossCurve, place, pointLink, remembered, torchProgram } from "./neuron_plot.js";
import { decimal } from "./numbers.js";
import { player } from "./player.js";
import { diverging, s } from "./plot.js";
import { dataTable } from "./table.js";
import { copyButton, h, plural, setAttribute, setText } from "./ui.js";
import spec from "./neuron.json" with { type: "json" };

const LEVELS = [0.1, 0.25, 0.75, 0.9];
const KEYS = "In the plot, N and P go from point to point, arrows move a point (with Shift ten times as far), L changes its class, Enter pins it, Delete removes it, A adds one, whose p is said wherever it is moved. " +
  "Tab goes on to the two grips of the line: arrows move it (diamond) or turn it (triangle). In the table arrows move and Enter pins.";

// Arrows in one path: draw([[from, to], …]).
function arrows(board, className) {
  const path = s(`path.cx-arrows.${className}`);
  board.front.append(path);
  return (pairs) => {
    const d = pairs.map(([from, to]) => {
      const [x1, y1] = board.toPixel(from);
      const [x2, y2] = board.toPixel(to);
      const far = Math.hypot(x2 - x1, y2 - y1);
      if (far < 4) return "";
      const [ux, uy] = [(x2 - x1) / far, (y2 - y1) / far].map((v) => v * Math.min(7, far * 0.6));
      const wing = (turn) => `M${(x2 - ux - turn * uy * 0.6).toFixed(1)} ${(y2 - uy + turn * ux * 0.6).toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`;
      return `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}${wing(1)}${wing(-1)}`;
    });
    setAttribute(path, "d", d.join(""));
  };
}

function build(ui) {
  const { state } = ui;
  const weights = () => [state.w1, state.w2, state.bias];
  const as = ([w1, w2, bias]) => ({ w1, w2, bias });
  const pass = remembered(() => [...weights(), state.points, state.threshold], (w1, w2, b, points, threshold) => neuron([w1, w2, b], points, threshold));
  let passed = pass();
  let fewest = 0;
  let spot = null; // where the pointer is in the plot

  const describe = (i) => {
    const { z, p, losses } = pass();
    return `z ${decimal(z[i])}, p ${decimal(p[i])}, loss ${spelled(losses[i])}`;
  };
  const summary = () => {
    const { loss, wrong } = pass();
    return loss === null ? "no points" : `mean loss ${spelled(loss)}, ${wrong} of ${plural(state.points.length, "point")} wrong`;
  };
  const link = pointLink(ui, describe);
  const board = inputBoard(ui, link, { label: "The inputs: output of the neuron, its line, and the points", size: 460, describe, wrong: (i) => passed.predicted[i] !== state.points[i][2] });
  const contours = LEVELS.map((p) => {
    const line = board.line("cx-faintline");
    const name = s("text.cx-contour", {}, String(p));
    board.front.append(name);
    return { level: logit(p), line, name };
  });
  const next = board.line("cx-next");
  const cut = board.line("cx-cut");
  const grips = lineGrips(board, {
    get: weights, name: () => "the line",
    set: (now) => {
      ui.set(as(now));
      ui.say(`Line: w₁ ${decimal(now[0])}, w₂ ${decimal(now[1])}, b ${decimal(now[2])}; ${summary()}`);
    },
  });
  const pulls = arrows(board, "cx-pulls");
  board.svg.addEventListener("pointermove", (event) => {
    spot = board.at(event);
    ui.redraw();
  });
  board.svg.addEventListener("pointerleave", () => {
    spot = null;
    ui.redraw();
  });

  function step(count) {
    if (!state.points.length) return false;
    try {
      return ui.set({ ...as(descend(weights(), state.points, state.rate, count)), steps: Math.min(1e6, state.steps + count) });
    } catch (error) {
      ui.complain(error.message);
      return false;
    }
  }
  const told = (count) => {
    if (step(count)) ui.say(`Step ${state.steps}: ${summary()}`);
  };
  const play = player({
    what: "step", interval: 80,
    next: () => (play.playing ? step(1) : told(1)),
    say: (word) => ui.say(word === "Paused" ? `Paused at step ${state.steps}: ${summary()}` : word),
  });
  const many = [10, 100].map((count) => h("button.cx-button", { type: "button", onclick: () => told(count) }, `${count} steps`));
  const zero = h("button.cx-button", {
    type: "button", title: "Both weights and the bias 0, no steps taken",
    onclick: () => {
      play.stop();
      ui.set({ w1: 0, w2: 0, bias: 0, steps: 0 });
      ui.say(`All weights 0: no line; ${summary()}`);
    },
  }, "Start from 0");

  const lineNote = h("span");
  const back = h("button.cx-button.cx-primary", {
    type: "button",
    onclick: () => {
      ui.set(as(state.w1 || state.w2 ? moved(fitted(weights()), [0, 0]) : [1, 1, 0]));
      ui.say(`The line is back: ${summary()}`);
    },
  });
  const noLine = h("p.cx-note.cx-noline", {}, lineNote, " ", back);
  const where = h("p.cx-where.cx-spot");
  const score = h("p.cx-score");
  const best = h("p.cx-note");
  const sums = h("div.cx-sums");
  const curve = lossCurve();
  const table = dataTable({
    caption: "Loss and gradient of each point",
    columns: ["point", "x₁", "x₂", "y", "p", "loss ℓ", "∂ℓ/∂w₁", "∂ℓ/∂w₂", "∂ℓ/∂b"].map((title) => ({ title, numeric: true })),
    pick: (id) => link.pin(id === "mean" ? null : id),
    hover: (id) => link.look(id === "mean" ? null : id),
  });
  const torch = "nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())";
  const program = () => torchProgram(state.points, [["w", [state.w1, state.w2]], ["b", state.bias]], "x @ w + b");

  function drawBoard() {
    const [w1, w2, b] = weights();
    const colours = ui.colours();
    board.raster(92, 92, (x, y) => diverging(colours, 2 * logistic(w1 * x + w2 * y + b) - 1));
    for (const { level, line, name } of contours) {
      const ends = boundary(weights(), level);
      line.draw(ends ?? []);
      name.style.display = ends ? "" : "none";
      if (!ends) continue;
      const [x, y] = board.toPixel([0, 1].map((k) => ends[0][k] * 0.92 + ends[1][k] * 0.08));
      name.setAttribute("x", x.toFixed(1));
      name.setAttribute("y", y.toFixed(1));
    }
    cut.draw(state.threshold === 0.5 ? [] : boundary(weights(), logit(state.threshold)) ?? []);
    let after = null;
    try {
      after = passed.loss === null ? null : boundary(descend(weights(), state.points, state.rate));
    } catch {
      // The step would leave the limits: its button says so.
    }
    next.draw(after ?? []);
    grips.draw(weights());
    pulls(state.arrows ? state.points.map(([x, y], i) => [[x, y], [x - passed.gradients[i][0] / 2, y - passed.gradients[i][1] / 2]]) : []);
    board.drawPoints();
  }

  function drawNotes() {
    const none = !state.w1 && !state.w2;
    const ends = boundary(weights());
    noLine.hidden = Boolean(ends);
    if (ends) return;
    const p = logistic(state.bias);
    setText(lineNote, none
      ? `Both weights are 0: there is no line, and p = σ(b) = ${decimal(p)} everywhere.`
      : `The line lies outside the square from −2 to 2: the whole of it is class ${p >= 0.5 ? 1 : 0} (p at its middle is ${decimal(p)}).`);
    setText(back, none ? "Set w = (1, 1), b = 0" : "Bring it back");
  }

  const row = (...children) => h("p.cx-math", {}, ...children);
  function drawSums() {
    const i = link.active();
    const [w1, w2, b] = weights();
    const rows = [];
    if (i === null) rows.push(row(`z = w₁x₁ + w₂x₂ + b = ${bracketed(w1)}·x₁ + ${bracketed(w2)}·x₂ + ${bracketed(b)},  p = 1/(1 + e^−z)`));
    else {
      const [x1, x2, y] = state.points[i];
      const [p, q] = [passed.z[i], -passed.z[i]].map((z) => spelled(logistic(z)));
      rows.push(
        row(h("strong", {}, `Point ${i + 1} at ${place([x1, x2])}, class ${y}`)),
        row(`z = w₁x₁ + w₂x₂ + b = ${bracketed(w1)}·${bracketed(x1)} + ${bracketed(w2)}·${bracketed(x2)} + ${bracketed(b)} = `, h("b", {}, decimal(passed.z[i]))),
        row(`p = 1/(1 + e^−z) = 1/(1 + e^${bracketed(-passed.z[i])}) = `, h("b", {}, p)),
        row(y ? `ℓ = −ln p = −ln ${p} = ` : `ℓ = −ln(1 − p) = −ln ${q} = `, h("b", {}, spelled(passed.losses[i]))),
        ...["w₁", "w₂", "b"].map((name, k) => row(
          `∂ℓ/∂${name} = ${k < 2 ? `(p − y)·x${"₁₂"[k]} = (${p} − ${y})·${bracketed([x1, x2][k])}` : `p − y = ${p} − ${y}`} = `, h("b", {}, spelled(passed.gradients[i][k])))));
    }
    if (passed.loss !== null) {
      const n = state.points.length;
      rows.push(
        row(h("strong", {}, `Mean of ${plural(n, "point")}, and the next step at rate η = ${decimal(state.rate, 4)}`)),
        row(`L = (1/${n})·Σℓ = `, h("b", {}, spelled(passed.loss))),
        ...["w₁", "w₂", "b"].map((name, k) => {
          const g = passed.gradient[k];
          return row(`∂L/∂${name} = `, h("b", {}, spelled(g)), `;  ${name} ← ${decimal(weights()[k])} − ${decimal(state.rate, 4)}·${bracketed(g)} = `, h("b", {}, decimal(weights()[k] - state.rate * g)));
        }));
    }
    sums.replaceChildren(...rows);
  }

  function drawTable() {
    const rows = state.points.map(([x1, x2, y], i) => ({
      id: i,
      cells: [`${i + 1}${passed.predicted[i] === y ? "" : " ×"}`, decimal(x1), decimal(x2), y, decimal(passed.p[i]), spelled(passed.losses[i]), ...passed.gradients[i].map(spelled)],
      classes: i === link.active() ? "cx-over" : "",
    }));
    if (passed.loss !== null) rows.push({ id: "mean", cells: ["mean", "", "", "", "", spelled(passed.loss), ...passed.gradient.map(spelled)], classes: "cx-mean" });
    table.draw(rows, link.pinned());
  }

  const slide = ["w1", "w2", "bias", "threshold", "rate"].map((name) => ui.control(name));
  return {
    elements: [
      h("div.cx-head", {}, ui.presets("points", { title: "Data" }), board.tools, ui.control("arrows")),
      h("div.cx-columns", {},
        h("div", {}, board.element,
          h("p.cx-note.cx-legend", {}, "Disc: class 1. Square: class 0. ×: predicted wrongly. Thick line: p = 0.5; dashed: the threshold; dotted: where the next step puts it. Click to add a point.")),
        h("div.cx-controls", {}, slide, h("div.cx-transport", {}, play.element, many, zero), score, best, noLine, where, curve.element)),
      h("div.cx-columns.cx-ledger", {}, table.element, sums),
      h("div.cx-code", {}, h("code.cx-line", {}, torch), copyButton("the line", () => torch, ui.say), copyButton("a program that computes this loss and gradient", program, ui.say, "Copy torch program")),
    ],
    draw(_, changed) {
      passed = pass();
      const moved = ["points", "w1", "w2", "bias", "threshold", "rate", "arrows"].some((name) => changed.has(name));
      if (changed.has("points")) fewest = bestError(state.points);
      if (moved) drawBoard();
      else board.drawPoints();
      if (moved || changed.has("steps")) curve.draw(state.steps, passed.loss);
      drawNotes();
      drawSums();
      drawTable();
      const n = state.points.length;
      setText(score, n ? `Step ${state.steps}. Mean loss ${spelled(passed.loss)}. Wrong: ${passed.wrong} of ${n}.` : "There are no points, so there is no loss and no gradient.");
      setText(best, n ? `The best that any line can do here: ${fewest} of ${n} wrong${fewest ? ", because no line separates the classes" : ""}.` : "");
      const shown = spot && link.over === null && spot.every((v) => Math.abs(v) <= 2);
      setText(where, shown ? spotWords() : "Point at the plot to read p anywhere.");
      for (const button of [...many, zero]) button.disabled = !n && button !== zero;
      play.disable(!n);
    },
    reset() {
      play.stop();
      curve.clear();
      link.current = 0;
    },
    stop: play.stop,
  };

  function spotWords() {
    const z = state.w1 * spot[0] + state.w2 * spot[1] + state.bias;
    return `At ${place(spot)}: z = ${decimal(z)}, p = ${decimal(logistic(z))}, class ${z >= logit(state.threshold) ? 1 : 0}`;
  }
}

export default {
  render: ({ model, el }) => explorer({ model, el, spec, title: "Neuron explorer", keys: KEYS, build }),
};
