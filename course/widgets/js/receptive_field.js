// The receptive field explorer. Nets are read and changed in a worker (receptive_field_worker.js); the cone under the pointer is
// worked out here, so that it follows in the same frame.

import { choiceControl } from "./controls.js";
import { explorer } from "./explorer.js";

import { asker } from "./receptive_field_asker.js";
import { cone } from "./receptive_field_cone.js";
import { editor } from "./receptive_field_editor.js";
import { extentOf, spread } from "./receptive_field_lines.js";
import { drawPlane, drawStage, layout, under } from "./receptive_field_stage.js";
import { dataTable } from "./table.js";
import { copyButton, h, setAttribute, setText } from "./ui.js";
import spec from "./receptive_field.json" with { type: "json" };

const KEYS = "In the picture left and right move the unit, Page Up and Page Down by ten, Home and End to the border; up and down change the layer; Enter pins and lets go. " +
  "In the table Enter chooses a layer, Alt with up or down moves it, Delete takes it out, Insert puts one behind it. In notation Enter takes what was typed, Escape puts it back.";
const NONE = "Nothing measured is at hand: give the constructor measured=effective_field(net, input_size).";

function render({ model, el }) {
  let trouble = null; // {key, text} of the net that could not be read
  let good = { words: "the small stack", patch: { net: "stack", channels: 3, size: [24, 24], ...FRESH } };
  return explorer({
    model, el, spec, title: "Receptive field explorer", keys: KEYS,
    problem: (state) => (trouble?.key === keyOf(state) ? { text: trouble.text, mend: good } : null),
    build: (ui) => view(ui, model, { fail: (key, text) => (trouble = text === null ? null : { key, text }), keep: (patch) => (good = { words: "the last net that worked", patch }) }),
  });
}

const FRESH = { node: null, unit: null, pinned: false };
const keyOf = ({ net, channels, size }) => JSON.stringify([net, channels, size]);

function view(ui, model, { fail, keep }) {
  const { state } = ui;
  const nets = model.get("nets");
  const measured = model.get("measured");
  const { ask, stop } = asker(model.get("program"));
  const spelled = (net) => (Object.hasOwn(nets, net) ? nets[net].values : net);
  let net = null; // {key, text, nodes, byName, shape}: what the worker made of the state's net
  let asked = null;
  let waiting = null; // the net that the worker is reading
  let said = null; // words that wait for the net to be read
  let probe = null; // {node, unit: [row, column]} under the pointer
  let hovered = null; // the layer under the pointer in the table
  let field = null; // {key, curves} of the effective field that is there
  let wanted = null;
  let stale = true; // whether the table and the rest are yet to be drawn
  let follow = false; // whether the focus goes to the row of the layer that was changed

  async function load() {
    const key = keyOf(state);
    if (asked === key) return;
    asked = waiting = key;
    const text = spelled(state.net);
    const { channels, size } = state;
    const [answer, words] = await ask("read", text, channels, size);
    if (asked !== key) return; // overtaken
    waiting = null;
    fail(key, words);
    const shape = [channels, ...size];
    if (answer) net = { key, text, nodes: answer, shape, byName: new Map([["input", { name: "input", shape }], ...answer.map((node) => [node.name, node])]) };
    field = wanted = null;
    probe = hovered = null;
    stale = true;
    if (answer) keep({ net: state.net, channels, size });
    if (said !== null) ui.say([said, answer ? fieldWords() : `This net does not work. ${words}`].filter(Boolean).join(". "));
    said = null;
    ui.redraw();
  }

  const ready = () => net?.key === keyOf(state);
  const axisNumber = () => (state.axis === "height" ? 0 : 1);
  const lengths = (node) => (node.shape.length === 3 ? node.shape.slice(1) : [1, 1]);

  // The layer whose field is shown where none is chosen: the last that does not read the whole input.
  function usual() {
    const local = net.nodes.findLastIndex((node) => node.shape.length === 3 && !node.axes.every(({ whole }) => whole));
    return local < 0 ? net.nodes.length - 1 : local;
  }
  const chosen = () => Math.min(state.node ?? usual(), net.nodes.length - 1);
  function active() {
    if (!state.pinned && probe) return probe;
    const node = state.pinned ? chosen() : (hovered ?? chosen());
    const size = lengths(net.nodes[node]);
    return { node, unit: size.map((n, i) => Math.min(state.unit?.[i] ?? Math.floor(n / 2), n - 1)) };
  }

  const fieldWords = () => `${net.nodes[chosen()].name}: ${net.nodes[chosen()].rules[axisNumber()].said}`;

  // What changes the net: the worker edits its text, and the new text is the state.
  async function change(action, at, given, done) {
    const before = net.nodes[at].name;
    const edit = (text) => ask("edit", text, action, at, given);
    let [answer, words] = await edit(spelled(state.net));
    // A net that cannot be read is changed from the last that could.
    if (!answer && !ready()) [answer, words] = await edit(net.text);
    follow = answer && table.element.contains(document.activeElement);
    if (answer) take({ net: answer.text, ...FRESH, node: answer.at }, done(before));
    else refused(words, tools.settle);
  }
  function refused(words, settle) {
    ui.complain(words, settle);
    ui.say(words);
  }
  function take(patch, words) {
    said = words;
    probe = hovered = null;
    if (ui.set(patch)) load();
    else said = null;
  }

  const labels = Object.fromEntries(Object.entries(nets).map(([name, { label }]) => [name, label]));
  const choice = choiceControl({
    title: "Net", options: { ...labels, "": "your own" },
    change: (name) => {
      if (!name) return ui.redraw();
      const [channels, ...size] = nets[name].shape;
      return take({ net: name, channels, size, ...FRESH }, labels[name]);
    },
  });
  const line = h("textarea.cx-text.cx-net", { rows: 3, spellcheck: "false", "aria-label": "The net in notation" });
  line.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      line.value = spelled(state.net);
      ui.complain(null);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      typed();
    }
  });
  line.addEventListener("change", typed);
  async function typed() {
    const text = line.value.trim().replace(/\s+/g, " ");
    if (text === spelled(state.net)) return;
    // A shape in front of the net is the input's.
    const [answer, words] = await ask("shape", text);
    if (!answer) return refused(words, () => (line.value = spelled(state.net)));
    const patch = answer.shape?.length === 3 ? { channels: answer.shape[0], size: answer.shape.slice(1) } : {};
    line.value = text.replace(/^\d+([x×]\d+)*\s*(>|→)\s*/, "");
    return take({ net: line.value, ...patch, ...FRESH }, "Net taken");
  }

  const canvas = h("canvas.cx-cone", { "aria-hidden": "true" });
  const stage = h("div.cx-stagebox", { tabindex: "0", role: "slider" }, canvas);
  const plane = h("canvas.cx-plane", { "aria-hidden": "true" });
  const where = h("p.cx-where");
  const effect = h("p.cx-note");
  const missed = h("p.cx-missed", { hidden: true });
  const detail = h("div.cx-detail");
  const torch = h("code.cx-line");
  const torchBox = h("div.cx-code", {}, torch, copyButton("the line of torch", () => torch.textContent, ui.say));
  const pin = h("button.cx-button", { type: "button", onclick: () => pinned(!state.pinned) }, "Pin");
  const tools = editor(change);
  const table = dataTable({
    caption: "Layers",
    columns: ["Layer", "Step", "Output", "Size", "Jump", "Start"].map((title, i) => ({ title, numeric: i > 2 })),
    pick: choose,
    hover: (id) => {
      if (id === hovered) return;
      hovered = id;
      ui.redraw();
    },
  });
  table.element.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr[data-id]");
    const act = (event.altKey ? { ArrowUp: "up", ArrowDown: "down" } : { Delete: "remove", Insert: "after" })[event.key];
    if (!row || !act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    tools.act(act, Number(row.dataset.id), net.nodes[row.dataset.id]);
  });

  function choose(node) {
    hovered = probe = null;
    ui.set({ node, unit: null, pinned: false });
    ui.say(fieldWords());
  }
  function pinned(on) {
    if (!ready()) return;
    const { node, unit } = active();
    ui.set({ node, unit, pinned: on });
    ui.say(`${on ? "Pinned" : "Let go"}: ${unitWords()}`);
  }
  function unitWords() {
    const { node, unit } = active();
    const axis = axisNumber();
    return spread(net.nodes[node], unit[axis], state.axis, cone(net, node, axis, unit[axis]), net.shape[1 + axis]);
  }
  function move(node, place) {
    const axis = axisNumber();
    const { unit } = active();
    const size = lengths(net.nodes[node]);
    const next = unit.map((p, i) => Math.min(Math.max(0, i === axis ? place : p), size[i] - 1));
    probe = hovered = null;
    ui.set({ node, unit: next });
    ui.say(unitWords());
  }

  stage.addEventListener("keydown", (event) => {
    if (!ready() || event.ctrlKey || event.metaKey || event.altKey) return;
    const axis = axisNumber();
    const { node, unit } = active();
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10, Home: -1e9, End: 1e9 }[event.key];
    const to = { ArrowUp: node + 1, ArrowDown: node - 1 }[event.key];
    if (by) move(node, unit[axis] + by);
    else if (to !== undefined) step(to, node, unit[axis]);
    else if (event.key === "Enter" || event.key === " ") pinned(!state.pinned);
    else if (event.key === "Escape" && state.pinned) pinned(false);
    else return;
    event.preventDefault();
  });
  // To the next layer, over the same part of the input.
  function step(to, from, at) {
    if (!net.nodes[to]) return;
    const axis = axisNumber();
    const share = (at + 0.5) / lengths(net.nodes[from])[axis];
    move(to, Math.floor(share * lengths(net.nodes[to])[axis]));
  }
  const pointed = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    return drawn && ready() ? under(drawn, event.clientX - left, event.clientY - top) : null;
  };
  // A unit on the axis that is shown, the other place kept.
  const full = ({ node, unit }) => lengths(net.nodes[node]).map((n, i) => (i === axisNumber() ? unit : Math.min(active().unit[i], n - 1)));
  stage.addEventListener("pointermove", (event) => {
    const at = pointed(event);
    const next = at && { node: at.node, unit: full(at) };
    if (JSON.stringify(next) === JSON.stringify(probe)) return;
    probe = next;
    ui.redraw();
  });
  stage.addEventListener("pointerleave", () => {
    if (!probe) return;
    probe = null;
    ui.redraw();
  });
  stage.addEventListener("click", (event) => {
    const at = pointed(event);
    if (!at) return;
    const unit = full(at);
    const off = state.pinned && at.node === chosen() && JSON.stringify(unit) === JSON.stringify(state.unit);
    probe = null;
    ui.set({ node: at.node, unit, pinned: !off });
    ui.say(`${off ? "Let go" : "Pinned"}: ${unitWords()}`);
  });

  // The effective field comes from the worker a moment later; until then none is drawn.
  function effective({ node, unit }) {
    const { effective: kind, seed } = state;
    if (kind === "none") return [null, null];
    if (kind === "measured") return measured ? measured.curves : [null, null];
    const key = JSON.stringify([net.key, node, unit, kind, seed]);
    if (field?.key === key) return field.curves;
    const idle = wanted === null;
    wanted = { key, given: [node, unit, kind, seed] };
    if (idle) inquire();
    return [null, null];
  }
  async function inquire() {
    const { key, given } = wanted;
    const [curves] = await ask("effective", ...given);
    if (!wanted) return;
    const last = wanted.key === key;
    field = { key, curves: curves ?? [null, null] };
    if (last) wanted = null;
    else inquire();
    ui.redraw();
  }

  let drawn = null; // what the stage shows: where the pointer looks things up
  function drawPicture() {
    const axis = axisNumber();
    const { node, unit } = active();
    const top = net.nodes[node];
    const n = net.shape[1 + axis];
    const below = cone(net, node, axis, unit[axis]);
    const extents = [0, 1].map((i) => extentOf(top, i, unit[i], net.shape[1 + i]));
    const one = net.nodes[state.pinned ? node : chosen()];
    // Room for what hangs over the border at the ends of the chosen layer, whatever unit is pointed at.
    const [near, far] = [0, lengths(one)[axis] - 1].map((at) => extentOf(one, axis, at, n));
    const hang = Math.min(0.4 * n, Math.max(1, -near[0], far[1] - n));
    const plan = layout(net.nodes, axis, n, Math.max(240, canvas.clientWidth), hang);
    const curves = effective({ node, unit });
    drawn = { nodes: net.nodes, axis, n, plan, below, top, effective: curves[axis] };
    drawStage(canvas, drawn, ui.colours(), getComputedStyle(stage).fontFamily);
    drawPlane(plane, { size: net.shape.slice(1), extents, effective: curves }, ui.colours());
    const words = spread(top, unit[axis], state.axis, below, n);
    setText(where, words);
    const lacking = top.shape.length !== 3 ? "A flattened layer has no unit, and no effective field." : "";
    setText(effect, { none: "", measured: measured ? measured.words : NONE }[state.effective] ?? curves[axis]?.words ?? lacking);
    const label = `Unit of ${top.name}, ${state.axis}`;
    for (const [name, given] of Object.entries({ "aria-label": label, "aria-valuemin": 0, "aria-valuemax": lengths(top)[axis] - 1, "aria-valuenow": unit[axis], "aria-valuetext": words })) setAttribute(stage, name, given);
    setText(pin, state.pinned ? "Unpin" : "Pin");
    setAttribute(pin, "aria-pressed", state.pinned);
    return { node, top };
  }

  let described = null;
  function drawDetail(node, top) {
    const key = JSON.stringify([net.key, node, state.axis]);
    if (described === key) return;
    described = key;
    const { rows, notes } = top.rules[axisNumber()];
    detail.replaceChildren(
      h("div.cx-label", {}, `${top.name}: ${top.text}, ${state.axis}`),
      ...rows.map(([name, sum, result]) => h("div.cx-rule", {}, h("span.cx-name", {}, name), h("span", {}, sum, h("b", {}, result)))),
      ...notes.map((text) => h(`p.cx-note${text.startsWith("misaligned") ? ".cx-missed" : ""}`, {}, text)),
    );
    setText(torch, top.torch);
    torchBox.hidden = !top.torch;
  }

  function drawTable() {
    table.draw(net.nodes.map(({ cells, aligned }, id) => ({ id, cells, classes: aligned ? "" : "cx-misaligned" })), chosen());
    const off = net.nodes.filter(({ aligned }) => !aligned).map(({ name }) => name);
    missed.hidden = !off.length;
    setText(missed, `≠ Paths that miss each other meet at ${off.join(", ")}: their centres or jumps differ.`);
  }

  const controls = [ui.control("size"), ui.control("channels")];
  const seed = ui.control("seed");
  const watcher = new ResizeObserver(() => ready() && ui.redraw());
  watcher.observe(stage);
  const scene = h("div.cx-scene", {}, stage, h("figure.cx-planebox", {}, plane, h("figcaption.cx-note", {}, "The field in the plane of the input; hatched: in the padding")));
  const body = h("div.cx-fieldbody", {}, scene,
    h("div.cx-transport", {}, pin, where), effect,
    h("div.cx-columns.cx-work", {}, h("div.cx-layers", {}, table.element, missed), h("div", {}, detail, torchBox, tools.element)));

  return {
    elements: [
      h("div.cx-head", {}, choice.element, ui.control("axis", { radios: true }), ui.control("effective"), seed),
      body,
      h("div.cx-columns.cx-inputs", {}, h("label.cx-netbox", {}, h("span.cx-name", {}, "Notation (Enter takes it)"), line), h("div.cx-controls", {}, ...controls)),
    ],
    draw(_, changed) {
      choice.set(Object.hasOwn(nets, state.net) ? state.net : "");
      seed.hidden = state.effective !== "random";
      if (changed.has("net") && document.activeElement !== line) line.value = spelled(state.net);
      if (!ready()) load();
      body.hidden = !net && asked !== null && waiting === null;
      body.classList.toggle("cx-none", !net);
      scene.classList.toggle("cx-old", !ready());
      if (!ready()) return;
      const { node, top } = drawPicture();
      if (stale || changed.size) {
        drawTable();
        tools.draw(chosen(), net.nodes[chosen()]);
      }
      drawDetail(node, top);
      if (follow) table.focus(chosen());
      stale = follow = false;
    },
    reset() {
      probe = hovered = null;
      line.value = spelled(state.net);
      tools.reset();
    },
    stop() {
      watcher.disconnect();
      stop();
    },
  };
}

export default { render };
