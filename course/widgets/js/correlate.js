// Correlation on two axes: course/arithmetic/correlate.py and correlate_channels.py again, value for value and message
// for message. An axis is made by correlate_sliding.js or correlate_transposed.js: its numbers, `length` of the output,
// at(place): [place, the input index there or null], and reading(position): at() for each weight of a window.

import { Refusal } from "./axis.js";

export const AXES = ["height", "width"];
export const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

export const onEachAxis = (make) => {
  const axes = AXES.map((name, axis) => {
    try {
      return make(axis, name);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(`${name}: ${error.message}`);
    }
  });
  return { axes, shape: axes.map(({ length }) => length) };
};

// The products that output (row, column) adds up, in the kernel's reading order.
export function taps({ axes }, row, column) {
  const across = axes[1].reading(column);
  return axes[0].reading(row).flatMap(([y, sourceY], i) =>
    across.map(([x, sourceX], j) => ({ kernel: [i, j], place: [y, x], source: sourceY === null || sourceX === null ? null : [sourceY, sourceX] })));
}

export function rotate180(kernel) {
  return kernel.map((row) => [...row].reverse()).reverse();
}

export const shapeOf = (matrix) => [matrix.length, matrix[0].length];

// The sums of products at given rows and columns (all of them unless said): one channel's part of an output.
export function correlate({ axes, shape }, image, kernel, rows = range(0, shape[0]), columns = range(0, shape[1])) {
  const across = columns.map((column) => axes[1].reading(column).map(([, x]) => x));
  return rows.map((row) => {
    const down = axes[0].reading(row).map(([, y]) => y);
    return across.map((xs) => {
      let total = 0;
      for (let i = 0; i < down.length; i++) {
        if (down[i] === null) continue;
        const values = image[down[i]];
        for (let j = 0; j < xs.length; j++) if (xs[j] !== null) total += kernel[i][j] * values[xs[j]];
      }
      return total;
    });
  });
}

// The input channels that an output reads: those of its group.
export function groupReads(output, channels, outputs, groups) {
  for (const [name, count] of [["in_channels", channels], ["out_channels", outputs]]) {
    if (count % groups) {
      const divisors = range(1, count + 1).filter((one) => count % one === 0);
      throw new Refusal(`groups ${groups} does not divide ${name} ${count}: use one of its divisors [${divisors.join(", ")}]`);
    }
  }
  const size = channels / groups;
  const first = Math.floor(output / (outputs / groups)) * size;
  return range(first, first + size);
}
