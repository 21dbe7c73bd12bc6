// A layer of hidden units and one output unit: both steps forward, every partial derivative backward. The twin of
// course/widgets/hidden_layer_model.py. A unit is [w1, w2, b, v]; the output unit's bias is c.

import { bracketed, EDGE, logistic, pointLoss, sum } from "./neuron_line.js";
import { decimal } from "./numbers.js";

export const LIMIT = 50;
const NAMES = ["w₁", "w₂", "b", "v"];

export const activate = (activation, a) =>
  activation === "sigmoid" ? logistic(a) : activation === "tanh" ? Math.tanh(a) : activation === "relu" ? Math.max(a, 0) : a;

export function slope(activation, a) {
  const h = activate(activation, a);
  return activation === "sigmoid" ? h * (1 - h) : activation === "tanh" ? 1 - h * h : activation === "identity" || a > 0 ? 1 : 0;
}

export const hidden = (units, activation, [x1, x2]) => units.map(([w1, w2, b]) => activate(activation, w1 * x1 + w2 * x2 + b));

export function layer(units, bias, activation, points) {
  const n = points.length;
  const a = points.map(([x1, x2]) => units.map(([w1, w2, b]) => w1 * x1 + w2 * x2 + b));
  const h = a.map((row) => row.map((one) => activate(activation, one)));
  const z = h.map((row) => sum(row.map((one, k) => units[k][3] * one)) + bias);
  const p = z.map(logistic);
  const losses = z.map((one, i) => pointLoss(one, points[i][2]));
  const delta = p.map((one, i) => one - points[i][2]);
  const gradient = units.map((unit, k) => {
    const into = delta.map((one, i) => one * unit[3] * slope(activation, a[i][k]));
    const terms = [into.map((one, i) => one * points[i][0]), into.map((one, i) => one * points[i][1]), into, delta.map((one, i) => one * h[i][k])];
    return terms.map((one) => sum(one) / n);
  });
  return {
    a, h, z, p, losses,
    wrong: points.filter(([, , y], i) => z[i] >= 0 !== (y === 1)).length,
    loss: n ? sum(losses) / n : null,
    gradient: n ? gradient : null,
    output_gradient: n ? sum(delta) / n : null,
  };
}

export function descend(units, bias, activation, points, rate, steps = 1) {
  let now = units.map((unit) => [...unit]);
  let c = bias;
  const within = (name, value) => {
    if (Math.abs(value) > LIMIT) throw new Error(`a step at rate ${decimal(rate)} takes ${name} to ${decimal(value)}, beyond the ${LIMIT} that this explorer shows: lower the rate, or start afresh`);
  };
  for (let i = 0; i < steps && points.length; i++) {
    const { gradient, output_gradient } = layer(now, c, activation, points);
    now = now.map((unit, k) => unit.map((v, j) => v - rate * gradient[k][j]));
    c -= rate * output_gradient;
    now.forEach((unit, k) => unit.forEach((value, j) => within(`${NAMES[j]} of hidden unit ${k + 1}`, value)));
    within("c of the output unit", c);
  }
  return [now, c];
}

// mulberry32
export function random(seed, count) {
  let state = seed | 0;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  });
}

export function initial(count, seed) {
  const drawn = random(seed, 4 * count + 1);
  const first = 1 / Math.sqrt(2);
  const second = 1 / Math.sqrt(count);
  const units = Array.from({ length: count }, (_, k) => [first, first, first, second].map((bound, j) => (2 * drawn[4 * k + j] - 1) * bound));
  return [units, (2 * drawn.at(-1) - 1) * second];
}

export function collapsed(units, bias) {
  const [w1, w2, b] = [0, 1, 2].map((j) => sum(units.map((unit) => unit[3] * unit[j])));
  return [w1, w2, b + bias];
}

export function alike(units) {
  const keys = units.map(String);
  return [...new Set(keys)].map((key) => keys.flatMap((one, k) => (one === key ? [k] : []))).filter((group) => group.length > 1);
}

export function idle(activation, a) {
  if (activation !== "relu" || !a.length) return [];
  return a[0].map((_, k) => k).filter((k) => a.every((row) => row[k] <= 0));
}

export function listed(numbers) {
  const said = numbers.map((k) => String(k + 1));
  const last = said.pop();
  return said.length ? `${said.join(", ")} and ${last}` : last;
}

// What is special about a state, in words.
export function notes(units, bias, activation, a) {
  const found = [];
  if (activation === "identity") {
    const [w1, w2, b] = collapsed(units, bias).map(bracketed);
    found.push(`Without a nonlinearity the two layers are one neuron, p = σ(${w1}·x₁ + ${w2}·x₂ + ${b}): its boundary is one line, however many units there are.`);
  }
  for (const group of alike(units)) found.push(`Hidden units ${listed(group)} have the same weights, so they have the same gradient: no step of training can ever part them. Start them at random to break the symmetry.`);
  const dead = idle(activation, a);
  const [s, their, them] = dead.length > 1 ? ["s", "their", "them"] : ["", "its", "it"];
  if (dead.length) found.push(`No point turns on hidden unit${s} ${listed(dead)} (ReLU of a sum that is never above 0): ${their} gradient is 0, and training leaves ${them} dead.`);
  return found;
}

export function reach([w1, w2, b], activation, edge = EDGE) {
  const swing = (Math.abs(w1) + Math.abs(w2)) * edge;
  return [activate(activation, b - swing), activate(activation, b + swing)];
}

export function outputLine(units, bias, across, up, others) {
  const added = units.map((unit, k) => [k, unit[3] * others[k]]).filter(([k]) => k !== across && k !== up);
  return [[units[across][3], up === across ? 0 : units[up][3], sum(added.map((one) => one[1])) + bias], added];
}

export function contour(grid, level = 0) {
  const pieces = [];
  for (let i = 0; i + 1 < grid.length; i++) {
    for (let j = 0; j + 1 < grid[0].length; j++) {
      const corners = [grid[i][j] - level, grid[i][j + 1] - level, grid[i + 1][j + 1] - level, grid[i + 1][j] - level];
      const above = corners.map((v) => v >= 0);
      if (above.every((v) => v === above[0])) continue;
      const crossed = [];
      [[j, i, 1, 0], [j + 1, i, 0, 1], [j + 1, i + 1, -1, 0], [j, i + 1, 0, -1]].forEach(([x, y, dx, dy], k) => {
        const next = (k + 1) % 4;
        if (above[k] === above[next]) return;
        const share = corners[k] / (corners[k] - corners[next]);
        crossed.push([x + dx * share, y + dy * share]);
      });
      if (crossed.length === 4 && sum(corners) >= 0 !== above[0]) crossed.push(crossed.shift());
      for (let k = 0; k < crossed.length; k += 2) pieces.push([...crossed[k], ...crossed[k + 1]]);
    }
  }
  return pieces;
}
