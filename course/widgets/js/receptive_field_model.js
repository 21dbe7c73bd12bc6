// Everything the receptive field explorer computes from a net's text and its input: shapes, fields, what is read of
// every layer. course/widgets/receptive_field_model.py and course.arithmetic are the other half of each line here.

import { checkPadding, Refusal, span } from "./axis.js";
import { cone, insideRuns, paddingRuns, range } from "./receptive_field_cone.js";
import { edit } from "./receptive_field_edit.js";
import { curve as effective } from "./receptive_field_effective.js";
import { anyRead, centreOf, gcd, identity, joined, jumpOf, lcm, listed, sizeOf, starved, through, unionSize, unreadOf, wholly } from "./receptive_field_field.js";
import { JOINS, parse, write } from "./receptive_field_notation.js";

const LAYERS = 400;
const POSITIONS = 4096;
const PERIOD = 1024;
const REACH = 30000;
const AXES = ["height", "width"];
const KINDS = { avgpool: "pool", gap: "adaptivepool", adaptiveavgpool: "adaptivepool" };
const SPATIAL = ["conv", "tconv", "pool", "adaptivepool", "up", "crop", "pad"];
const kindOf = ({ word }) => KINDS[word] ?? word;

const no = (text) => {
  throw new Refusal(text);
};
const tuple = (values) => `(${values.join(", ")}${values.length === 1 ? "," : ""})`;

// Padding before and after on an axis.
function padsOf(step, i) {
  if (!step.same) return [step.p[i], step.p[i]];
  const total = step.d[i] * (step.k[i] - 1);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

function windowLength(n, k, s, [before, after], d, ceil) {
  const reach = span(k, d);
  const padded = n + before + after;
  const room = padded - reach;
  if (!ceil || room <= -s) {
    if (room < 0) no(`kernel ${k}${d > 1 ? ` with dilation ${d}` : ""} spans ${reach}, more than ${before + after ? "the padded input" : "the input"} ${padded}: raise padding to at least ${Math.floor((reach - n + 1) / 2)} or shrink the kernel`);
    return Math.floor(room / s) + 1;
  }
  const count = Math.ceil(room / s) + 1;
  return (count - 1) * s >= n + before ? count - 1 : count;
}

// The length of one axis behind a layer.
const LENGTH = {
  conv(step, i, n) {
    const pads = padsOf(step, i);
    checkPadding(n, Math.max(...pads), step.border);
    return windowLength(n, step.k[i], step.s[i], pads, step.d[i]);
  },
  pool: (step, i, n) => windowLength(n, step.k[i], step.s[i], padsOf(step, i), step.d[i], step.ceil),
  tconv({ k, s, p, d, op }, i, n) {
    const length = (n - 1) * s[i] - 2 * p[i] + d[i] * (k[i] - 1) + op[i] + 1;
    const all = length + 2 * p[i];
    return length < 1 ? no(`padding ${p[i]} crops all of the transposed convolution's ${all} positions: lower padding to at most ${Math.floor((all - 1) / 2)}`) : length;
  },
  adaptivepool: ({ sizes }, i, n) => sizes[i] ?? n,
  up: ({ factor, to }, i, n) => (to ? to[i] : n * factor),
  crop: ({ sides }, i, n) => {
    const [a, b] = sides[i];
    return n - a - b < 1 ? no(`cropping ${a} and ${b} leaves nothing of ${n}: crop less than ${n} in all`) : n - a - b;
  },
  pad({ sides, border }, i, n) {
    checkPadding(n, Math.max(...sides[i]), border);
    return n + sides[i][0] + sides[i][1];
  },
};

function shapeAfter(step, shapes) {
  const [shape] = shapes;
  const [c, ...sizes] = shape;
  const kind = kindOf(step);
  if (JOINS.includes(kind)) return joinShape(kind, shapes);
  if (kind === "linear") return sizes.length ? no(`linear takes a vector, but the input is ${tuple(shape)}: put flatten before it, or use a 1x1 convolution to keep the positions`) : step.n;
  if (kind === "flatten") return [shape.reduce((a, b) => a * b, 1)];
  if (!SPATIAL.includes(kind)) return shape;
  if (!sizes.length) no(`${kind} works on (channels, H, W), but the input is ${tuple(shape)}: was it flattened too early?`);
  if (step.in && step.in !== c) no(`${kind} expects ${step.in} input channels, but the input ${tuple(shape)} has ${c}: make it with in_channels=${c}`);
  return [step.out ?? c, ...sizes.map((n, i) => {
    try {
      return LENGTH[kind](step, i, n);
    } catch (error) {
      if (error instanceof Refusal) error.message = `${kind}, ${AXES[i]}: ${error.message}`;
      throw error;
    }
  })];
}

function joinShape(word, shapes) {
  const [first] = shapes;
  const rest = first.slice(1);
  for (const other of shapes) {
    if (other.slice(1).join() !== rest.join()) no(`${word} cannot join ${tuple(first)} and ${tuple(other)}: ${joinMend(first, other)}`);
    if (word === "add" && other[0] !== first[0]) no(`add cannot join ${tuple(first)} and ${tuple(other)}: channels must agree; project one with ${rest.length ? `conv(${first[0]}, 1x1)` : "a linear layer"}`);
  }
  return word === "add" ? first : [shapes.reduce((sum, [c]) => sum + c, 0), ...rest];
}

function joinMend(first, other) {
  if (first.length !== other.length) return "one of them was flattened; flatten both or neither";
  const gaps = [1, 2].map((i) => first[i] - other[i]);
  if (Math.min(...gaps) < 0 && Math.max(...gaps) > 0) return "their positions must agree; crop or pad the longer axis of each";
  const [large, amounts] = Math.max(...gaps) > 0 ? [first, gaps] : [other, gaps.map((g) => -g)];
  const cuts = amounts.map((g) => (g % 2 ? `${(g - 1) / 2}:${(g + 1) / 2}` : g / 2)).join("x");
  const [a, b] = [1, 2].map((i) => first[i] / other[i]);
  if (a === b && (a === 2 || a === 0.5)) return `give the path of ${tuple(large)} a stride of 2, up-sample the other, or crop(${cuts})`;
  return `their positions must agree; crop(${cuts}) the path of ${tuple(large)}, or pad the other`;
}

// What one axis of a layer reads of its own input, n positions that become m; null where it reads all of it.
function mapOf(step, i, n, m) {
  const kind = kindOf(step);
  const map = (taps, advance = 1, border = "zeros") => ({ taps, advance, border });
  const { k, s, p, d } = step;
  if (kind === "conv" || kind === "pool") return map([range(k[i]).map((t) => d[i] * t - padsOf(step, i)[0])], s[i], step.border);
  if (kind === "tconv") return map(range(s[i]).map((phase) => range(k[i]).map((t) => (phase + p[i] - d[i] * t) / s[i]).filter(Number.isInteger)));
  if (kind === "adaptivepool") {
    if (m === 1 && n > 1) return null;
    const period = m / gcd(n, m);
    const first = (at) => Math.floor((at * n) / m);
    return map(range(period).map((at) => range(-Math.floor((-(at + 1) * n) / m) - first(at)).map((t) => first(at) + t)), (period * n) / m);
  }
  if (kind === "up") {
    const [a, b] = upStep(n, m);
    // Bilinear: ((2i + 1)a/b − 1)/2, between two inputs unless it falls on one.
    return map(range(b).map((at) => {
      if (!step.bilinear) return [Math.floor((at * a) / b)];
      const left = Math.floor(((2 * at + 1) * a - b) / (2 * b));
      return ((2 * at + 1) * a - b) % (2 * b) ? [left, left + 1] : [left];
    }), a, "replicate");
  }
  if (kind === "crop") return map([[step.sides[i][0]]]);
  if (kind === "pad") return map([[-step.sides[i][0]]], 1, step.border);
  return map([[0]]);
}

export function upStep(n, m) {
  const by = gcd(n, m);
  return [n / by, m / by];
}

// How far the pattern of an axis goes, before it is worked out.
const START = { period: 1, advance: 1, reach: 1 };
function patternThrough({ period, advance, reach }, map) {
  if (!map) return { period: 1, advance: 0, reach: 1 };
  const turns = period / gcd(period, map.advance);
  const taps = map.taps.flat();
  const [low, high] = taps.length ? taps.reduce(([a, b], tap) => [Math.min(a, tap), Math.max(b, tap)], [taps[0], taps[0]]) : [0, 0];
  return { period: map.taps.length * turns, advance: Math.floor((turns * map.advance * advance) / period), reach: reach + Math.ceil(((high - low) * advance) / period) };
}
function patternJoined(paths) {
  const period = paths.map((path) => path.period).reduce(lcm);
  return { period, advance: paths[0].advance * (period / paths[0].period), reach: Math.max(...paths.map(({ reach }) => reach)) };
}

function checkPattern(name, { period, reach }) {
  if (period > PERIOD) no(`${name}: its field repeats only every ${period} outputs, and the explorer follows up to ${PERIOD}: use whole factors`);
  if (reach > REACH) no(`${name}: its field spans some ${reach} positions, and the explorer follows up to ${REACH}: use smaller kernels, dilations or strides`);
}

// {chain, nodes, byName, shape}: the net, each node with its shape, maps, field ({axes, aligned}) and the fields before it.
export function read(text, channels, size) {
  const net = parse(text);
  const { nodes } = net;
  if (nodes.length > LAYERS) no(`the net has ${nodes.length} layers: the explorer takes up to ${LAYERS}`);
  const shape = [channels, ...size];
  const byName = new Map([["input", { name: "input", shape, pattern: [START, START] }]]);
  for (const node of nodes) {
    const sources = node.inputs.map((name) => byName.get(name));
    node.inShapes = sources.map((source) => source.shape);
    try {
      node.shape = shapeAfter(node, node.inShapes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const tail = error.message.slice(kindOf(node).length);
      throw new Refusal(node.name + (tail.startsWith(", ") ? tail : `: ${error.message}`));
    }
    const long = node.shape.slice(1).find((n) => n > POSITIONS);
    if (long) no(`${node.name} has ${long} positions on an axis: the explorer draws up to ${POSITIONS}`);
    node.isJoin = JOINS.includes(node.word);
    node.maps = sources.map(({ shape: from }) => [1, 2].map((i) => (node.word === "linear" ? null : mapOf(node, i - 1, from[i], node.shape[i]))));
    node.pattern = [0, 1].map((axis) => {
      const paths = sources.map(({ pattern }) => pattern[axis]);
      return node.isJoin ? patternJoined(paths) : patternThrough(paths[0], node.inShapes[0].length === 3 ? node.maps[0][axis] : null);
    });
    for (const pattern of node.pattern) checkPattern(node.name, pattern);
    byName.set(node.name, node);
  }
  addFields(nodes, shape);
  return { ...net, byName, shape };
}

const field = (axes, aligned) => ({ axes: axes.every(anyRead) ? axes : axes.map(starved), aligned });

// null where paths of different jumps meet.
function fieldAfter(node, before) {
  if (node.isJoin) {
    const paths = [0, 1].map((axis) => before.map(({ axes }) => axes[axis]));
    const axes = paths.map((several) => several.reduce((a, b) => a && joined(a, b)));
    return axes.includes(null) ? null : field(axes, before.every(({ aligned }) => aligned) && paths.every(agree));
  }
  const [{ axes, aligned }] = before;
  const [from] = node.inShapes;
  if (from.length === 1 && node.word !== "linear") return before[0];
  const to = node.word === "linear" ? [0, 1, 1] : node.shape.length === 3 ? node.shape : from;
  return field(axes.map((axis, i) => (node.maps[0][i] ? through(axis, node.maps[0][i], from[1 + i], to[1 + i]) : wholly(axis, to[1 + i]))), aligned);
}

// Local paths are aligned where they have the same jump and, on average over a period, the same centre.
function agree(paths) {
  const local = paths.filter((axis) => !axis.whole && anyRead(axis));
  return local.length < 2 || (local.every(({ advance }) => advance !== null) && new Set(local.map((axis) => `${jumpOf(axis)} ${centreOf(axis)}`)).size === 1);
}

function addFields(nodes, shape) {
  const follow = (start, some) => {
    const fields = new Map([["input", { axes: start, aligned: true }]]);
    for (const node of some) {
      const before = node.inputs.map((name) => fields.get(name));
      const after = fieldAfter(node, before) ?? follow(shape.slice(1).map(listed), nodes.slice(0, nodes.indexOf(node) + 1)).get(node.name);
      fields.set(node.name, after);
      if (some === nodes) Object.assign(node, { before, field: after, aligned: after.aligned || !(node.isJoin ? before : [after]).every((path) => path.aligned) });
    }
    return fields;
  };
  follow([identity(), identity()], nodes);
}

// Size, jump and start of one axis with the numbers put in, where they have a closed form; else a note.
function rule(node, axis) {
  const after = node.field.axes[axis];
  const before = node.before[0].axes[axis];
  if (after.whole) return [null, "whole input: every output depends on every position of this axis"];
  if (after.advance === null) return [null, "paths of different jumps met: worked out output by output, cut off at the border"];
  if (node.isJoin) return [null, "the union of its paths"];
  if (node.inShapes[0].length === 1) return [null, ""];
  if (before.reads.length === 1 && before.advance !== null) {
    const [r, j, start] = [sizeOf(before.reads[0]), jumpOf(before), before.reads[0][0]];
    const minus = (lines) => [lines.map((text) => text.replaceAll("-", "−")), ""];
    const kind = kindOf(node);
    if (kind === "conv" || kind === "pool") return minus([`${r} + (${node.k[axis]} − 1)·${node.d[axis]}·${j}`, `${node.s[axis]}·${j}`, `${start} − ${padsOf(node, axis)[0]}·${j}`]);
    if (node.sides) return minus([String(r), j, `${start} ${kind === "crop" ? "+" : "−"} ${node.sides[axis][0]}·${j}`]);
  }
  return [null, after.reads.length > 1 ? `${after.reads.length} phases take turns; together they span ${unionSize(after)}` : ""];
}

const jumpText = (axis) => (axis.whole ? "0" : jumpOf(axis));
const largest = (axis, n) => (axis.whole ? n : Math.max(...axis.reads.map(sizeOf)));

// What the explorer prints of a node on one axis of n positions.
export function reading(node, axis, n) {
  const one = node.field.axes[axis];
  const [lines, note] = rule(node, axis);
  return {
    size: largest(one, n), centre: one.whole ? null : centreOf(one), jump: jumpText(one), start: one.whole ? 0 : one.reads[0][0], whole: one.whole, union: one.whole ? n : unionSize(one),
    phases: one.advance === null ? [] : one.whole ? [[n, 0, 0]] : one.reads.map((reads) => [sizeOf(reads), reads[0], unreadOf(reads)]),
    rule: lines, note,
  };
}

export function pathsOf(node, size) {
  return node.isJoin ? node.before.map(({ axes }) => ({ size: axes.map((axis, i) => largest(axis, size[i])), jump: axes.map(jumpText), centre: axes.map((axis) => (axis.whole ? null : centreOf(axis))) })) : [];
}

export function readings(text, channels, size) {
  return read(text, channels, size).nodes.map((node) => ({
    name: node.name, inputs: node.inputs, shape: node.shape, axes: [0, 1].map((axis) => reading(node, axis, size[axis])), aligned: node.aligned, paths: pathsOf(node, size), torch: torchLine(node),
  }));
}

// The line of torch that makes a layer; "" for a join.
export function torchLine(node) {
  const { k, s, p, d, op, sides } = node;
  const argument = ([a, b]) => (a === b ? String(a) : `(${a}, ${b})`);
  const given = (name, values, usual) => (values?.some((v) => v !== usual) ? `, ${name}=${argument(values)}` : "");
  const bias = node.nobias ? ", bias=False" : "";
  const border = node.border === "zeros" ? "" : `, padding_mode='${node.border}'`;
  const [c] = node.inShapes[0];
  const layers = {
    conv: () => `nn.Conv2d(${c}, ${node.out}, kernel_size=${argument(k)}${given("stride", s, 1)}${node.same ? ", padding='same'" : given("padding", p, 0)}${given("dilation", d, 1)}${bias}${border})`,
    tconv: () => `nn.ConvTranspose2d(${c}, ${node.out}, kernel_size=${argument(k)}${given("stride", s, 1)}${given("padding", p, 0)}${given("output_padding", op, 0)}${bias}${given("dilation", d, 1)})`,
    pool: () => `nn.${node.word === "pool" ? "Max" : "Avg"}Pool2d(kernel_size=${argument(k)}${s.join() === k.join() ? "" : `, stride=${argument(s)}`}${given("padding", p, 0)}${given("dilation", d, 1)}${node.ceil ? ", ceil_mode=True" : ""})`,
    adaptivepool: () => {
      const sizes = node.sizes.map((m) => m ?? "None");
      return `nn.AdaptiveAvgPool2d(${node.single && sizes[0] !== "None" ? sizes[0] : `(${sizes.join(", ")})`})`;
    },
    up: () => `nn.Upsample(${node.to ? `size=${node.single ? node.to[0] : `(${node.to.join(", ")})`}` : `scale_factor=${node.factor}`}, mode='${node.bilinear ? "bilinear" : "nearest"}')`,
    crop: () => `x[..., ${sides.map(([a, b]) => `${a}:${b ? -b : ""}`).join(", ")}]`,
    pad: () => `F.pad(x, (${[...sides[1], ...sides[0]].join(", ")})${node.border === "zeros" ? "" : `, mode='${node.border}'`})`,
    linear: () => `nn.Linear(${c}, ${node.n[0]}${bias})`,
    flatten: () => "nn.Flatten()", relu: () => "nn.ReLU()", identity: () => "nn.Identity()",
    bn: () => `nn.BatchNorm${node.shape.length === 3 ? 2 : 1}d(${c})`,
  };
  return layers[kindOf(node)]?.() ?? "";
}

// For the table of cases: of each layer that is read, [inside, padding] as runs, on each axis.
export function cones(text, channels, size, number, unit) {
  const net = read(text, channels, size);
  return [0, 1].map((axis) => Object.fromEntries([...cone(net, number, axis, unit[axis])].map(([name, one]) => [name, [insideRuns(one), paddingRuns(one)]]).filter(([, [a, b]]) => a.length || b.length)));
}
export const curve = (text, channels, size, number, ...rest) => effective(read(text, channels, size), number, ...rest);
export const rewritten = (text) => write(parse(text).chain);
export const edited = (...all) => edit(...all);
