// One neuron of two inputs: outputs, losses, gradients, steps. With neuron_line.js the twin of course/widgets/neuron_model.py.

import { LIMITS, logistic, logit, NEARLY, pointLoss, sum } from "./neuron_line.js";
import { decimal } from "./numbers.js";

const NAMES = ["w₁", "w₂", "b"];

export function neuron([w1, w2, b], points, threshold = 0.5) {
  const level = logit(threshold);
  const n = points.length;
  const z = points.map(([x1, x2]) => w1 * x1 + w2 * x2 + b);
  const p = z.map(logistic);
  const gradients = points.map(([x1, x2, y], i) => [(p[i] - y) * x1, (p[i] - y) * x2, p[i] - y]);
  const losses = points.map(([, , y], i) => pointLoss(z[i], y));
  const predicted = z.map((value) => (value >= level ? 1 : 0));
  return {
    z, p, losses, gradients, predicted,
    wrong: points.filter(([, , y], i) => y !== predicted[i]).length,
    loss: n ? sum(losses) / n : null,
    gradient: n ? [0, 1, 2].map((k) => sum(gradients.map((g) => g[k])) / n) : null,
  };
}

export function descend(weights, points, rate, steps = 1) {
  let now = [...weights];
  for (let i = 0; i < steps && points.length; i++) {
    const { gradient } = neuron(now, points);
    now = now.map((v, k) => v - rate * gradient[k]);
    const k = now.findIndex((v, index) => Math.abs(v) > LIMITS[index]);
    if (k >= 0) {
      throw new Error(`a step at rate ${decimal(rate)} takes ${NAMES[k]} to ${decimal(now[k])}, beyond the ${LIMITS[k]} that this explorer shows: lower the rate, or start again from smaller weights`);
    }
  }
  return now;
}

export function bestError(points) {
  const n = points.length;
  const ones = sum(points.map((point) => point[2]));
  let best = Math.min(ones, n - ones);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n && best; j++) {
      const [px, py] = points[i];
      const [ux, uy] = [points[j][0] - px, points[j][1] - py];
      if (Math.abs(ux) < NEARLY && Math.abs(uy) < NEARLY) continue;
      let right = 0;
      const on = [];
      for (const [x, y, label] of points) {
        const cross = ux * (y - py) - uy * (x - px);
        if (Math.abs(cross) < NEARLY) on.push([ux * (x - px) + uy * (y - py), label]);
        else if (cross > 0 === (label === 1)) right++;
      }
      best = Math.min(best, split(on.sort((a, b) => a[0] - b[0]), right, n));
    }
  }
  return best;
}

// The fewest errors of a line that is turned about a place on it: who lies on it falls to one side before that place,
// to the other behind it.
function split(on, right, n) {
  const ones = sum(on.map(([, label]) => label));
  let before = right + on.length - ones;
  let behind = right + ones;
  let best = Math.min(n - before, before, n - behind, behind);
  on.forEach(([place, label], k) => {
    before += label ? 1 : -1;
    behind += label ? -1 : 1;
    if (k + 1 < on.length && on[k + 1][0] - place > NEARLY) best = Math.min(best, n - before, before, n - behind, behind);
  });
  return best;
}
