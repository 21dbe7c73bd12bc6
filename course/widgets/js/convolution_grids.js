// What stands in the explorer's three grids: texts, colours, marks and the words for a screen reader.

import { sourceIndex } from "./axis.js";
import { products } from "./correlate.js";
import { decimal, fraction } from "./numbers.js";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const tone = (value) => (value > 0 ? "cx-positive" : value < 0 ? "cx-negative" : "cx-zero");
const largest = (matrix) => Math.max(...matrix.flat().map(Math.abs)) || 1;
const share = (value, most) => Math.round((100 * Math.abs(value)) / most);
const classes = (...names) => names.filter(Boolean).join(" ");

// One moment of the view: the output shown (`at`, null where there is none), its products, and what the pointer or the
// focus is on: one of the products (`pointed`), the input value behind a padded one (`origin`), the outputs that read
// an input value (`readers`).
export function scene(state, derived, at, probe) {
  const { sliding, settings, weights } = derived;
  const parts = at ? products(sliding, state.image, weights, ...at) : [];
  const taps = new Map(parts.map((tap) => [tap.place.join(), tap]));
  const source = ([y, x]) => {
    const both = [sourceIndex(y, settings.input_shape[0], state.padding_mode), sourceIndex(x, settings.input_shape[1], state.padding_mode)];
    return both.includes(null) ? null : both;
  };
  const onInput = probe?.grid === "input";
  const onKernel = probe?.grid === "kernel";
  const pointed = onKernel ? parts.find((tap) => same(tap.kernel, probe.place)) : onInput ? taps.get(probe.place.join()) : null;
  return {
    state, derived, at, parts, taps, source, pointed,
    padding: sliding ? state.padding : [0, 0],
    origin: onInput ? source(probe.place) : pointed?.source ?? null,
    readers: onInput && sliding ? readers(sliding, state.padding_mode, probe.place, source(probe.place)) : new Set(),
  };
}

// The outputs that read an input value, at its own place or as a copy in the padding; or, in a padding of zeros, a place.
function readers({ outputShape, axes }, mode, place, source) {
  const [rows, columns] = axes.map(({ stride, padding, dilation, kernel, n }, axis) =>
    Array.from({ length: outputShape[axis] }, (_, position) => position).filter((position) =>
      Array.from({ length: kernel }, (_, i) => position * stride - padding + i * dilation).some((reads) =>
        source ? sourceIndex(reads, n, mode) === source[axis] : reads === place[axis])));
  return new Set(rows.flatMap((row) => columns.map((column) => `${row},${column}`)));
}

export function inputGrid({ state, derived, at, parts, taps, source, pointed, origin, padding: [ph, pw] }) {
  const { sliding, skipped, settings } = derived;
  const [rows, columns] = settings.input_shape;
  const most = largest(state.image);
  return {
    rows: rows + 2 * ph, columns: columns + 2 * pw, first: [-ph, -pw],
    label: `Input, ${rows} by ${columns}${ph || pw ? `, with padding ${ph} by ${pw}` : ""}`,
    frame: at && { place: parts[0].place, rows: sliding.axes[0].reach, columns: sliding.axes[1].reach, open: state.dilation.some((d) => d > 1) },
    cell: ([y, x]) => {
      const outside = y < 0 || x < 0 || y >= rows || x >= columns;
      const from = source([y, x]);
      const value = from ? state.image[from[0]][from[1]] : 0;
      const tap = taps.get(`${y},${x}`);
      const missed = sliding && (skipped[0].has(y) || skipped[1].has(x));
      const role = outside ? (from ? `padding, copy of row ${from[0]}, column ${from[1]}, ` : "padding, ") : "";
      return {
        text: fraction(value), share: share(value, most), readonly: outside,
        classes: classes(
          value < 0 ? "cx-negative" : "cx-magnitude", outside && "cx-outside", tap && "cx-tap", missed && "cx-unread",
          tap && tap === pointed && "cx-pointed", origin && !outside && origin[0] === y && origin[1] === x && "cx-origin",
        ),
        label: `${role}row ${y}, column ${x}: ${fraction(value)}${tap ? `, times weight ${fraction(tap.weight)}` : ""}${missed ? ", read by no window" : ""}`,
      };
    },
  };
}

export function kernelGrid({ state, derived: { weights, settings }, pointed }) {
  const most = largest(weights);
  return {
    rows: weights.length, columns: weights[0].length, first: [0, 0], frame: null,
    label: `Kernel, ${settings.kernel_shape.join(" by ")}${state.flip ? ", turned by 180 degrees" : ""}`,
    cell: ([i, j]) => ({
      text: fraction(weights[i][j]), share: share(weights[i][j], most),
      classes: classes(tone(weights[i][j]), pointed && same(pointed.kernel, [i, j]) && "cx-pointed"),
      label: `weight row ${i}, column ${j}: ${fraction(weights[i][j])}`,
    }),
  };
}

export function outputGrid({ state, derived: { sliding, output }, at, readers: reading }) {
  const most = largest(output);
  return {
    rows: sliding.outputShape[0], columns: sliding.outputShape[1], first: [0, 0],
    label: `Output, ${sliding.outputShape.join(" by ")}`, frame: { place: at, rows: 1, columns: 1 }, current: at,
    cell: ([r, c]) => {
      const value = output[r][c];
      const chosen = r === at[0] && c === at[1];
      return {
        text: decimal(value, 2), share: share(value, most), readonly: true, selected: chosen,
        classes: classes(tone(value), chosen && "cx-chosen", reading.has(`${r},${c}`) && "cx-reader"),
        label: `output row ${r}, column ${c}: ${decimal(value)}${chosen && state.pinned ? ", pinned" : ""}`,
      };
    },
  };
}
