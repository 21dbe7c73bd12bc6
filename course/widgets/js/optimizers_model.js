// Seven optimizers from one start: course/widgets/optimizers_model.py again, step for step and word for word.

import { Refusal } from "./axis.js";
import { decimal } from "./numbers.js";
import { batches, eigenvalues, find, outline } from "./optimizers_surfaces.js";
import { significant } from "./significant.js";

export const LABELS = { sgd: "SGD", momentum: "Momentum", nesterov: "Nesterov", rmsprop: "RMSprop", adagrad: "Adagrad", adam: "Adam", adamw: "AdamW" };
export const OPTIMIZERS = Object.keys(LABELS);
const SCHEDULES = ["constant", "step", "exponential", "cosine", "inverse", "warmup", "warmup_cosine"];
const [BETA1, BETA2, EPS, ADAGRAD_EPS, ALPHA] = [0.9, 0.999, 1e-8, 1e-10, 0.99];
const LOST = 1000;
const NEAR = 0.05;
const FLAT = 1e-3;
const { abs, cos, hypot, max, min, sqrt, PI } = Math;

// What multiplies the rate at each step.
export function factors(schedule, steps, gamma = 0.9, every = 10) {
  if (!SCHEDULES.includes(schedule)) throw new Refusal(`schedule '${schedule}' is not known: use one of ${SCHEDULES.join(", ")}`);
  let power = 1;
  return Array.from({ length: steps }, (_, t) => {
    if (t && (schedule === "exponential" || (schedule === "step" && t % every === 0))) power *= gamma;
    if (schedule === "cosine") return (1 + cos((PI * t) / steps)) / 2;
    if (schedule === "inverse") return 1 / (1 + t / every);
    if (schedule === "warmup_cosine" && t >= every) return (1 + cos((PI * (t - every)) / (steps - every))) / 2;
    if (schedule === "warmup" || schedule === "warmup_cosine") return 0.1 + (0.9 * min(t, every)) / every;
    return power;
  });
}

export const memory = () => ({ first: [0, 0], second: [0, 0], beta1: 1, beta2: 1 });

// One step, as torch.optim's class takes it; `kept` is changed in place.
export function update(name, place, gradient, kept, rate, mu = 0.9, decay = 0.01) {
  kept.beta1 *= BETA1;
  kept.beta2 *= BETA2;
  return place.map((x, i) => {
    const g = gradient[i];
    let [first, second] = [kept.first[i], kept.second[i]];
    if (name === "sgd") x -= rate * g;
    else if (name === "momentum" || name === "nesterov") {
      first = mu * first + g;
      x -= rate * (name === "momentum" ? first : g + mu * first);
    } else if (name === "adagrad") {
      second += g * g;
      x -= (rate * g) / (sqrt(second) + ADAGRAD_EPS);
    } else if (name === "rmsprop") {
      second = ALPHA * second + (1 - ALPHA) * g * g;
      x -= (rate * g) / (sqrt(second) + EPS);
    } else {
      if (name === "adamw") x *= 1 - rate * decay;
      first = BETA1 * first + (1 - BETA1) * g;
      second = BETA2 * second + (1 - BETA2) * g * g;
      const root = sqrt(second) / sqrt(1 - kept.beta2) + EPS;
      x -= (rate / (1 - kept.beta1)) * first / root;
    }
    kept.first[i] = first;
    kept.second[i] = second;
    return x;
  });
}

// {path, losses, norms, rates, gradients, lost}
export function run(surface, start, name, rate, { steps, schedule = "constant", gamma = 0.9, every = 10, mu = 0.9, decay = 0.01, batch = 4, seed = 0 }) {
  const ground = find(surface);
  const means = ground.noisy ? batches(seed, batch, steps) : [];
  const kept = memory();
  const [path, gradients, rates] = [[start], [], []];
  let place = start;
  let lost = false;
  for (const [t, factor] of factors(schedule, steps, gamma, every).entries()) {
    const gradient = ground.noisy ? [place[0] - means[t][0], 4 * (place[1] - means[t][1])] : ground.gradient(...place);
    gradients.push(gradient);
    rates.push(rate * factor);
    place = update(name, place, gradient, kept, rate * factor, mu, decay);
    path.push(place);
    lost = !(max(abs(place[0]), abs(place[1])) <= LOST);
    if (lost) break;
  }
  return { path, losses: path.map((at) => ground.value(...at)), norms: path.map((at) => hypot(...ground.gradient(...at))), rates, gradients, lost };
}

// The runs of all runners of a state, by name.
export function race(state) {
  return Object.fromEntries(OPTIMIZERS.filter((name) => state.runners.includes(name)).map((name) => [name, run(state.surface, state.start, name, state[name], state)]));
}

// [rate, formula] from which a runner diverges in a bowl of this curvature; null if it has no such rate.
export function limit(name, curvature, mu = 0.9) {
  const found = {
    sgd: [2 / curvature, "2/λmax"],
    momentum: [(2 * (1 + mu)) / curvature, "2(1 + μ)/λmax"],
    nesterov: [(2 * (1 + mu)) / ((1 + 2 * mu) * curvature), "2(1 + μ)/((1 + 2μ)λmax)"],
  };
  return found[name] ?? null;
}

function since(way, step, holds) {
  while (step && holds(...way.path[step - 1])) step--;
  return step;
}

function reason(name, ground, way, left, mu) {
  const highest = max(...way.rates.slice(0, left));
  const steepest = eigenvalues(ground.hessian(...way.path[0]))[1];
  const found = steepest > 0 && limit(name, steepest, mu);
  if (found && highest >= found[0]) {
    return `: the rate ${significant(highest)} is not below ${found[1]} = ${significant(found[0])}${ground.quadratic ? "" : " with the curvature at the start"}`;
  }
  const first = { rmsprop: 10, adagrad: 1, adam: 1, adamw: 1 }[name];
  return first ? `: its first step is ${significant(first * way.rates[0])} along each axis, whatever the gradient` : "";
}

// What has become of a runner at a step, in words.
export function verdict(name, surface, way, step, mu = 0.9) {
  const ground = find(surface);
  const label = LABELS[name];
  const k = min(step, way.path.length - 1);
  const [x, y] = way.path[k];
  const at = `(${decimal(x)}, ${decimal(y)})`;
  if (k === 0) return `${label} is at the start.`;
  if (!ground.inside(x, y)) {
    const left = since(way, k, (a, b) => !ground.inside(a, b));
    const ended = way.lost && k === way.path.length - 1 ? ` Lost at step ${k}.` : "";
    return `${label} left the map at step ${left}${reason(name, ground, way, left, mu)}.${ended}`;
  }
  for (const [m, n] of ground.minima) {
    if (hypot(x - m, y - n) >= NEAR) continue;
    const from = since(way, k, (a, b) => hypot(a - m, b - n) < NEAR);
    const named = `the minimum (${decimal(m)}, ${decimal(n)})`;
    return from ? `${label} reached ${named} at step ${from}.` : `${label} stays in ${named}.`;
  }
  const [low, high] = eigenvalues(ground.hessian(x, y));
  if (way.norms[k] < FLAT) {
    const there = `at ${at}: the gradient is ${significant(way.norms[k])} there`;
    if (low < -FLAT && high > FLAT) return `${label} is stuck on the saddle ${there}, and the surface falls to both sides.`;
    if (high < -FLAT) return `${label} is stuck on the maximum ${there}, and the surface falls all around.`;
    return `${label} is stuck on flat ground ${there}.`;
  }
  const back = max(0, k - 10);
  const loss = `loss ${significant(way.losses[k])}, gradient ${significant(way.norms[k])}`;
  if (way.losses[k] < way.losses[back]) return `${label} is on its way at ${at}: ${loss}.`;
  const why = ground.noisy ? "the noise of the mini-batches keeps it moving" : "it overshoots";
  return `${label} gets no lower at ${at}: ${loss}, no less than at step ${back}; ${why}.`;
}

// A contour of the map; level counts from 0.
export const contour = (surface, level, cells) => outline(surface, find(surface).levels[level], cells);

// What a surface is like at a place.
export function look(surface, x, y) {
  const { value, gradient, hessian } = find(surface);
  return { value: value(x, y), gradient: gradient(x, y), curvature: eigenvalues(hessian(x, y)) };
}
