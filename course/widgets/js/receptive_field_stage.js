// The cone on a canvas: a strip for each layer, output above, input below, each unit over the input that it is centred
// on; below them the effective field. A second, small canvas shows the same field in the plane.

import { insideRuns, paddingRuns } from "./receptive_field_cone.js";

const rgb = ([r, g, b], alpha = 1) => `rgba(${r},${g},${b},${alpha})`;
const CURVE = 64; // pixels of height of the effective field

// Where units lie: {first: the centre of unit 0, jump, count}, in input positions.
export function placing(node, axis, n) {
  const count = node.shape[1 + axis] ?? 1;
  const one = node.axes?.[axis];
  if (!one) return { first: 0, jump: 1, count };
  if (one.whole || one.jump === null || one.at === null) return { first: n / count / 2 - 0.5, jump: n / count, count };
  return { first: one.at, jump: one.step, count };
}

// The picture's measures: from the top down the layers from the last to the first, then the input.
export function layout(nodes, axis, n, width, hang) {
  const rows = [...nodes].reverse();
  const step = Math.max(8, Math.min(30, 460 / (rows.length + 1)));
  const gutter = width < 520 ? 62 : 104;
  const low = -0.5 - hang;
  const scale = (width - gutter - 8) / (n + 2 * hang);
  const top = 6;
  const y = new Map(rows.map((node, i) => [node.name, top + i * step]));
  y.set("input", top + rows.length * step + 4);
  const bar = Math.max(4, step * 0.58);
  return { step, bar, gutter, y, height: y.get("input") + bar + CURVE + 30, x: (position) => gutter + (position - low) * scale, scale, low, width };
}

// The row and the unit below a point: {node, unit}, or null.
export function under({ nodes, axis, n, plan }, px, py) {
  const found = [...nodes].reverse().find((node) => py < plan.y.get(node.name) + (plan.step + plan.bar) / 2);
  if (!found || px < plan.gutter - 4 || py < 0) return null;
  const { first, jump, count } = placing(found, axis, n);
  const position = (px - plan.gutter) / plan.scale + plan.low;
  return { node: nodes.indexOf(found), unit: Math.min(count - 1, Math.max(0, Math.round((position - first) / (jump || 1)))) };
}

function hatch(context, x, y, w, h, colour) {
  context.save();
  context.beginPath();
  context.rect(x, y, w, h);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = x - h; at < x + w; at += 4) {
    context.moveTo(at, y + h);
    context.lineTo(at + h, y);
  }
  context.stroke();
  context.strokeRect(x + 0.5, y + 0.5, Math.max(1, w - 1), h - 1);
  context.restore();
}

function fitted(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// scene: {nodes, axis, n, plan, below: the cone, top: the node it starts from, effective: {values, gaussian, first, last} | null}
export function drawStage(canvas, scene, colours, font) {
  const { nodes, axis, n, plan, below, top, effective } = scene;
  const context = fitted(canvas, plan.width, plan.height);
  const { x, y, bar } = plan;
  const input = { name: "input", shape: [0, n, n] };
  const byName = new Map([["input", input], ...nodes.map((node) => [node.name, node])]);
  const edges = (node, first, stop) => {
    const { first: centre, jump } = placing(node, axis, n);
    const wide = Math.max(jump, 1.5 / plan.scale);
    return [x(centre + first * jump - wide / 2), x(centre + (stop - 1) * jump + wide / 2)];
  };
  // What is seen of each layer: runs inside and in the padding, and the ends of both together.
  const seen = new Map([...below].map(([name, one]) => {
    const [inside, padding] = [insideRuns(one), paddingRuns(one)];
    const all = [...inside, ...padding];
    return [name, { inside, padding, ends: all.length ? edges(byName.get(name), Math.min(...all.map(([a]) => a)), Math.max(...all.map(([, b]) => b))) : null }];
  }));
  context.save();
  context.beginPath();
  context.rect(plan.gutter - 4, 0, plan.width, plan.height);
  context.clip();
  for (const node of nodes) {
    const own = seen.get(node.name)?.ends;
    for (const name of own ? node.inputs : []) {
      const to = seen.get(name)?.ends;
      if (!to) continue;
      const [a, b] = own;
      const from = y.get(node.name) + bar;
      const near = y.get(name) - y.get(node.name) < plan.step * 1.6 + 4;
      context.beginPath();
      context.moveTo(a, from);
      context.lineTo(to[0], y.get(name));
      if (near) context.lineTo(to[1], y.get(name));
      else context.moveTo(to[1], y.get(name));
      context.lineTo(b, from);
      context.fillStyle = rgb(colours.mark, 0.13);
      context.strokeStyle = rgb(colours.mark, near ? 0.5 : 0.35);
      context.setLineDash(near ? [] : [3, 3]);
      if (near) context.fill();
      context.stroke();
    }
  }
  context.setLineDash([]);
  for (const node of [...nodes, input]) {
    const at = y.get(node.name);
    const { count, jump } = placing(node, axis, n);
    const [left, right] = edges(node, 0, count);
    const one = seen.get(node.name);
    context.fillStyle = rgb(colours.soft);
    context.fillRect(left, at, right - left, bar);
    const tone = node === input ? colours.positive : colours.mark;
    const painted = (runs, paint) => runs.forEach(([first, stop]) => {
      const [a, b] = edges(node, first, stop);
      paint(a, Math.max(1.5, b - a));
    });
    if (one) {
      context.fillStyle = rgb(tone, node.name === top.name ? 1 : 0.72);
      painted(one.inside, (a, w) => context.fillRect(a, at, w, bar));
      painted(one.padding, (a, w) => hatch(context, a, at, w, bar, rgb(colours.warn)));
    }
    if (jump * plan.scale >= 5) {
      context.fillStyle = rgb(colours.bg, 0.9);
      for (let p = 1; p < count; p++) context.fillRect(edges(node, p, p + 1)[0] - 0.5, at, 1, bar);
    }
    context.strokeStyle = rgb(one ? tone : colours.edge, one ? 1 : 0.7);
    context.lineWidth = node.name === top.name ? 2 : 1;
    context.strokeRect(left + 0.5, at + 0.5, Math.max(1, right - left - 1), bar - 1);
    context.lineWidth = 1;
  }
  const base = y.get("input") + bar + CURVE + 12;
  context.strokeStyle = rgb(colours.edge);
  context.strokeRect(x(-0.5), base + 0.5, x(n - 0.5) - x(-0.5), 0);
  if (effective) drawCurve(context, effective, plan, colours, base);
  context.restore();
  context.textBaseline = "middle";
  let free = 0;
  for (const node of [...nodes].reverse().concat(input)) {
    const lit = node.name === top.name;
    const line = y.get(node.name);
    // Where rows are too low for text, what is pointed at is named, and the others where there is room.
    if (!lit && node !== input && (line < free || (line < y.get(top.name) + 11 && line > y.get(top.name) - 11))) continue;
    free = line + 11;
    context.font = `${lit ? "bold " : ""}11px ${font}`;
    context.fillStyle = rgb(lit ? colours.mark : below.has(node.name) ? colours.ink : colours.faint);
    context.fillText(node.name, 0, line + bar / 2, plan.gutter - 8);
  }
  context.font = `11px ${font}`;
  context.fillStyle = rgb(colours.faint);
  context.textBaseline = "top";
  for (const [position, align] of [[0, "left"], [n - 1, "right"]]) {
    context.textAlign = align;
    context.fillText(String(position), x(position + (align === "left" ? -0.5 : 0.5)), base + 4);
  }
  context.textAlign = "left";
}

function drawCurve(context, { values, gaussian, first, last }, plan, colours, base) {
  const at = (v) => base - v * (CURVE - 6);
  context.fillStyle = rgb(colours.positive, 0.45);
  context.strokeStyle = rgb(colours.positive);
  values.forEach((v, i) => {
    const [a, b] = [plan.x(i - 0.5), plan.x(i + 0.5)];
    if (v > 0) context.fillRect(a, at(v), b - a + 0.3, base - at(v));
  });
  context.beginPath();
  values.forEach((v, i) => {
    context.lineTo(plan.x(i - 0.5), at(v));
    context.lineTo(plan.x(i + 0.5), at(v));
  });
  context.stroke();
  context.setLineDash([5, 3]);
  context.strokeStyle = rgb(colours.negative);
  context.lineWidth = 1.8;
  context.beginPath();
  gaussian.forEach((v, i) => context.lineTo(plan.x(i), at(v)));
  context.stroke();
  context.setLineDash([2, 2]);
  context.lineWidth = 1;
  context.strokeStyle = rgb(colours.ink, 0.8);
  for (const edge of [first - 0.5, last + 0.5]) {
    context.beginPath();
    context.moveTo(plan.x(edge), base);
    context.lineTo(plan.x(edge), base - CURVE);
    context.stroke();
  }
  context.setLineDash([]);
}

// The product of both curves, pixel by pixel: as rectangles it would take longer than a frame.
function heat(context, [left, top, wide, tall], inside, [rows, columns], { bg, positive }) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [wide, tall].map((n) => Math.max(1, Math.round(n * ratio)));
  const image = context.createImageData(w, h);
  const at = ([first, stop], i, n) => first + Math.floor(((i + 0.5) * (stop - first)) / n);
  for (let y = 0, i = 0; y < h; y++) {
    const row = rows[at(inside[0], y, h)];
    for (let x = 0; x < w; x++, i += 4) {
      const v = row * columns[at(inside[1], x, w)];
      for (let c = 0; c < 3; c++) image.data[i + c] = bg[c] + v * (positive[c] - bg[c]);
      image.data[i + 3] = 255;
    }
  }
  context.putImageData(image, Math.round(left * ratio), Math.round(top * ratio));
}

// field: {size: [h, w], extents: [[start, stop], [start, stop]], effective: [curve | null, curve | null]}
export function drawPlane(canvas, { size, extents, effective }, colours) {
  const side = 168;
  const context = fitted(canvas, side, side);
  const low = [0, 1].map((i) => Math.max(Math.min(0, extents[i][0]), -size[i]));
  const high = [0, 1].map((i) => Math.min(Math.max(size[i], extents[i][1]), 2 * size[i]));
  const scale = (side - 8) / Math.max(high[0] - low[0], high[1] - low[1]);
  const px = (axis, position) => (side - (high[axis] - low[axis]) * scale) / 2 + (position - low[axis]) * scale;
  const box = ([top, bottom], [left, right]) => [px(1, left), px(0, top), (right - left) * scale, (bottom - top) * scale];
  context.fillStyle = rgb(colours.soft);
  context.fillRect(...box([0, size[0]], [0, size[1]]));
  const [tall, wide] = extents;
  if (tall[1] > tall[0] && wide[1] > wide[0]) hatch(context, ...box(tall, wide), rgb(colours.warn, 0.55));
  const inside = extents.map(([a, b], i) => [Math.max(0, a), Math.min(size[i], b)]);
  const seen = inside.every(([a, b]) => b > a);
  if (seen) {
    context.fillStyle = rgb(colours.bg);
    context.fillRect(...box(...inside));
    if (effective[0] && effective[1]) heat(context, box(...inside), inside, effective.map(({ values }) => values), colours);
    context.strokeStyle = rgb(colours.mark);
    context.lineWidth = 2;
    context.strokeRect(...box(...inside));
  }
  context.lineWidth = 1;
  context.strokeStyle = rgb(colours.ink);
  context.strokeRect(...box([0, size[0]], [0, size[1]]));
}
