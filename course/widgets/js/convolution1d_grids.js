// What stands in the one-dimensional explorer's rows and in its matrix: texts, colours, marks, words for a screen reader.

import { sourceIndex } from "./axis.js";
import { decimal } from "./numbers.js";
import { classes, largest, share, short, tidy, tone } from "./sliding_view.js";

const index = (k) => String(k).replace(/./g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

// Which tap, as given, lies i-th from the left.
export const given = (state, i) => (state.operation === "convolution" ? state.taps.length - 1 - i : i);

// The taps that stand in each entry of the matrix: entries[output][value] = [tap, …].
export function entries(state, derived) {
  return derived.taps.map((places) => {
    const row = Array.from({ length: state.signal.length }, () => []);
    places.forEach(([, source], i) => source !== null && row[source].push(given(state, i)));
    return row;
  });
}

// One moment: `at` the output shown; `probe` {kind: "output" | "value" | "tap" | "entry", ...} what is pointed at.
export function scene(state, derived, at, probe) {
  const places = derived.taps[at];
  const [before, after] = derived.sides;
  const column = probe?.kind === "value" ? sourceIndex(probe.value, state.signal.length, state.padding_mode) : probe?.kind === "entry" ? probe.column : null;
  const tap = probe?.kind === "tap" ? probe.tap : null;
  const under = new Map(places.map(([place], i) => [place, i]));
  const missed = new Set([...derived.tail, ...derived.gaps]);
  // Outputs that read the value pointed at.
  const readers = new Set(column === null ? [] : derived.taps.flatMap((one, output) => (one.some(([, source]) => source === column) ? [output] : [])));
  return { state, derived, at, probe, places, before, after, column, tap, under, missed, readers };
}

export function padded({ state, before, after }) {
  const n = state.signal.length;
  return Array.from({ length: n + before + after }, (_, i) => {
    const source = sourceIndex(i - before, n, state.padding_mode);
    return source === null ? 0 : state.signal[source];
  });
}

// A row of cells: `one(place, value)` gives {label, marks, ...} of each.
function row(values, first, label, frame, one) {
  const most = largest(values);
  return {
    rows: 1, columns: values.length, first: [0, first], label, frame: frame && { rows: 1, columns: 1, ...frame },
    cell: ([, i]) => {
      const value = values[i - first];
      const { marks, ...rest } = one(i, value);
      return { text: short(value), share: share(value, most), classes: classes(tone(value), ...marks), ...rest };
    },
  };
}

export function signalRow(moment) {
  const { state, derived, before, after, places, under, missed, column, tap } = moment;
  const n = state.signal.length;
  const words = before || after ? `, with ${before} of padding before and ${after} after` : "";
  const frame = { place: [0, places[0][0]], columns: places.at(-1)[0] - places[0][0] + 1, open: state.dilation > 1 };
  return row(padded(moment), -before, `Signal, ${n} values${words}`, frame, (x, value) => {
    const outside = x < 0 || x >= n;
    const source = sourceIndex(x, n, state.padding_mode);
    const lies = under.get(x);
    const k = lies === undefined ? null : given(state, lies);
    const role = !outside ? "" : source === null ? "padding, " : `padding, copy of value ${source}, `;
    return {
      readonly: outside,
      marks: [
        outside && "cx-outside", k !== null && "cx-tap", missed.has(x) && "cx-unread", k !== null && tap === k && "cx-pointed",
        column !== null && source === column && "cx-origin"],
      label: `${role}value ${x}: ${short(value)}${k === null ? "" : `, times w${k} = ${short(derived.weights[lies])}`}${missed.has(x) ? ", read by no output" : ""}`,
    };
  });
}

export const tapsRow = ({ state, tap }) => row(state.taps, 0, `Taps, ${state.taps.length}`, null, (k, value) => ({
  marks: [`cx-hatch${k % 6}`, tap === k && "cx-pointed"], label: `tap w${k}: ${short(value)}`,
}));

export const outputRow = ({ state, derived, at, readers }) => ({
  current: [0, at],
  ...row(derived.output.map(tidy), 0, `Output, ${derived.output.length} values`, { place: [0, at] }, (o, value) => ({
    text: decimal(value, 2), readonly: true, selected: o === at, marks: [o === at && "cx-chosen", readers.has(o) && "cx-reader"],
    label: `output ${o}: ${decimal(value)}${o === at && state.pinned ? ", pinned" : ""}`,
  })),
});

export const backRow = ({ derived, column }) => row(derived.back.map(tidy), 0, `The transpose times the output, ${derived.back.length} values`, null, (j, value) => ({
  text: decimal(value, 2), readonly: true, marks: [column === j && "cx-pointed"], label: `transpose times output, value ${j}: ${decimal(value)}`,
}));

// The matrix, or its transpose; an entry without a weight is left empty.
export function matrixGrid({ state, derived, at, column, tap, probe }, inside) {
  const { matrix } = derived;
  const [rows, columns] = [matrix.length, matrix[0].length];
  const most = largest(derived.weights);
  const turned = state.transpose;
  return {
    rows: turned ? columns : rows, columns: turned ? rows : columns, first: [0, 0],
    label: turned ? `Transposed matrix, ${columns} rows for the signal by ${rows} columns for the output` : `Matrix, ${rows} rows for the output by ${columns} columns for the signal`,
    frame: turned ? { place: [0, at], rows: columns, columns: 1 } : { place: [at, 0], rows: 1, columns },
    cell: (place) => {
      const [o, j] = turned ? [place[1], place[0]] : place;
      const taps = inside[o][j];
      const value = tidy(matrix[o][j]);
      const name = taps.map((k) => `w${index(k)}`).join("+");
      const here = probe?.kind === "entry" && probe.row === o && probe.column === j;
      return {
        text: !taps.length ? "" : state.names ? name : short(value), share: share(value, most), readonly: true,
        classes: classes(
          taps.length ? tone(value) : "cx-none1", taps.length === 1 && `cx-hatch${taps[0] % 6}`, taps.length > 1 && "cx-added",
          column === j && "cx-column", tap !== null && taps.includes(tap) && "cx-pointed", here && "cx-pointed"),
        label: `output ${o}, value ${j}: ${taps.length ? `${taps.map((k) => `w${k}`).join(" plus ")} = ${short(value)}` : "no weight"}`,
      };
    },
  };
}
