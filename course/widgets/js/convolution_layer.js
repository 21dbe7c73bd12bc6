// Channels, groups and biases, and which of them is shown: course/widgets/convolution_layer.py again.

import { Refusal } from "./axis.js";
import { correlate, groupReads, rotate180, shapeOf } from "./correlate.js";

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const matrix = ([rows, columns], value) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => value(i, j)));

// The kernel between two channels as it is kept: `m` kernels of an output serve the input channels in turn.
export const kernelOf = ({ kernel }, output, channel) => kernel[output][channel % kernel[output].length];
export const clamp = (at, most) => at.map((one, i) => Math.min(one, most[i] - 1));

function oneShape(name, matrices) {
  const shapes = matrices.map(shapeOf);
  const other = shapes.find((shape) => !same(shape, shapes[0]));
  if (other) throw new Refusal(`one channel of the ${name} is ${other.join("x")} where the first is ${shapes[0].join("x")}: give all channels one size`);
  return shapes[0];
}

// The layer of a state, or a Refusal where its settings do not fit together. geometry(input, kernel) makes the axes; turned:
// whether the kernel lies turned by 180° on the input.
export function channelLayer(state, geometry, turned) {
  const { image, kernel: kernels, groups } = state;
  const input = oneShape("image", image);
  const kernel = oneShape("kernel", kernels.flat());
  const reads = kernels.map((_, o) => groupReads(o, image.length, kernels.length, groups));
  const made = geometry(input, kernel);
  const [o, c] = clamp(state.shown, [kernels.length, image.length]);
  const lying = (to, from) => (turned ? rotate180 : (m) => m)(kernelOf(state, to, from));
  return {
    ...made, input, kernel, reads, turned, lying, image,
    shown: [o, reads[o].includes(c) ? c : reads[o][0]],
    bias: (to) => state.bias[to] ?? 0,
    // An output channel at some of its rows and columns, or at all.
    output(to, seen = image, rows, columns) {
      const parts = reads[to].map((from) => correlate(made, seen[from], lying(to, from), rows, columns));
      return parts[0].map((row, y) => row.map((_, x) => parts.reduce((total, part) => total + part[y][x], 0) + (state.bias[to] ?? 0)));
    },
    // What each channel that an output reads adds to it, before the bias.
    sums: (to, row, column) => reads[to].map((from) => correlate(made, image[from], lying(to, from), [row], [column])[0][0]),
  };
}

// say(layer): what a state comes to besides; make(state): its layer; mendAxis: see mend.
export function summary(state, make, say, mendAxis, whole) {
  try {
    const layer = make(state);
    const { shown, place, reads } = layer;
    return { problem: null, shown, place, reads, ...say(layer), ...(whole ? { layer } : {}) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { problem: { text: error.message, mend: mend(state, mendAxis) } };
  }
}

const words = (pair) => (pair[0] === pair[1] ? `${pair[0]}` : `${pair[0]} by ${pair[1]}`);

// A matrix cut off, or filled up with zeros, to a size.
const fitted = (from, shape) => matrix(shape, (i, j) => from[i]?.[j] ?? 0);

// The nearest settings that fit together, {patch, words}, or null: sizes of channels, then groups, then what axes(state, axis) says.
export function mend(state, axes) {
  const patch = {};
  const said = [];
  for (const name of ["image", "kernel"]) {
    const stacks = [state[name]].flat(name === "kernel" ? 1 : 0);
    const shape = shapeOf(stacks[0][0]);
    if (stacks.flat().every((m) => same(shapeOf(m), shape))) continue;
    const all = stacks.map((stack) => stack.map((m) => fitted(m, shape)));
    patch[name] = name === "image" ? all[0] : all;
    said.push(`all channels of the ${name} ${words(shape)}`);
  }
  const now = { ...state, ...patch };
  const fits = (groups) => now.image.length % groups === 0 && now.kernel.length % groups === 0;
  if (!fits(now.groups)) {
    patch.groups = now.groups - 1;
    while (!fits(patch.groups)) patch.groups--;
    said.push(`groups ${patch.groups}`);
  }
  const size = shapeOf(now.kernel[0][0]);
  const [height, width] = [0, 1].map((axis) => axes(now, axis));
  for (const name of Object.keys(height)) {
    const pair = [height[name], width[name]];
    if (same(pair, name === "kernel" ? size : state[name])) continue;
    patch[name] = name === "kernel" ? now.kernel.map((stack) => stack.map((m) => fitted(m, pair))) : pair;
    said.push(`${name === "kernel" ? "kernel size" : name.replace("_", " ")} ${words(pair)}`);
  }
  return said.length ? { patch, words: said.join(", ") } : null;
}

// An image cut off, or carried on with its last row and column.
export const resizeImage = (from, shape) => matrix(shape, (i, j) => from[Math.min(i, from.length - 1)][Math.min(j, from[0].length - 1)]);

// A kernel cut off or filled up with zeros, alike on both sides.
export function resizeKernel(from, shape) {
  const [top, left] = shapeOf(from).map((length, axis) => Math.floor((length - shape[axis]) / 2));
  return matrix(shape, (i, j) => from[i + top]?.[j + left] ?? 0);
}

// So many of a list, gone through again from its start where it is too short.
export const cycled = (list, count) => Array.from({ length: count }, (_, i) => list[i % list.length]);

// Parts of the cost lines: a number with its thousands apart, a product shared among groups, the kernel's symbols.
export const comma = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
export const shared = (text, groups, symbol) => (groups > 1 ? `${text}/${symbol ? "g" : groups}` : `${text}`);
export const sides = ([rows, columns]) => (rows === columns ? ["k", "k"] : ["k_h", "k_w"]);
