// A kernel stamped by every input value: course/arithmetic/correlate_transposed.py again.

import { Refusal, span } from "./axis.js";
import { onEachAxis, range } from "./correlate.js";

// A stamp on each axis: a window of the turned kernel over the input with zeros put between its values.
export function stamp({ input, kernel, stride, dilation, padding, output_padding }) {
  return onEachAxis((axis) => {
    const [n, k, s, d, p, op] = [input, kernel, stride, dilation, padding, output_padding].map((pair) => pair[axis]);
    if (op >= Math.max(s, d)) {
      throw new Refusal(`output_padding ${op} must be smaller than the stride ${s} or the dilation ${d}: use at most ${Math.max(s, d) - 1}`);
    }
    const full = (n - 1) * s + span(k, d) + op;
    const length = full - 2 * p;
    if (length < 1) {
      throw new Refusal(`padding ${p} crops all of the transposed convolution's ${full} positions: lower padding to at most ${Math.floor((full - 1) / 2)}`);
    }
    const before = d * (k - 1) - p;
    const at = (place) => [place, place >= 0 && place % s === 0 && place < n * s ? place / s : null];
    return {
      n, k, s, d, p, op, before, after: before + op, reach: span(k, d), length, at, step: 1,
      from: -Math.max(0, before), to: (n - 1) * s + 1 + Math.max(0, before + op),
      real: (place) => at(place)[1] !== null,
      reading: (position) => range(0, k).map((i) => at(position - before + i * d)),
    };
  });
}

// Where input (row, column) puts the kernel: `source` is null where it is cropped.
export function stampTaps({ axes, shape }, row, column) {
  const along = ({ k, s, p, d }, position) => range(0, k).map((i) => position * s - p + i * d);
  const inside = (place, axis) => place >= 0 && place < shape[axis];
  const across = along(axes[1], column);
  return along(axes[0], row).flatMap((y, i) =>
    across.map((x, j) => ({ kernel: [i, j], place: [y, x], source: inside(y, 0) && inside(x, 1) ? [y, x] : null })));
}

