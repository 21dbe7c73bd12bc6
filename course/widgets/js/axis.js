// The sliding window on one axis: course/arithmetic/axis.py and padding.py again, message for message.
// tests/widgets holds the two languages together with one generated table of cases.

export class Refusal extends Error {}

export const PADDING_MODES = ["zeros", "reflect", "replicate", "circular", "symmetric"];

export function checkWhole(name, value, least) {
  if (!Number.isInteger(value)) throw new Refusal(`${name} must be a whole number, got ${value}`);
  if (value < least) throw new Refusal(`${name} must be at least ${least}, got ${value}`);
}

// d(k - 1) + 1
export function span(kernel, dilation) {
  return dilation * (kernel - 1) + 1;
}

// The furthest padding that a mode can fill from n values.
export function mostPadding(n, mode) {
  return { reflect: n - 1, circular: n, symmetric: n }[mode] ?? Infinity;
}

export function checkMode(mode) {
  if (!PADDING_MODES.includes(mode)) {
    throw new Refusal(`padding mode '${mode}' is not known: use one of ${PADDING_MODES.join(", ")}`);
  }
}

export function checkPadding(n, padding, mode) {
  const most = mostPadding(n, mode);
  if (padding > most) {
    throw new Refusal(
      `${mode} padding ${padding} needs more than the ${n} positions there are: ` +
        `at most ${most} here, or use replicate`,
    );
  }
}

// ⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1, with the steps on the way for the formula that a view prints.
export function lengthSteps({ n, kernel, stride, padding, dilation }) {
  const reach = span(kernel, dilation);
  const padded = n + 2 * padding;
  if (reach > padded) {
    const name = `kernel ${kernel}` + (dilation > 1 ? ` with dilation ${dilation}` : "");
    const where = padding ? "the padded input" : "the input";
    throw new Refusal(
      `${name} spans ${reach}, more than ${where} ${padded}: ` +
        `raise padding to at least ${Math.floor((reach - n + 1) / 2)} or shrink the kernel`,
    );
  }
  const room = padded - reach;
  return { reach, padded, room, length: Math.floor(room / stride) + 1, tail: room % stride };
}

// The input index that a padded position shows, or null for the constant zero.
export function sourceIndex(position, n, mode) {
  if (position >= 0 && position < n) return position;
  switch (mode) {
    case "zeros":
      return null;
    case "replicate":
      return position < 0 ? 0 : n - 1;
    case "circular":
      return ((position % n) + n) % n;
    case "reflect":
      return position < 0 ? -position : 2 * (n - 1) - position;
    default: // symmetric
      return position < 0 ? -1 - position : 2 * n - 1 - position;
  }
}
