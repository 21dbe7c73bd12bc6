// The skips explorer: six ways to pass something by, node by node, with the shape at every join.

import { netPicture } from "./architecture_diagram.js";
import { choiceControl } from "./controls.js";
import { explorer } from "./explorer.js";
import { defaults } from "./fields.js";
import { decimal } from "./numbers.js";
import { code, gate, network } from "./skips_model.js";
import { significant } from "./significant.js";
import { dataTable } from "./table.js";
import { copyButton, h, plural, setText } from "./ui.js";
import spec from "./skips.json" with { type: "json" };

const CHAIN = ["size", "in_channels", "channels", "layers", "kernel", "padding", "stride"];
const FIELDS = {
  plain: CHAIN, residual: [...CHAIN, "shortcut"], highway: [...CHAIN, "gate_bias"],
  dense: ["size", "in_channels", "growth", "layers", "compression", "kernel", "padding"],
  unet: ["tile", "image_channels", "channels", "depth", "convs", "classes", "fit", "valid"],
  unetpp: ["size", "image_channels", "channels", "depth", "classes", "pruned", "supervision"],
};
const FORMULAS = {
  plain: "y = F(x)", highway: "y = T(x)·H(x) + (1 − T(x))·x", residual: "y = F(x) + x, or F(x) + W·x where the shapes differ",
  dense: "xₗ = Hₗ([x₀, x₁, …, xₗ₋₁])", unet: "right = F([copy of left, up(below)])", unetpp: "Xⁱʲ = F([Xⁱ⁰, …, Xⁱʲ⁻¹, up(Xⁱ⁺¹ʲ⁻¹)])",
};
const JOINS = { add: "+", gate: "+", concat: "‖" };
const [WIDE, HIGH, BOX, TALL] = [104, 84, 88, 44];
// The network of a state is asked for several times a frame, and computed once.
const solve = (() => {
  let known = "";
  let found = null;
  return (state) => {
    const now = JSON.stringify(state);
    if (now !== known) [known, found] = [now, network(state)];
    return found;
  };
})();
const times = (shape) => shape.join("×");
const figure = (n) => n.toLocaleString("en-US");

// Where everything stands: boxes on a grid of columns and rows, joins as circles, links that lead past others as arcs.
function layout({ nodes, problem }) {
  const all = nodes.map((node) => ({ ...node }));
  if (problem?.at && !nodes.some(({ id }) => id === problem.at)) {
    all.push({ id: "misfit", name: problem.at, kind: "misfit", inputs: [], shape: [], column: Math.max(...nodes.map(({ column }) => column)) + 1, row: 0, idle: false });
  }
  const rows = all.map(({ row }) => row);
  const single = new Set(rows).size < 3;
  const at = new Map(all.map((node) => [node.id, node]));
  const links = nodes.flatMap((node) => node.inputs.map((source) => {
    const from = at.get(source);
    const between = nodes.filter(({ row, column }) => row === from.row && row === node.row && column > from.column && column < node.column).length;
    return { from, to: node, between };
  }));
  const rise = ({ from, to, between }) => (between ? (single ? 26 + 13 * (to.column - from.column) : Math.min(38, 16 + 5 * between)) : 0);
  const top = Math.max(16, ...links.map((link) => rise(link) * 0.75 + 12 - (link.from.row - Math.min(...rows)) * HIGH));
  const place = ({ column, row, kind }) => {
    const circle = kind in JOINS || kind === "misfit";
    const [w, tall] = circle ? [32, 32] : [BOX, TALL];
    return { x: 12 + column * WIDE + (BOX - w) / 2, y: top + (row - Math.min(...rows)) * HIGH + (TALL - tall) / 2, w, h: tall };
  };
  const boxes = new Map(all.map((node) => [node.id, place(node)]));
  const paths = links.map((link) => {
    const [a, b] = [boxes.get(link.from.id), boxes.get(link.to.id)];
    const [ax, bx] = [a.x + a.w / 2, b.x + b.w / 2];
    const [ay, by] = [a.y + a.h / 2, b.y + b.h / 2];
    const lift = rise(link);
    const base = { source: link.from.id, target: link.to.id, classes: `${lift || ["concat", "add", "gate"].includes(link.to.kind) ? ".cx-skip" : ""}${link.to.idle || link.from.idle ? ".cx-idle" : ""}` };
    if (lift) return { ...base, path: `M${ax} ${a.y}C${ax} ${a.y - lift} ${bx} ${b.y - lift} ${bx} ${b.y}`, end: [bx, b.y, "down"] };
    // Above each other: straight up or down where they overlap.
    const [left, end] = [Math.max(a.x, b.x), Math.min(a.x + a.w, b.x + b.w)];
    if (end - left > 10) {
      const x = (left + end) / 2;
      return by < ay ? { ...base, path: `M${x} ${a.y}V${b.y + b.h}`, end: [x, b.y + b.h, "up"] } : { ...base, path: `M${x} ${a.y + a.h}V${b.y}`, end: [x, b.y, "down"] };
    }
    const [x1, x2] = [a.x + a.w, b.x];
    const bend = Math.max(8, (x2 - x1) / 2);
    return { ...base, path: ay === by ? `M${x1} ${ay}H${x2}` : `M${x1} ${ay}C${x1 + bend} ${ay} ${x2 - bend} ${by} ${x2} ${by}`, end: [x2, by, "right"] };
  });
  const right = Math.max(...[...boxes.values()].map(({ x, w }) => x + w));
  const below = Math.max(...[...boxes.values()].map(({ y, h: tall }) => y + tall));
  return { all, boxes, paths, width: right + 14, height: below + 32 };
}

function build(ui) {
  const { state } = ui;
  let net = null;
  let probe = null;
  const kind = choiceControl({
    title: "Network", options: spec.state.kind.options,
    change: (value) => ui.set({ ...defaults(spec), kind: value, ...spec.usual[value] }, `${spec.state.kind.options[value]}, with the usual settings`),
  });
  const controls = Object.fromEntries([...new Set(Object.values(FIELDS).flat())].map((name) => [name, ui.control(name)]));
  const panel = h("div.cx-skipcontrols", {}, Object.values(controls));
  const where = h("p.cx-where");
  const formula = h("p.cx-formula");
  const picture = netPicture({ pick, hover: look });
  const table = dataTable({
    caption: "Node by node",
    columns: [{ title: "Node" }, { title: "Reads" }, { title: "Output", numeric: true }, { title: "Parameters", numeric: true }],
    pick, hover: look,
  });
  const about = h("div.cx-about", { "aria-label": "The node looked at", role: "group" });
  const gatePanel = h("div.cx-gate", {}, h("p.cx-label", {}, "One value at the gate"), ui.control("carried"), ui.control("transformed"));
  const gateWords = h("p.cx-math");
  const gateBar = h("div.cx-gatebar", { "aria-hidden": "true" }, h("span"), h("span"));
  gatePanel.append(gateBar, gateWords);
  const ways = h("div.cx-ways", {}, h("p.cx-label", {}, "Ways for the gradient"), ui.control("factor"));
  const wayWords = h("p.cx-math");
  const wayTable = dataTable({ caption: "Ways by length", columns: [{ title: "Layers", numeric: true }, { title: "Ways", numeric: true }, { title: "Arrives", numeric: true }] });
  ways.append(wayWords, wayTable.element);
  const sizes = h("div.cx-sizes");
  const sizeTable = dataTable({
    caption: "Lengths, level by level",
    columns: ["Level", "In", "After convolutions", "Pooled", "Up", "Cropped each side", "Joined", "After convolutions"].map((title, i) => ({ title, numeric: i > 0 })),
  });
  const nextSizes = h("div.cx-next");
  sizes.append(sizeTable.element, nextSizes);
  const line = h("code.cx-line");
  const codeBox = h("div.cx-code", {}, line, copyButton("the lines of torch", () => line.textContent, ui.say));

  function look(id) {
    const next = id === "misfit" ? null : id;
    if (next === probe) return;
    probe = next;
    ui.redraw();
  }
  function pick(id) {
    if (id === "misfit") return;
    const node = net.nodes.find((one) => one.id === id);
    const chosen = state.chosen === id ? "" : id;
    ui.set({ chosen }, chosen ? `${node.name}: ${spoken(node)}` : `${node.name} let go`);
  }
  const spoken = (node) => `${node.does}, output ${times(node.shape)}, ${plural(node.parameters, "parameter")}${node.told ? `; ${node.told}` : ""}${node.idle ? "; not computed" : ""}`;
  const reads = (node) => node.inputs.map((id) => net.nodes.find((one) => one.id === id).name).join(", ");

  function drawAbout() {
    const node = net.nodes.find(({ id }) => id === probe) ?? net.nodes.find(({ id }) => id === state.chosen) ?? net.nodes.at(-1);
    const from = node.inputs.map((id) => net.nodes.find((one) => one.id === id));
    const item = (name, ...words) => h("p.cx-sumline", {}, h("span.cx-name", {}, name), h("span.cx-math", {}, ...words));
    about.replaceChildren(
      h("p.cx-sumhead", {}, h("strong", {}, node.name), node.idle ? " not computed in this form" : ""),
      item("does", node.does),
      ...(from.length ? [item("reads", from.map((one) => `${one.name} ${times(one.shape)}`).join(", "))] : []),
      ...(node.told ? [item("shape", node.told)] : []),
      item("output", h("strong", {}, times(node.shape))),
      item("parameters", node.sum.includes(" = ") ? `${node.sum.split(" = ")[0]} = ` : "", h("strong", {}, figure(node.parameters))),
    );
  }

  function drawPicture() {
    const { all, boxes, paths, width, height } = layout(net);
    const blocks = all.map((node) => {
      const box = boxes.get(node.id);
      const middle = box.x + box.w / 2;
      const circle = box.w < BOX;
      const y = circle ? box.y + box.h + 13 : box.y + 19;
      return {
        id: node.id, ...box, below: circle ? 30 : 0, kind: circle ? "join" : node.kind, sign: JOINS[node.kind] ?? (node.kind === "misfit" ? "×" : undefined), classes: node.kind === "misfit" ? ".cx-misfit" : node.idle ? ".cx-idle" : "",
        label: node.kind === "misfit" ? `${node.name} does not fit` : `${node.name}: ${spoken(node)}`,
        texts: [{ x: middle, y, text: node.name, classes: ".cx-bold" }, ...(node.shape.length ? [{ x: middle, y: y + 14, text: times(node.shape), classes: ".cx-dim" }] : [])],
      };
    });
    picture.draw({ width, height, label: `${spec.state.kind.options[state.kind]}: ${plural(net.nodes.length, "node")}`, blocks, links: paths });
  }

  function drawSizes() {
    sizes.hidden = !net.levels;
    if (!net.levels) return;
    const rows = [];
    const bad = [];
    for (const [axis, { left, right, why, output }] of Object.entries(net.levels)) {
      if (axis === "width" && state.tile[0] === state.tile[1]) continue;
      const same = state.tile[0] === state.tile[1] ? "" : `${axis} `;
      for (const [level, into, after, pooled] of left) {
        const up = right.find(([one]) => one === level);
        const rest = up ? [up[1], state.fit === "crop" ? up[2] : state.fit === "pad" ? `0 (up padded ${up[2]})` : "0", up[3], up[4]] : ["", "", "", ""];
        rows.push({ id: `${axis}${level}`, cells: [`${same}${level}`, into, after, pooled || "–", ...rest] });
      }
      if (why) {
        bad.push(`${axis}: ${why}.`);
        rows.push({ id: `${axis}!`, cells: [`${same}✗`, "", "", "", "", "", "", "–"], classes: "cx-bad" });
      }
      else rows.push({ id: `${axis}=`, cells: [`${same}output`, "", "", "", "", "", "", output] });
    }
    sizeTable.draw(rows, null);
    const lost = state.valid ? 2 * state.convs : 0;
    const buttons = ["height", "width"].flatMap((axis, i) => net.levels[axis].next.map((n) => h(
      "button.cx-button", { type: "button", onclick: () => ui.set({ tile: state.tile.map((old, j) => (j === i ? n : old)) }, `${axis} ${n}`) }, `${axis} ${n}`)));
    nextSizes.replaceChildren(
      ...bad.map((text) => h("p.cx-misfits", {}, text)),
      h("p.cx-note", {}, state.valid
        ? `Each level takes ${state.convs}·2 = ${lost}; a tile that works is ${2 ** state.depth}·b + ${lost}·(${2 ** state.depth} − 1), b being what reaches the bottom. The next that work:`
        : `Padded convolutions keep the size; a tile that works is a multiple of ${2 ** state.depth}. The next that work:`),
      h("span.cx-player", {}, ...buttons),
    );
  }

  function drawWays() {
    const { count, formula: symbols, numbers, value, note, lengths } = net.paths;
    const cut = (text) => (text.length > 130 ? `${text.slice(0, 118)} …` : text);
    wayWords.replaceChildren(h("strong", {}, plural(count, "way")), `: ∂y/∂x ~ ${cut(symbols)} = ${cut(numbers)} = `, h("strong", {}, significant(value)), h("span.cx-name", {}, ` ${note}`));
    const f = state.kind === "highway" ? null : state.factor;
    const { t } = gate(state);
    wayTable.draw(lengths.map(([length, each]) => ({
      id: length,
      cells: [length, figure(each), significant(f === null ? each * (t * state.factor) ** length * (1 - t) ** (state.layers - length) : each * f ** length)],
    })), null);
  }

  const columns = h("div.cx-columns.cx-skipcolumns", {}, h("div.cx-controls", {}, table.element), h("div.cx-controls", {}, about, gatePanel, ways, codeBox));
  return {
    elements: [
      h("div.cx-head", {}, kind.element, formula), panel, where, h("div.cx-scroll.cx-netscroll", {}, picture.element), sizes,
      columns,
    ],
    draw(now, changed) {
      const moved = [...changed].some((name) => name !== "chosen");
      if (moved || !net) {
        net = solve(state);
        kind.set(state.kind);
        for (const [name, control] of Object.entries(controls)) control.hidden = !FIELDS[state.kind].includes(name);
        setText(formula, FORMULAS[state.kind]);
        const head = net.nodes[0] ? `${times(net.nodes[0].shape)} → ${net.output ? times(net.output) : "does not fit"}` : "does not fit";
        setText(where, `${spec.state.kind.options[state.kind]}: ${head}, ${plural(net.parameters, "parameter").replace(/\d+/, figure(net.parameters))}${net.problem ? " so far" : ""}`);
        if (net.nodes.length) drawPicture();
        columns.classList.toggle("cx-alone", !net.nodes.length);
        picture.element.parentElement.hidden = table.element.hidden = about.hidden = !net.nodes.length;
        drawSizes();
        drawWays();
        gatePanel.hidden = state.kind !== "highway";
        const { t, y } = gate(state);
        setText(gateWords, `T = σ(${decimal(state.gate_bias)}) = ${decimal(t)}; y = ${decimal(t)}·${decimal(state.transformed)} + ${decimal(1 - t)}·${decimal(state.carried)} = ${decimal(y)}`);
        gateBar.firstChild.style.width = `${100 * t}%`;
        setText(gateBar.firstChild, t > 0.15 ? "T·H" : "");
        setText(gateBar.lastChild, t < 0.85 ? "(1 − T)·x" : "");
        setText(line, code(state, net));
        codeBox.hidden = !line.textContent;
      }
      if (!net.nodes.length) return;
      if (changed.size) table.draw(net.nodes.map((node) => ({ id: node.id, cells: [node.name, reads(node) || "–", times(node.shape), figure(node.parameters)], classes: node.idle ? "cx-idle" : "", label: `${node.name}: ${spoken(node)}` })), state.chosen);
      picture.mark(probe, state.chosen);
      drawAbout();
    },
    reset() {
      probe = null;
    },
  };
}

const KEYS = "Tab goes from control to control; arrows move sliders. In the picture, arrows walk from node to node and Enter pins one; in the table, arrows walk from row to row and Enter pins. The buttons under the lengths set the next tile that works.";

export default {
  render: ({ model, el }) => explorer({
    model, el, spec, title: "Skips explorer", keys: KEYS,
    problem: (state) => solve(state).problem,
    build,
  }),
};
