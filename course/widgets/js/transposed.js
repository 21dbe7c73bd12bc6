// The transposed explorer: stamps, or a window over an input with zeros put between; the same numbers either way.

import { keys, remembered, view } from "./convolution_view.js";
import { windows } from "./convolution_windows.js";
import { explorer } from "./explorer.js";
import { compute } from "./transposed_model.js";
import { stamps } from "./transposed_stamps.js";
import spec from "./transposed.json" with { type: "json" };

const stuffed = windows({
  unread: () => [{ tail: [], gaps: [] }, { tail: [], gaps: [] }],
  put: () => "zero put in, ",
  about: () => ", zeros put between",
});

function remarks(state, { layer: { axes, reads, stamps: stamping }, overlaps }) {
  const [least, most] = [Math.min, Math.max].map((f) => f(...overlaps.rows) * f(...overlaps.columns));
  const why = axes.some(({ s, k }) => k % s) ? " (the stride does not divide the kernel's size)" : "";
  const around = axes.map(({ s, before, after }) => `${s - 1} between and ${before === after ? before : `${before} before and ${after} after`}`);
  return [
    state.groups > 1 && `Groups: each output reads ${reads[0].length} of the ${state.image.length} channels.`,
    overlaps.even ? "Away from the border every output adds up equally many stamps." : `Outputs add up ${least} to ${most} stamps, unevenly${why}: a checkerboard, unless the weights make up for it.`,
    stamping
      ? "A small number in a cell's corner (where there is room) counts its stamps; dashed cells are cropped by the padding."
      : `Zeros: S − 1 between the inputs, D(K − 1) − P around, the output padding more at the end: ${around[0] === around[1] ? around[0] : `${around[0]} (rows), ${around[1]} (columns)`}. ${axes.some(({ before, after }) => Math.min(before, after) < 0) ? "Fewer than 0 crops. " : ""}Over them the turned kernel slides by 1.`,
  ].filter(Boolean);
}

const build = (compute) => view({
  spec, compute, remarks, mode: ({ view: now }) => (now === "stamps" ? stamps : stuffed), head: ["view"], transport: ["so_far"],
  settings: (ui) => ["stride", "padding", "output_padding", "dilation"].map((name) => ui.control(name)),
  formula: "(N − 1)S − 2P + D(K − 1) + OP + 1",
  sign: ({ view: now }) => (now === "stamps" ? ["⊞", "stamps"] : ["⋆", "cross-correlation"]),
  padding: ({ view: now }) => (now === "stamps" ? "" : ", zeros between"),
});

function render({ model, el }) {
  const computed = remembered(spec, compute);
  return explorer({ model, el, spec, title: "Transposed convolution explorer", keys, problem: (state) => computed(state).problem, build: build(computed) });
}

export default { render };
