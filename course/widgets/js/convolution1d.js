// The one-dimensional explorer: taps sliding under a signal, their sum, and the matrix that does the same.

import { explorer } from "./explorer.js";
import { compute } from "./convolution1d_model.js";
import { backRow, entries, given, matrixGrid, outputRow, padded, scene, signalRow, tapsRow } from "./convolution1d_grids.js";
import { stemChart } from "./convolution1d_stems.js";
import { numberGrid } from "./grid.js";
import { decimal } from "./numbers.js";
import { classes, nearest, remembering, short, signed, tidy, tone, walker } from "./sliding_view.js";
import { copyButton, h, plural, setText } from "./ui.js";
import spec from "./convolution1d.json" with { type: "json" };

const LIMITS = { signal: spec.state.signal.most, taps: spec.state.taps.most };
const ORDINAL = ["", "first", "second", "third", "fourth", "fifth", "sixth"];
const NAMES = { signal: "value", taps: "tap" };

const product = (...both) => both.map((value) => signed(short(tidy(value)))).join("·");
const COMPUTED = ["signal", "taps", "operation", "padding", "amount", "padding_mode", "stride", "dilation"];

function derived1d(state) {
  const found = compute(state);
  return found.problem ? found : { ...found, entries: entries(state, found) };
}

function problemOf(derived) {
  if (!derived.problem) return null;
  const patch = derived.mend;
  const words = Object.entries(patch).filter(([name]) => name !== "amount").map(([name, value]) =>
    (value === "number" ? `padding ${patch.amount}` : `${name.replace("_", " ")} ${value}`)).join(", ");
  return { text: derived.problem, mend: { words, patch } };
}

function view(ui, derive) {
  const { state } = ui;
  let derived = null;
  const walk = walker({
    ui, count: () => derived.output?.length ?? 0, at: () => active(), chosen: (o) => o, text: (o) => sumText(o), grid: () => grids.output, place: (o) => [0, o],
  });

  function active() {
    const now = walk.probe;
    const at = now?.kind === "output" ? now.output : now?.kind === "entry" ? now.row : null;
    return !state.pinned && at !== null && at < derived.output.length ? at : Math.min(state.selected, derived.output.length - 1);
  }

  function look(source, next) {
    walk.probes[source] = next;
    if (source === "focus" && next?.kind === "output" && !state.pinned) ui.say(sumText(next.output));
    if (source === "focus" && next?.kind === "entry" && !state.pinned) ui.say(rowText(next));
    ui.redraw();
  }

  // "y[3] = 1·0 + 1/2·1 = 1/2"
  function sumText(o) {
    const terms = derived.taps[o].map(([, source], i) => product(derived.weights[i], source === null ? 0 : state.signal[source]));
    return `y[${o}] = ${terms.join(" + ")} = ${decimal(tidy(derived.output[o]))}`;
  }

  // A row of the matrix, or of its transpose, times what it multiplies.
  function rowText(now) {
    const turned = state.transpose;
    const j = now?.kind === "entry" ? now.column : derived.taps[active()].find(([, source]) => source !== null)?.[1] ?? 0;
    const o = active();
    const list = turned ? derived.output.map((value, row) => [derived.entries[row][j], derived.matrix[row][j], value]) : derived.matrix[o].map((weight, i) => [derived.entries[o][i], weight, state.signal[i]]);
    const terms = list.filter(([taps]) => taps.length).map(([, weight, value]) => product(weight, value));
    const total = decimal(tidy(turned ? derived.back[j] : derived.output[o]));
    return `${turned ? `(Tᵀ y)[${j}] = row ${j} of Tᵀ · y` : `y[${o}] = row ${o} of T · x`} = ${terms.join(" + ") || "0"} = ${total}`;
  }

  function generalText() {
    const { stride: s, dilation: d } = state;
    const start = state.operation === "convolution" ? (state.taps.length - 1) * d - derived.sides[0] : -derived.sides[0];
    const move = start < 0 ? ` − ${-start}` : start > 0 ? ` + ${start}` : "";
    const [o, i] = [s > 1 ? `${s}·o` : "o", d > 1 ? `${d}·i` : "i"];
    return state.operation === "convolution" ? `y[o] = Σᵢ w[i] · x[${o}${move} − ${i}]` : `y[o] = Σᵢ w[i] · x[${o}${move} + ${i}]`;
  }

  const pinValue = (x) => !derived.problem && walk.select(nearest(derived.taps.map((places) => places.map(([place]) => place)), x), true);

  function edit(name, at, value) {
    ui.set({ [name]: state[name].map((v, i) => (i === at ? value : v)) }, `${NAMES[name]} ${at} is now ${short(value)}`);
  }

  // Puts a zero in at a place, or takes what is there away.
  function resize(name, at, more) {
    const values = [...state[name]];
    if (more) values.splice(at, 0, 0);
    else values.splice(at, 1);
    if (!values.length) ui.say(`The last ${NAMES[name]} stays`);
    else if (values.length > LIMITS[name]) ui.say(`There is room for ${LIMITS[name]} ${NAMES[name]}s`);
    else ui.set({ [name]: values }, `${NAMES[name]} ${at} ${more ? "added" : "removed"}; there are ${values.length}`);
  }

  const { complain } = ui;
  const toEntry = ([row, column]) => (state.transpose ? { kind: "entry", row: column, column: row } : { kind: "entry", row, column });
  const kinds = {
    signal: ([, x]) => ({ kind: "value", value: x }), taps: ([, k]) => ({ kind: "tap", tap: k }), output: ([, o]) => ({ kind: "output", output: o }),
    matrix: toEntry, back: ([, j]) => ({ kind: "entry", row: active(), column: j }),
  };
  const grid = (name, more) => numberGrid(name, { probe: (place, source) => look(source, place && kinds[name](place)), ...more });
  const edited = (name) => ({ complain, value: ([, i]) => state[name][i], edit: ([, i], value) => edit(name, i, value) });
  const grids = {
    signal: grid("signal", { ...edited("signal"), pin: ([, x]) => pinValue(x) }),
    taps: grid("taps", edited("taps")),
    output: grid("output", { pin: ([, o]) => walk.select(o, !(state.pinned && o === state.selected)) }),
    matrix: grid("matrix", { pin: (place) => walk.select(toEntry(place).row, true) }),
    back: grid("back"),
  };
  const chart = (name, more) => stemChart({ probe: (i) => look("hover", i === null ? null : kinds[name]([0, i])), ...more });
  const stems = {
    signal: chart("signal", { change: (x, value) => edit("signal", x, value), free: (x) => x >= 0 && x < state.signal.length }),
    taps: chart("taps", { change: (k, value) => edit("taps", k, value) }),
    output: chart("output"),
  };
  const captions = Object.fromEntries(["signal", "taps", "output", "matrix", "back"].map((name) => [name, h("div.cx-caption")]));
  const grow = (name) => h("span.cx-grow", {},
    h("button.cx-button", { type: "button", "aria-label": `Remove the last ${NAMES[name]}`, onclick: () => resize(name, state[name].length - 1, false) }, "−"),
    h("button.cx-button", { type: "button", "aria-label": `Add a ${NAMES[name]}`, onclick: () => resize(name, state[name].length, true) }, "+"));
  const chips = h("div.cx-chips", { "aria-hidden": "true" }, h("span.cx-chiplabel", {}, "w"), h("span.cx-chiplabel.cx-second", {}, "w·x"));
  const chipOf = [];
  const pane = (name, head, ...inside) => h(`section.cx-pane.cx-pane-${name}${name === "matrix" ? "" : ".cx-row1"}`, {}, h("div.cx-captions", {}, captions[name], head), h("div.cx-scroll", {}, ...inside));
  const panes = {
    signal: pane("signal", grow("signal"), stems.signal.element, grids.signal.element, chips),
    taps: pane("taps", grow("taps"), stems.taps.element, grids.taps.element),
    output: pane("output", null, stems.output.element, grids.output.element),
    back: pane("back", null, grids.back.element),
    matrix: pane("matrix", null, grids.matrix.element),
  };

  const [general, sum] = [h("span.cx-general"), h("output.cx-sum1")];
  const [size, note, kindNote, rowNote, swapNote] = [h("div.cx-math"), h("p.cx-note"), h("p.cx-note"), h("p.cx-rownote"), h("p.cx-note")];
  const [line, layer, backLine] = [h("code.cx-line"), h("code.cx-line"), h("code.cx-line")];
  const coded = (element, what, text) => h("div.cx-code", {}, element, copyButton(what, text, ui.say));
  const layerBox = coded(layer, "the layer of torch", () => derived.layer);
  const backBox = coded(backLine, "the transposed line of torch", () => derived.transposed_line);
  const swap = h("button.cx-button", {
    type: "button", onclick: () => ui.set({ signal: state.taps, taps: state.signal }, "Signal and taps have changed places"),
  }, "Swap signal and taps");
  const amount = ui.control("amount");
  const torch = h("div", {}, h("div.cx-label", {}, "In torch, x of shape (1, 1, N), w of shape (1, 1, K)"), coded(line, "the line of torch", () => derived.line), layerBox);
  const facts = h("div.cx-facts", {}, h("div.cx-label", {}, "Outputs = ⌊(N + P before + P after − D(K − 1) − 1)/S⌋ + 1"), size, note, torch);
  const swapBox = h("div.cx-swap", {}, swapNote, swap);
  const back = h("div.cx-backbox", {}, panes.back, backBox);
  const matrix = h("section.cx-matrixbox", {}, h("div.cx-head", {}, ui.control("transpose"), ui.control("names")), kindNote, panes.matrix, rowNote, back);
  const wrap = h("div.cx-one", {},
    panes.signal,
    h("div.cx-transport", {}, ...walk.elements, general), sum,
    h("div.cx-pair1", {}, panes.taps, panes.output));

  // Cells as large as fit, for each row apart.
  function fit() {
    const width = wrap.clientWidth;
    if (!width || !derived || derived.problem) return;
    const size = (name, room, columns, low = 22, high = 40) =>
      panes[name].style.setProperty("--cell", `${Math.max(low, Math.min(high, Math.floor(room / columns) - 2))}px`);
    const [n, k, m] = [state.signal.length, state.taps.length, derived.output.length];
    const most = Math.max(150, 40 + k * 42);
    const beside = width - most - 90 >= m * 26;
    wrap.classList.toggle("cx-stack1", !beside);
    size("signal", width - 36, n + derived.sides[0] + derived.sides[1]);
    size("taps", width * 0.45, k, 26);
    size("output", width - (beside ? most + 70 : 36), m);
    size("back", width - 36, n);
    size("matrix", width - 40, state.transpose ? m : n, 20, 34);
  }
  const observer = new ResizeObserver(fit);
  observer.observe(wrap);

  const root = h("div.cx-all", {}, wrap, h("div.cx-columns.cx-settings", {},
    h("div.cx-controls", {}, ui.control("padding"), amount, ui.control("padding_mode"), ui.control("stride"), ui.control("dilation"), swapBox), facts), matrix);
  walk.keys(root, (key, cell) => {
    const name = ["signal", "taps"].find((one) => cell.closest(`.cx-pane-${one}`));
    const at = Number(cell.dataset.place.split(",")[1]);
    if (!name || at < 0 || at >= state[name].length) return null;
    return { Insert: () => resize(name, at + 1, true), Delete: () => resize(name, at, false) }[key];
  });

  // A chip for each tap, as given: it glides to where it lies, so that a flip is seen as one.
  function drawChips({ places, before, tap }) {
    while (chipOf.length < state.taps.length) {
      const k = chipOf.length;
      const chip = { weight: h("span.cx-chip"), product: h("span.cx-chip.cx-second") };
      chip.weight.addEventListener("pointerenter", () => look("hover", { kind: "tap", tap: k }));
      chip.weight.addEventListener("pointerleave", () => look("hover", null));
      chips.append(chip.weight, chip.product);
      chipOf.push(chip);
    }
    while (chipOf.length > state.taps.length) Object.values(chipOf.pop()).forEach((one) => one.remove());
    places.forEach(([place, source], i) => {
      const k = given(state, i);
      const product = tidy(derived.weights[i] * (source === null ? 0 : state.signal[source]));
      const { weight, product: below } = chipOf[k];
      for (const [element, text, value] of [[weight, short(state.taps[k]), state.taps[k]], [below, decimal(product, 2), product]]) {
        element.style.setProperty("--at", place + before);
        setText(element, text);
        const name = classes("cx-chip", tone(value), element === below ? "cx-second" : `cx-hatch${k % 6}`, tap === k && "cx-pointed", text.length > 4 && "cx-small");
        if (element.className !== name) element.className = name;
      }
    });
  }

  function draw(_, changed) {
    derived = derive(state);
    const broken = Boolean(derived.problem);
    amount.hidden = state.padding !== "number";
    const [before, after] = broken ? [0, 0] : derived.sides;
    setText(captions.signal, `Signal x, ${plural(state.signal.length, "value")}${before || after ? ` + padding ${before} before, ${after} after` : ""}`);
    setText(captions.taps, `Taps w, ${state.taps.length}`);
    for (const element of [panes.output, chips, matrix, sum, general, swapBox, torch]) element.hidden = broken;
    walk.draw();
    setText(note, broken ? "" : noteText());
    setText(size, derived.size ?? "");
    setText(line, derived.line ?? "");
    setText(layer, derived.layer ?? "");
    layerBox.hidden = !derived.layer;
    if (broken) {
      // The signal and the taps can be edited all the same.
      const bare = { state, derived: { weights: [] }, before: 0, after: 0, places: [[0, 0]], under: new Map(), missed: new Set(), column: null, tap: null };
      grids.signal.draw({ ...signalRow(bare), frame: null });
      stems.signal.draw(state.signal, 0, () => "");
      grids.taps.draw(tapsRow(bare));
      stems.taps.draw(state.taps, 0, () => "");
      return;
    }
    const at = active();
    const moment = scene(state, derived, at, walk.probe);
    grids.signal.draw(signalRow(moment));
    stems.signal.draw(padded(moment), -before, (x) => classes((x < 0 || x >= state.signal.length) && "cx-outside", moment.under.has(x) && "cx-tap"));
    drawChips(moment);
    grids.taps.draw(tapsRow(moment));
    stems.taps.draw(state.taps, 0, (k) => (moment.tap === k ? "cx-tap" : ""));
    grids.output.draw(outputRow(moment));
    stems.output.draw(derived.output.map(tidy), 0, (o) => (o === at || moment.readers.has(o) ? "cx-tap" : ""));
    setText(captions.output, `Output y, ${plural(derived.output.length, "value")}`);
    setText(general, generalText());
    setText(sum, sumText(at));
    grids.matrix.draw(matrixGrid(moment, derived.entries));
    const [m, n] = [derived.output.length, state.signal.length];
    setText(captions.matrix, state.transpose ? `Tᵀ, ${n}×${m}: a row for each value of the signal, a column for each output` : `T, ${m}×${n} with y = T x: a row for each output, a column for each value of the signal`);
    setText(kindNote, kindText());
    setText(rowNote, rowText(walk.probe));
    back.hidden = !state.transpose;
    if (state.transpose) {
      grids.back.draw(backRow(moment));
      setText(captions.back, "Tᵀ y: what backpropagation gives the signal for a gradient y at the output (that of ½‖y‖²); a transposed convolution");
      setText(backLine, derived.transposed_line);
    }
    drawSwap();
    if (changed.size) fit();
  }

  function drawSwap() {
    const { ours, theirs } = derived.swapped;
    const flip = state.operation === "convolution";
    const equal = (a, b) => a.every((value, i) => Math.abs(value - b[i]) <= 1e-9 * Math.max(1, Math.abs(value)));
    const row = (values) => values.map((v) => decimal(tidy(v), 2)).join(" ");
    const sign = flip ? "∗" : "⋆";
    const truth = equal(ours, theirs) ? (flip ? "the same: convolution commutes" : "the same here, for it reads alike backwards")
      : equal(ours, [...theirs].reverse()) ? "the same backwards: correlation does not commute" : "not the same";
    const why = state.dilation > 1 ? "To swap, set dilation 1." : state.signal.length > LIMITS.taps ? `To swap, shorten the signal to ${LIMITS.taps} values.` : "";
    setText(swapNote, `In full: x\u00a0${sign}\u00a0w = ${row(ours)}; w\u00a0${sign}\u00a0x = ${row(theirs)}: ${truth}. ${why}`);
    swap.disabled = Boolean(why);
  }

  function noteText() {
    const parts = [];
    const [before, after] = derived.sides;
    const reach = state.dilation * (state.taps.length - 1);
    if (state.padding === "same" && before !== after) {
      parts.push(`${reach} places of padding cannot be halved: torch puts the odd one after (${before} before, ${after} after)${state.dilation === 1 ? "; NumPy's mode='same' puts it before" : ""}.`);
    }
    if (state.padding === "causal") parts.push("Causal: an output reads nothing after its own place.");
    if (state.padding === "full") parts.push("Full: every output that any value touches.");
    if (state.padding_mode === "symmetric" && before + after) parts.push("Torch has no symmetric padding: the ends are put there in reverse.");
    if (state.operation === "convolution") parts.push("Torch correlates: for a convolution its weights are flipped.");
    if (derived.gaps.length) parts.push(`Stride and dilation step over ${plural(derived.gaps.length, "place")}.`);
    if (derived.gaps.length || derived.tail.length) parts.push("Hatched places are read by no output.");
    return parts.join(" ");
  }

  function kindText() {
    const copies = state.padding_mode !== "zeros" && derived.sides.some(Boolean);
    const what = derived.circulant && derived.matrix.length > 1 ? "One weight along each diagonal, and the diagonals go on at the other side: a circulant matrix."
      : derived.toeplitz ? "One weight along each diagonal: a Toeplitz matrix."
        : copies ? "Copies in the padding put several weights on one value, where they add up: no Toeplitz matrix at the border."
          : `Each row is the one above, moved by ${state.stride}: every ${ORDINAL[state.stride]} row of a Toeplitz matrix.`;
    return `${what} Equal hatching is the same weight: ${state.taps.length} weights fill ${derived.entries.flat().filter((taps) => taps.length).length} of ${derived.matrix.length * state.signal.length} entries.`;
  }

  return {
    elements: [h("div.cx-head", {}, ui.presets("signal"), ui.presets("taps"), ui.control("operation", { radios: true })), root],
    draw,
    reset() {
      walk.stop();
      walk.forget();
    },
    stop() {
      walk.stop();
      observer.disconnect();
    },
  };
}

function render({ model, el }) {
  const derive = remembering(COMPUTED, derived1d);
  return explorer({
    model, el, spec, title: "Convolution 1-D explorer",
    keys: "Arrows move in a row or in the matrix. Type a number to change a value or a tap, or drag its stem or cell; Page Up and Page Down change it by one. Insert adds one after it, Delete takes it away. Enter pins an output. N and P step, Space plays and pauses, Escape lets go.",
    problem: (state) => problemOf(derive(state)),
    build: (ui) => view(ui, derive),
  });
}

export default { render };
