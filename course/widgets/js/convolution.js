// The convolution explorer. State lives in the model's traits; every number on the page is computed here from it.

import { choiceControl, pairControl, switchControl } from "./controls.js";
import { inputGrid, kernelGrid, outputGrid, scene } from "./convolution_grids.js";
import { clamp, compute, resizeImage, resizeKernel } from "./convolution_model.js";
import { products } from "./correlate.js";
import { productTable, sizeLine, spread, sumText } from "./formulas.js";
import { numberGrid } from "./grid.js";
import { decimal, fraction } from "./numbers.js";
import { announcer, calmMotion, copyButton, h, keepKeys, plural, setText } from "./ui.js";
import shared from "./convolution.json" with { type: "json" };

const STATE = ["image", "kernel", "stride", "padding", "dilation", "padding_mode", "flip", "selected", "pinned"];
const { images, kernels, limits } = shared;
const MODES = { zeros: "zeros", replicate: "replicate", reflect: "reflect", circular: "circular" };
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const times = ([rows, columns]) => `${rows}×${columns}`;

function render({ model, el }) {
  const state = {};
  let derived = null; // everything computed from the state: see derive()
  let base = {}; // the image and the kernel that resizing starts from, so that shrinking is undone by growing
  let drawn = null; // what the controls show
  let probe = null; // what the pointer or the focus is on: {grid, place}
  const probes = { hover: null, focus: null };
  let draft = null; // an entry that is no legal value: {text, settle}
  let playing = 0;
  let frameRequest = 0;
  const live = announcer();
  const initial = Object.fromEntries(STATE.map((name) => [name, model.get(name)])); // what Reset goes back to

  function derive() {
    derived = compute(state, limits);
    // What was pointed at may be gone.
    probes.hover = probes.focus = probe = null;
  }

  function update(patch, said) {
    Object.assign(state, patch);
    if (Object.keys(patch).some((name) => name !== "selected" && name !== "pinned")) derive();
    if (derived.sliding) {
      const inside = clamp(state.selected, derived.sliding.outputShape);
      if (!same(inside, state.selected)) patch.selected = state.selected = inside;
    }
    for (const [name, value] of Object.entries(patch)) model.set(name, value);
    model.save_changes();
    if (said !== null) live.say([said, derived.problem ? `These settings do not fit. ${derived.problem.text}` : `Output ${derived.sliding.outputShape.join(" by ")}.`].filter(Boolean).join(". "));
    schedule();
  }

  function pull() {
    for (const name of STATE) state[name] = model.get(name);
    if (!base.image || !same(base.shownImage, state.image)) base = { ...base, image: state.image, shownImage: state.image };
    if (!base.kernel || !same(base.shownKernel, state.kernel)) base = { ...base, kernel: state.kernel, shownKernel: state.kernel };
    derive();
    schedule();
  }

  const settingsControls = {};
  const complain = (text, settle) => {
    draft = text ? { text, settle } : null;
    schedule();
  };
  function pairSetting(name, title, least, most) {
    return pairControl({
      name, title, least, most, complain,
      change: (value, axis) => update({ [name]: value }, `${title} ${value[0]} by ${value[1]}`, axis),
    });
  }
  settingsControls.input = pairControl({
    name: "input size", title: "Input", least: 1, most: limits.image, complain,
    change: (shape) => {
      const image = (base.shownImage = resizeImage(base.image, shape));
      update({ image }, `Input ${shape.join(" by ")}`);
    },
  });
  settingsControls.kernel = pairControl({
    name: "kernel size", title: "Kernel", least: 1, most: limits.kernel, complain,
    change: (shape) => {
      const kernel = (base.shownKernel = resizeKernel(base.kernel, shape));
      update({ kernel }, `Kernel ${shape.join(" by ")}`);
    },
  });
  settingsControls.stride = pairSetting("stride", "Stride", 1, limits.stride);
  settingsControls.padding = pairSetting("padding", "Padding", 0, limits.padding);
  settingsControls.dilation = pairSetting("dilation", "Dilation", 1, limits.dilation);

  const labels = (presets) => Object.fromEntries(Object.entries(presets).map(([name, { label }]) => [name, label]));
  const choices = {
    image: choiceControl({
      title: "Image", options: { ...labels(images), "": "your own" },
      change: (name) => choose("image", images[name]),
    }),
    kernel: choiceControl({
      title: "Kernel", options: { ...labels(kernels), "": "your own" },
      change: (name) => choose("kernel", kernels[name]),
    }),
    mode: choiceControl({ title: "Padding with", options: MODES, change: (padding_mode) => update({ padding_mode }, `Padding with ${padding_mode}`) }),
    flip: switchControl({
      title: "Flip the kernel", hint: "Turn the kernel by 180°: convolution as signal processing defines it. nn.Conv2d does not flip.",
      change: (flip) => update({ flip }, flip ? "Kernel turned by 180 degrees: convolution" : "Kernel as it is: cross-correlation"),
    }),
  };

  // A preset; or "your own", which is no values but a name for those there are.
  function choose(name, preset) {
    if (preset) take(name, preset.values, `${name}: ${preset.label}`);
    else drawn = null;
    schedule();
  }

  function take(name, values, said) {
    const shown = name === "image" ? "shownImage" : "shownKernel";
    base[name] = base[shown] = values;
    update({ [name]: values }, said);
  }

  function edit(name, [row, column], value) {
    if (Math.abs(value) > limits.value) {
      complain(`${decimal(value)} is too large: every entry must lie between −${limits.value} and ${limits.value}`, () => complain(null));
      return;
    }
    take(name, state[name].map((r, i) => r.map((v, j) => (i === row && j === column ? value : v))), `${name} ${row}, ${column} is now ${fraction(value)}`);
  }

  function active() {
    if (!state.pinned && probe?.grid === "output") return probe.place;
    return clamp(state.selected, derived.sliding.outputShape);
  }

  function sayOutput(start) {
    const [row, column] = active();
    const parts = products(derived.sliding, state.image, derived.weights, row, column);
    const long = parts.length > 9 ? `the sum of ${parts.length} products, ${decimal(derived.output[row][column])}` : sumText(parts, derived.output[row][column]);
    live.say(`${start}output row ${row}, column ${column}: ${long}`);
  }

  function select(place, pinned) {
    update({ selected: place, pinned }, null);
    sayOutput(pinned ? "Pinned " : "");
  }

  function step(by, quiet) {
    if (!derived.sliding) return;
    const [rows, columns] = derived.sliding.outputShape;
    const [row, column] = active();
    const next = (row * columns + column + by + rows * columns) % (rows * columns);
    probes.hover = probes.focus = probe = null;
    const place = [Math.floor(next / columns), next % columns];
    update({ selected: place }, null);
    if (document.activeElement?.closest(".cx-grid") === grids.output.element) grids.output.focus(place);
    if (!quiet) sayOutput("");
    return next;
  }

  function play(on) {
    clearTimeout(playing);
    playing = 0;
    if (on && derived.sliding) {
      const [rows, columns] = derived.sliding.outputShape;
      const tick = () => {
        playing = setTimeout(tick, calmMotion() ? 1400 : 650);
        if (!derived.sliding || step(1, true) === rows * columns - 1) play(false);
      };
      const [row, column] = active();
      // Played out: begin again.
      if (row === rows - 1 && column === columns - 1) step(1, true);
      playing = setTimeout(tick, calmMotion() ? 1400 : 650);
      live.say("Playing");
    } else if (derived.sliding) sayOutput("Paused at ");
    schedule();
  }

  function pinInput(place) {
    if (!derived.sliding) return;
    // The output whose window lies most nearly centred on this place.
    const position = derived.sliding.axes.map(({ stride, padding, reach, length }, axis) =>
      Math.min(length - 1, Math.max(0, Math.round((place[axis] + padding - (reach - 1) / 2) / stride))));
    select(position, true);
  }

  function look(grid, place, source) {
    probes[source] = place && { grid, place };
    const next = probes.hover ?? probes.focus;
    if (same(next, probe)) return;
    probe = next;
    if (source === "focus" && place && grid === "output" && !state.pinned) sayOutput("");
    schedule();
  }

  const grids = {
    input: numberGrid("input", {
      probe: (place, source) => look("input", place, source), pin: pinInput, complain,
      value: ([row, column]) => state.image[row][column], edit: (place, value) => edit("image", place, value),
    }),
    kernel: numberGrid("kernel", {
      probe: (place, source) => look("kernel", place, source), complain,
      value: ([row, column]) => derived.weights[row][column],
      edit: ([row, column], value) => edit("kernel", state.flip ? [state.kernel.length - 1 - row, state.kernel[0].length - 1 - column] : [row, column], value),
    }),
    output: numberGrid("output", {
      probe: (place, source) => look("output", place, source),
      pin: (place) => select(place, !(state.pinned && same(place, state.selected))),
    }),
  };
  const captions = Object.fromEntries(Object.keys(grids).map((name) => [name, h("div.cx-caption")]));
  const panes = Object.fromEntries(
    Object.entries(grids).map(([name, grid]) => [name, h(`section.cx-pane.cx-pane-${name}`, {}, captions[name], h("div.cx-scroll", {}, grid.element))]));
  const problem = { text: h("span"), button: h("button.cx-button.cx-primary", { type: "button" }) };
  const problemBox = h("div.cx-problem", { role: "alert", hidden: true }, h("span.cx-sign", { "aria-hidden": "true" }, "!"), problem.text, problem.button);
  const operator = h("span.cx-operator", { "aria-hidden": "true" });
  const playButton = h("button.cx-button.cx-play", { type: "button", onclick: () => play(!playing) });
  const pinButton = h("button.cx-button", { type: "button", onclick: () => update({ pinned: !state.pinned, selected: active() }, null) });
  const previousButton = h("button.cx-button", { type: "button", "aria-label": "Previous output", onclick: () => step(-1) }, "◀");
  const nextButton = h("button.cx-button", { type: "button", "aria-label": "Next output", onclick: () => step(1) }, "▶");
  const where = h("span.cx-where");
  const sum = h("div.cx-sumholder");
  const sizes = h("div.cx-sizes");
  const line = h("code.cx-line");
  const note = h("p.cx-note");

  const root = h(
    "div.cx", { role: "group", "aria-label": "Convolution explorer" },
    h("div.cx-head", {}, choices.image.element, choices.kernel.element, choices.flip.element,
      h("button.cx-button.cx-reset", { type: "button", onclick: reset }, "Reset")),
    problemBox,
    h("div.cx-stage", {}, panes.input, operator, panes.kernel, h("span.cx-operator", { "aria-hidden": "true" }, "="), panes.output),
    h("div.cx-transport", {},
      previousButton, playButton, nextButton, pinButton, where),
    sum,
    h("div.cx-panel", {},
      h("div.cx-controls", {}, ...Object.values(settingsControls).map(({ element }) => element), choices.mode.element),
      h("div.cx-facts", {}, h("div.cx-label", {}, "Output size = ⌊(N + 2P − D(K − 1) − 1) / S⌋ + 1"), sizes, note,
        h("div.cx-label", {}, "In torch"), h("div.cx-code", {}, line, copyButton("the nn.Conv2d line", () => derived.line, live.say)))),
    h("details.cx-help", {}, h("summary", {}, "Keys"),
      h("p", {}, "Arrows move in a grid. Type a number to change a cell, or drag it up and down; Page Up and Page Down change it by one. Enter pins an output. In a grid N and P step, Space plays and pauses, Escape lets go.")),
    live.element,
  );

  function reset() {
    play(false);
    complain(null);
    base = { image: initial.image, shownImage: initial.image, kernel: initial.kernel, shownKernel: initial.kernel };
    update({ ...initial }, "Reset");
    drawControls();
    for (const control of Object.values(settingsControls)) control.relink();
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".cx-cell")) return;
    const actions = { n: () => step(1), p: () => step(-1), " ": () => play(!playing), Escape: () => { play(false); update({ pinned: false }, null); live.say("Let go"); } };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  function draw() {
    frameRequest = 0;
    const { sliding, settings } = derived;
    const shown = scene(state, derived, sliding && active(), probe);
    grids.input.draw(inputGrid(shown));
    grids.kernel.draw(kernelGrid(shown));
    panes.output.classList.toggle("cx-none", !sliding);
    if (sliding) grids.output.draw(outputGrid(shown));
    const [ph, pw] = shown.padding;
    setText(captions.input, `Input ${times(settings.input_shape)}${ph || pw ? ` + padding ${times([ph, pw])}` : ""}`);
    setText(captions.kernel, `Kernel ${times(settings.kernel_shape)}${state.flip ? ", turned" : ""}`);
    setText(captions.output, sliding ? `Output ${times(sliding.outputShape)}` : "No output");
    setText(operator, state.flip ? "∗" : "⋆");
    operator.title = state.flip ? "convolution" : "cross-correlation";
    drawProblem();
    drawWords(shown);
    if (drawn !== derived) {
      drawControls();
      drawFacts();
    }
    drawn = derived;
  }

  function drawProblem() {
    const now = draft ?? derived.problem;
    problemBox.hidden = !now;
    if (!now) return;
    setText(problem.text, now.text);
    problem.button.hidden = !(draft?.settle || now.mend);
    setText(problem.button, draft ? "Put it back" : `Set ${now.mend?.words}`);
    problem.button.onclick = () => {
      if (draft) draft.settle();
      else if (now.mend) applyMend(now.mend);
    };
  }

  function applyMend({ patch, words }) {
    const { kernel_shape, ...rest } = patch;
    if (kernel_shape) rest.kernel = state.kernel.slice(0, kernel_shape[0]).map((row) => row.slice(0, kernel_shape[1]));
    if (rest.kernel) base = { ...base, kernel: rest.kernel, shownKernel: rest.kernel };
    update(rest, `Mended: ${words}`);
    (grids.output.element.querySelector('[tabindex="0"]') ?? root).focus?.();
  }

  function drawWords({ parts, at, pointed }) {
    setText(playButton, playing ? "❚❚ Pause" : "▶ Play");
    setText(pinButton, state.pinned ? "Unpin" : "Pin");
    pinButton.setAttribute("aria-pressed", state.pinned);
    for (const button of [previousButton, playButton, nextButton, pinButton]) button.disabled = !at;
    if (!at) {
      setText(where, "");
      sum.replaceChildren();
      sum.dataset.shown = "";
      return;
    }
    const total = derived.output[at[0]][at[1]];
    setText(where, `Output row ${at[0]}, column ${at[1]} = the kernel over rows ${spread(parts, 0)}, columns ${spread(parts, 1)}`);
    const shown = JSON.stringify(parts);
    if (sum.dataset.shown !== shown) {
      sum.dataset.shown = shown;
      sum.replaceChildren(productTable(parts, derived.weights[0].length, total, (kernel) => look("kernel", kernel, "hover")));
    }
    for (const cell of sum.querySelectorAll("[data-kernel]")) cell.classList.toggle("cx-pointed", cell.dataset.kernel === pointed?.kernel.join());
  }

  // What changes with the settings alone, not with what is pointed at.
  function drawFacts() {
    const { sliding } = derived;
    sizes.replaceChildren(...(sliding ? [sizeLine("height", sliding.axes[0]), sizeLine("width", sliding.axes[1])] : []));
    const left = derived.unread ?? [];
    const [rows, columns] = left.map(({ gaps }) => gaps.length);
    const stepped = rows || columns ? `Stride and dilation step over ${plural(rows, "row")} and ${plural(columns, "column")}. ` : "";
    setText(note, stepped || left.some(({ tail }) => tail.length) ? `${stepped}Hatched places are never read.` : "");
    setText(line, derived.line);
  }

  function drawControls() {
    settingsControls.input.set(derived.settings.input_shape);
    settingsControls.kernel.set(derived.settings.kernel_shape);
    for (const name of ["stride", "padding", "dilation"]) settingsControls[name].set(state[name]);
    choices.image.set(Object.keys(images).find((name) => same(images[name].values, state.image)) ?? "");
    choices.kernel.set(Object.keys(kernels).find((name) => same(kernels[name].values, state.kernel)) ?? "");
    choices.mode.set(state.padding_mode);
    choices.flip.set(state.flip);
    fit();
  }

  // The largest cells with which the three grids stand side by side, or, where they would be too small, below each other.
  function fit() {
    const width = root.clientWidth;
    if (!width) return;
    const columns = [grids.input, grids.kernel, grids.output].map(({ element }) => Number(element.style.getPropertyValue("--columns")) || 0);
    const all = columns[0] + columns[1] + (derived.sliding ? columns[2] : 4);
    // What borders, indices and operators take up, and two pixels between cells.
    const beside = (width - 224) / all - 2;
    const below = Math.min((width - 68) / columns[0], (width - 196) / (columns[1] + columns[2])) - 2;
    const alone = (width - 68) / Math.max(...columns) - 2;
    const cell = beside >= 26 ? beside : below >= 26 ? below : Math.max(22, alone);
    root.style.setProperty("--cell", `${Math.floor(Math.min(40, cell))}px`);
    root.classList.toggle("cx-stacked", beside < 26);
  }

  function schedule() {
    if (!frameRequest) frameRequest = requestAnimationFrame(draw);
  }

  const observer = new ResizeObserver(() => derived && fit());
  const letKeysGo = keepKeys(root);
  el.append(root);
  pull();
  observer.observe(root);
  const onChange = () => {
    if (STATE.some((name) => !same(model.get(name), state[name]))) pull();
  };
  for (const name of STATE) model.on(`change:${name}`, onChange);
  return () => {
    for (const name of STATE) model.off(`change:${name}`, onChange);
    clearTimeout(playing);
    live.stop();
    observer.disconnect();
    letKeysGo();
    cancelAnimationFrame(frameRequest);
  };
}

export default { render };
