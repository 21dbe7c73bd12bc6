// A window that slides over a padded input: course/arithmetic/correlate.py again.

import { checkPadding, Refusal, sourceIndex, span } from "./axis.js";
import { onEachAxis, range } from "./correlate.js";

// A window on each axis. settings: {input, kernel, stride, dilation: [height, width], pads: [[before, after], ...], mode}.
export function slide({ input, kernel, stride, dilation, pads, mode }) {
  return onEachAxis((axis) => {
    const [n, k, s, d] = [input, kernel, stride, dilation].map((pair) => pair[axis]);
    const [before, after] = pads[axis];
    checkPadding(n, Math.max(before, after), mode);
    const reach = span(k, d);
    const padded = n + before + after;
    if (reach > padded) {
      throw new Refusal(
        `kernel ${k}${d > 1 ? ` with dilation ${d}` : ""} spans ${reach}, more than ${before + after ? "the padded input" : "the input"} ${padded}: ` +
        `raise padding to at least ${Math.floor((reach - n + 1) / 2)} or shrink the kernel`);
    }
    const room = padded - reach;
    const at = (place) => [place, sourceIndex(place, n, mode)];
    return {
      n, k, s, d, before, after, reach, room, at, step: s, length: Math.floor(room / s) + 1, tail: room % s,
      from: -before, to: n + after,
      real: (place) => place >= 0 && place < n,
      reading: (position) => range(0, k).map((i) => at(position * s - before + i * d)),
    };
  });
}

// The places on an axis that no window reads: cut off by the floor, or stepped over.
export function unread({ n, k, s, d, before, after, length, tail }) {
  const read = new Set(range(0, length).flatMap((position) => range(0, k).map((i) => position * s - before + i * d)));
  const cut = n + after - tail;
  return { tail: range(cut, n + after), gaps: range(-before, cut).filter((place) => !read.has(place)) };
}

