// What the explorers of one neuron and of a hidden layer share: the logistic, the loss, a line across the square of the
// inputs, and numbers in words. With neuron_model.js the twin of course/widgets/neuron_model.py.

import { decimal } from "./numbers.js";

export const EDGE = 2;
export const LIMITS = [20, 20, 40];
export const NEARLY = 1e-9;
export const sum = (values) => values.reduce((total, value) => total + value, 0);

// Three decimals, and three digits of a small number.
export function spelled(value) {
  const size = Math.abs(value);
  if (!value || size >= 0.1) return decimal(value);
  return (size >= 1e-4 ? Number(value.toPrecision(3)).toString() : value.toExponential(2)).replaceAll("-", "−");
}

export function bracketed(value) {
  const words = spelled(value);
  return words.startsWith("−") ? `(${words})` : words;
}

export function logistic(z) {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const grown = Math.exp(z);
  return grown / (1 + grown);
}

export const logit = (p) => Math.log(p / (1 - p));

export const pointLoss = (z, y) => Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));

export function boundary([w1, w2, b], level = 0, edge = EDGE) {
  if (!w1 && !w2) return null;
  if (Math.abs(w2) < Math.abs(w1)) return boundary([w2, w1, b], level, edge)?.map(([x, y]) => [y, x]) ?? null;
  const along = w1 / w2;
  const across = (level - b) / w2;
  let [low, high] = [-edge, edge];
  if (along) {
    const ends = [(across - edge) / along, (across + edge) / along];
    low = Math.max(low, Math.min(...ends));
    high = Math.min(high, Math.max(...ends));
  } else if (Math.abs(across) > edge) return null;
  return low > high ? null : [low, high].map((x) => [x, across - along * x]);
}

export function fitted(weights, limits = LIMITS) {
  const over = Math.max(...weights.map((v, k) => Math.abs(v) / limits[k]));
  return over <= 1 ? [...weights] : weights.map((v, k) => Math.max(-limits[k], Math.min(limits[k], v / over)));
}

export const moved = ([w1, w2], [x1, x2], limits = LIMITS) => fitted([w1, w2, 0 - (w1 * x1 + w2 * x2)], limits);

export function turned(weights, pivot, target, limits = LIMITS) {
  const [dx, dy] = [target[0] - pivot[0], target[1] - pivot[1]];
  const far = Math.sqrt(dx * dx + dy * dy);
  if (far < NEARLY) return [...weights];
  const [w1, w2] = weights;
  const length = Math.sqrt(w1 * w1 + w2 * w2);
  const side = w1 * -dy + w2 * dx >= 0 ? length / far : -length / far;
  return moved([side * -dy, side * dx], pivot, limits);
}
