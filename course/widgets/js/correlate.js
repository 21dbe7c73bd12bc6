// Two-dimensional cross-correlation: course/arithmetic/correlate.py again, value for value.

import { PADDING_MODES, Refusal, checkMode, checkPadding, checkWhole, lengthSteps, mostPadding, sourceIndex, span } from "./axis.js";

const AXES = ["height", "width"];
const LEAST = { input_shape: 1, kernel_shape: 1, stride: 1, padding: 0, dilation: 1 };

// Settings: {input_shape, kernel_shape, stride, padding, dilation: [height, width], padding_mode}.
// Returns what the two axes amount to, or throws a Refusal whose message names the value, the rule and the mend.
export function slide(settings) {
  for (const [name, least] of Object.entries(LEAST)) {
    settings[name].forEach((value, axis) => checkWhole(`${name} (${AXES[axis]})`, value, least));
  }
  checkMode(settings.padding_mode);
  const axes = AXES.map((name, axis) => {
    const one = onAxis(settings, axis);
    try {
      checkPadding(one.n, one.padding, settings.padding_mode);
      return { ...one, ...lengthSteps(one) };
    } catch (error) {
      throw error instanceof Refusal ? new Refusal(`${name}: ${error.message}`) : error;
    }
  });
  return { settings, axes, outputShape: axes.map((axis) => axis.length) };
}

export function onAxis(settings, axis) {
  return {
    n: settings.input_shape[axis],
    kernel: settings.kernel_shape[axis],
    stride: settings.stride[axis],
    padding: settings.padding[axis],
    dilation: settings.dilation[axis],
  };
}

function places(sliding, position, axis) {
  const { n, kernel, stride, padding, dilation } = sliding.axes[axis];
  return Array.from({ length: kernel }, (_, i) => {
    const place = position * stride - padding + i * dilation;
    return [place, sourceIndex(place, n, sliding.settings.padding_mode)];
  });
}

// The products that output (row, column) adds up, in the kernel's reading order.
export function taps(sliding, row, column) {
  const across = places(sliding, column, 1);
  return places(sliding, row, 0).flatMap(([y, sourceY], i) =>
    across.map(([x, sourceX], j) => ({
      kernel: [i, j],
      place: [y, x],
      source: sourceY === null || sourceX === null ? null : [sourceY, sourceX],
    })),
  );
}

// The padded places on an axis that no window reads: cut off by the floor, or stepped over.
export function unread(sliding, axis) {
  const { n, kernel, stride, padding, dilation, length, tail } = sliding.axes[axis];
  const read = new Set();
  for (let position = 0; position < length; position++) {
    for (let i = 0; i < kernel; i++) read.add(position * stride - padding + i * dilation);
  }
  const cut = n + padding - tail;
  const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);
  return { tail: range(cut, n + padding), gaps: range(-padding, cut).filter((place) => !read.has(place)) };
}

export function rotate180(kernel) {
  return kernel.map((row) => [...row].reverse()).reverse();
}

export function shapeOf(matrix) {
  return [matrix.length, matrix[0].length];
}

export function products(sliding, image, kernel, row, column) {
  return taps(sliding, row, column).map((tap) => {
    const weight = kernel[tap.kernel[0]][tap.kernel[1]];
    const value = tap.source ? image[tap.source[0]][tap.source[1]] : 0;
    return { ...tap, weight, value, product: weight * value };
  });
}

export function correlate2d(sliding, image, kernel) {
  const [rows, columns] = sliding.outputShape;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) =>
      products(sliding, image, kernel, row, column).reduce((total, { product }) => total + product, 0),
    ),
  );
}

// The nearest settings that are legal: {patch, words}, or null where these are legal already. The kernel and the
// input are the last to be touched; `limits` says how much padding a view can offer.
export function mend(settings, limits = { padding: Infinity }) {
  const patch = {};
  const change = (name, axis, value) => {
    patch[name] ??= [...settings[name]];
    patch[name][axis] = value;
  };
  for (const [name, least] of Object.entries(LEAST)) {
    settings[name].forEach((value, axis) => {
      if (!Number.isInteger(value) || value < least) change(name, axis, Math.max(least, Math.round(value) || least));
    });
  }
  if (!PADDING_MODES.includes(settings.padding_mode)) {
    patch.padding_mode = "zeros";
  }
  AXES.forEach((_, axis) => {
    const now = onAxis({ ...settings, ...patch }, axis);
    const mode = patch.padding_mode ?? settings.padding_mode;
    const most = Math.min(mostPadding(now.n, mode), limits.padding);
    let padding = Math.min(now.padding, most);
    const short = span(now.kernel, now.dilation) - now.n;
    if (short > 2 * padding) padding = Math.min(Math.ceil(short / 2), most);
    if (padding !== now.padding) change("padding", axis, padding);
    const padded = now.n + 2 * padding;
    if (span(now.kernel, now.dilation) <= padded) return;
    const dilation = now.kernel > 1 ? Math.floor((padded - 1) / (now.kernel - 1)) : 1;
    if (dilation >= 1) change("dilation", axis, dilation);
    else {
      if (now.dilation !== 1) change("dilation", axis, 1);
      change("kernel_shape", axis, padded);
    }
  });
  const words = Object.entries(patch).map(([name, value]) => {
    const title = name.replace("_shape", " size").replace("_", " ");
    return Array.isArray(value) && value[0] !== value[1] ? `${title} ${value.join(" by ")}` : `${title} ${[value].flat()[0]}`;
  });
  return words.length ? { patch, words: words.join(", ") } : null;
}
