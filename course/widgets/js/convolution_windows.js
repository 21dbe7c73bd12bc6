// What stands in the grids where a window slides over the input: texts, colors, marks and the words for a screen reader.

import { same } from "./convolution_layer.js";
import { range, taps } from "./correlate.js";
import { channelSums, signed, spread, sumText } from "./formulas.js";
import { decimal, fraction } from "./numbers.js";

export const tone = (value) => (value > 0 ? "cx-positive" : value < 0 ? "cx-negative" : "cx-zero");
export const largest = (matrix) => matrix.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
export const share = (value, most) => Math.round((100 * Math.abs(value)) / most);
export const classes = (...names) => names.filter(Boolean).join(" ");
export const open = (layer) => layer.axes.some(({ d, k }) => d > 1 && k > 1);

// What an output adds up in one channel: places, weights, values, products.
export function windowParts(layer, image, [o, c], [row, column]) {
  const kernel = layer.lying(o, c);
  return taps(layer, row, column).map((tap) => {
    const weight = kernel[tap.kernel[0]][tap.kernel[1]];
    const value = tap.source ? image[c][tap.source[0]][tap.source[1]] : 0;
    return { ...tap, weight, value, product: weight * value };
  });
}

// One output in words: its products, or what its channels add where there are several. real: leave zeros put in out.
export function outputWords(state, { layer, outputs }, image, at, real) {
  const [o] = layer.shown;
  const reads = layer.reads[o];
  const all = reads.map((c) => windowParts(layer, image, [o, c], at).filter((tap) => !real || tap.source));
  const total = outputs[o][at[0]][at[1]];
  if (all.length > 1 || state.bias.length) {
    const sums = all.map((parts, i) => `channel ${reads[i]} ${signed(decimal(parts.reduce((sum, { product }) => sum + product, 0)))}`);
    return `${[...sums, ...(state.bias.length ? [`bias ${signed(decimal(layer.bias(o)))}`] : [])].join(" + ")} = ${decimal(total)}`;
  }
  const [parts] = all;
  return parts.length > 9 || !parts.length ? `the sum of ${parts.length} products, ${decimal(total)}` : sumText(parts, total);
}

// The kernel's grid, in either mode.
export function kernelGrid(state, layer, { kernel, most }, pointed) {
  const [o, c] = layer.shown;
  const many = state.image.length * state.kernel.length > 1;
  return {
    rows: kernel.length, columns: kernel[0].length, first: [0, 0], frame: null,
    label: `Kernel, ${layer.kernel.join(" by ")}${many ? `, input ${c} to output ${o}` : ""}${layer.turned ? ", turned by 180 degrees" : ""}`,
    cell: ([i, j]) => ({
      text: fraction(kernel[i][j]), share: share(kernel[i][j], most[1]),
      classes: classes(tone(kernel[i][j]), pointed && same(pointed.kernel, [i, j]) && "cx-pointed"),
      label: `weight row ${i}, column ${j}: ${fraction(kernel[i][j])}`,
    }),
  };
}

// The outputs that read an input value, at its own place or as a copy in the padding; or a place that shows none.
function readersOf({ axes }, place, source) {
  const [rows, columns] = axes.map((axis, i) => range(0, axis.length).filter((position) =>
    axis.reading(position).some(([at, from]) => (source ? from === source[i] : at === place[i]))));
  return new Set(rows.flatMap((row) => columns.map((column) => `${row},${column}`)));
}

const named = (count, at) => (count > 1 ? `, channel ${at}` : "");

// unread(state, layer): the places on each axis that no window reads; put: what a place that is no input value is called.
export function windows({ unread, put, about }) {
  return {
    what: "output",
    bounds: ({ shape }) => shape,

    // What changes with the state alone, not with what is pointed at.
    frozen(state, { layer, outputs }) {
      const [o, c] = layer.shown;
      const one = { image: state.image[c], kernel: layer.lying(o, c), output: outputs[o] };
      const skipped = unread(state, layer).map(({ tail, gaps }) => new Set([...tail, ...gaps]));
      return { ...one, skipped, most: [one.image, one.kernel, one.output].map(largest) };
    },

    // One moment of the view: the output shown, its products, and what the pointer or the focus is on: one of the products
    // (`pointed`), the input value behind a padded one (`origin`), the outputs that read an input value (`readers`).
    scene(state, now, still, at, probe) {
      const { layer } = now;
      const source = (place) => {
        const both = place.map((v, axis) => layer.axes[axis].at(v)[1]);
        return both.includes(null) ? null : both;
      };
      const parts = windowParts(layer, state.image, layer.shown, at);
      const byPlace = new Map(parts.map((tap) => [tap.place.join(), tap]));
      const onInput = probe?.grid === "input" && probe.place;
      const pointed = probe?.grid === "kernel" ? parts.find((tap) => same(tap.kernel, probe.place)) : onInput ? byPlace.get(onInput.join()) : null;
      return {
        state, now, layer, still, at, parts, byPlace, source, pointed,
        origin: onInput ? source(onInput) : pointed?.source ?? null,
        readers: onInput ? readersOf(layer, onInput, source(onInput)) : new Set(),
      };
    },

    input({ state, layer, still: { image, skipped, most }, parts, byPlace, source, pointed, origin }) {
      const [down, across] = layer.axes;
      return {
        rows: down.to - down.from, columns: across.to - across.from, first: [down.from, across.from],
        label: `Input, ${layer.input.join(" by ")}${named(state.image.length, layer.shown[1])}${about(layer)}`,
        frame: { place: parts[0].place, rows: down.reach, columns: across.reach, open: open(layer) },
        cell: ([y, x]) => {
          const from = source([y, x]);
          const outside = !down.real(y) || !across.real(x);
          const value = from ? image[from[0]][from[1]] : 0;
          const tap = byPlace.get(`${y},${x}`);
          const missed = skipped[0].has(y) || skipped[1].has(x);
          return {
            text: fraction(value), share: share(value, most[0]), readonly: outside,
            classes: classes(
              value < 0 ? "cx-negative" : "cx-magnitude", outside && "cx-outside", tap && "cx-tap", missed && "cx-unread",
              tap && tap === pointed && "cx-pointed", origin && !outside && same(origin, from) && "cx-origin"),
            label: `${outside ? put(from) : ""}row ${y}, column ${x}: ${fraction(value)}${tap ? `, times weight ${fraction(tap.weight)}` : ""}${missed ? ", read by no window" : ""}`,
          };
        },
      };
    },

    output({ state, layer, still: { output, most }, at, readers }) {
      return {
        rows: layer.shape[0], columns: layer.shape[1], first: [0, 0], frame: { place: at, rows: 1, columns: 1 }, current: at,
        label: `Output, ${layer.shape.join(" by ")}${named(state.kernel.length, layer.shown[0])}`,
        cell: ([r, c]) => {
          const value = output[r][c];
          const chosen = r === at[0] && c === at[1];
          return {
            text: decimal(value, 2), share: share(value, most[2]), readonly: true, selected: chosen,
            classes: classes(tone(value), chosen && "cx-chosen", readers.has(`${r},${c}`) && "cx-reader"),
            label: `output row ${r}, column ${c}: ${decimal(value)}${chosen && state.pinned ? ", pinned" : ""}`,
          };
        },
      };
    },

    where: ({ at, parts }) => `Output row ${at[0]}, column ${at[1]} = the kernel over rows ${spread(parts, 0)}, columns ${spread(parts, 1)}`,
    say: ({ state, now, layer, at }) => `output row ${at[0]}, column ${at[1]}: ${outputWords(state, now, state.image, at, !put(null).startsWith("padding"))}`,
    sayOther: () => null,
    // What stands beside the products.
    result({ state, now, layer, at }, pick) {
      const [o, shown] = layer.shown;
      const parts = layer.sums(o, ...at).map((sum, i) => ({ channel: layer.reads[o][i], sum }));
      return channelSums({ parts, shown, bias: state.bias.length ? layer.bias(o) : null, total: now.outputs[o][at[0]][at[1]], pick });
    },
    // Which output a click on a grid chooses: on the input, that whose window lies most nearly centred there.
    chosen: (grid, place, { axes }) => (grid === "output" ? place : axes.map(({ before, reach, step, length }, axis) =>
      Math.min(length - 1, Math.max(0, Math.round((place[axis] + before - (reach - 1) / 2) / step))))),
    // The input value that a cell of the input's grid shows.
    source: (place, { axes }) => place.map((v, axis) => axes[axis].at(v)[1]),
  };
}

