// One-dimensional correlation and convolution: course/arithmetic/correlate1d.py and course/widgets/convolution1d_model.py
// again, value for value and word for word.

import { Refusal, checkMode, checkPadding, lengthSteps, sourceIndex, span } from "./axis.js";
import { attempt, range, settings } from "./sliding_model.js";

const MODULES = { zeros: "ConstantPad1d", reflect: "ReflectionPad1d", replicate: "ReplicationPad1d", circular: "CircularPad1d" };
const MOST = 12;

const dot = (a, b) => a.reduce((total, value, i) => total + value * b[i], 0);
const flips = ({ operation }) => operation === "convolution";

export function padding1d(padding, kernel, stride, dilation) {
  const reach = span(kernel, dilation) - 1;
  if (typeof padding === "number") return [padding, padding];
  if (padding === "same") {
    if (stride !== 1) throw new Refusal(`padding 'same' needs stride 1, as in torch, got stride ${stride}: give the padding as a number`);
    return [Math.floor(reach / 2), Math.ceil(reach / 2)];
  }
  return { valid: [0, 0], full: [reach, reach], causal: [reach, 0] }[padding];
}

// {n, kernel, stride, dilation, mode, sides, room, length}, or a Refusal.
export function slide1d(n, kernel, stride, padding, dilation, mode) {
  checkMode(mode);
  const sides = padding1d(padding, kernel, stride, dilation);
  checkPadding(n, Math.max(...sides), mode);
  const room = n + sides[0] + sides[1] - span(kernel, dilation);
  // Only padding that is alike on both sides can be too small.
  if (room < 0) lengthSteps({ n, kernel, stride, padding: sides[0], dilation });
  return { n, kernel, stride, dilation, mode, sides, room, length: Math.floor(room / stride) + 1 };
}

export function taps(sliding, output) {
  const { kernel, stride, dilation, sides, n, mode } = sliding;
  return range(0, kernel).map((i) => {
    const place = output * stride - sides[0] + i * dilation;
    return [place, sourceIndex(place, n, mode)];
  });
}

export function unread(sliding) {
  const { n, sides, room, stride, length } = sliding;
  const end = n + sides[1];
  const cut = end - (room % stride);
  const read = new Set(range(0, length).flatMap((output) => taps(sliding, output).map(([place]) => place)));
  return [range(cut, end), range(-sides[0], cut).filter((place) => !read.has(place))];
}

export function correlate1d(signal, weights, sliding) {
  return range(0, sliding.length).map((output) =>
    dot(weights, taps(sliding, output).map(([, source]) => (source === null ? 0 : signal[source]))));
}

export function toeplitz(sliding, weights) {
  return range(0, sliding.length).map((output) => {
    const row = Array(sliding.n).fill(0);
    taps(sliding, output).forEach(([, source], i) => {
      if (source !== null) row[source] += weights[i];
    });
    return row;
  });
}

export const transposed = (matrix) => matrix[0].map((_, j) => matrix.map((row) => row[j]));
export const multiply = (matrix, vector) => matrix.map((row) => dot(row, vector));

// The taps as they lie on the signal.
export const weights = (state) => (flips(state) ? [...state.taps].reverse() : state.taps);

const paddingOf = ({ padding, amount }) => (padding === "number" ? amount : padding);

export function slide(state) {
  return slide1d(state.signal.length, state.taps.length, state.stride, paddingOf(state), state.dilation, state.padding_mode);
}

export function mend(state) {
  if (attempt(() => slide(state), () => null)) return {};
  const n = state.signal.length;
  const reach = span(state.taps.length, state.dilation);
  if (state.padding === "same" && state.stride > 1) return { stride: 1, ...mend({ ...state, stride: 1 }) };
  const now = state.padding === "number" ? state.amount : state.padding === "valid" ? 0 : Infinity;
  if (2 * now < reach - n) {
    const short = Math.floor((reach - n + 1) / 2);
    const patch = short <= MOST ? { padding: "number", amount: short } : { padding: "full" };
    return { ...patch, ...mend({ ...state, ...patch }) };
  }
  return { padding_mode: "replicate" };
}

export function swapped({ signal, taps: given, operation, dilation }) {
  const wide = Array(span(given.length, dilation)).fill(0);
  given.forEach((value, i) => (wide[i * dilation] = value));
  const combine = (x, w) => correlate1d(x, weights({ taps: w, operation }), slide1d(x.length, w.length, 1, "full", 1, "zeros"));
  return { ours: combine(signal, wide), theirs: combine(wide, signal) };
}

const steps = ({ stride, dilation }, padding) => settings(stride > 1 && `stride=${stride}`, padding, dilation > 1 && `dilation=${dilation}`);

const sidesOf = (state) => padding1d(paddingOf(state), state.taps.length, 1, state.dilation);

// The padding as nn.Conv1d itself takes it, or null where it takes none such.
function plainPadding(state) {
  const [before, after] = sidesOf(state);
  if (before !== after && state.padding !== "same") return null;
  if (state.padding_mode === "symmetric" && before + after) return null;
  if (before + after === 0) return "";
  return state.padding === "same" ? "padding='same'" : `padding=${before}`;
}

export function torchLine(state) {
  const [before, after] = sidesOf(state);
  const mode = state.padding_mode;
  const kernel = flips(state) ? "w.flip(-1)" : "w";
  const plain = plainPadding(state);
  if (plain !== null && (mode === "zeros" || !(before + after))) return `F.conv1d(x, ${kernel}${steps(state, plain)})`;
  let padded = `F.pad(x, (${before}, ${after})${mode === "zeros" ? "" : `, mode='${mode}'`})`;
  if (mode === "symmetric") {
    const parts = [before && `x[..., :${before}].flip(-1)`, "x", after && `x[..., ${state.signal.length - after}:].flip(-1)`];
    padded = `torch.cat([${parts.filter(Boolean).join(", ")}], -1)`;
  }
  return `F.conv1d(${padded}, ${kernel}${steps(state, "")})`;
}

export function layerLine(state) {
  const [before, after] = sidesOf(state);
  const mode = state.padding_mode;
  const plain = plainPadding(state);
  const conv = `nn.Conv1d(1, 1, kernel_size=${state.taps.length}`;
  if (plain !== null) return `${conv}${steps(state, plain)}, bias=False${mode !== "zeros" && before + after ? `, padding_mode='${mode}'` : ""})`;
  if (mode === "symmetric") return "";
  return `nn.Sequential(nn.${MODULES[mode]}((${before}, ${after})${mode === "zeros" ? ", 0" : ""}), ${conv}${steps(state, "")}, bias=False))`;
}

export function transposedLine(state, tail) {
  const [before, after] = sidesOf(state);
  if (before !== after || (state.padding_mode !== "zeros" && before)) return `torch.autograd.grad(${torchLine(state)}, x, grad_outputs=y)[0]`;
  const padding = [before && `padding=${before}`, tail && `output_padding=${tail}`].filter(Boolean).join(", ");
  return `F.conv_transpose1d(y, ${flips(state) ? "w.flip(-1)" : "w"}${steps(state, padding)})`;
}

export function sizeFormula({ n, kernel, stride, dilation, sides, room, length }) {
  const tail = room % stride;
  return (
    `⌊(${n} + ${sides[0]} + ${sides[1]} − ${dilation}·(${kernel} − 1) − 1)/${stride}⌋ + 1 = ⌊${room}/${stride}⌋ + 1 = ${length}` +
    (tail ? `; the floor leaves ${tail} value${tail > 1 ? "s" : ""} unread` : ""));
}

export function structure(matrix) {
  const columns = matrix[0].length;
  const along = (first) => matrix.every((row, i) => !i || row.every((value, j) => j < first || value === matrix[i - 1].at(j - 1)));
  return { toeplitz: along(1), circulant: matrix.length === columns && along(0) };
}

export function compute(state) {
  const sliding = attempt(() => slide(state), (problem) => ({ problem, mend: mend(state) }));
  if (sliding.problem) return sliding;
  const lying = weights(state);
  const matrix = toeplitz(sliding, lying);
  const output = correlate1d(state.signal, lying, sliding);
  const [tail, gaps] = unread(sliding);
  return {
    problem: null,
    sides: sliding.sides,
    weights: lying,
    taps: range(0, sliding.length).map((output) => taps(sliding, output)),
    tail, gaps,
    size: sizeFormula(sliding),
    output, matrix,
    back: multiply(transposed(matrix), output),
    swapped: swapped(state),
    line: torchLine(state),
    layer: layerLine(state),
    transposed_line: transposedLine(state, tail.length),
    ...structure(matrix),
  };
}
