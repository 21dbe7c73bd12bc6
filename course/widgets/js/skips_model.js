// Networks with skips, node by node: course/widgets/skips_model.py again, message for message.

import { decimal } from "./numbers.js";
import { fitting, levels, misfit } from "./skips_sizes.js";

class Misfit extends Error {
  constructor(text, at, [words, patch] = []) {
    super(text);
    this.problem = { text, at, mend: patch ? { words, patch } : null };
  }
}

const figure = (n) => n.toLocaleString("en-US");
const times = (shape) => shape.join("×");
const tuple = (shape) => `(${shape.join(", ")})`;

// A layer: its text, its parameters as [numbers put in, count], its output shape.
function conv(c, o, k, s, p, bias = true) {
  const settings = [c, o, `${k}x${k}`, ...(s > 1 ? [`s${s}`] : []), ...(p ? [`p${p}`] : []), ...(bias ? [] : ["nobias"])];
  const numbers = `${k}·${k}·${c}`;
  return {
    text: `conv(${settings.join(", ")})`,
    count: [bias ? `(${numbers} + 1)·${o}` : `${numbers}·${o}`, (k * k * c + (bias ? 1 : 0)) * o],
    shape: ([, ...sides]) => [o, ...sides.map((n, i) => {
      const room = n + 2 * p - k;
      if (room < 0) throw new Error(`conv, ${["height", "width"][i]}: kernel ${k} spans ${k}, more than ${p ? "the padded input" : "the input"} ${n + 2 * p}: raise padding to at least ${Math.floor((k - n + 1) / 2)} or shrink the kernel`);
      return Math.floor(room / s) + 1;
    })],
  };
}
const tconv = (c, o) => ({ text: `tconv(${c}, ${o}, 2x2, s2)`, count: [`2·2·${c}·${o} + ${o}`, 4 * c * o + o], shape: ([, h, w]) => [o, 2 * h, 2 * w] });
const norm = (c) => [`2·${c}`, 2 * c];
function pooled([c, ...sides]) {
  return [c, ...sides.map((n, i) => {
    if (n < 2) throw new Error(`pool, ${["height", "width"][i]}: kernel 2 spans 2, more than the input ${n}: raise padding to at least ${Math.floor((3 - n) / 2)} or shrink the kernel`);
    return Math.floor(n / 2);
  })];
}

function joinMend(a, b) {
  const gaps = [a[1] - b[1], a[2] - b[2]];
  const larger = gaps.every((gap) => gap >= 0);
  if (!larger && !gaps.every((gap) => gap <= 0)) return "their positions must agree; crop or pad the longer axis of each";
  const large = larger && Math.max(...gaps) > 0 ? a : b;
  const cuts = gaps.map(Math.abs).map((gap) => (gap % 2 ? `${(gap - 1) / 2}:${(gap + 1) / 2}` : gap / 2)).join("x");
  const ratios = new Set([a[1] / b[1], a[2] / b[2]]);
  return ratios.size === 1 && (ratios.has(2) || ratios.has(0.5))
    ? `give the path of ${tuple(large)} a stride of 2, up-sample the other, or crop(${cuts})`
    : `their positions must agree; crop(${cuts}) the path of ${tuple(large)}, or pad the other`;
}

function joined(word, shapes, at, fix) {
  const [first, ...others] = shapes;
  const fail = (other, why) => {
    throw new Misfit(`${at}: ${word} cannot join ${tuple(first)} and ${tuple(other)}: ${why}`, at, fix);
  };
  for (const other of others) if (times(other.slice(1)) !== times(first.slice(1))) fail(other, joinMend(first, other));
  if (word === "concat") return [shapes.reduce((sum, [c]) => sum + c, 0), ...first.slice(1)];
  for (const other of others) if (other[0] !== first[0]) fail(other, `channels must agree; project one with conv(${first[0]}, 1x1)`);
  return first;
}

function mend(state) {
  const kernel = Math.min(7, state.kernel + 1 - (state.kernel % 2));
  const padding = Math.floor(kernel / 2);
  if (kernel !== state.kernel) return [`kernel ${kernel} with padding ${padding}`, { padding, kernel }];
  return padding === state.padding ? ["size 32", { size: [32, 32] }] : [`padding ${padding}`, { padding }];
}

function run(shape, f, at, state) {
  try {
    return f(shape);
  } catch (error) {
    throw new Misfit(`${at}: ${error.message}`, at, mend(state));
  }
}

function maker() {
  const nodes = [];
  const shapes = {};
  const add = (id, name, kind, does, inputs, shape, [column, row], sums = [], told = "", idle = false) => {
    shapes[id] = shape;
    const parameters = sums.reduce((sum, [, count]) => sum + count, 0);
    nodes.push({ id, name, kind, does, inputs, shape, parameters, sum: sums.length ? `${sums.map(([numbers]) => numbers).join(" + ")} = ${figure(parameters)}` : "0", told, column, row, idle });
    return id;
  };
  return { nodes, shapes, add };
}

export function network(state) {
  const net = maker();
  let problem = null;
  try {
    ({ plain: chain, highway: chain, residual: chain, dense, unet, unetpp: nested })[state.kind](net, state);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    ({ problem } = error);
  }
  const outputs = net.nodes.filter(({ idle }) => !idle);
  return {
    nodes: net.nodes, problem, parameters: outputs.reduce((sum, { parameters }) => sum + parameters, 0), output: problem ? null : outputs.at(-1).shape,
    paths: paths(state), levels: state.kind === "unet" ? levels(state) : null,
  };
}

export function gate({ gate_bias, carried, transformed }) {
  const t = 1 / (1 + Math.exp(-gate_bias));
  return { t, y: t * transformed + (1 - t) * carried };
}

// The lines of torch that build a state with the course's modules; nothing where they have no such form.
export function code(state, { problem } = network(state)) {
  const { kind, kernel: k, padding: p, channels: c, layers: n, in_channels: before, stride: s, depth, growth: g } = state;
  if (problem) return "";
  if (kind === "unet" || kind === "unetpp") {
    const given = `${state.image_channels}, ${state.classes}, widths=(${Array.from({ length: depth + 1 }, (_, i) => c * 2 ** i).join(", ")})`;
    if (kind === "unetpp") return `UNetPlusPlus(${given}, deep_supervision=${state.supervision ? "True" : "False"})${state.pruned ? `.pruned(${state.pruned})` : ""}`;
    return state.convs === 2 && (state.fit === "crop" || !state.valid) ? `UNet(${given}, padding='${state.valid ? "valid" : "same"}')` : "";
  }
  if (kind === "highway" && k % 2 && p === Math.floor(k / 2)) {
    const first = before === c && s === 1 ? [] : [`nn.Conv2d(${before}, ${c}, ${k}, ${s}, ${p})`, "nn.ReLU()"];
    return `nn.Sequential(${[...first, ...Array(n).fill(`HighwayConv2d(${c}, ${k}, gate_bias=${decimal(state.gate_bias).replace("−", "-")})`)].join(", ")})`;
  }
  if (k !== 3 || p !== 1 || kind === "highway") return "";
  const each = Array.from({ length: n }, (_, i) => i);
  if (kind === "dense") {
    const whole = before + n * g;
    return `nn.Sequential(${each.map((i) => `DenseLayer(${before + i * g}, ${g}, 0.0)`).join(", ")}, Transition(${whole}, ${Math.floor(state.compression * whole)}, 0.0))`;
  }
  const way = kind === "residual" ? { projection: "'B'", everywhere: "'C'" }[state.shortcut] ?? "'A'" : "None";
  return `nn.Sequential(${each.map((i) => `BasicBlock(${i ? c : before}, ${c}, ${i ? 1 : s}, ${way})`).join(", ")})`;
}

function chain(net, state) {
  const { kind, kernel: k, padding: p, stride, channels: c } = state;
  let shape = [state.in_channels, ...state.size];
  let last = net.add("x", "x", "input", "input", [], shape, [0, 0]);
  let column = 1;
  if (kind === "highway" && (shape[0] !== c || stride > 1)) {
    const first = conv(shape[0], c, k, stride, p);
    const out = run(shape, first.shape, "first", state);
    last = net.add("first", "first", "conv", `${first.text} > relu`, [last], out, [1, 0], [first.count], "a plain layer makes the channels that the gates keep");
    shape = out;
    column = 2;
  }
  for (let i = 1; i <= state.layers; i++) {
    [last, shape] = (kind === "highway" ? gated : block)(net, state, i, last, shape, column);
    column += kind === "residual" ? 3 : 2;
  }
}

function gated(net, state, i, last, shape, column) {
  const { channels: c } = state;
  const layer = conv(c, c, state.kernel, 1, state.padding);
  const [t, h, y] = [`t${i}`, `h${i}`, `y${i}`];
  const out = run(shape, layer.shape, h, state);
  net.add(h, `H${i}`, "conv", `${layer.text} > relu`, [last], out, [column, 0], [layer.count]);
  net.add(t, `T${i}`, "conv", `${layer.text} > sigmoid`, [last], out, [column, -1], [layer.count], `gate: bias starts at ${decimal(state.gate_bias)}`);
  const after = joined("add", [out, out, shape], y, mend(state));
  net.add(y, `y${i}`, "gate", "T·H + (1 − T)·x", [h, t, last], after, [column + 1, 0], [], `${times(out)} and ${times(shape)}, value by value`);
  return [y, after];
}

const PROJECT = ["a projection where shapes differ", { shortcut: "projection" }];

function block(net, state, i, last, shape, column) {
  const { channels: c, kernel: k, padding: p } = state;
  const s = i === 1 ? state.stride : 1;
  const [first, second] = [conv(shape[0], c, k, s, p, false), conv(c, c, k, 1, p, false)];
  const [a, b, y] = [`a${i}`, `b${i}`, `y${i}`];
  const residual = state.kind === "residual";
  const one = run(shape, first.shape, a, state);
  const two = run(one, second.shape, b, state);
  net.add(a, `conv ${i}a`, "conv", `${first.text} > bn > relu`, [last], one, [column, 0], [first.count, norm(c)]);
  net.add(b, `conv ${i}b`, "conv", `${second.text} > ${residual ? "bn" : "bn > relu"}`, [a], two, [column + 1, 0], [second.count, norm(c)]);
  if (!residual) return [b, two];
  const [around, wayed] = shortcut(net, state, i, last, shape, c, s, column);
  const padded = wayed[0] === two[0] && (s === 1 || around !== last);
  const sum = joined("add", [two, wayed], y, padded ? mend(state) : PROJECT);
  const does = around === last ? "F(x) + x > relu" : around === `z${i}` ? "F(x) + pad(x) > relu" : "F(x) + W·x > relu";
  net.add(y, y, "add", does, [b, around], sum, [column + 2, 0], [], `${times(two)} + ${times(wayed)}`);
  return [y, sum];
}

function shortcut(net, state, i, last, shape, c, s, column) {
  const option = state.shortcut;
  const same = shape[0] === c && s === 1;
  const at = [column + 0.5, -1];
  if (option === "everywhere" || (option === "projection" && !same)) {
    const layer = conv(shape[0], c, 1, s, 0, false);
    const out = run(shape, layer.shape, `p${i}`, state);
    return [net.add(`p${i}`, `project ${i}`, "conv", `${layer.text} > bn`, [last], out, at, [layer.count, norm(c)]), out];
  }
  if (option === "zeros" && !same) {
    if (c < shape[0]) throw new Misfit(`z${i}: zeros can add channels, and ${shape[0]} → ${c} takes some away: use a projection`, `z${i}`, PROJECT);
    const out = [c, ...shape.slice(1).map((n) => Math.floor((n - 1) / s) + 1)];
    return [net.add(`z${i}`, `zeros ${i}`, "other", `every ${s}. position, ${c - shape[0]} maps of zeros`, [last], out, at), out];
  }
  return [last, shape];
}

function dense(net, state) {
  const { kernel: k, growth: g, layers: n, compression } = state;
  const shapes = [[state.in_channels, ...state.size]];
  const read = [net.add("x", "x", "input", "input", [], shapes[0], [0, 0])];
  for (let i = 1; i <= n; i++) {
    const whole = i > 1 ? joined("concat", shapes, `d${i}`, mend(state)) : shapes[0];
    const layer = conv(whole[0], g, k, 1, state.padding, false);
    const out = run(whole, layer.shape, `d${i}`, state);
    const told = i > 1 ? `reads ${shapes.map(([c]) => c).join(" + ")} = ${whole[0]} channels` : `reads ${whole[0]} channels`;
    read.push(net.add(`d${i}`, `layer ${i}`, "conv", `bn > relu > ${layer.text}`, [...read], out, [i, 0], [norm(whole[0]), layer.count], told));
    shapes.push(out);
  }
  const whole = joined("concat", shapes, "cat", mend(state));
  net.add("cat", "concat", "concat", "concat", [...read], whole, [n + 1, 0], [], `${shapes[0][0]} + ${n}·${g} = ${whole[0]} channels`);
  const kept = Math.floor(compression * whole[0]);
  if (!kept) throw new Misfit(`transition: compression ${decimal(compression)} of ${whole[0]} maps keeps none: raise it`, "transition", ["compression 0.5", { compression: 0.5 }]);
  const layer = conv(whole[0], kept, 1, 1, 0, false);
  const out = run(layer.shape(whole), pooled, "transition", state);
  net.add("transition", "transition", "down", `bn > relu > ${layer.text} > avgpool(2)`, ["cat"], out, [n + 2, 0], [norm(whole[0]), layer.count], `⌊${decimal(compression)}·${whole[0]}⌋ = ${kept} channels`);
}

function convolutions(count, before, after, shape, pad) {
  const sums = [];
  const texts = [];
  for (let n = 0; n < count; n++) {
    const layer = conv(n ? after : before, after, 3, 1, pad);
    sums.push(layer.count);
    texts.push(`${layer.text} > relu`);
    shape = layer.shape(shape);
  }
  return [shape, sums, texts.join(" > ")];
}

function unet(net, state) {
  const { depth, channels: base, convs } = state;
  const pad = state.valid ? 0 : 1;
  const wrong = misfit(state);
  if (wrong) throw new Misfit(wrong.text, "", [`tile ${wrong.patch.join(" by ")}`, { tile: wrong.patch }]);
  let shape = [state.image_channels, ...state.tile];
  let last = net.add("x", "tile", "input", "input", [], shape, [0, 0]);
  let sums;
  let does;
  const lefts = [];
  for (let i = 0; i <= depth; i++) {
    [shape, sums, does] = convolutions(convs, shape[0], base * 2 ** i, shape, pad);
    last = net.add(`e${i + 1}`, i === depth ? "bottom" : `left ${i + 1}`, "conv", does, [last], shape, [1 + 0.6 * i + (i === depth ? 0.4 : 0), i], sums);
    lefts.push(shape);
    if (i === depth) break;
    shape = pooled(shape);
    net.nodes.at(-1).told = `then max pooling to ${times(shape)}`;
  }
  for (let i = depth - 1; i >= 0; i--) {
    const width = base * 2 ** i;
    const column = 1.4 + 0.6 * depth + 1.4 * (depth - 1 - i);
    const layer = tconv(2 * width, width);
    let up = layer.shape(shape);
    net.add(`u${i + 1}`, `up ${i + 1}`, "up", layer.text, [last], up, [column, i], [layer.count]);
    let copy = lefts[i];
    let told = "";
    const gaps = [copy[1] - up[1], copy[2] - up[2]];
    const halves = gaps.map((gap) => Math.floor(gap / 2));
    const sides = `${halves[0]} above and below, ${halves[1]} left and right`;
    if ((gaps[0] || gaps[1]) && state.fit === "crop") {
      told = `copy cropped by ${sides}: ${times(copy)} → ${times([width, ...up.slice(1)])}`;
      copy = [width, ...up.slice(1)];
    } else if ((gaps[0] || gaps[1]) && state.fit === "pad") {
      told = `up padded by ${sides}: ${times(up)} → ${times(copy)}`;
      up = copy;
    }
    const join = joined("concat", [copy, up], `c${i + 1}`, ["cropping the copy", { fit: "crop" }]);
    net.add(`c${i + 1}`, `concat ${i + 1}`, "concat", "concat", [`e${i + 1}`, `u${i + 1}`], join, [column + 0.7, i], [], `${width} + ${width} = ${join[0]} channels${told && `; ${told}`}`);
    [shape, sums, does] = convolutions(convs, join[0], width, join, pad);
    last = net.add(`r${i + 1}`, `right ${i + 1}`, "conv", does, [`c${i + 1}`], shape, [column + 1.4, i], sums);
  }
  const head = conv(base, state.classes, 1, 1, 0);
  net.add("out", "scores", "conv", head.text, [last], head.shape(shape), [2.4 + 2 * depth, 0], [head.count]);
}

function nested(net, state) {
  const { depth, channels: base, pruned: level, supervision } = state;
  if (level > depth) throw new Misfit(`level ${level} is not one of this net's: take 1 to ${depth}, or 0 for the whole net`, "", ["the whole net", { pruned: 0 }]);
  if (level && level < depth && !supervision) throw new Misfit(`level ${level} has no head: its scores were never trained; switch deep supervision on`, "", ["deep supervision", { supervision: true }]);
  const step = 2 ** depth;
  const patch = state.size.map((n) => fitting(n, step));
  state.size.forEach((n, i) => {
    const down = n - (n % step);
    const near = [down, down + step].filter(Boolean).join(" or ");
    if (n % step) throw new Misfit(`${["height", "width"][i]} ${n} does not fit: it is halved ${depth} times; take a multiple of ${step}, such as ${near}`, "", [`size ${patch.join(" by ")}`, { size: patch }]);
  });
  net.add("x", "image", "input", "input", [], [state.image_channels, ...state.size], [0, 0]);
  for (let j = 0; j <= depth; j++) {
    for (let i = 0; i <= depth - j; i++) {
      const width = base * 2 ** i;
      const at = [i + 2 * j + 1, i];
      const idle = i + j > (level || depth);
      const name = `X${i},${j}`;
      if (j === 0) {
        const source = i ? `X${i - 1},0` : "x";
        const before = i ? pooled(net.shapes[source]) : net.shapes.x;
        const [out, sums, does] = convolutions(2, before[0], width, before, 1);
        net.add(name, name, "conv", does, [source], out, at, sums, i ? `reads ${times(before)} after max pooling` : "", idle);
        continue;
      }
      const below = net.shapes[`X${i + 1},${j - 1}`];
      const up = tconv(2 * width, width);
      const lefts = Array.from({ length: j }, (_, k) => `X${i},${k}`);
      const join = joined("concat", [...lefts.map((left) => net.shapes[left]), up.shape(below)], name);
      const [out, sums, does] = convolutions(2, join[0], width, join, 1);
      const told = `concat of ${lefts.join(", ")} and up(X${i + 1},${j - 1}): ${Array(j + 1).fill(width).join(" + ")} = ${join[0]} channels`;
      net.add(name, name, "conv", `${up.text} > concat > ${does}`, [...lefts, `X${i + 1},${j - 1}`], out, at, [up.count, ...sums], told, idle);
    }
  }
  for (let j = 1; j <= depth; j++) {
    if (j < depth && !supervision) continue;
    const head = conv(base, state.classes, 1, 1, 0);
    net.add(`s${j}`, `scores ${j}`, "other", head.text, [`X0,${j}`], head.shape(net.shapes[`X0,${j}`]), [2 * j + 1, -1], [head.count], "", Boolean(level) && j !== level);
  }
}

const choose = (n, m) => Array.from({ length: m }).reduce((product, _, i) => (product * (n - i)) / (i + 1), 1);

export function paths(state) {
  const { kind, layers: n, factor: f } = state;
  const x = decimal(f);
  const some = (count, shift, times = 1) => new Map(Array.from({ length: count + 1 }, (_, m) => [m + shift, choose(count, m) * times]));
  if (kind === "plain") return way("f^L", `${x}^${n}`, new Map([[n, 1]]), f, "each layer, of two convolutions, passes f");
  if (kind === "residual") {
    const differ = state.in_channels !== state.channels || state.stride > 1;
    const p = { everywhere: n, projection: differ ? 1 : 0 }[state.shortcut] ?? 0;
    const note = `each layer is taken or passed by: C(L, m) ways lead through m layers${p ? `; ${p} of the shortcuts project, and a projection passes f too` : ""}`;
    return way(p ? "(2f)^P·(1 + f)^(L − P)" : "(1 + f)^L", p ? `(2·${x})^${p}·(1 + ${x})^${n - p}` : `(1 + ${x})^${n}`, some(n - p, p, 2 ** p), f, note);
  }
  if (kind === "highway") {
    const { t } = gate(state);
    return { ...way("(T·f + 1 − T)^L", `(${decimal(t)}·${x} + 1 − ${decimal(t)})^${n}`, some(n, 0), f, "the gate weighs both ways; its own gradient is left out"), value: (t * f + 1 - t) ** n };
  }
  if (kind === "dense") return way("f·(1 + f)^L", `${x}·(1 + ${x})^${n}`, some(n, 1), f, "each layer is read by all later ones; the transition lies on every way");
  if (kind === "unet") {
    const { depth, convs } = state;
    const each = [...Array.from({ length: depth }, (_, i) => 2 * convs * (i + 1) + i + 1), convs * (2 * depth + 1) + depth + 1];
    const lengths = new Map();
    for (const length of each) lengths.set(length, (lengths.get(length) ?? 0) + 1);
    return way(each.map((length) => `f^${length}`).join(" + "), each.map((length) => `${x}^${length}`).join(" + "), lengths, f, "one way through each copy, one through the bottom; convolutions, up-convolutions and the head each pass f");
  }
  return nestedPaths(state, x);
}

function nestedPaths({ depth, factor: f, pruned }, x) {
  const last = Math.min(pruned || depth, depth);
  const ways = {};
  for (let j = 0; j <= depth; j++) {
    for (let i = 0; i <= depth - j; i++) {
      const reads = j ? Array.from({ length: j }, (_, k) => [ways[`${i},${k}`], 2]) : [[i ? ways[`${i - 1},0`] : new Map([[0, 1]]), 2]];
      if (j) reads.push([ways[`${i + 1},${j - 1}`], 3]);
      const found = new Map();
      for (const [one, more] of reads) for (const [length, count] of one) found.set(length + more, (found.get(length + more) ?? 0) + count);
      ways[`${i},${j}`] = found;
    }
  }
  const lengths = new Map([...ways[`0,${last}`]].map(([length, count]) => [length + 1, count]).sort((a, b) => a[0] - b[0]));
  const term = (power) => [...lengths].map(([length, count]) => (count > 1 ? `${count}${power(length, "·")}` : power(length, ""))).join(" + ");
  return way(term((length) => `f^${length}`), term((length, dot) => `${dot}${x}^${length}`), lengths, f, `ways from the score of X0,${last}: each node's two convolutions, each up-convolution and the head pass f`);
}

function way(formula, numbers, lengths, f, note) {
  const pairs = [...lengths].sort((a, b) => a[0] - b[0]);
  return { count: pairs.reduce((sum, [, count]) => sum + count, 0), formula, numbers, value: pairs.reduce((sum, [length, count]) => sum + count * f ** length, 0), note, lengths: pairs };
}
