// Activations, losses and chains: course/widgets/activations_model.py again, number for number.

import { Refusal } from "./axis.js";
import { show } from "./fields.js";

export const ACTIVATIONS = ["identity", "step", "sigmoid", "tanh", "arctan", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus"];
export const LOGIT_LOSSES = ["bce", "sigmoid_mse"];
const LOSSES = ["mse", "mae", "huber", ...LOGIT_LOSSES];
export const SELU_ALPHA = 1.6732632423543772848170429916717;
export const SELU_SCALE = 1.0507009873554804934193349852946;
const SATURATED = 0.05;
const { abs, exp, expm1, log, log1p, max, sqrt, PI } = Math;

export function sigmoid(z) {
  const power = exp(-abs(z));
  return (z >= 0 ? 1 : power) / (1 + power);
}

function bell(z) {
  const power = exp(-abs(z));
  return power / (1 + power) ** 2;
}

// Python has erfc; here it is Taylor's series near 0 and the continued fraction in the tail.
function erfc(x) {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; abs(term) > 1e-18 * abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / sqrt(PI)) * sum;
  }
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return exp(-x * x) / sqrt(PI) / fraction;
}

export const normal = (z) => 0.5 * erfc(-z / sqrt(2));

const VALUES = {
  identity: (z) => z,
  step: (z) => Number(z > 0),
  sigmoid,
  tanh: Math.tanh,
  arctan: Math.atan,
  relu: (z) => max(z, 0),
  leaky_relu: (z, slope) => (z > 0 ? z : slope * z),
  elu: (z, slope, alpha) => (z > 0 ? z : alpha * expm1(z)),
  selu: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * expm1(z)),
  gelu: (z) => z * normal(z),
  silu: (z) => z * sigmoid(z),
  softplus: (z) => (z > 20 ? z : max(z, 0) + log1p(exp(-abs(z)))),
};
const SLOPES = {
  identity: () => 1,
  step: () => 0,
  sigmoid: bell,
  tanh: (z) => 4 * bell(2 * z),
  arctan: (z) => 1 / (1 + z * z),
  relu: (z) => Number(z > 0),
  leaky_relu: (z, slope) => (z > 0 ? 1 : slope),
  elu: (z, slope, alpha) => (z > 0 ? 1 : alpha * exp(z)),
  selu: (z) => SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * exp(z)),
  gelu: (z) => normal(z) + (z * exp((-z * z) / 2)) / sqrt(2 * PI),
  silu: (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
  softplus: (z) => (z > 20 ? 1 : sigmoid(z)),
};

const known = (what, kind, all) => {
  if (!all.includes(kind)) throw new Refusal(`${what} '${kind}' is not known: use one of ${all.join(", ")}`);
};

export function activate(kind, z, slope = 0.01, alpha = 1) {
  known("activation", kind, ACTIVATIONS);
  return VALUES[kind](z, slope, alpha);
}

export function derivative(kind, z, slope = 0.01, alpha = 1) {
  known("activation", kind, ACTIVATIONS);
  return SLOPES[kind](z, slope, alpha);
}

export function steepest(kind, slope = 0.01, alpha = 1) {
  const most = {
    step: 0, sigmoid: 0.25, leaky_relu: max(1, slope), elu: max(1, alpha), selu: SELU_SCALE * SELU_ALPHA,
    gelu: 1.128904145185155, silu: 1.0998393201288669,
  };
  return most[kind] ?? 1;
}

// [a, b]: saturated below a and above b; null where it is not on that side.
export function tails(kind, slope = 0.01, alpha = 1) {
  const limit = SATURATED * steepest(kind, slope, alpha);
  return [-1, 1].map((side) => {
    const flat = (distance) => abs(derivative(kind, side * distance, slope, alpha)) < limit;
    if (limit === 0) return 0;
    if (!flat(40)) return null;
    let low = 40;
    while (flat(low) && low > -40) low -= 1 / 16;
    let high = low + 1 / 16;
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (flat(middle)) high = middle;
      else low = middle;
    }
    return abs(high) > 1e-9 ? side * high : 0;
  });
}

// [{z, a, slope, gradient}] from the first layer to the last.
export function chain(kind, z, depth, weight = 1, bias = 0, slope = 0.01, alpha = 1) {
  const layers = [];
  for (let l = 0; l < depth; l++) {
    const here = l ? weight * layers[l - 1].a + bias : z;
    layers.push({ z: here, a: activate(kind, here, slope, alpha), slope: derivative(kind, here, slope, alpha) });
  }
  let gradient = 1;
  for (let l = depth - 1; l >= 0; l--) {
    gradient = layers[l].slope * (l < depth - 1 ? weight : 1) * gradient;
    layers[l].gradient = gradient;
  }
  return layers;
}

// [value, derivative] of a loss of one number.
export function loss(kind, z, target, delta = 1) {
  known("loss", kind, LOSSES);
  if (LOGIT_LOSSES.includes(kind)) {
    if (!(target >= 0 && target <= 1)) {
      throw new Refusal(`a loss on a logit needs a target between 0 and 1, got ${show(target)}: choose one there, or a loss for regression`);
    }
    const error = (1 - target) * sigmoid(z) - target * sigmoid(-z);
    if (kind === "bce") return [max(z, 0) - z * target + log1p(exp(-abs(z))), error];
    return [error * error, 2 * error * bell(z)];
  }
  const error = z - target;
  if (kind === "mse") return [error * error, 2 * error];
  if (kind === "mae") return [abs(error), Math.sign(error)];
  if (abs(error) <= delta) return [0.5 * error * error, error];
  return [delta * (abs(error) - 0.5 * delta), Math.sign(error) * delta];
}

export function softmax(logits) {
  const powers = logits.map((z) => exp(z - max(...logits)));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

// [value, gradient with respect to each logit]
export function crossEntropy(logits, label) {
  if (!(label >= 0 && label < logits.length)) {
    throw new Refusal(`class ${label} does not exist: ${logits.length} logits are classes 0 to ${logits.length - 1}`);
  }
  const most = max(...logits);
  const powers = logits.map((z) => exp(z - most));
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const [own, total] = [powers[label], sum(powers)];
  const rest = sum(powers.slice(0, label)) + sum(powers.slice(label + 1));
  const value = own > rest ? log1p(rest / own) : log(total) + most - logits[label];
  return [value, powers.map((power, k) => (k === label ? -rest : power) / total)];
}

// log₁₀ of each layer's |gradient|, null where it is 0: what the plot of a chain shows.
export const decades = (layers) => layers.map(({ gradient }) => (gradient ? Math.log10(abs(gradient)) : null));
