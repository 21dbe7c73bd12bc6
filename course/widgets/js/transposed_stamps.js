// What stands in the grids where every input stamps the kernel: texts, colors, marks and the words for a screen reader.

import { same } from "./convolution_layer.js";
import { classes, largest, open, outputWords, share, tone } from "./convolution_windows.js";
import { range, taps } from "./correlate.js";
import { stampTaps } from "./correlate_transposed.js";
import { spread } from "./formulas.js";
import { decimal, fraction } from "./numbers.js";
import { h, plural } from "./ui.js";

const inside = (place, shape) => place.every((v, axis) => v >= 0 && v < shape[axis]);
const named = (count, at) => (count > 1 ? `, channel ${at}` : "");

export const stamps = {
  what: "input",
  bounds: ({ input }) => input,

  frozen(state, { layer, outputs, place }) {
    const [o, c] = layer.shown;
    const one = { image: state.image[c], kernel: layer.weights(o, c), output: outputs[o], first: [0, 0] };
    // With what the padding crops: the output's grid then begins before its first row.
    const [down, across] = layer.axes.map(({ p, op, length }) => range(-p, length + Math.max(0, p - op)));
    if (down[0] || across[0]) Object.assign(one, { output: layer.output(o, layer.seen, down, across), first: [down[0], across[0]] });
    // How many stamps an output has: of all inputs, or of those up to the chosen one.
    const [rows, columns] = layer.axes.map((axis) => range(0, axis.length).map((at) => axis.reading(at).map(([, source]) => source).filter((source) => source !== null)));
    const [lastRow, lastColumn] = state.so_far ? place : [Infinity, Infinity];
    const count = ([r, k]) => (inside([r, k], layer.shape)
      ? rows[r].reduce((sum, y) => sum + (y > lastRow ? 0 : columns[k].filter((x) => y < lastRow || x <= lastColumn).length), 0) : 0);
    return { ...one, count, most: [one.image, one.kernel, one.output].map(largest) };
  },

  // The input chosen and its stamp; `target`: the output pointed at; `readers`: the inputs whose stamps reach it.
  scene(state, now, still, at, probe) {
    const { layer } = now;
    const value = still.image[at[0]][at[1]];
    const parts = stampTaps(layer, ...at).map((tap) => {
      const weight = still.kernel[tap.kernel[0]][tap.kernel[1]];
      return { ...tap, weight, value, product: weight * value };
    });
    const byPlace = new Map(parts.map((tap) => [tap.place.join(), tap]));
    const onOutput = probe?.grid === "output" && probe.place;
    const target = onOutput && inside(onOutput, layer.shape) ? onOutput : null;
    const pointed = probe?.grid === "kernel" ? parts.find((tap) => same(tap.kernel, probe.place)) : onOutput ? byPlace.get(onOutput.join()) : null;
    const readers = new Set(target ? taps(layer, ...target).filter((tap) => tap.source).map((tap) => tap.source.join()) : []);
    return { state, now, layer, still, at, parts, byPlace, pointed, target, readers };
  },

  input({ state, layer, still: { image, most }, at, readers }) {
    return {
      rows: layer.input[0], columns: layer.input[1], first: [0, 0], frame: { place: at, rows: 1, columns: 1 }, current: at,
      label: `Input, ${layer.input.join(" by ")}${named(state.image.length, layer.shown[1])}`,
      cell: ([y, x]) => {
        const value = image[y][x];
        const chosen = y === at[0] && x === at[1];
        const reader = readers.has(`${y},${x}`);
        return {
          text: fraction(value), share: share(value, most[0]), selected: chosen,
          classes: classes(value < 0 ? "cx-negative" : "cx-magnitude", chosen && "cx-chosen", reader && "cx-reader"),
          label: `row ${y}, column ${x}: ${fraction(value)}${reader ? ", reaches the output pointed at" : ""}${chosen && state.pinned ? ", pinned" : ""}`,
        };
      },
    };
  },

  output({ state, layer, still: { output, first, most, count }, parts, byPlace, pointed, target }) {
    return {
      rows: output.length, columns: output[0].length, first,
      frame: { place: parts[0].place, rows: layer.axes[0].reach, columns: layer.axes[1].reach, open: open(layer) },
      label: `Output, ${layer.shape.join(" by ")}${named(state.kernel.length, layer.shown[0])}${first[0] || first[1] ? ", with what padding crops" : ""}`,
      cell: (place) => {
        const [r, c] = place;
        const value = output[r - first[0]][c - first[1]];
        const cropped = !inside(place, layer.shape);
        const tap = byPlace.get(place.join());
        return {
          text: decimal(value, 2), share: share(value, most[2]), readonly: true, selected: Boolean(target) && same(target, place),
          classes: classes(tone(value), cropped && "cx-outside", tap && "cx-tap", tap && tap === pointed && "cx-pointed"),
          label: `${cropped ? "cropped, " : ""}output row ${r}, column ${c}: ${decimal(value)}${cropped ? "" : `, ${plural(count(place), "stamp")}`}${tap ? `, ${decimal(tap.product)} from the chosen input` : ""}`,
        };
      },
    };
  },

  where: ({ at, still, parts }) => `Input row ${at[0]}, column ${at[1]} = ${fraction(still.image[at[0]][at[1]])} stamps rows ${spread(parts, 0)}, columns ${spread(parts, 1)}`,
  say: ({ at, still, parts }) => `input row ${at[0]}, column ${at[1]}: ${fraction(still.image[at[0]][at[1]])} stamps output rows ${spread(parts, 0)}, columns ${spread(parts, 1)}`,
  // What is said of an output that the focus comes to.
  sayOther: ({ state, now, layer, target }) => target && `output row ${target[0]}, column ${target[1]}: ${outputWords(state, now, layer.seen, target, true)}`,
  result({ state, now, layer, target }) {
    return h("div.cx-total.cx-stampwords", {}, target
      ? `output row ${target[0]}, column ${target[1]}: ${outputWords(state, now, layer.seen, target, true)}`
      : "is added to the output. Point at an output to see which stamps it adds up.");
  },
  // A click on an output chooses the first input that stamps it.
  chosen(grid, place, layer) {
    if (grid === "input") return place;
    return inside(place, layer.shape) ? taps(layer, ...place).find(({ source }) => source)?.source : null;
  },
  source: (place) => place,
};
