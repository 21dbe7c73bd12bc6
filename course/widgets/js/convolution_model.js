// Everything the convolution explorer computes from its state, and nothing that it draws: course/widgets/convolution_model.py again.

import { mostPadding, span } from "./axis.js";
import { channelLayer, clamp, comma, same, shared, sides, summary } from "./convolution_layer.js";
import { shapeOf, taps } from "./correlate.js";
import { slide, unread } from "./correlate_sliding.js";
import { given, head, tail } from "./torch.js";

const MOST_PADDING = 8;

export function layerOf(state) {
  const { stride, dilation, padding_mode: mode } = state;
  const pads = state.padding.map((p, axis) => [p, p + state.end_padding[axis]]);
  const layer = channelLayer(state, (input, kernel) => slide({ input, kernel, stride, dilation, pads, mode }), state.flip);
  return Object.assign(layer, { pads, weights: layer.lying, place: clamp(state.selected, layer.shape) });
}

export const sums = (state, o, row, column) => layerOf(state).sums(o, row, column);
export const tapsOf = (state, row, column) => taps(layerOf(state), row, column);
export const unreadOf = (state, { axes } = layerOf(state)) => axes.map(unread);

// Before and after; where the padding is odd the one more comes after, as in torch.
export function samePadding(kernel, dilation) {
  const total = dilation * (kernel - 1);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

function torchLine(state, { kernel, input, pads }) {
  const { stride, dilation, padding_mode: mode } = state;
  const line = (padding, how) => `${head("Conv2d", state, kernel)}${given("stride", stride, 1)}${padding}${given("dilation", dilation, 1)}${tail(state)}${how === "zeros" ? "" : `, padding_mode='${how}'`})`;
  const plain = line("", "zeros");
  if (mode === "symmetric") {
    const before = pads.flatMap((pad, axis) => mirrored(axis - 2, input[axis], pad));
    return before.length ? [...before, `y = ${plain}(x)`].join("\n") : plain;
  }
  if (!state.end_padding.some(Boolean)) return line(given("padding", state.padding, 0), mode);
  if (same(stride, [1, 1]) && pads.every((pad, axis) => same(pad, samePadding(kernel[axis], dilation[axis])))) return line(", padding='same'", mode);
  return `x = F.pad(x, (${[pads[1], pads[0]].flat().join(", ")})${mode === "zeros" ? "" : `, mode='${mode}'`})\ny = ${plain}(x)`;
}

// torch's F.pad has no symmetric mode: both ends of an axis are mirrored, the border value repeated.
function mirrored(axis, length, [before, after]) {
  if (!before && !after) return [];
  const rest = axis === -2 ? ", :" : "";
  return [`x = torch.cat([x[..., :${before}${rest}].flip(${axis}), x, x[..., ${length - after}:${rest}].flip(${axis})], dim=${axis})`];
}

function sizeLine({ n, k, s, d, before, after, room, length, tail: left }, axis) {
  const unreadWords = left ? `; the floor leaves ${left} ${["row", "column"][axis]}${left > 1 ? "s" : ""} unread` : "";
  return `⌊(${n} + ${before === after ? `2·${before}` : `${before} + ${after}`} − ${d}·(${k} − 1) − 1)/${s}⌋ + 1 = ⌊${room}/${s}⌋ + 1 = ${length}${unreadWords}`;
}

function costs({ image: { length: inputs }, kernel: { length: outputs }, groups, bias }, { kernel, shape }) {
  const weights = (kernel[0] * kernel[1] * inputs * outputs) / groups;
  const plus = bias.length > 0;
  const wrap = (text) => (plus ? `(${text} + 1)` : text);
  const k = sides(kernel);
  return [
    `parameters = ${wrap(shared([...k, "C_in"].join("·"), groups, true))}·C_out = ${wrap(shared([...kernel, inputs].join("·"), groups))}·${outputs} = ${comma(weights + (plus ? outputs : 0))}`,
    `multiply–adds = ${["C_out·H_out·W_out", shared("C_in", groups, true), ...k].join("·")} = ${[outputs, ...shape, shared(inputs, groups), ...kernel].join("·")} = ${comma(weights * shape[0] * shape[1])}`,
  ];
}

function mendAxis(state, axis) {
  const [n, k] = [shapeOf(state.image[0])[axis], shapeOf(state.kernel[0][0])[axis]];
  let [p, d, e] = ["padding", "dilation", "end_padding"].map((name) => state[name][axis]);
  const most = Math.min(mostPadding(n, state.padding_mode), MOST_PADDING + 1);
  if (p + e > most) e = 0;
  p = Math.min(p, most, MOST_PADDING);
  const short = span(k, d) - n - e;
  if (short > 2 * p) p = Math.min(Math.ceil(short / 2), most - e, MOST_PADDING);
  const padded = n + 2 * p + e;
  if (span(k, d) > padded) d = Math.max(1, Math.floor((padded - 1) / (k - 1)));
  return { padding: p, end_padding: e, dilation: d, kernel: Math.min(k, padded) };
}

// Everything but drawing: the same object as Python's, with the layer itself added where `whole` is asked for.
export function compute(state, whole) {
  const say = (layer) => ({ outputs: state.kernel.map((_, o) => layer.output(o)), line: torchLine(state, layer), sizes: layer.axes.map(sizeLine), costs: costs(state, layer) });
  return summary(state, layerOf, say, mendAxis, whole);
}
