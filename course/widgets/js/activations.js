// The activations-and-losses explorer: z moves along functions, slopes, chains of layers, losses and softmax.

import { activate, chain, crossEntropy, decades, derivative, LOGIT_LOSSES, loss, softmax, tails } from "./activations_model.js";
import { bar, chainPlot, curvePlot } from "./activations_plots.js";
import { activationWords, chainWords, layerWords, lossWords, saturationWords, softmaxWords, torchLine } from "./activations_words.js";
import { Refusal } from "./axis.js";
import { explorer } from "./explorer.js";
import { fieldControl } from "./field_controls.js";
import { decimal } from "./numbers.js";
import { significant } from "./significant.js";
import { dataTable } from "./table.js";
import { copyButton, h, setText } from "./ui.js";
import spec from "./activations.json" with { type: "json" };

const { options: NAMES } = spec.state.activation;
const { options: LOSS_NAMES } = spec.state.loss;
const SHORT = { mse: "MSE", mae: "MAE", huber: "Huber", bce: "BCE", sigmoid_mse: "MSE" };
const JUMPY = ["step", "relu", "leaky_relu", "elu", "selu"]; // whose slope, or value, jumps at 0
const REFERENCES = ["sigmoid", "tanh", "relu"];
const KEYS = "On a plot's point, left and right arrows move z (with Shift ten times as far); on the target's square, they move y. In a table, arrows go from row to row " +
  "and Enter pins a layer, or puts a logit on the axis. A click in a plot moves the point there; in the chain's plot it pins the layer. Escape unpins it.";

function problem(state) {
  try {
    if (state.view === "loss") loss(state.loss, state.z, state.target, state.delta);
    if (state.view === "softmax") crossEntropy(state.logits, state.label);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const patch = state.view === "loss" ? { target: state.target > 1 ? 1 : 0 } : { label: state.logits.length - 1 };
    return { text: error.message, mend: { words: Object.entries(patch).flat().join(" "), patch } };
  }
  return null;
}

function build(ui) {
  const { state } = ui;
  let probed = null; // where the pointer is on a z axis
  let layer = null; // what the pointer or the focus is on in the chain
  const f = (z) => activate(state.activation, z, state.slope, state.alpha);
  const slopeAt = (z) => derivative(state.activation, z, state.slope, state.alpha);
  const layers = (kind = state.activation) => chain(kind, state.z, state.depth, state.weight, state.bias, state.slope, state.alpha);
  const lossAt = (i, kind = state.loss) => (z) => loss(kind, z, state.target, state.delta)[i];
  const moved = () => Math.min(state.moved, state.logits.length - 1);
  const withLogit = (k, z) => state.logits.map((one, i) => (i === k ? z : one));

  const probe = (z) => {
    if (z === probed) return;
    probed = z;
    ui.redraw();
  };
  // What a move of z is told as, in each view.
  const told = {
    function: () => `z ${decimal(state.z)}: ${NAMES[state.activation]} ${significant(f(state.z))}, slope ${significant(slopeAt(state.z))}`,
    chain: () => `z ${decimal(state.z)}: ${chainWords(state.activation, layers(), state.weight)}`,
    loss: () => `z ${decimal(state.z)}: ${LOSS_NAMES[state.loss]} ${significant(lossAt(0)(state.z))}, gradient ${significant(lossAt(1)(state.z))}`,
    softmax: () => softmaxWords(state.logits, state.label, moved()).join("; "),
  };
  const tell = () => ui.say(problem(state)?.text ?? told[state.view]());
  const moveZ = (z) => ui.set({ z }) && tell();
  const moveLogit = (z) => ui.set({ logits: withLogit(moved(), z) }) && tell();
  const moveTarget = (target) => ui.set({ target }) && ui.say(problem(state)?.text ?? `Target ${decimal(target)}: loss ${significant(lossAt(0)(state.z))}`);
  const pin = (number) => {
    ui.set({ layer: number === state.layer ? null : number });
    ui.say(state.layer === null ? "No layer pinned" : layerWords(layers(), state.layer, state.weight));
  };
  const look = (number) => {
    if (number === layer) return;
    layer = number;
    ui.redraw();
  };
  const activeLayer = () => {
    const number = state.layer ?? layer;
    return number === null ? null : Math.min(number, state.depth);
  };

  const curves = {
    value: curvePlot({ label: "The activation against z", title: "f(z)", move: moveZ, probe }),
    slope: curvePlot({ label: "Its slope against z", title: "f′(z)", move: moveZ, probe }),
    loss: curvePlot({ label: "The loss against z", title: "loss", move: moveZ, probe }),
    lossSlope: curvePlot({ label: "The gradient of the loss against z", title: "∂ loss/∂z", move: moveZ, probe }),
    entropy: curvePlot({ label: "Cross-entropy against one logit", title: "cross-entropy", xTitle: "logit", range: [-20, 20], move: moveLogit, probe }),
    share: curvePlot({ label: "Gradient of the cross-entropy against one logit", title: "∂ loss/∂ logit", xTitle: "logit", range: [-20, 20], move: moveLogit, probe }),
  };
  const goal = curves.loss.handle({ axis: "x", step: 0.1, move: ([y]) => moveTarget(Math.round(y * 10) / 10) });
  const survival = chainPlot({ hover: look, pin });

  const layerTable = dataTable({
    caption: "Each layer",
    columns: [
      { title: "layer", numeric: true }, { title: "z", numeric: true }, { title: "a = f(z)", numeric: true },
      { title: "f′(z)", numeric: true }, { title: "gradient", numeric: true, hint: "Of the last layer's output with respect to this layer's z" }],
    pick: pin, hover: look,
  });
  layerTable.element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.layer !== null) pin(state.layer);
  });
  const bars = Array.from({ length: 6 }, () => ({ fill: h("span.cx-fill"), text: h("span.cx-barvalue") }));
  const pulls = Array.from({ length: 6 }, () => ({ fill: h("span.cx-fill"), text: h("span.cx-barvalue") }));
  const box = ({ fill, text }, signed) => h(`div.cx-bar${signed ? ".cx-signedbar" : ""}`, {}, fill, text);
  const cells = bars.map((one, k) => [box(one, false), box(pulls[k], true)]);
  const classTable = dataTable({
    caption: "Each class",
    columns: [{ title: "class" }, { title: "logit", numeric: true }, { title: "probability" }, { title: "gradient" }],
    pick: (k) => ui.set({ moved: k }) && tell(),
  });

  const words = ["p.cx-formula", "p.cx-formula", "p.cx-note", "p.cx-note"].map((selector) => h(selector));
  const readout = h("p.cx-where");
  const line = h("code.cx-line");
  const shows = [];
  const logitControls = Array.from({ length: 6 }, (_, k) => fieldControl({
    name: `logits[${k}]`, field: { ...spec.state.logits.of, step: 0.1 }, title: `Logit ${k}`, complain: ui.complain,
    bind: (_name, show) => (shows[k] = show), set: (patch) => ui.set({ logits: withLogit(k, Object.values(patch)[0]), moved: k }) && tell(),
  }));
  const count = (by) => {
    const logits = by > 0 ? [...state.logits, 0] : state.logits.slice(0, -1);
    ui.set({ logits, label: Math.min(state.label, logits.length - 1), moved: Math.min(state.moved, logits.length - 1) }, `${logits.length} classes`);
  };
  const [more, fewer] = [["Add a class", 1], ["Remove the last", -1]].map(([name, by]) => h("button.cx-button", { type: "button", onclick: () => count(by) }, name));

  // Controls and plots by the views that they belong to.
  const control = Object.fromEntries(["activation", "slope", "alpha", "depth", "weight", "bias", "loss", "target", "delta", "label", "moved"].map((name) => [name, ui.control(name)]));
  const z = ui.control("z", { said: () => "" });
  z.addEventListener("input", () => queueMicrotask(tell));
  const view = ui.control("view", { radios: true });
  const presets = ui.presets("logits", { title: "Logits" });
  const belongs = [
    [["function", "chain"], [control.activation, curves.value.element]],
    [["function"], [curves.slope.element]],
    [["chain"], [control.depth, control.weight, control.bias, survival.element, layerTable.element]],
    [["loss"], [control.loss, control.target, curves.loss.element, curves.lossSlope.element]],
    [["softmax"], [presets, control.label, control.moved, more, fewer, curves.entropy.element, curves.share.element, classTable.element]],
    [["function", "chain", "loss"], [z]],
  ];

  const draws = {
    function() {
      const ends = tails(state.activation, state.slope, state.alpha);
      const [low, high] = [f(state.z), slopeAt(state.z)];
      const kind = NAMES[state.activation];
      const flatWord = state.activation === "relu" ? "dead" : "saturated";
      const common = { at: state.z, tails: ends, flatWord, probed };
      curves.value.draw({ ...common, f, jump: state.activation === "step" ? 0 : null, slope: high, words: `${kind} at z ${decimal(state.z)}: ${significant(low)}` });
      curves.slope.draw({ ...common, f: slopeAt, jump: JUMPY.includes(state.activation) ? 0 : null, words: `slope of ${kind} at z ${decimal(state.z)}: ${significant(high)}` });
      const said = activationWords(state.activation, state.z, state.slope, state.alpha);
      write(said.value, said.slope, said.note, saturationWords(state.activation, state.z, state.slope, state.alpha));
      read(probed === null ? `tangent at z = ${decimal(state.z)}: ${significant(low)} + ${significant(high)}·(z − ${decimal(state.z)})` : `at z = ${decimal(probed)}: f = ${significant(f(probed))}, f′ = ${significant(slopeAt(probed))}`);
    },
    chain() {
      const rows = layers();
      const active = activeLayer();
      const others = REFERENCES.filter((kind) => kind !== state.activation).map((kind) => [NAMES[kind].split(" ")[0], decades(layers(kind))]);
      curves.value.draw({
        f, jump: state.activation === "step" ? 0 : null, at: state.z, tails: tails(state.activation, state.slope, state.alpha), flatWord: state.activation === "relu" ? "dead" : "saturated", probed,
        marks: rows.map((one, i) => [one.z, i + 1 === active]), words: `z of the first layer: ${decimal(state.z)}`,
      });
      survival.draw({ powers: decades(rows), others, active });
      layerTable.draw(rows.map((one, i) => ({
        id: i + 1, classes: i + 1 === active ? "cx-over" : "", cells: [i + 1, ...[one.z, one.a, one.slope, one.gradient].map((v) => significant(v))],
      })), state.layer === null ? null : Math.min(state.layer, state.depth));
      write("∂a_d/∂z₁ = f′(z₁) · w·f′(z₂) · … · w·f′(z_d)", chainWords(state.activation, rows, state.weight), "Faint lines: the same chain of other activations. Triangles: the gradient is 0.");
      // In a line of its own above the table: one that came and went beside it would move the table away under the pointer.
      read(active === null ? "Point at a layer to see its factor; a click or Enter pins it." : `${layerWords(rows, active, state.weight)}${state.layer === null ? "" : " (pinned)"}`);
    },
    loss() {
      const family = (LOGIT_LOSSES.includes(state.loss) ? LOGIT_LOSSES : ["mse", "mae", "huber"]).filter((kind) => kind !== state.loss);
      const [value, slope] = [lossAt(0)(state.z), lossAt(1)(state.z)];
      const common = { at: state.z, probed };
      const jump = (kind) => (kind === "mae" ? state.target : null);
      curves.loss.draw({
        ...common, f: lossAt(0), slope, cap: 12, family: family.map((kind) => [SHORT[kind], lossAt(0, kind)]), words: `loss at z ${decimal(state.z)}: ${significant(value)}`,
      });
      curves.lossSlope.draw({ ...common, f: lossAt(1), cap: 6, jump: jump(state.loss), family: family.map((kind) => [SHORT[kind], lossAt(1, kind), jump(kind)]), words: `gradient at z ${decimal(state.z)}: ${significant(slope)}` });
      goal.set([state.target, curves.loss.range.y[0]], { label: `target y ${decimal(state.target)}`, shape: "square", text: "" });
      const said = lossWords(state.loss, state.z, state.target, state.delta);
      write(said.value, said.slope, said.note, "Faint lines: the other losses of the same kind. The square on the axis is the target y.");
      read(probed === null ? "" : `at z = ${decimal(probed)}: loss ${significant(lossAt(0)(probed))}, gradient ${significant(lossAt(1)(probed))}`);
    },
    softmax() {
      const k = moved();
      const one = (i) => (logit) => {
        const [value, gradient] = crossEntropy(withLogit(k, logit), state.label);
        return i ? gradient[k] : value;
      };
      const share = (logit) => softmax(withLogit(k, logit))[k];
      const at = state.logits[k];
      const [, gradient] = crossEntropy(state.logits, state.label);
      const p = softmax(state.logits);
      curves.entropy.draw({ f: one(0), at, slope: gradient[k], cap: 12, probed, words: `cross-entropy at logit ${k} = ${decimal(at)}: ${significant(one(0)(at))}` });
      curves.share.draw({ f: one(1), at, probed, least: -1, most: 1, family: [[`p${"₀₁₂₃₄₅"[k]}`, share]], words: `gradient for logit ${k}: ${significant(gradient[k])}` });
      state.logits.forEach((logit, i) => {
        for (const [parts, value] of [[bars[i], p[i]], [pulls[i], gradient[i]]]) {
          const { width, left, text } = bar(value);
          parts.fill.style.setProperty("--width", width);
          parts.fill.style.setProperty("--left", left);
          parts.fill.classList.toggle("cx-minus", value < 0);
          setText(parts.text, text);
        }
      });
      classTable.draw(state.logits.map((logit, i) => ({ id: i, cells: [`${i}${i === state.label ? " ★ true" : ""}`, decimal(logit), ...cells[i]] })), k);
      write(...softmaxWords(state.logits, state.label, k), "The gradients of all logits add up to 0: what the true class gains, the others lose.");
      read(probed === null ? "" : `at logit ${k} = ${decimal(probed)}: loss ${significant(one(0)(probed))}, p = ${significant(share(probed))}`);
    },
  };
  // e^−z with its power raised
  const write = (...texts) => words.forEach((element, i) => {
    const text = texts[i] ?? "";
    if (element.dataset.shown === text) return;
    element.dataset.shown = text;
    element.replaceChildren(...text.split(/\^(−?\w[₀-₅]?)/).map((part, j) => (j % 2 ? h("sup", {}, part) : part)));
  });
  const read = (text) => setText(readout, text);

  return {
    elements: [
      h("div.cx-head", {}, view),
      h("div.cx-head", {}, control.activation, control.loss, presets, more, fewer),
      h("div.cx-two", {}, Object.values(curves).slice(0, 2).map(({ element }) => element), survival.element, Object.values(curves).slice(2).map(({ element }) => element)),
      readout,
      h("div.cx-two", {},
        h("div.cx-controls", {}, z, control.slope, control.alpha, control.depth, control.weight, control.bias, control.target, control.delta, logitControls, control.label, control.moved),
        h("div.cx-sayings", {}, words, layerTable.element, classTable.element)),
      h("div.cx-code", {}, line, copyButton("the line", () => line.textContent, ui.say)),
    ],
    draw() {
      const trouble = problem(state);
      const wanted = new Set();
      for (const [views, elements] of belongs) if (views.includes(state.view)) for (const element of elements) wanted.add(element);
      for (const [, elements] of belongs) for (const element of elements) element.hidden = !wanted.has(element) || Boolean(trouble && element.matches(".cx-plot, .cx-tablebox"));
      const acts = ["function", "chain"].includes(state.view);
      control.slope.hidden = !(acts && state.activation === "leaky_relu");
      control.alpha.hidden = !(acts && state.activation === "elu");
      control.delta.hidden = !(state.view === "loss" && state.loss === "huber");
      logitControls.forEach((element, k) => {
        element.hidden = state.view !== "softmax" || k >= state.logits.length;
        if (k < state.logits.length) shows[k](state.logits[k]);
      });
      more.disabled = state.logits.length >= 6;
      fewer.disabled = state.logits.length <= 2;
      if (trouble) {
        write();
        read("");
      } else draws[state.view]();
      setText(line, torchLine(state.view, state.activation, state.loss, state.slope, state.alpha, state.delta, state.logits, state.label));
    },
    reset() {
      probed = layer = null;
    },
  };
}

export default { render: ({ model, el }) => explorer({ model, el, spec, title: "Activations and losses explorer", keys: KEYS, problem, build }) };
