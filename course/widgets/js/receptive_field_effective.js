// How strongly each input position moves an output, on one axis: course/widgets/receptive_field_effective.py again.

import { sourceIndex } from "./axis.js";
import { range, tapsAt } from "./receptive_field_cone.js";

const MAPS = 8;
export const TWO_SIGMA = 1 - 0.9545;

// Tommy Ettinger's mulberry32.
export function mulberry(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// The size of the gradient of one output at each input position, the greatest 1; null where the layer is flattened or the
// output reads nothing. kind is equal or random.
export function curve(net, number, unit, axis, kind, seed = 0) {
  const top = net.nodes[number];
  if (top.shape.length !== 3) return null;
  const maps = kind === "random" ? MAPS : 1;
  const flows = new Map([[top.name, new Map([[unit, Array(maps).fill(1)]])]]);
  for (let n = number; n >= 0; n--) {
    const node = net.nodes[n];
    const flow = flows.get(node.name);
    if (!flow) continue;
    flows.delete(node.name);
    const draw = mulberry(seed * 1009 + n * 9176 + 1);
    node.inputs.forEach((name, i) => {
      if (!flows.has(name)) flows.set(name, new Map());
      send(node, i, axis, flow, flows.get(name), kind === "random" ? mixers(node, axis, maps, draw) : null);
    });
  }
  const total = Array(net.shape[1 + axis]).fill(0);
  for (const [position, values] of flows.get("input") ?? []) total[position] = values.reduce((sum, v) => sum + Math.abs(v), 0);
  const greatest = Math.max(...total);
  return greatest > 0 ? total.map((v) => v / greatest) : null;
}

function mixers(node, axis, maps, draw) {
  const taps = node.word === "conv" || node.word === "tconv" ? node.k[axis] : node.word === "concat" ? 1 : 0;
  const scale = Math.sqrt(3 / (taps * maps));
  return taps ? range(taps).map(() => range(maps).map(() => range(maps).map(() => scale * (2 * draw() - 1)))) : null;
}

function send(node, i, axis, flow, back, weights) {
  const length = node.inShapes[i][1 + axis];
  const map = node.shape.length === 3 ? node.maps[i][axis] : null;
  for (const [position, values] of flow) {
    const reads = map ? tapsAt(map, position) : range(length);
    const parts = map ? shares(node, axis, i, position, map) : reads.map(() => [0, 1 / length]);
    reads.forEach((tap, n) => {
      const shown = map ? sourceIndex(tap, length, map.border) : tap;
      if (shown === null) return;
      if (!back.has(shown)) back.set(shown, Array(values.length).fill(0));
      const into = back.get(shown);
      const [t, share] = parts[n];
      values.forEach((v, c) => {
        if (weights) weights[t][c].forEach((w, k) => (into[k] += w * v));
        else into[c] += share * v;
      });
    });
  }
}

// For each position that an output reads: which weight it meets, and its share with equal weights.
function shares(node, axis, i, position, map) {
  const phase = position % map.taps.length;
  const count = map.taps[phase].length;
  if (node.word === "tconv") {
    const { k, s, p, d } = node;
    return range(k[axis]).filter((t) => (phase + p[axis] - d[axis] * t) % s[axis] === 0).map((t) => [t, s[axis] / k[axis]]);
  }
  if (node.word === "up") return interpolation(node.inShapes[0][1 + axis], node.shape[1 + axis], phase, count).map((w, t) => [t, w]);
  return range(count).map((t) => [t, 1 / count]);
}

// The weights with which an up-sampled position reads its neighbours.
function interpolation(n, m, phase, count) {
  const at = ((phase + 0.5) * n) / m - 0.5;
  const part = at - Math.floor(at);
  return count === 1 ? [1] : [1 - part, part];
}

// Where a curve passes the threshold, its centre and standard deviation, and the Gaussian of these.
export function shapeOf(values) {
  const most = Math.max(...values);
  const above = values.map((v, i) => (v > TWO_SIGMA * most ? i : -1)).filter((i) => i >= 0);
  const sum = (f) => values.reduce((total, v, i) => total + f(i) * v, 0);
  const total = sum(() => 1);
  const mean = sum((i) => i) / total;
  const sigma = Math.sqrt(Math.max(0, sum((i) => (i - mean) ** 2) / total));
  return { first: above[0], last: above.at(-1), mean, sigma, gaussian: sigma > 1e-9 ? values.map((_, i) => Math.exp(-(((i - mean) / sigma) ** 2) / 2)) : [] };
}
