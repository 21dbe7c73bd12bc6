// Activations, losses and chains in words: course/widgets/activations_words.py again, word for word.

import { activate, crossEntropy, derivative, LOGIT_LOSSES, loss, normal, SELU_ALPHA, SELU_SCALE, sigmoid, softmax, steepest, tails } from "./activations_model.js";
import { decimal } from "./numbers.js";
import { factor, raised, significant as n } from "./significant.js";

const { abs, cosh, exp, sqrt, PI } = Math;

// {value, slope, note}
export function activationWords(kind, z, slope = 0.01, alpha = 1) {
  const [value, here] = [activate(kind, z, slope, alpha), derivative(kind, z, slope, alpha)];
  const [s, rest] = [sigmoid(z), sigmoid(-z)];
  const selu = kind === "selu";
  const left = { relu: 0, leaky_relu: slope, elu: alpha, selu: SELU_SCALE * SELU_ALPHA }[kind] ?? 1;
  const right = selu ? SELU_SCALE : 1;
  const scale = selu ? `${n(SELU_SCALE)}·` : "";
  const a = n(selu ? SELU_ALPHA : alpha);
  const forms = {
    identity: ["f(z) = z", "f′(z)", "Layers without a nonlinearity between them collapse into one."],
    step: ["f(z) = 1 where z > 0, else 0,", "f′(z)", "Flat on both sides of the jump: no gradient ever comes back, so nothing is learned through it."],
    sigmoid: [
      `σ(z) = 1/(1 + e^−z) = 1/(1 + ${n(exp(-z))})`, `σ′(z) = σ(1 − σ) = ${n(s)}·${n(rest)}`,
      `It is at most 1/4, at z = 0. It is not −e^−z/(1 + e^−z) = ${n(-rest)}: a rising function has no negative slope.`],
    tanh: ["tanh z = (e^z − e^−z)/(e^z + e^−z)", `tanh′(z) = 1 − tanh² z = 1/cosh² z = 1/${n(cosh(z) ** 2)}`, "It is at most 1, at z = 0; tanh z = 2σ(2z) − 1."],
    arctan: ["arctan z", `arctan′(z) = 1/(1 + z²) = 1/${n(1 + z * z)}`, "It falls off as 1/z², far more slowly than that of tanh."],
    relu: ["max(0, z)", "f′(z) = 1 where z > 0, else 0,", ""],
    leaky_relu: [`f(z) = z where z > 0, else ${n(slope)}·z,`, `f′(z) = 1 where z > 0, else ${n(slope)},`, ""],
    elu: [`f(z) = z where z > 0, else ${a}·(e^z − 1),`, `f′(z) = 1 where z > 0, else ${a}·e^z,`, ""],
    selu: [`f(z) = ${scale}(z where z > 0, else ${a}·(e^z − 1))`, `f′(z) = ${scale}(1 where z > 0, else ${a}·e^z)`, ""],
    gelu: [
      `z·Φ(z) = ${factor(z)}·${n(normal(z))}`, `Φ(z) + z·φ(z) = ${n(normal(z))} + ${factor(z)}·${n(exp((-z * z) / 2) / sqrt(2 * PI))}`,
      "Φ is the normal distribution function and φ its density. The slope is negative below z = −0.7518."],
    silu: [`z·σ(z) = ${factor(z)}·${n(s)}`, `σ(z)·(1 + z(1 − σ(z))) = ${n(s)}·(1 + ${factor(z)}·${n(rest)})`, "The slope is negative below z = −1.278."],
    softplus: [`ln(1 + e^z) = ln(1 + ${n(exp(z))})`, "f′(z) = σ(z)", "A smooth ReLU, whose slope is the sigmoid."],
  };
  let [first, second, note] = forms[kind];
  if (!note && left === right) note = "No kink at 0: the slope is 1 on both sides.";
  else note ||= `A kink at 0: the slope is ${n(left)} on the left and ${n(right)} on the right, and torch takes ${n(left)} at z = 0.`;
  return { value: `${first} = ${n(value)}`, slope: `${second} = ${n(here)}${kind === "sigmoid" ? ", which is e^−z/(1 + e^−z)²" : ""}`, note };
}

export function saturationWords(kind, z, slope = 0.01, alpha = 1) {
  const [low, high] = tails(kind, slope, alpha);
  const largest = steepest(kind, slope, alpha);
  if (largest === 0) return "Flat everywhere but for the jump at 0: the slope is 0.";
  if (low === null && high === null) return `It does not saturate: the slope stays above a twentieth of its largest, ${n(largest)}.`;
  const ends = [low === null ? "" : `below z = ${n(low)}`, high === null ? "" : `above z = ${n(high)}`].filter(Boolean);
  const dead = kind === "relu" || (kind === "leaky_relu" && slope === 0) || (kind === "elu" && alpha === 0);
  const there = (low !== null && (dead ? z <= low : z < low)) || (high !== null && z > high);
  const why = dead ? "the slope is 0" : `the slope is under a twentieth of its largest, ${n(largest)}`;
  return `${dead ? "Dead" : "Saturated"} ${ends.join(" and ")}, where ${why}: ${there ? `so is z = ${decimal(z)}` : `z = ${decimal(z)} is not`}.`;
}

export function chainWords(kind, layers, weight) {
  const [left, depth] = [layers[0].gradient, layers.length];
  const flat = layers.findLastIndex((layer) => layer.slope === 0) + 1;
  const size = abs(left);
  const fate =
    left === 0 && flat ? `it dies at layer ${flat}, whose slope is 0`
    : left === 0 ? "the weight 0 lets nothing through"
    : size < 1e-3 ? "it vanishes" : size > 1e3 ? "it explodes" : "it survives";
  const words = `Of a gradient of 1 at the output, ${n(left)} comes back to layer 1: ${fate}.`;
  if (kind !== "sigmoid") return words;
  return `${words} σ′ is at most 1/4, so no more than |w|${raised(depth - 1)}/4${raised(depth)} = ${n(abs(weight) ** (depth - 1) / 4 ** depth)} can.`;
}

// index counts from 1
export function layerWords(layers, index, weight) {
  const here = layers[index - 1];
  if (index === layers.length) return `Layer ${index}, the last: f′(z) = ${n(here.gradient)}`;
  return `Layer ${index}: f′(z)·w·(gradient of layer ${index + 1}) = ${factor(here.slope)}·${factor(weight)}·${factor(layers[index].gradient)} = ${n(here.gradient)}`;
}

// {value, slope, note}
export function lossWords(kind, z, target, delta = 1) {
  const [value, here] = loss(kind, z, target, delta);
  const error = z - target;
  let words;
  if (LOGIT_LOSSES.includes(kind)) {
    const wrong = loss("bce", z, target)[1];
    const bell = derivative("sigmoid", z);
    words = kind === "bce"
      ? ["−y·ln σ(z) − (1 − y)·ln(1 − σ(z))", target === 1 ? "σ(z) − 1 = −σ(−z)" : `σ(z) − y = ${n(sigmoid(z))} − ${n(target)}`,
        `The gradient is the error itself; with the squared error it would be ${n(2 * bell)} times that, by the factor 2σ′(z).`]
      : [`(σ(z) − y)² = ${factor(wrong)}²`, `2(σ(z) − y)·σ′(z) = 2·${factor(wrong)}·${n(bell)}`,
        `The factor 2σ′(z) = ${n(2 * bell)} is all that sets it apart from the gradient of BCE, σ(z) − y = ${n(wrong)}: where the sigmoid saturates, an error is hardly felt, however large.`];
  } else if (kind === "mse") {
    words = [`(z − y)² = (${n(z)} − ${factor(target)})²`, `2(z − y) = 2·${factor(error)}`, "The gradient grows with the error, so that one outlier outweighs many small errors."];
  } else if (kind === "mae") {
    words = [`|z − y| = |${n(z)} − ${factor(target)}|`, "sign(z − y)", "Every error pulls alike. At z = y there is a kink, and torch takes 0 there."];
  } else {
    const within = abs(error) <= delta;
    words = [
      within ? `½(z − y)² = ½·${factor(error)}²` : `δ(|z − y| − δ/2) = ${n(delta)}·(${n(abs(error))} − ${n(delta / 2)})`, within ? "z − y" : "δ·sign(z − y)",
      `Quadratic up to |z − y| = δ = ${n(delta)}, linear beyond: small errors as MSE has them, outliers as MAE has them.`];
  }
  return { value: `${words[0]} = ${n(value)}`, slope: `${words[1]} = ${n(here)}`, note: words[2] };
}

export function softmaxWords(logits, label, k) {
  const [value, gradient] = crossEntropy(logits, label);
  const p = softmax(logits);
  const low = (digit) => "₀₁₂₃₄₅"[digit];
  const total = logits.reduce((sum, z) => sum + exp(z), 0);
  return [
    `p${low(k)} = e^z${low(k)}/Σ e^z = ${n(exp(logits[k]))}/${n(total)} = ${n(p[k])}`,
    `cross-entropy = −ln p${low(label)} = −ln ${n(p[label])} = ${n(value)}`,
    `its gradient for logit ${k} = p${low(k)} − ${Number(k === label)} = ${n(gradient[k])}`,
  ];
}

const float = (value) => (Number.isInteger(value) ? `${value}.0` : String(value));

export function torchLine(view, activation, kind, slope, alpha, delta, logits, label) {
  if (view === "softmax") return `F.cross_entropy(torch.tensor([${logits.map(float).join(", ")}]), torch.tensor(${label}))`;
  const lines = {
    mse: "nn.MSELoss()", mae: "nn.L1Loss()", huber: `nn.HuberLoss(delta=${float(delta)})`, bce: "nn.BCEWithLogitsLoss()", sigmoid_mse: "F.mse_loss(torch.sigmoid(z), y)",
    identity: "nn.Identity()", step: "(z > 0).float()", sigmoid: "nn.Sigmoid()", tanh: "nn.Tanh()", arctan: "torch.atan(z)", relu: "nn.ReLU()",
    leaky_relu: `nn.LeakyReLU(negative_slope=${float(slope)})`, elu: `nn.ELU(alpha=${float(alpha)})`, selu: "nn.SELU()", gelu: "nn.GELU()", silu: "nn.SiLU()",
    softplus: "nn.Softplus()",
  };
  return lines[view === "loss" ? kind : activation];
}
