// Pooling and its gradient: course/arithmetic/pool_values.py and course/widgets/pooling_model.py again, value for value and
// word for word. What stands for nothing (a maximum over padding alone) is null here.

import { Refusal, lengthSteps, span } from "./axis.js";
import { attempt, range as between, settings } from "./sliding_model.js";

const AXES = ["height", "width"];
const SWEEP = 8;
const range = (n) => between(0, n);
const fill = (rows, columns, value) => range(rows).map((r) => range(columns).map((c) => value(r, c)));
const both = ([a, b]) => (a === b ? String(a) : `(${a}, ${b})`);
const least = (values) => values.reduce((a, b) => (b < a ? b : a));
const most = (values) => values.reduce((a, b) => (b > a ? b : a));

function refuse(text) {
  throw new Refusal(text);
}

// Positions of a window on one axis; with ceil_mode one that would start beyond the picture is left out.
function positions(axis, ceil) {
  const { n, kernel, stride, padding, dilation } = axis;
  const room = n + 2 * padding - span(kernel, dilation);
  if (!ceil || room <= -stride) return lengthSteps(axis).length;
  const count = Math.ceil(room / stride) + 1;
  return (count - 1) * stride >= n + padding ? count - 1 : count;
}

// {axes: [{n, kernel, stride, padding, dilation, length, reads}], shape, kind, ceil, include}, or a Refusal.
export function poolingOf({ image, kind, window, stride, padding, dilation, ceil_mode, count_include_pad, global_pool }) {
  const size = [image.length, image[0].length];
  const [k, s, p, d] = global_pool ? [size, size, [0, 0], [1, 1]] : [window, stride, padding, dilation];
  const ceil = ceil_mode && !global_pool;
  const axes = AXES.map((name, i) => {
    const axis = { n: size[i], kernel: k[i], stride: s[i], padding: p[i], dilation: d[i] };
    const half = Math.floor(k[i] / 2);
    if (p[i] > half) refuse(`${name}: padding ${p[i]} is more than half of the kernel ${k[i]}: use at most ${half}`);
    if (d[i] > 1 && kind === "average") refuse(`${name}: average pooling has no dilation, got ${d[i]}: use max pooling, or a convolution`);
    axis.length = attempt(() => positions(axis, ceil), (text) => refuse(`${name}: ${text}`));
    axis.reads = range(axis.length).map((at) => range(k[i]).map((j) => at * s[i] - p[i] + j * d[i]));
    axis.inside = axis.reads.map((places) => places.filter((place) => place >= 0 && place < size[i]));
    axis.within = axis.reads.map((places) => places.filter((place) => place < size[i] + p[i]).length);
    axis.overhang = Math.max(0, (axis.length - 1) * s[i] + span(k[i], d[i]) - size[i] - 2 * p[i]);
    return axis;
  });
  return { axes, shape: axes.map(({ length }) => length), kind, ceil, include: global_pool || count_include_pad };
}

export const inside = ({ axes }, row, column) => axes[0].inside[row].flatMap((y) => axes[1].inside[column].map((x) => [y, x]));

export function divisor(pooling, row, column) {
  const [down, across] = pooling.axes;
  return pooling.include ? down.within[row] * across.within[column] : down.inside[row].length * across.inside[column].length;
}

// The place that a maximum, minimum or median takes: the first in reading order among equals.
export function chosen(pooling, image, row, column) {
  if (pooling.kind === "average") return null;
  const places = inside(pooling, row, column);
  if (!places.length) return null;
  const values = places.map(([y, x]) => image[y][x]);
  const wanted = pooling.kind === "median" ? [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] : (pooling.kind === "max" ? most : least)(values);
  return places[values.indexOf(wanted)];
}

export function pool(image, pooling) {
  return fill(...pooling.shape, (row, column) => {
    if (pooling.kind === "average") {
      const over = divisor(pooling, row, column);
      return over ? inside(pooling, row, column).reduce((total, [y, x]) => total + image[y][x], 0) / over : null;
    }
    const place = chosen(pooling, image, row, column);
    return place && image[place[0]][place[1]];
  });
}

export function poolGradient(image, pooling, given) {
  const result = image.map((row) => row.map(() => 0));
  given.forEach((line, row) => line.forEach((value, column) => {
    if (pooling.kind === "average") {
      const over = divisor(pooling, row, column);
      for (const [y, x] of inside(pooling, row, column)) result[y][x] += value / over;
    } else {
      const place = chosen(pooling, image, row, column);
      if (place) result[place[0]][place[1]] += value;
    }
  }));
  return result;
}

export function mend(state) {
  if (attempt(() => poolingOf(state), () => null)) return {};
  const patch = {};
  const now = (name, axis) => (patch[name] ?? state[name])[axis];
  const change = (name, axis, value) => {
    patch[name] ??= [...state[name]];
    patch[name][axis] = value;
  };
  [state.image.length, state.image[0].length].forEach((n, axis) => {
    if (state.kind === "average" && now("dilation", axis) > 1) change("dilation", axis, 1);
    const k = now("window", axis);
    if (now("padding", axis) > Math.floor(k / 2)) change("padding", axis, Math.floor(k / 2));
    const padded = n + 2 * now("padding", axis);
    if (span(k, now("dilation", axis)) <= padded) return;
    const fitting = k > 1 ? Math.floor((padded - 1) / (k - 1)) : 0;
    if (fitting >= 1) {
      change("dilation", axis, fitting);
      return;
    }
    if (now("dilation", axis) > 1) change("dilation", axis, 1);
    change("window", axis, n);
    if (now("padding", axis) > Math.floor(n / 2)) change("padding", axis, Math.floor(n / 2));
  });
  return patch;
}

export const moved = (image, down, right) => image.map((row, y) => row.map((_, x) => image[y - down]?.[x - right] ?? 0));

function differ(a, b) {
  if (a === null || b === null) return a !== b;
  return Math.abs(a - b) > 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

export function shiftTest(pooling, image, before, down, right) {
  const after = pool(moved(image, down, right), pooling);
  const shift = [down, right];
  const steps = pooling.axes.map(({ stride }, i) => Math.floor((2 * shift[i] + stride) / (2 * stride)));
  // Outputs whose windows, now and before, see the picture only.
  const [rows, columns] = pooling.axes.map(({ n, length, reads }, i) => range(length).filter((at) => {
    const seen = (place) => place >= 0 && place < n;
    return reads[at - steps[i]]?.every(seen) && reads[at].every((place) => seen(place) && seen(place - shift[i]));
  }));
  const count = (matrix) => matrix.flat().filter(Boolean).length;
  return {
    changed: count(after.map((row, r) => row.map((value, c) => differ(value, before[r][c])))),
    total: pooling.shape[0] * pooling.shape[1],
    steps,
    multiple: pooling.axes.every(({ stride }, i) => shift[i] % stride === 0),
    compared: rows.length * columns.length,
    unlike: count(rows.map((r) => columns.map((c) => differ(after[r][c], before[r - steps[0]][c - steps[1]])))),
  };
}

export function upstream({ gradient, edits }, [rows, columns], at) {
  const matrix = fill(rows, columns, (r, c) => (gradient === "ones" || (r === at[0] && c === at[1]) ? 1 : 0));
  for (const [r, c, value] of edits) if (r < rows && c < columns) matrix[r][c] = value;
  return matrix;
}

// [row, column, share] of each output whose gradient reaches a place of the picture.
export function givers({ reads, divisors, taken }, kind, [y, x]) {
  const found = [];
  reads[0].forEach((down, r) => reads[1].forEach((across, c) => {
    if (kind === "average") {
      if (down.includes(y) && across.includes(x)) found.push([r, c, 1 / divisors[r][c]]);
    } else if (taken[r][c]?.[0] === y && taken[r][c][1] === x) found.push([r, c, 1]);
  }));
  return found;
}

export function torchLine({ kind, global_pool, ceil_mode, count_include_pad }, { axes, shape }) {
  if (global_pool) {
    return {
      max: "nn.AdaptiveMaxPool2d(1)", average: "nn.AdaptiveAvgPool2d(1)", min: "-nn.AdaptiveMaxPool2d(1)(-x)",
      median: "x.flatten(2).median(-1).values[..., None, None]",
    }[kind];
  }
  const [k, s, p, d] = ["kernel", "stride", "padding", "dilation"].map((name) => axes.map((axis) => axis[name]));
  const given = (name, pair, usual) => (!pair.every((v) => v === usual) && `${name}=${both(pair)}`);
  if (kind === "median") {
    const after = axes.map(({ padding, overhang }) => padding + overhang);
    const outside = [...p, ...after].some(Boolean);
    const inner = outside ? `F.pad(x, (${p[1]}, ${after[1]}, ${p[0]}, ${after[0]}), value=float("nan"))` : "x";
    return `F.unfold(${inner}, ${both(k)}${settings(given("dilation", d, 1), `stride=${both(s)}`)}).${outside ? "nanmedian" : "median"}(1).values.view(1, 1, ${shape.join(", ")})`;
  }
  const line = `nn.${kind === "average" ? "Avg" : "Max"}Pool2d(kernel_size=${both(k)}` + settings(
    k.join() !== s.join() && `stride=${both(s)}`, given("padding", p, 0), given("dilation", d, 1), ceil_mode && "ceil_mode=True",
    kind === "average" && !count_include_pad && "count_include_pad=False");
  return kind === "min" ? `-${line})(-x)` : `${line})`;
}

export function sizeFormula({ axes, ceil }, i) {
  const { n, kernel, stride, padding, dilation, length, overhang } = axes[i];
  const room = n + 2 * padding - span(kernel, dilation);
  const [a, b] = ceil ? "⌈⌉" : "⌊⌋";
  const late = ceil && length < Math.ceil(room / stride) + 1;
  const less = late ? " − 1" : "";
  const tail = room - (length - 1) * stride;
  const lines = (count) => `${count} ${i ? "column" : "row"}${count > 1 ? "s" : ""}`;
  let note = "";
  if (late) note = "; a window that would start beyond the picture is left out";
  else if (overhang) note = `; the last window hangs over by ${lines(overhang)}`;
  else if (tail > 0) note = `; the floor leaves ${lines(tail)} unread`;
  return `${a}(${n} + 2·${padding} − ${dilation}·(${kernel} − 1) − 1)/${stride}${b} + 1${less} = ${a}${room}/${stride}${b} + 1${less} = ${length}${note}`;
}

export function compute(state) {
  const pooling = attempt(() => poolingOf(state), (problem) => ({ problem, mend: mend(state) }));
  if (pooling.problem) return pooling;
  const { shape, axes } = pooling;
  const at = state.selected.map((place, i) => Math.min(place, shape[i] - 1));
  const picture = moved(state.image, state.shift_down, state.shift_right);
  const before = pool(state.image, pooling);
  const output = pool(picture, pooling);
  const taken = fill(...shape, (r, c) => chosen(pooling, picture, r, c));
  const given = upstream(state, shape, at);
  return {
    problem: null,
    shape, at, picture, output, taken,
    ties: fill(...shape, (r, c) => {
      const won = taken[r][c];
      if (!won) return [];
      return inside(pooling, r, c).filter(([y, x]) => picture[y][x] === picture[won[0]][won[1]] && (y !== won[0] || x !== won[1]));
    }),
    divisors: fill(...shape, (r, c) => divisor(pooling, r, c)),
    reads: axes.map(({ reads }) => reads),
    upstream: given,
    gradient: poolGradient(picture, pooling, given),
    shifted: fill(...shape, (r, c) => differ(output[r][c], before[r][c])),
    shift: shiftTest(pooling, state.image, before, state.shift_down, state.shift_right),
    sweep: range(SWEEP + 1).map((right) => shiftTest(pooling, state.image, before, 0, right)),
    sizes: [0, 1].map((i) => sizeFormula(pooling, i)),
    line: torchLine(state, pooling),
  };
}
