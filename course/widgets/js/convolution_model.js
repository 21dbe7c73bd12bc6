// Everything the explorer computes from its state, and nothing that it draws.

import { Refusal } from "./axis.js";
import { correlate2d, mend, rotate180, shapeOf, slide, unread } from "./correlate.js";
import { convLine } from "./torch.js";

// {settings, weights, line, sliding, problem, output, unread, skipped}; sliding is null where the settings do not fit,
// and problem then has the reason and the mend.
export function compute(state, limits) {
  const { image, kernel, stride, padding, dilation, padding_mode, flip } = state;
  const settings = { input_shape: shapeOf(image), kernel_shape: shapeOf(kernel), stride, padding, dilation, padding_mode };
  const weights = flip ? rotate180(kernel) : kernel;
  const both = { settings, weights, line: convLine(settings), sliding: null, problem: null };
  try {
    const sliding = slide(settings);
    const left = [0, 1].map((axis) => unread(sliding, axis));
    const skipped = left.map(({ tail, gaps }) => new Set([...tail, ...gaps]));
    return { ...both, sliding, output: correlate2d(sliding, image, weights), unread: left, skipped };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...both, problem: { text: error.message, mend: mend(settings, limits) } };
  }
}

export function clamp([row, column], [rows, columns]) {
  return [Math.min(row, rows - 1), Math.min(column, columns - 1)];
}

const matrix = ([rows, columns], value) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => value(i, j)));

// Cut off, or carried on with the last row and column.
export function resizeImage(from, shape) {
  return matrix(shape, (i, j) => from[Math.min(i, from.length - 1)][Math.min(j, from[0].length - 1)]);
}

// Cut off or filled up with zeros, alike on both sides.
export function resizeKernel(from, shape) {
  const [top, left] = shapeOf(from).map((length, axis) => Math.floor((length - shape[axis]) / 2));
  return matrix(shape, (i, j) => from[i + top]?.[j + left] ?? 0);
}
