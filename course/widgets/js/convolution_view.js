// The view that the convolution and the transposed explorer share: three grids, strips of channels, what is pointed at,
// controls, sums. A kind of layer says the rest, see view().

import { choiceControl } from "./controls.js";
import { cycled, kernelOf, resizeImage, resizeKernel, same } from "./convolution_layer.js";
import { strip } from "./convolution_strips.js";
import { kernelGrid } from "./convolution_windows.js";
import { shapeOf } from "./correlate.js";
import { fieldControl } from "./field_controls.js";
import { checkField, defaults } from "./fields.js";
import { productTable, workedLine } from "./formulas.js";
import { numberGrid } from "./grid.js";
import { fraction } from "./numbers.js";
import { player } from "./player.js";
import { copyButton, h, setAttribute, setText } from "./ui.js";

const POINTING = ["selected", "pinned"]; // what moves without anything being computed anew
const NAMES = ["input", "kernel", "output"];
const times = ([rows, columns]) => `${rows}×${columns}`;
const atLeastOne = (type, title, most) => ({ type, title, least: 1, most });

// What a state comes to, computed once for as long as no field of it changes: the shell asks for the problem in every frame.
export function remembered(spec, compute) {
  const names = Object.keys(spec.state);
  let last = [];
  let result = null;
  return (state) => {
    if (names.some((name, i) => state[name] !== last[i])) {
      last = names.map((name) => state[name]);
      result = compute(state, true);
    }
    return result;
  };
}

// kind: {spec, compute, mode(state): what the grids show (convolution_windows.js, transposed_stamps.js), head: fields in the
// head, settings(ui): controls, transport: fields beside the player, formula, remarks(state, now): sentences, sign(state):
// [sign, its name], padding(layer): of the input's caption}
export const view = ({ spec, compute, mode, head, settings, transport, formula, remarks, sign, padding }) => (ui) => {
  const { state } = ui;
  let now = compute(state);
  let still = null; // what the grids show, whatever is pointed at
  let moment = null;
  let probe = null; // what the pointer or the focus is on: {grid, place}
  const probes = { hover: null, focus: null };
  const base = {}; // what resizing starts from, so that shrinking is undone by growing: {from, shown} of image and kernel
  const way = () => mode(state);
  const bounds = () => way().bounds(now.layer);

  // Sizes and counts of channels, which are no fields of their own.
  const counted = [];
  function derived(name, field, read, change) {
    return fieldControl({
      name, field, bind: (_, show) => counted.push(() => show(read())), complain: ui.complain,
      set: (patch, said) => change(checkField(name, field, patch[name]), said),
    });
  }
  function resize(name, make, said) {
    if (!same(base[name]?.shown, state[name])) base[name] = { from: state[name] };
    base[name].shown = make(base[name].from);
    ui.set({ [name]: base[name].shown }, said);
  }
  const [inputShape, kernelShape] = [() => shapeOf(state.image[0]), () => shapeOf(state.kernel[0][0])];
  const images = (count, shape, said) => resize("image", (from) => cycled(from, count).map((m) => resizeImage(m, shape)), said);
  const kernels = (count, shape, said) => resize("kernel", (from) => cycled(from, count).map((stack) => stack.map((m) => resizeKernel(m, shape))), said);
  const extra = settings(ui, kernelShape);
  const controls = h(
    "div.cx-controls", {},
    derived("input size", atLeastOne("pair", "Input", 16), inputShape, (shape, said) => images(state.image.length, shape, said)),
    derived("kernel size", atLeastOne("pair", "Kernel", 7), kernelShape, (shape, said) => kernels(state.kernel.length, shape, said)),
    ...extra,
    derived("input channels", atLeastOne("whole", "Channels in", 4), () => state.image.length, (count, said) => images(count, inputShape(), said)),
    derived("output channels", atLeastOne("whole", "Channels out", 4), () => state.kernel.length, (count, said) => kernels(count, kernelShape(), said)),
    ui.control("groups"));
  const legal = (patch) => Object.fromEntries(Object.entries(patch).map(([name, value]) => [name, checkField(name, spec.state[name], value, spec)]));
  const examples = Object.fromEntries(Object.entries(spec.examples).map(([key, one]) => [key, { ...defaults(spec), ...legal(one.state) }]));
  const example = choiceControl({
    title: "Example", options: { "": "your own", ...Object.fromEntries(Object.entries(spec.examples).map(([key, { label }]) => [key, label])) },
    change: (key) => (key ? ui.set(examples[key], `Example: ${spec.examples[key].label}`) : showExample()),
  });
  const showExample = () => example.set(Object.keys(examples).find((key) => Object.keys(spec.state).every((name) => [...POINTING, "shown"].includes(name) || same(examples[key][name], state[name]))) ?? "");

  const within = (place) => place.every((v, axis) => v >= 0 && v < bounds()[axis]);
  const active = () => (!state.pinned && probe?.grid === way().what && within(probe.place) ? probe.place : now.place);
  const forget = () => (probes.hover = probes.focus = probe = null);
  const sayAt = (start, place) => ui.say(start + way().say(way().scene(state, now, still, place, null)));

  function select(place, pinned) {
    ui.set({ selected: place, pinned });
    sayAt(pinned ? "Pinned " : "", place);
  }
  function step(by, quiet) {
    const [rows, columns] = bounds();
    const [row, column] = active();
    const next = (row * columns + column + by + rows * columns) % (rows * columns);
    const place = [Math.floor(next / columns), next % columns];
    forget();
    ui.set({ selected: place });
    now = compute(state);
    const grid = grids[way().what];
    if (grid.element.contains(document.activeElement)) grid.focus(place);
    if (!quiet) sayAt("", place);
    return next < rows * columns - 1;
  }
  const play = player({
    what: "place", next: () => step(1, play.playing), previous: () => step(-1),
    // Played out: begin again.
    rewind: () => same(active(), bounds().map((length) => length - 1)) && step(1, true),
    say: (word) => (word === "Paused" && still ? sayAt("Paused at ", now.place) : ui.say(word)),
  });

  function pin(grid, place) {
    if (!still) return;
    const at = way().chosen(grid, place, now.layer);
    if (at) select(at, grid !== way().what || !(state.pinned && same(at, state.selected)));
  }
  function look(grid, place, source) {
    probes[source] = place && { grid, place };
    const next = probes.hover ?? probes.focus;
    if (same(next, probe)) return;
    probe = next;
    ui.redraw();
    if (source !== "focus" || !place || !still) return;
    const words = grid === way().what ? !state.pinned && way().say(way().scene(state, now, still, active(), null)) : way().sayOther(way().scene(state, now, still, now.place, probe));
    if (words) ui.say(words);
  }

  const put = (matrix, [row, column], value) => matrix.map((r, i) => (i === row ? r.map((v, j) => (j === column ? value : v)) : r));
  const shown = () => now.shown ?? [0, 0];
  const inImage = (place) => (still ? way().source(place, now.layer) : place);
  const inKernel = (at) => (now.layer?.turned ? kernelShape().map((length, axis) => length - 1 - at[axis]) : at);
  function editKernel([row, column], value) {
    const [o, c] = shown();
    const place = inKernel([row, column]);
    const mine = state.image.map((_, i) => (i === c ? put(kernelOf(state, o, i), place, value) : kernelOf(state, o, i)));
    ui.set({ kernel: state.kernel.map((stack, i) => (i === o ? mine : stack)) }, `kernel ${row}, ${column} is now ${fraction(value)}`);
  }
  const grids = {
    input: numberGrid("input", {
      probe: (place, source) => look("input", place, source), pin: (place) => pin("input", place), complain: ui.complain,
      value: (place) => inImage(place).reduce((part, i) => part[i], state.image[shown()[1]]),
      edit: (place, value) => ui.set({ image: state.image.map((m, i) => (i === shown()[1] ? put(m, inImage(place), value) : m)) }, `image ${inImage(place).join(", ")} is now ${fraction(value)}`),
    }),
    kernel: numberGrid("kernel", {
      probe: (place, source) => look("kernel", place, source), complain: ui.complain, edit: editKernel,
      value: (place) => inKernel(place).reduce((part, i) => part[i], kernelOf(state, ...shown())),
    }),
    output: numberGrid("output", { probe: (place, source) => look("output", place, source), pin: (place) => pin("output", place) }),
    bias: numberGrid("bias", {
      probe() {}, complain: ui.complain, value: () => state.bias[shown()[0]] ?? 0,
      edit: (_, value) => ui.set({ bias: state.kernel.map((__, i) => (i === shown()[0] ? value : state.bias[i] ?? 0)) }, `bias of output ${shown()[0]} is now ${fraction(value)}`),
    }),
  };
  function show(o, c) {
    const reads = now.reads[o];
    const pair = [o, reads.includes(c) ? c : reads[0]];
    ui.set({ shown: pair }, `Output channel ${pair[0]}, input channel ${pair[1]}`);
  }
  const strips = {
    input: strip(([, c]) => show(now.reads[now.shown[0]].includes(c) ? now.shown[0] : now.reads.findIndex((reads) => reads.includes(c)), c)),
    kernel: strip(([o, c]) => show(o, c)),
    output: strip(([, o]) => show(o, now.shown[1])),
  };
  const withBias = h("input", { type: "checkbox", onchange: () => ui.set({ bias: withBias.checked ? state.kernel.map(() => 0) : [] }, withBias.checked ? "Bias 0 for each output" : "No bias") });
  const bias = h("div.cx-biasrow", {}, h("label.cx-switch", {}, withBias, h("span", {}, "Bias")), grids.bias.element);
  const captions = Object.fromEntries(NAMES.map((name) => [name, h("div.cx-caption")]));
  const panes = Object.fromEntries(NAMES.map((name) => [name, h(
    `section.cx-pane.cx-pane-${name}`, {}, captions[name], strips[name].element, h("div.cx-scroll", {}, grids[name].element), name === "kernel" ? bias : null)]));
  const operator = h("span.cx-operator", { "aria-hidden": "true" });
  const stage = h("div.cx-stage", {}, panes.input, operator, panes.kernel, h("span.cx-operator", { "aria-hidden": "true" }, "="), panes.output);
  const pinButton = h("button.cx-button", { type: "button", onclick: () => ui.set({ pinned: !state.pinned, selected: active() }, state.pinned ? "Let go" : "Pinned") });
  const where = h("span.cx-where");
  // Pointing at a product points at its weight; the products themselves come and go under the pointer.
  const sum = h("div.cx-sum", {
    onpointerover: ({ target }) => look("kernel", target.closest("[data-kernel]")?.dataset.kernel.split(",").map(Number) ?? null, "hover"),
    onpointerleave: () => look("kernel", null, "hover"),
  });
  const [sizes, costs] = [h("div.cx-sizes"), h("div.cx-sizes")];
  const note = h("p.cx-note");
  const line = h("code.cx-line");
  const facts = h(
    "div.cx-facts", {}, h("div.cx-label", {}, `Output size = ${formula}`), sizes, h("div.cx-label", {}, "Cost"), costs, note,
    h("div.cx-label", {}, "In torch"), h("div.cx-code", {}, line, copyButton("the lines of torch", () => now.line, ui.say)));
  const beside = transport.map((name) => ui.control(name));
  const body = h(
    "div.cx-channels", {},
    h("div.cx-head", {}, example.element, ui.presets("image"), ui.presets("kernel"), ...head.map((name) => ui.control(name, { radios: true }))),
    stage, h("div.cx-transport", {}, play.element, pinButton, ...beside, where), sum, h("div.cx-panel", {}, controls, facts));

  body.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".cx-cell") || !still) return;
    const actions = { n: () => step(1), p: () => step(-1), " ": () => play.toggle(), Escape: () => { play.stop(); ui.set({ pinned: false }, "Let go"); } };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // Where the settings do not fit, the input and the kernel stay to be seen and changed.
  function drawBroken() {
    const plain = (name, matrix, words) => {
      const [rows, columns] = shapeOf(matrix);
      const cell = ([i, j]) => ({ text: fraction(matrix[i][j]), share: 0, classes: "cx-zero", label: `${words}row ${i}, column ${j}: ${fraction(matrix[i][j])}` });
      grids[name].draw({ rows, columns, first: [0, 0], frame: null, label: `${name}, ${rows} by ${columns}`, cell });
      setText(captions[name], `${name[0].toUpperCase()}${name.slice(1)} ${times([rows, columns])}`);
    };
    plain("input", state.image[0], "");
    plain("kernel", state.kernel[0][0], "weight ");
    for (const one of Object.values(strips)) one.element.hidden = true;
    setText(captions.output, "No output");
    setText(where, "");
    sum.replaceChildren();
    sum.dataset.shown = "";
  }

  function drawStrips() {
    const [o, c] = now.shown;
    const { layer } = now;
    const row = (word, matrices, at) => ({ label: `${word} channel`, rows: 1, columns: matrices.length, chosen: [0, at], cell: (_, i) => ({ matrix: matrices[i], text: `${i}`, label: `${word} channel ${i}` }) });
    strips.input.draw(row("input", state.image, c), ui.colours());
    strips.output.draw(row("output", now.outputs, o), ui.colours());
    strips.kernel.draw({
      label: "Kernel of an output (row) and an input (column)", rows: state.kernel.length, columns: state.image.length, chosen: [o, c],
      cell: (to, from) => (now.reads[to].includes(from) ? { matrix: layer.weights(to, from), text: `${from}→${to}`, label: `kernel from input ${from} to output ${to}` } : null),
    }, ui.colours());
  }

  function drawState() {
    still = way().frozen(state, now);
    const { layer } = now;
    const of = (at, count) => (count > 1 ? ` · channel ${at} of ${count}` : "");
    setText(captions.input, `Input ${times(layer.input)}${padding(state, layer)}${of(now.shown[1], state.image.length)}`);
    setText(captions.kernel, `Kernel ${times(layer.kernel)}${layer.turned ? ", turned" : ""}${state.image.length * state.kernel.length > 1 ? ` · ${now.shown[1]} → ${now.shown[0]}` : ""}`);
    setText(captions.output, `Output ${times(layer.shape)}${of(now.shown[0], state.kernel.length)}`);
    const [text, name] = sign(state);
    setText(operator, text);
    operator.title = name;
    drawStrips();
    sizes.replaceChildren(...now.sizes.map((one, axis) => workedLine(["height", "width"][axis], one)));
    costs.replaceChildren(...now.costs.map((one) => workedLine(...one.split(/ = (.*?)(?: {3}|$)/))));
    setText(note, remarks(state, now).join(" "));
    setText(line, now.line);
  }

  function drawMoment(anew) {
    const at = active();
    moment = way().scene(state, now, still, at, probe);
    grids.input.draw(way().input(moment));
    grids.kernel.draw(kernelGrid(state, now.layer, still, moment.pointed));
    grids.output.draw(way().output(moment));
    setText(where, way().where(moment));
    const key = JSON.stringify([at, moment.target, way().what]);
    if (anew || sum.dataset.shown !== key) {
      sum.dataset.shown = key;
      sum.replaceChildren(
        productTable(moment.parts, still.kernel[0].length),
        way().result(moment, (channel) => show(now.shown[0], channel)));
    }
    for (const cell of sum.querySelectorAll("[data-kernel]")) cell.classList.toggle("cx-pointed", cell.dataset.kernel === moment.pointed?.kernel.join());
  }

  // How many stamps each output adds up, in the corner of its cell.
  function drawCounts() {
    const { count } = still;
    grids.output.element.classList.toggle("cx-counts", Boolean(count));
    for (const cell of count ? grids.output.element.querySelectorAll(".cx-cell") : []) setAttribute(cell, "data-count", count(cell.dataset.place.split(",").map(Number)) || "");
  }

  function drawBias() {
    const [o] = shown();
    const value = state.bias[o] ?? 0;
    withBias.checked = state.bias.length > 0;
    grids.bias.element.hidden = !state.bias.length;
    grids.bias.draw({ rows: 1, columns: 1, first: [0, 0], frame: null, label: `Bias of output ${o}`, cell: () => ({ text: fraction(value), share: 0, classes: "cx-zero", label: `bias of output ${o}: ${fraction(value)}` }) });
  }

  // The largest cells with which the three grids stand side by side, or, where they would be too small, below each other.
  let fitted = "";
  function fit(event) {
    const [first, second, third] = NAMES.map((name) => Number(grids[name].element.style.getPropertyValue("--columns")) || 0);
    const key = [first, second, third, Boolean(still)].join();
    // Asking for a width lays the page out: only where something has another size than before.
    if (!event && key === fitted) return;
    const width = stage.clientWidth;
    if (!width) return;
    fitted = key;
    const middle = Math.max(second, 3);
    // What borders, indices and operators take up, and two pixels between cells.
    const side = (width - 190) / (first + middle + (still ? third : 4)) - 2;
    const below = Math.min((width - 34) / first, (width - 160) / (middle + third)) - 2;
    const alone = (width - 34) / Math.max(first, second, third) - 2;
    const cell = side >= 26 ? side : below >= 26 ? below : Math.max(22, alone);
    body.style.setProperty("--cell", `${Math.floor(Math.min(40, cell))}px`);
    stage.classList.toggle("cx-stacked", side < 26);
    stage.classList.toggle("cx-dense", cell < 30);
  }
  const observer = new ResizeObserver(fit);
  observer.observe(stage);

  return {
    elements: [body],
    draw(_, changed) {
      const anew = [...changed].some((name) => !POINTING.includes(name)) || (state.so_far && changed.has("selected"));
      now = compute(state);
      const broken = Boolean(now.problem);
      if (anew) {
        if (broken) still = null;
        else drawState();
        // What was pointed at may be gone.
        if (probe && !(still && grids[probe.grid].element.querySelector(`[data-place="${probe.place}"]`))) forget();
        for (const one of counted) one();
        showExample();
        drawBias();
        for (const one of beside) one.hidden = way().what === "output";
      }
      if (broken) play.stop();
      play.disable(broken);
      pinButton.disabled = broken;
      setText(pinButton, state.pinned ? "Unpin" : "Pin");
      setAttribute(pinButton, "aria-pressed", state.pinned);
      panes.output.classList.toggle("cx-none", broken);
      facts.hidden = broken;
      if (broken) drawBroken();
      else drawMoment(anew);
      if (anew && still) drawCounts();
      if (anew) fit();
    },
    reset() {
      play.stop();
      forget();
    },
    stop() {
      play.stop();
      observer.disconnect();
    },
  };
};

export const keys = "Arrows move in a grid and among channels. Type a number to change a cell, or drag it up and down; Page Up and Page Down change it by one. Enter pins. In a grid N and P step, Space plays and pauses, Escape lets go.";
