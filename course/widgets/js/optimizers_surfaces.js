// The surfaces: course/widgets/optimizers_surfaces.py again, number for number.

import { Refusal } from "./axis.js";
import shared from "./optimizers.json" with { type: "json" };

const COUNT = 32;
const { floor, imul, sqrt } = Math;

export function randoms(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function samples() {
  const draw = randoms(2026);
  const one = () => floor(64 * (draw() + draw() + draw() + draw() - 2)) / 64;
  return Array.from({ length: COUNT }, () => [one(), one()]);
}

const SAMPLES = samples();
const mean = (pairs) => [0, 1].map((i) => pairs.reduce((sum, pair) => sum + pair[i], 0) / pairs.length);
const MEAN = mean(SAMPLES);
// What no place can spare the noisy bowl: the loss of its samples at their mean.
const SPREAD = mean(SAMPLES.map(([a, b]) => [0.5 * ((a - MEAN[0]) ** 2 + 4 * (b - MEAN[1]) ** 2), 0]))[0];

// The mean sample of each step's mini-batch.
export function batches(seed, size, steps) {
  const draw = randoms(seed);
  const means = [];
  while (means.length < steps) {
    const order = SAMPLES.map((_, i) => i);
    for (let i = COUNT - 1; i > 0; i--) {
      const j = floor(draw() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (let first = 0; first < COUNT; first += size) means.push(mean(order.slice(first, first + size).map((i) => SAMPLES[i])));
  }
  return means.slice(0, steps);
}

export function eigenvalues([a, b, c]) {
  const middle = (a + c) / 2;
  const spread = sqrt(((a - c) / 2) ** 2 + b * b);
  return [middle - spread, middle + spread];
}

const bealeParts = (x, y) => [1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y];
const quadratic = (value, gradient, hessian) => ({ value, gradient, hessian: () => hessian, quadratic: true });

const FORMULAS = {
  bowl: quadratic((x, y) => 0.5 * (x * x + 2 * y * y), (x, y) => [x, 2 * y], [1, 0, 2]),
  ravine: quadratic((x, y) => 0.5 * (x * x + 20 * y * y), (x, y) => [x, 20 * y], [1, 0, 20]),
  turned: quadratic(
    (x, y) => 0.5 * (10.5 * x * x + 10.5 * y * y - 19 * x * y), (x, y) => [10.5 * x - 9.5 * y, 10.5 * y - 9.5 * x], [10.5, -9.5, 10.5]),
  saddle: {
    value: (x, y) => 0.5 * x * x - 0.5 * y * y + 0.25 * y * y * y * y,
    gradient: (x, y) => [x, y * y * y - y],
    hessian: (x, y) => [1, 0, 3 * y * y - 1],
  },
  rosenbrock: {
    value: (x, y) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
    gradient: (x, y) => [2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)],
    hessian: (x, y) => [2 - 400 * (y - 3 * x * x), -400 * x, 200],
  },
  beale: {
    value: (x, y) => bealeParts(x, y).reduce((sum, part) => sum + part * part, 0),
    gradient(x, y) {
      const [a, b, c] = bealeParts(x, y);
      return [2 * a * (y - 1) + 2 * b * (y * y - 1) + 2 * c * (y * y * y - 1), 2 * a * x + 4 * b * x * y + 6 * c * x * y * y];
    },
    hessian(x, y) {
      const [a, b, c] = bealeParts(x, y);
      const [u, v, w] = [y - 1, y * y - 1, y * y * y - 1];
      return [
        2 * u * u + 2 * v * v + 2 * w * w,
        2 * x * u + 2 * a + 4 * x * y * v + 4 * b * y + 6 * x * y * y * w + 6 * c * y * y,
        2 * x * x + 8 * x * x * y * y + 4 * b * x + 18 * x * x * y * y * y * y + 12 * c * x * y,
      ];
    },
  },
  himmelblau: {
    value: (x, y) => (x * x + y - 11) * (x * x + y - 11) + (x + y * y - 7) * (x + y * y - 7),
    gradient: (x, y) => [4 * x * (x * x + y - 11) + 2 * (x + y * y - 7), 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)],
    hessian: (x, y) => [12 * x * x + 4 * y - 42, 4 * x + 4 * y, 12 * y * y + 4 * x - 26],
  },
  noisy: {
    ...quadratic(
      (x, y) => 0.5 * ((x - MEAN[0]) * (x - MEAN[0]) + 4 * (y - MEAN[1]) * (y - MEAN[1])) + SPREAD, (x, y) => [x - MEAN[0], 4 * (y - MEAN[1])], [1, 0, 4]),
    noisy: true,
  },
};

// {name, window, start, minima, formula, rates, power, value, gradient, hessian, quadratic, noisy, least, levels, inside}
export const SURFACES = Object.fromEntries(Object.entries(FORMULAS).map(([name, formulas]) => {
  const surface = { name, ...shared.surfaces[name], ...formulas };
  if (surface.noisy) surface.minima = [MEAN];
  surface.least = Math.min(...surface.minima.map((at) => surface.value(...at)));
  const [xs, ys] = surface.window;
  const most = Math.max(...xs.flatMap((x) => ys.map((y) => surface.value(x, y))));
  // Of the contours that the map shows.
  surface.levels = Array.from({ length: 12 }, (_, j) => surface.least + (most - surface.least) * ((j + 1) / 12) ** surface.power);
  surface.inside = (x, y) => [x, y].every((v, i) => v >= surface.window[i][0] && v <= surface.window[i][1]);
  return [name, surface];
}));

export function find(name) {
  if (!Object.hasOwn(SURFACES, name)) throw new Refusal(`surface '${name}' is not known: use one of ${Object.keys(SURFACES).join(", ")}`);
  return SURFACES[name];
}

// Where a loss equals a level: segments [x1, y1, x2, y2] through squares of the map.
export function outline(surface, level, cells) {
  const { value, window: [[left, right], [low, high]] } = find(surface);
  const along = (from, to) => Array.from({ length: cells + 1 }, (_, i) => from + ((to - from) * i) / cells);
  const [xs, ys] = [along(left, right), along(low, high)];
  const rows = ys.map((y) => xs.map((x) => value(x, y) - level));
  const segments = [];
  for (let j = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++) {
      const below = rows[j][i] < 0;
      if (below === rows[j][i + 1] < 0 && below === rows[j + 1][i] < 0 && below === rows[j + 1][i + 1] < 0) continue;
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const heights = corners.map(([a, b]) => rows[b][a]);
      const cuts = [];
      for (let k = 0; k < 4; k++) {
        const [h0, h1] = [heights[k], heights[(k + 1) % 4]];
        if (h0 < 0 === h1 < 0) continue;
        const [[a0, b0], [a1, b1]] = [corners[k], corners[(k + 1) % 4]];
        const share = h0 / (h0 - h1);
        cuts.push([xs[a0] + share * (xs[a1] - xs[a0]), ys[b0] + share * (ys[b1] - ys[b0])]);
      }
      const order = cuts.length === 4 && heights[0] < 0 ? [3, 0, 1, 2] : [0, 1, 2, 3];
      for (let k = 0; k < cuts.length; k += 2) segments.push([...cuts[order[k]], ...cuts[order[k + 1]]]);
    }
  }
  return segments;
}
