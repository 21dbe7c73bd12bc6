// The masks explorer: truth and prediction painted by hand, the measures that count their pixels, U-Net's weight map.

import { choiceControl, pairControl } from "./controls.js";
import { explorer } from "./explorer.js";
import { background, counts, kind, measures, MEASURES, weigh } from "./masks_model.js";
import { maskGrid } from "./masks_grid.js";
import { decimal } from "./numbers.js";
import { dataTable } from "./table.js";
import { copyButton, h, plural, setText } from "./ui.js";
import spec from "./masks.json" with { type: "json" };

const NAMES = spec.state.measure.options;
const LETTERS = { TP: "TP", FP: "FP", FN: "FN", TN: "·" };
const KINDS = { TP: "true positive", FP: "false positive", FN: "false negative", TN: "true negative" };
const sizeOf = (mask) => [mask.length, mask[0].length];
const times = (mask) => sizeOf(mask).join("×");
const value = (number) => (number === null ? "not defined" : decimal(number));

// Cut off, or filled up with background.
const resized = (mask, [rows, columns]) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => mask[i]?.[j] ?? 0));

function problem({ truth, prediction }) {
  if (times(truth) === times(prediction)) return null;
  return {
    text: `truth is ${times(truth)} and prediction ${times(prediction)}: they are compared pixel by pixel`,
    mend: { words: `the prediction to ${times(truth)}`, patch: { prediction: resized(prediction, sizeOf(truth)) } },
  };
}

// One side of a quotient, with letters or with numbers.
function side(name, where, found) {
  const terms = MEASURES[name][where];
  const text = [...new Set(terms)].map((one) => `${terms.filter((other) => other === one).length === 2 ? "2·" : ""}${found ? found[one] : one}`).join(" + ");
  return text.includes(" + ") ? `(${text})` : text;
}
const formula = (name, found) => (name === "balanced"
  ? "(sensitivity + specificity) / 2"
  : `${side(name, "top")} / ${side(name, "bottom")} = ${side(name, "top", found)} / ${side(name, "bottom", found)}`);

// Every pixel under a square brush.
function brushed(places, brush, [rows, columns]) {
  const from = -Math.floor((brush - 1) / 2);
  const keys = new Set();
  for (const [i, j] of places) for (let a = 0; a < brush; a++) for (let b = 0; b < brush; b++) keys.add(`${i + from + a},${j + from + b}`);
  return [...keys].map((key) => key.split(",").map(Number)).filter(([i, j]) => i >= 0 && j >= 0 && i < rows && j < columns);
}

const render = ({ model, el }) => explorer({
  model, el, spec, problem, title: "Masks explorer",
  keys: "In a mask, arrows move, the space bar or Enter paints or erases, Delete erases, Shift with an arrow carries the pixel's value along; by mouse, drag. Home, End, Page Up and Page Down go to the edges. In the weights, Enter keeps a pixel; in the table, Enter marks what a measure counts.",
  build(ui) {
    const probes = { hover: null, focus: null };
    let hovered = null; // a measure in the table
    let known = {};

    // The comparison and the weight map, each computed when its masks or settings are new.
    function derive(state) {
      const { truth, prediction, w0, sigma, balance, inside, corners, empty } = state;
      if (known.truth !== truth || known.prediction !== prediction || known.empty !== empty) {
        const found = problem(state) ? null : counts(truth, prediction);
        Object.assign(known, { prediction, empty, found, values: found && measures(found, empty), plain: found && measures(background(found), empty) });
      }
      const settings = JSON.stringify([w0, sigma, balance, inside, corners]);
      if (known.truth !== truth || known.settings !== settings) Object.assign(known, { truth, settings, weighed: weigh(truth, state) });
      return known;
    }

    const result = () => {
      const { found, values } = derive(ui.state);
      return found ? `IoU ${value(values.iou)}, Dice ${value(values.dice)}` : "";
    };
    const look = (place, source) => {
      if (String(probes[source]) === String(place)) return;
      probes[source] = place;
      ui.redraw();
    };

    // A stroke is announced once, at its end.
    function paint(name, places, on, end) {
      const mask = ui.state[name];
      const next = mask.map((row) => [...row]);
      const under = brushed(places, ui.state.brush, sizeOf(mask));
      for (const [i, j] of under) next[i][j] = on;
      if (under.some(([i, j]) => mask[i][j] !== on)) ui.set({ [name]: next });
      if (!end) return;
      const here = under.length === 1 ? ` at row ${under[0][0]}, column ${under[0][1]}` : "";
      ui.say(`${spec.state[name].title} ${on ? "painted" : "erased"}${here}. ${result()}`);
    }
    const change = (name, mask, words) => {
      ui.set({ [name]: mask });
      ui.say(`${words}. ${result()}`);
    };

    const painted = (name) => maskGrid({ look, value: ([i, j]) => ui.state[name][i][j], paint: (places, on, end) => paint(name, places, on, end) });
    const pick = (at) => ui.set({ at }, spokenWeight(at));
    const grids = { truth: painted("truth"), prediction: painted("prediction"), comparison: maskGrid({ look, pick }), weights: maskGrid({ look, pick }) };
    const captions = Object.fromEntries(Object.keys(grids).map((name) => [name, h("div.cx-label.cx-strong")]));
    const button = (label, name, act, words) => h("button.cx-button", { type: "button", "aria-label": words, title: words, onclick: () => change(name, act(ui.state[name]), words) }, label);
    const tools = (name, other) => h("div.cx-tools", {},
      button("Clear", name, (mask) => mask.map((row) => row.map(() => 0)), `Clear the ${name}`),
      button("Invert", name, (mask) => mask.map((row) => row.map((v) => 1 - v)), `Invert the ${name}`),
      button(`= ${other}`, name, () => ui.state[other], `Copy the ${other} to the ${name}`));
    const pane = (name, ...more) => h(`section.cx-maskpane.cx-pane-${name}`, {}, captions[name], grids[name].element, ...more);
    const key = h("div.cx-legend", {}, Object.keys(LETTERS).map((one) => h("span", {}, h(`span.cx-square.cx-${one}`, { "aria-hidden": "true" }, LETTERS[one]), ` ${KINDS[one]}`)));

    const scenes = Object.fromEntries(Object.entries(spec.scenes).map(([name, { label }]) => [name, label]));
    const masks = (name) => spec.masks[name].values;
    const scene = choiceControl({
      title: "Scene", options: { ...scenes, "": "your own" },
      change: (name) => {
        if (!name) return ui.set({});
        const { label, truth, prediction } = spec.scenes[name];
        ui.set({ truth: masks(truth), prediction: masks(prediction) });
        return ui.say(`Scene: ${label}. ${result()}`);
      },
    });
    const size = pairControl({
      name: "size", title: "Size", least: 1, most: 16, complain: ui.complain,
      change: (shape) => ui.set({ truth: resized(ui.state.truth, shape), prediction: resized(ui.state.prediction, shape) }, `Size ${shape.join(" by ")}`),
    });

    const table = dataTable({
      caption: "Measures", columns: [{ title: "measure" }, { title: "value", numeric: true }, { title: "all background", numeric: true, hint: "the same measure of the answer that all is background" }, { title: "with the counts" }],
      pick: (measure) => ui.set({ measure }, `${NAMES[measure]} = ${measure === "balanced" ? "" : `${formula(measure, derive(ui.state).found)} = `}${value(derive(ui.state).values[measure])}`),
      hover: (id, type) => {
        hovered = type === "pointerover" || type === "focusin" ? id : null;
        ui.redraw();
      },
    });
    // The letters of a quotient, and below them its numbers: elements that stay, for a pointer may rest on them.
    const quotients = Object.fromEntries(Object.keys(NAMES).map((name) => [name, h("span.cx-quotient", {}, h("span.cx-letters", {}, formula(name).split(" = ")[0]), h("span"))]));
    const facts = h("div.cx-maskfacts");
    const weightLine = h("p.cx-weightline");
    const lines = [h("code.cx-line"), h("code.cx-line")];

    function at(state) {
      const [rows, columns] = sizeOf(state.truth);
      const [i, j] = probes.hover ?? probes.focus ?? state.at;
      return [Math.min(i, rows - 1), Math.min(j, columns - 1)];
    }

    function weightText([i, j], { weighed: { cells, first, second, classes, border, weights } }, state) {
      const [d1, d2] = [first[i][j], second[i][j]];
      const end = `w = ${decimal(classes[i][j])} + ${decimal(border[i][j])} = ${decimal(weights[i][j])}`;
      if (d1 === null || d2 === null) return { formula: "no second cell: no border term", end };
      if (cells[i][j] && !state.inside) return { formula: "within a cell: no border term", end };
      return { formula: `${decimal(state.w0)} · exp(−(${decimal(d1)} + ${decimal(d2)})² / (2 · ${decimal(state.sigma)}²)) = ${decimal(border[i][j])}`, end };
    }
    function spokenWeight(place) {
      const text = weightText(place, derive(ui.state), ui.state);
      return `Row ${place[0]}, column ${place[1]}: ${text.formula}; ${text.end}`;
    }

    function drawMasks(state, { found }, here) {
      const [rows, columns] = sizeOf(state.truth);
      for (const name of ["truth", "prediction"]) {
        const mask = state[name];
        const count = mask.flat().filter(Boolean).length;
        setText(captions[name], `${spec.state[name].title}: ${plural(count, "pixel")} of object`);
        grids[name].draw({
          rows: mask.length, columns: mask[0].length, label: `${spec.state[name].title}, ${times(mask)}`,
          cell: (i, j) => ({ classes: `${mask[i][j] ? "cx-object" : ""}${i === here[0] && j === here[1] ? " cx-here" : ""}`, label: `row ${i}, column ${j}: ${mask[i][j] ? "object" : "background"}` }),
        });
      }
      grids.comparison.element.hidden = !found;
      key.hidden = !found;
      setText(captions.comparison, found ? `TP ${found.TP}, FP ${found.FP}, FN ${found.FN}, TN ${found.TN}` : "No comparison");
      if (!found) return;
      const measure = hovered ?? state.measure;
      const parts = MEASURES[measure] ?? { top: ["TP", "TN"], bottom: ["TP", "FP", "FN", "TN"] };
      grids.comparison.draw({
        rows, columns, label: `Comparison; ${NAMES[measure]} counts ${[...new Set(parts.top)].join(" and ")} among ${[...new Set(parts.bottom)].join(", ")}`,
        cell: (i, j) => {
          const one = kind(state.truth[i][j], state.prediction[i][j]);
          const counted = parts.top.includes(one) ? " cx-counted" : parts.bottom.includes(one) ? "" : " cx-out";
          return { text: LETTERS[one], classes: `cx-${one}${counted}${i === here[0] && j === here[1] ? " cx-here" : ""}`, label: `row ${i}, column ${j}: ${KINDS[one]}` };
        },
      });
    }

    function drawTable(state, { found, values, plain, prediction }) {
      table.element.hidden = !found;
      facts.hidden = !found;
      if (!found) return;
      table.draw(Object.keys(NAMES).map((name) => ({ id: name, cells: [NAMES[name], value(values[name]), value(plain[name]), quotients[name]] })), state.measure);
      for (const name of Object.keys(NAMES)) setText(quotients[name].lastChild, `= ${name === "balanced" ? `(${value(values.sensitivity)} + ${value(values.specificity)}) / 2` : formula(name, found).split(" = ")[1]}`);
      const pixels = found.TP + found.FP + found.FN + found.TN;
      const share = (100 * (found.TP + found.FN)) / pixels;
      const undefinedOnes = Object.keys(MEASURES).filter((name) => !MEASURES[name].bottom.some((one) => found[one]));
      facts.replaceChildren(
        h("p.cx-formula", {}, values.iou === null ? "Dice = 2·IoU / (1 + IoU): neither is defined here, 0/0" : [`Dice = 2·IoU / (1 + IoU) = 2·${decimal(values.iou)} / (1 + ${decimal(values.iou)}) = `, h("b", {}, decimal((2 * values.iou) / (1 + values.iou)))]),
        h("p", {}, `Class imbalance: ${found.TP + found.FN} of ${pixels} pixels are object (${decimal(share, 1)} %). Background everywhere has accuracy ${value(plain.accuracy)} and IoU ${value(plain.iou)}; this prediction has accuracy ${value(values.accuracy)}.`),
        ...(undefinedOnes.length ? [h("p.cx-zero", {}, h("b", {}, `0/0 in ${undefinedOnes.map((name) => NAMES[name]).join(", ")}`), `: ${{ none: "not defined, and left out of a mean (NaN), as the course's own metrics do", one: "counted as 1: nothing to find, and nothing wrong", zero: "counted as 0" }[state.empty]}. torchmetrics gives 0, and so does scikit-learn, with a warning (zero_division changes it).`)] : []));
    }

    function drawWeights(state, derived, here) {
      const { weighed } = derived;
      const map = weighed[state.show];
      const most = Math.max(...map.flat(), ["weights", "border"].includes(state.show) ? state.w0 : 0);
      const number = Math.max(...weighed.cells.flat());
      const [rows, columns] = sizeOf(state.truth);
      setText(captions.weights, `Weight map of the truth: ${plural(number, "cell")}`);
      grids.weights.draw({
        rows, columns, label: `Weight map, ${spec.state.show.options[state.show]}`,
        cell: (i, j) => {
          const v = map[i][j];
          const text = state.show === "cells" ? (v ? String(v) : "") : v >= 9.95 ? v.toFixed(0) : v.toFixed(1);
          return {
            text, share: `${most ? Math.round((100 * v) / most) : 0}%`,
            classes: `cx-heat${weighed.cells[i][j] ? " cx-incell" : ""}${i === here[0] && j === here[1] ? " cx-here" : ""}`,
            label: `row ${i}, column ${j}: ${decimal(v)}${weighed.cells[i][j] ? `, in cell ${weighed.cells[i][j]}` : ""}`,
          };
        },
      });
      const text = weightText(here, derived, state);
      weightLine.replaceChildren(`Row ${here[0]}, column ${here[1]}: ${text.formula}; `, h("b", {}, text.end));
      const cells = state.corners ? "torch.tensor(ndimage.label(truth, np.ones((3, 3)))[0])" : "instances(truth)";
      // One cell that hangs together by corners would be cut apart again.
      const w0 = state.corners && number === 1 ? 0 : state.w0;
      setText(lines[0], "binary_jaccard_index(prediction, truth)  # torchmetrics.functional.classification");
      setText(lines[1], `border_weights(${cells}, w0=${w0}, sigma=${state.sigma}${state.balance ? "" : ", class_weights=(1, 1)"}${state.inside ? "" : ", inside_cells=False"})  # course.data.weightmap`);
    }

    return {
      elements: [
        h("div.cx-head", {}, scene.element, size.element, ui.control("brush"), ui.control("empty")),
        h("div.cx-masks", {}, pane("truth", tools("truth", "prediction")), pane("prediction", tools("prediction", "truth")), pane("comparison", key)),
        h("div.cx-columns.cx-below", {},
          h("div.cx-facts", {}, table.element, facts,
            h("div.cx-label.cx-strong", {}, "Weight map: w = w_c + w₀ · exp(−(d₁ + d₂)² / 2σ²)"),
            h("div.cx-controls", {}, ui.control("show"), ui.control("w0"), ui.control("sigma"), h("div.cx-head", {}, ui.control("balance"), ui.control("inside"), ui.control("corners")))),
          pane("weights", weightLine)),
        h("div.cx-lines", {}, lines.map((line, i) => h("div.cx-code", {}, line, copyButton(i ? "the line for the weights" : "the torchmetrics line", () => line.textContent, ui.say)))),
      ],
      draw(state, changed) {
        const derived = derive(state);
        const here = at(state);
        if (changed.has("truth") || changed.has("prediction")) {
          const now = Object.keys(spec.scenes).find((name) => String(masks(spec.scenes[name].truth)) === String(state.truth) && String(masks(spec.scenes[name].prediction)) === String(state.prediction) && times(masks(spec.scenes[name].truth)) === times(state.truth));
          scene.set(now ?? "");
          size.set(sizeOf(state.truth));
        }
        drawMasks(state, derived, here);
        drawTable(state, derived);
        drawWeights(state, derived, here);
      },
      reset() {
        probes.hover = probes.focus = hovered = null;
        size.relink();
      },
    };
  },
});

export default { render };
