// The convolution explorer. State lives in the model's traits; every number on the page is computed here from it.

import { compute, samePadding, unreadOf } from "./convolution_model.js";
import { keys, remembered, view } from "./convolution_view.js";
import { windows } from "./convolution_windows.js";
import { explorer } from "./explorer.js";
import { h, plural } from "./ui.js";
import spec from "./convolution.json" with { type: "json" };

const mode = windows({
  unread: unreadOf,
  put: (from) => `padding, ${from ? `copy of row ${from[0]}, column ${from[1]}, ` : ""}`,
  about: ({ pads: [[top], [left]] }) => (top || left ? `, with padding ${top} by ${left}` : ""),
});

function settings(ui, kernelShape) {
  function keepSize() {
    const pads = kernelShape().map((k, axis) => samePadding(k, ui.state.dilation[axis]));
    ui.set({ stride: [1, 1], padding: pads.map(([before]) => before), end_padding: pads.map(([before, after]) => after - before) }, "Padding that keeps the size, as torch's same");
  }
  const title = "Stride 1, and so much padding that the output is as large as the input";
  return [
    ui.control("stride"), ui.control("padding"), ui.control("end_padding"),
    h("div.cx-sameline", {}, h("button.cx-button", { type: "button", onclick: keepSize, title }, "Same size"), ui.control("padding_mode")),
    ui.control("dilation"),
  ];
}

function remarks(state, { layer, line, reads }) {
  const inputs = state.image.length;
  const left = unreadOf(state, layer);
  const [rows, columns] = left.map(({ gaps }) => gaps.length);
  return [
    state.groups > 1 && (state.groups === inputs ? "Depthwise: each output reads one channel." : `Groups: each output reads ${reads[0].length} of the ${inputs} channels.`),
    inputs > 1 && state.groups === 1 && layer.kernel.join() === "1,1" && "1×1: at each pixel a dense layer over the channels.",
    line.includes("'same'") && "For an even kernel torch's padding='same' puts one more at the end.",
    line.includes("F.pad") && "torch's layers pad both sides alike: F.pad pads before.",
    line.includes("torch.cat") && "torch has no symmetric mode, nor has F.pad: the lines mirror the border first, as np.pad(…, mode=\"symmetric\") does.",
    (rows || columns) && `Stride and dilation step over ${plural(rows, "row")} and ${plural(columns, "column")}.`,
    left.some(({ tail, gaps }) => tail.length || gaps.length) && "Hatched places are never read.",
  ].filter(Boolean);
}

function padding(_, { pads }) {
  const [height, width] = pads.map(([before, after]) => (before === after ? `${before}` : `${before}+${after}`));
  return height === "0" && width === "0" ? "" : ` + padding ${height}×${width}`;
}

const build = (compute) => view({
  spec, compute, settings, remarks, padding, mode: () => mode, head: ["flip"], transport: [],
  formula: "⌊(N + 2P − D(K − 1) − 1) / S⌋ + 1",
  sign: ({ flip }) => (flip ? ["∗", "convolution"] : ["⋆", "cross-correlation"]),
});

function render({ model, el }) {
  const computed = remembered(spec, compute);
  return explorer({ model, el, spec, title: "Convolution explorer", keys, problem: (state) => computed(state).problem, build: build(computed) });
}

export default { render };
