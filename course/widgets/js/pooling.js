// The pooling explorer: forward above, backward below, and what a shift of the picture does to the output.

import { explorer } from "./explorer.js";
import { pairControl } from "./controls.js";
import { numberGrid } from "./grid.js";
import { decimal, fraction } from "./numbers.js";
import { compute, givers, poolGradient, poolingOf, upstream } from "./pooling_model.js";
import { gradientGrid, outputGrid, paddingText, pictureGrid, scene, shown, times, upstreamGrid } from "./pooling_grids.js";
import { nearest, remembering, signed, walker } from "./sliding_view.js";
import { dataTable } from "./table.js";
import { copyButton, h, plural, setText } from "./ui.js";
import spec from "./pooling.json" with { type: "json" };

const WORDS = { max: "maximum", average: "average", min: "minimum", median: "median" };
const SHORT = { max: "max", min: "min", median: "median" };
const MOST = spec.state.image.rows[1];

function problemOf(derived) {
  if (!derived.problem) return null;
  const words = Object.entries(derived.mend).map(([name, value]) => `${name} ${value[0] === value[1] ? value[0] : value.join(" by ")}`);
  return { text: derived.problem, mend: { words: words.join(", "), patch: derived.mend } };
}

function view(ui, derive) {
  const { state } = ui;
  let derived = null;
  let base = { from: null, made: null }; // what resizing starts from, so that shrinking is undone by growing
  const active = () => (!state.pinned && ["output", "upstream"].includes(walk.probe?.grid) ? walk.probe.place : derived.at);
  const numberOf = ([r, c]) => r * derived.shape[1] + c;
  const placeOf = (number) => [Math.floor(number / derived.shape[1]), number % derived.shape[1]];
  const walk = walker({
    ui, count: () => (derived.problem ? 0 : derived.shape[0] * derived.shape[1]), at: () => numberOf(active()),
    chosen: placeOf, text: (number) => outputText(placeOf(number)), grid: () => grids.output, place: placeOf,
  });

  function look(grid, place, source) {
    walk.probes[source] = place && { grid, place };
    if (source === "focus" && place && grid === "output" && !state.pinned) ui.say(outputText(place));
    if (source === "focus" && place && grid === "gradient") ui.say(gradientText(place));
    ui.redraw();
  }

  // "output[1, 2] = max(0, 9, 4, 1) = 9, from row 1, column 5"
  function outputText([r, c]) {
    const value = derived.output[r][c];
    const name = `output[${r}, ${c}]`;
    const [rows, columns] = [[0, r, state.image.length], [1, c, state.image[0].length]].map(([axis, at, n]) => derived.reads[axis][at].filter((p) => p >= 0 && p < n));
    const values = rows.flatMap((y) => columns.map((x) => derived.picture[y][x]));
    const list = (joint) => (values.length > 16 ? `${values.length} values` : values.map((v) => (joint === " + " ? signed(fraction(v)) : fraction(v))).join(joint));
    if (state.kind === "average") {
      const divisor = derived.divisors[r][c];
      const zeros = divisor - values.length;
      return `${name} = (${list(" + ")})/${divisor} = ${decimal(value)}${zeros ? `; ${plural(zeros, "zero")} of the padding ${zeros > 1 ? "are" : "is"} counted` : ""}`;
    }
    if (value === null) return `${name} = ${SHORT[state.kind]} of nothing = ${shown(null, state.kind)}: dilation steps over the picture, and only padding is read; torch gives ${{ max: "−inf", min: "inf", median: "nan" }[state.kind]}`;
    const ties = derived.ties[r][c].length;
    const sorted = state.kind === "median" && values.length <= 16 ? `, sorted ${[...values].sort((a, b) => a - b).map(fraction).join(", ")}` : "";
    return `${name} = ${SHORT[state.kind]}(${list(", ")}) = ${fraction(value)}${sorted}, from row ${derived.taken[r][c].join(", column ")}` +
      (ties ? `; ${plural(ties, "other place")} ${ties > 1 ? "are" : "is"} equal: the first in reading order counts` : "");
  }

  // "gradient[1, 5] = 1 (output 0, 2) + 1 (output 1, 2) = 2"
  function gradientText(place) {
    const [y, x] = place;
    const from = givers(derived, state.kind, place);
    const given = upstreamNow();
    const total = gradientNow()[y]?.[x];
    if (total === undefined) return "The padding keeps its part of the gradient: nothing learns there";
    const name = `gradient[${y}, ${x}]`;
    if (!from.length) return `${name} = 0: no output took this place`;
    const terms = from.slice(0, 6).map(([r, c, share]) => `${signed(fraction(given[r][c]))}${share === 1 ? "" : `·${fraction(share)}`} (output ${r}, ${c})`);
    return `${name} = ${terms.join(" + ")}${from.length > 6 ? ` + … (${from.length} outputs)` : ""} = ${decimal(total)}`;
  }

  const upstreamNow = () => (state.gradient === "ones" ? derived.upstream : upstream(state, derived.shape, active()));
  const gradientNow = () => (state.gradient === "ones" ? derived.gradient : poolGradient(derived.picture, poolingOf(state), upstreamNow()));

  const pinPicture = (place) => walk.select(numberOf(derived.reads.map((reads, axis) => nearest(reads, place[axis]))), true);

  function editPicture([y, x], value) {
    const image = state.image.map((row) => [...row]);
    image[y - state.shift_down][x - state.shift_right] = value;
    ui.set({ image }, `Row ${y}, column ${x} is now ${fraction(value)}`);
  }

  function editUpstream([r, c], value) {
    ui.set({ edits: [...state.edits.filter((one) => one[0] !== r || one[1] !== c), [r, c, value]] }, `Gradient at output ${r}, ${c} is now ${fraction(value)}`);
  }

  const complain = ui.complain;
  const grids = {
    picture: numberGrid("picture", {
      probe: (place, source) => look("picture", place, source), complain, pin: pinPicture,
      // From the state, which keys faster than a frame have moved on already.
      value: ([y, x]) => state.image[y - state.shift_down]?.[x - state.shift_right] ?? derived.picture[y][x], edit: editPicture,
    }),
    output: numberGrid("output", {
      probe: (place, source) => look("output", place, source),
      pin: (place) => walk.select(numberOf(place), !(state.pinned && place.join() === state.selected.join())),
    }),
    gradient: numberGrid("gradient", { probe: (place, source) => look("gradient", place, source) }),
    upstream: numberGrid("upstream", {
      probe: (place, source) => look("upstream", place, source), complain,
      value: ([r, c]) => state.edits.find((one) => one[0] === r && one[1] === c)?.[2] ?? upstreamNow()[r][c], edit: editUpstream,
    }),
  };
  const captions = Object.fromEntries(Object.keys(grids).map((name) => [name, h("div.cx-caption")]));
  const panes = Object.fromEntries(Object.entries(grids).map(([name, grid]) =>
    [name, h(`section.cx-pane.cx-pane-${name}`, {}, captions[name], h("div.cx-scroll", {}, grid.element))]));

  const [forward, backward, note, shiftNote, gradientNote] = ["p.cx-forward", "p.cx-backward", "p.cx-note", "p.cx-shiftnote", "p.cx-note"].map((tag) => h(tag));
  const sizes = [h("div.cx-math"), h("div.cx-math")];
  const line = h("code.cx-line");
  const clear = h("button.cx-button", { type: "button", onclick: () => ui.set({ edits: [] }, "Edited gradients forgotten") }, "Forget the edits");
  const still = h("button.cx-button", { type: "button", onclick: () => ui.set({ shift_down: 0, shift_right: 0 }, "The picture is back in its place") }, "Back in place");
  const sweep = dataTable({
    caption: "The picture moved right by 0 to 8",
    columns: [{ title: "by", numeric: true }, { title: "outputs changed", numeric: true }, { title: "unlike the moved output", numeric: true }],
    pick: (right) => ui.set({ shift_right: right, shift_down: 0 }, `Moved right by ${right}. ${shiftText(derive({ ...state, shift_right: right, shift_down: 0 }).shift)}`),
  });
  const size = pairControl({
    name: "picture size", title: "Picture", least: 1, most: MOST, complain,
    change: ([rows, columns]) => {
      if (state.image !== base.made) base = { from: state.image };
      const { from } = base;
      const made = Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => from[Math.min(i, from.length - 1)][Math.min(j, from[0].length - 1)]));
      ui.set({ image: made }, `Picture ${rows} by ${columns}`);
      base.made = state.image;
    },
  });

  function shiftText({ changed, total, steps, multiple, compared, unlike }) {
    if (!state.shift_down && !state.shift_right) return "Move the picture, and see how many outputs change.";
    const along = steps.some(Boolean) ? `the outputs moved along by ${steps.map((v) => decimal(v)).join(" down and ")} right` : "the outputs as they were";
    const verdict = !compared ? "no output can be compared there: the picture has moved too far or is too small"
      : `${unlike} of ${compared} differ`;
    return `${changed} of ${total} outputs change. Against ${along}, where windows see the picture alone, ${verdict}${compared ? (multiple ? ": the move is a multiple of the stride" : ": the move is no multiple of the stride") : ""}.`;
  }

  const average = ui.control("count_include_pad");
  const stage = h("div.cx-pools", {}, panes.picture, h("span.cx-arrow", { "aria-hidden": "true" }, "→"), panes.output, panes.gradient, h("span.cx-arrow", { "aria-hidden": "true" }, "←"), panes.upstream);
  const windows = h("div.cx-controls", {}, ...["window", "stride", "padding", "dilation"].map((name) => ui.control(name)), ui.control("ceil_mode"), average);
  const back = h("div.cx-back", {}, ui.control("gradient", { radios: true }), gradientNote, clear);
  const shift = h("div.cx-shift", {},
    h("div.cx-controls", {}, h("div.cx-label", {}, "Shift test"), ui.control("shift_right"), ui.control("shift_down"), shiftNote, still));
  const torch = h("div", {}, h("div.cx-label", {}, "In torch"), h("div.cx-code", {}, line, copyButton("the line of torch", () => derived.line, ui.say)));
  const side = h("div.cx-side2", {},
    h("div.cx-controls", {}, size.element, windows, ui.control("global_pool")),
    h("div.cx-facts", {}, h("div.cx-label", {}, "Rows, then columns, of the output"), ...sizes, note, torch),
    back, shift);
  const wrap = h("div.cx-poolwrap", {}, h("div.cx-stagebox", {},
    h("div.cx-transport", {}, ...walk.elements), forward, stage, backward), side, sweep.element);

  // Cells as large as fit: settings beside the grids, or below them; the grids by twos, or one below the other.
  function fit() {
    const width = wrap.clientWidth;
    if (!width || !derived) return;
    if (derived.problem) {
      wrap.classList.toggle("cx-below", width < 760);
      return;
    }
    const [left, right] = [grids.picture, grids.output].map(({ element }) => Number(element.style.getPropertyValue("--columns")) || 1);
    const cell = (room, columns) => Math.floor(room / columns) - 2;
    const beside = cell(width - 400 - 122, left + right);
    const below = cell(width - 122, left + right);
    const alone = cell(width - 40, Math.max(left, right));
    // Under a drag the settings stay where they are, or the slider would leave the pointer.
    if (!held) {
      wrap.classList.toggle("cx-below", beside < 26);
      stage.classList.toggle("cx-single", beside < 26 && below < 22);
    }
    wrap.style.setProperty("--cell", `${Math.max(20, Math.min(36, beside >= 26 ? beside : below >= 22 ? below : alone))}px`);
  }
  let held = false;
  const letGo = () => {
    held = false;
    fit();
  };
  wrap.addEventListener("pointerdown", () => (held = true));
  addEventListener("pointerup", letGo);
  addEventListener("pointercancel", letGo);
  const observer = new ResizeObserver(fit);
  observer.observe(wrap);

  walk.keys(wrap);

  function draw(_, changed) {
    derived = derive(state);
    const broken = Boolean(derived.problem);
    stage.hidden = broken;
    for (const element of [forward, backward, back, shift, sweep.element, torch]) element.hidden = broken;
    walk.draw();
    size.set([state.image.length, state.image[0].length]);
    windows.hidden = state.global_pool;
    average.hidden = state.kind !== "average";
    clear.hidden = !state.edits.length;
    still.hidden = !state.shift_down && !state.shift_right;
    setText(note, noteText());
    sizes.forEach((one, i) => setText(one, broken ? "" : derived.sizes[i]));
    setText(line, broken ? "" : derived.line);
    if (broken) {
      fit();
      return;
    }
    // What was pointed at may be gone.
    for (const source of ["hover", "focus"]) {
      const one = walk.probes[source];
      if (one && ["output", "upstream"].includes(one.grid) && one.place.some((v, i) => v >= derived.shape[i])) walk.probes[source] = null;
    }
    const at = active();
    const given = upstreamNow();
    const moment = scene(state, derived, at, walk.probe, gradientNow(), given);
    const readers = new Set(moment.pointed ? givers(derived, state.kind, moment.pointed).map(([r, c]) => `${r},${c}`) : []);
    grids.picture.draw(pictureGrid(moment));
    grids.output.draw(outputGrid(moment, readers));
    grids.upstream.draw(upstreamGrid(moment, readers));
    grids.gradient.draw(gradientGrid(moment, gets(at, given)));
    const pad = moment.pad.some(Boolean) ? ` + padding ${times(moment.pad)}` : "";
    setText(captions.picture, `Picture ${times([moment.h, moment.w])}${pad}${state.shift_down || state.shift_right ? ", moved" : ""}`);
    setText(captions.output, `Output ${times(derived.shape)}: ${WORDS[state.kind]}`);
    setText(captions.gradient, "Gradient at the picture");
    setText(captions.upstream, "Gradient at the output");
    setText(forward, outputText(at));
    setText(backward, gradientText(moment.pointed ?? derived.taken[at[0]][at[1]] ?? firstInside(at) ?? [-1, -1]));
    setText(shiftNote, shiftText(derived.shift));
    sweep.draw(derived.sweep.map(({ changed, total, compared, unlike, multiple }, right) => ({
      id: right, cells: [right, `${changed} of ${total}`, compared ? `${unlike} of ${compared}${multiple ? " (multiple of the stride)" : ""}` : "none to compare"],
    })), state.shift_down ? null : state.shift_right);
    setText(gradientNote, { max: "The gradient goes to the place that was taken, and nowhere else. ", min: "The gradient goes to the place that was taken, and nowhere else. ", median: "The gradient goes to the place that was taken; among equals torch promises no order, here it is the first. ", average: "Every real place of a window gets the same part. " }[state.kind] + "Where windows overlap, what comes adds up.");
    if (changed.size) fit(); // a hover changes no sizes
  }

  // What the shown output gives to each place, as text.
  function gets([r, c], given) {
    const found = new Map();
    const value = given[r][c];
    if (state.kind === "average") {
      for (const y of derived.reads[0][r]) for (const x of derived.reads[1][c]) found.set(`${y},${x}`, fraction(value / derived.divisors[r][c]));
    } else if (derived.taken[r][c]) found.set(derived.taken[r][c].join(), fraction(value));
    return found;
  }

  function firstInside([r, c]) {
    const [ys, xs] = [[0, r, state.image.length], [1, c, state.image[0].length]].map(([axis, i, n]) => derived.reads[axis][i].find((p) => p >= 0 && p < n));
    return ys === undefined || xs === undefined ? null : [ys, xs];
  }

  function noteText() {
    const parts = [];
    if (!state.global_pool && state.padding.some(Boolean)) parts.push(`Padding ${paddingText(state) === "–" ? "is left out" : `counts as ${paddingText(state)}${state.kind === "average" ? "" : ", so that it is never taken"}`}; at most half of the window, so that a window without dilation always holds a real value.`);
    if (!state.global_pool && state.ceil_mode) parts.push("A last window may hang over the border, but must start on the picture or in the padding before it.");
    if (state.kind === "median") parts.push("Torch has no median pooling: unfold, then the lower median (NumPy takes the mean of the middle two).");
    if (state.kind === "min") parts.push("Torch has no minimum pooling: min(x) = −max(−x).");
    return parts.join(" ");
  }

  return {
    elements: [
      h("div.cx-head", {}, ui.presets("image"), ui.control("kind", { radios: true })),
      wrap,
    ],
    draw,
    reset() {
      walk.stop();
      walk.forget();
    },
    stop() {
      walk.stop();
      observer.disconnect();
      removeEventListener("pointerup", letGo);
      removeEventListener("pointercancel", letGo);
    },
  };
}

function render({ model, el }) {
  const derive = remembering(Object.keys(spec.state).filter((name) => name !== "pinned"), compute);
  return explorer({
    model, el, spec, title: "Pooling explorer",
    keys: "Arrows move in a grid. Type a number to change a cell of the picture or of the gradient at the output, or drag it up and down; Page Up and Page Down change it by one. Enter pins an output. In a grid N and P step, Space plays and pauses, Escape lets go. In the table of moves, Enter moves the picture.",
    problem: (state) => problemOf(derive(state)),
    build: (ui) => view(ui, derive),
  });
}

export default { render };
