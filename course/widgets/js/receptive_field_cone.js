// What one output reads of every layer below it: course/widgets/receptive_field_model.py's cone.

import { sourceIndex } from "./axis.js";

export const range = (n) => Array.from({ length: n }, (_, i) => i);

// A map is {taps, advance, border}: what one axis of a layer reads of its own input, phase by phase.
export function tapsAt({ taps, advance }, position) {
  const turn = Math.floor(position / taps.length);
  return taps[position - turn * taps.length].map((tap) => tap + turn * advance);
}

// What one output of a node reads of every layer before it on one axis: name → {inside: 0 or 1 for each position, padding: positions
// beyond the border}. A zero of the padding reads nothing further. Of a flattened layer it is what all outputs read together.
export function cone(net, number, axis, unit) {
  const below = new Map();
  const at = (name) => {
    const { shape } = net.byName.get(name);
    if (!below.has(name)) below.set(name, { inside: new Uint8Array(shape[1 + axis] ?? 1), padding: new Set() });
    return below.get(name);
  };
  const top = net.nodes[number];
  at(top.name).inside[top.shape.length === 3 ? unit : 0] = 1;
  for (const node of net.nodes.slice(0, number + 1).reverse()) {
    const wanted = below.get(node.name)?.inside;
    if (!wanted?.includes(1)) continue;
    node.inputs.forEach((name, i) => {
      const { inside, padding } = at(name);
      const map = node.shape.length === 3 ? node.maps[i][axis] : null;
      if (!map) inside.fill(1);
      else for (let p = wanted.indexOf(1); p >= 0; p = wanted.indexOf(1, p + 1)) {
        for (const tap of tapsAt(map, p)) {
          const shown = sourceIndex(tap, inside.length, map.border);
          if (shown !== null) inside[shown] = 1;
          if (shown !== tap) padding.add(tap);
        }
      }
    });
  }
  return below;
}

// Positions as runs [first, one past the last].
export function insideRuns({ inside }) {
  const found = [];
  for (let at = inside.indexOf(1); at >= 0; at = inside.indexOf(1, at)) {
    const stop = inside.indexOf(0, at);
    found.push([at, stop < 0 ? inside.length : stop]);
    [, at] = found.at(-1);
  }
  return found;
}
export function paddingRuns({ padding }) {
  const found = [];
  for (const p of [...padding].sort((a, b) => a - b)) {
    if (found.at(-1)?.[1] === p) found.at(-1)[1]++;
    else found.push([p, p + 1]);
  }
  return found;
}
