// Everything the transposed explorer computes from its state, and nothing that it draws: course/widgets/transposed_model.py again.

import { Refusal, span } from "./axis.js";
import { channelLayer, clamp, comma, kernelOf, shared, sides, summary } from "./convolution_layer.js";
import { AXES, range, shapeOf, taps } from "./correlate.js";
import { stamp, stampTaps } from "./correlate_transposed.js";
import { given, head, tail } from "./torch.js";

const MOST_DRAWN = 40;

// How long an axis is drawn: the output with what is cropped from it, or the input with its zeros.
function drawn(n, k, s, p, op, d) {
  const before = d * (k - 1) - p;
  return Math.max((n - 1) * s + span(k, d) + Math.max(0, op - p), (n - 1) * s + 1 + Math.max(0, before) + Math.max(0, before + op));
}

export function layerOf(state) {
  const { stride, dilation, padding, output_padding, view, so_far } = state;
  const stamps = view === "stamps";
  const layer = channelLayer(state, (input, kernel) => {
    const made = stamp({ input, kernel, stride, dilation, padding, output_padding });
    made.axes.forEach(({ n, k, s, p, op, d }, axis) => {
      const long = drawn(n, k, s, p, op, d);
      if (long > MOST_DRAWN) throw new Refusal(`${AXES[axis]}: the picture would be ${long} long, more than the ${MOST_DRAWN} that fit on a page: lower the stride or the dilation, or cut the input`);
    });
    return made;
  }, true);
  const place = clamp(state.selected, stamps ? layer.input : layer.shape);
  const most = place[0] * layer.input[1] + place[1];
  // The image with only the inputs that have stamped.
  const seen = stamps && so_far ? state.image.map((m) => m.map((row, y) => row.map((v, x) => (y * layer.input[1] + x <= most ? v : 0)))) : state.image;
  return Object.assign(layer, { stamps, place, seen, weights: (o, c) => kernelOf(state, o, c), turned: !stamps });
}

export const sums = (state, o, row, column) => layerOf(state).sums(o, row, column);
export const tapsOf = (state, row, column) => taps(layerOf(state), row, column);
export const stampOf = (state, row, column) => stampTaps(layerOf(state), row, column);

function costs({ image: { length: inputs }, kernel: { length: outputs }, groups, bias }, { kernel, input }) {
  const weights = (kernel[0] * kernel[1] * inputs * outputs) / groups;
  const plus = bias.length > 0;
  const k = sides(kernel);
  return [
    `parameters = ${shared([...k, "C_in·C_out"].join("·"), groups, true)}${plus ? " + C_out" : ""} = ${shared([...kernel, inputs, outputs].join("·"), groups)}${plus ? ` + ${outputs}` : ""} = ${comma(weights + (plus ? outputs : 0))}`,
    `multiply–adds = ${["C_in·H·W", shared("C_out", groups, true), ...k].join("·")} = ${[inputs, ...input, shared(outputs, groups), ...kernel].join("·")} = ${comma(weights * input[0] * input[1])}   (each input value times each weight it meets)`,
  ];
}

// How many stamps lie on each row and column of the output, and whether every place gets as many.
function overlaps({ axes }) {
  const [rows, columns] = axes.map((axis) => range(0, axis.length).map((at) => axis.reading(at).filter(([, source]) => source !== null).length));
  const phases = ({ k, s, d }) => new Set(range(0, s).map((phase) => range(0, k).filter((i) => (phase - d * i) % s === 0).length));
  return { rows, columns, even: axes.every((axis) => phases(axis).size === 1) };
}

function mendAxis(state, axis) {
  const [n, k] = [shapeOf(state.image[0])[axis], shapeOf(state.kernel[0][0])[axis]];
  let [s, d] = [state.stride[axis], state.dilation[axis]];
  for (;;) {
    const extra = Math.min(state.output_padding[axis], Math.max(s, d) - 1);
    const crop = Math.min(state.padding[axis], Math.floor(((n - 1) * s + span(k, d) + extra - 1) / 2));
    if (drawn(n, k, s, crop, extra, d) <= MOST_DRAWN || (s === 1 && d === 1)) return { stride: s, padding: crop, dilation: d, output_padding: extra };
    if (s > 1) s--;
    else d--;
  }
}

// Everything but drawing: the same object as Python's, with the layer itself added where `whole` is asked for.
export function compute(state, whole) {
  const line = (kernel) => `${head("ConvTranspose2d", state, kernel)}${given("stride", state.stride, 1)}${given("padding", state.padding, 0)}${given("output_padding", state.output_padding, 0)}${tail(state)}${given("dilation", state.dilation, 1)})`;
  const say = (layer) => ({
    outputs: state.kernel.map((_, o) => layer.output(o, layer.seen)), line: line(layer.kernel), costs: costs(state, layer), overlaps: overlaps(layer),
    sizes: layer.axes.map(({ n, k, s, d, p, op, length }) => `(${n} − 1)·${s} − 2·${p} + ${d}·(${k} − 1) + ${op} + 1 = ${length}`),
  });
  return summary(state, layerOf, say, mendAxis, whole);
}
