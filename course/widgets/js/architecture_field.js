// Which input positions one output depends on, axis by axis: course/arithmetic/field.py again. A set of positions is a whole
// number, bit i for position low + i; an axis repeats its sets, moved on by `advance`, or lists one for each output (advance null).

const NOTHING = { low: 0, mask: 0n };
const bits = (mask) => (mask ? mask.toString(2).length : 0);
const high = ({ low, mask }) => low + bits(mask) - 1;
const shift = (set, by) => (set.mask ? { low: set.low + by, mask: set.mask } : set);
const gcd = (a, b) => (b ? gcd(b, a % b) : Math.abs(a));

function or(a, b) {
  if (!b.mask) return a;
  if (!a.mask) return b;
  const low = Math.min(a.low, b.low);
  return { low, mask: (a.mask << BigInt(a.low - low)) | (b.mask << BigInt(b.low - low)) };
}

const axisOf = (reads, advance, whole = false) => ({ reads, advance, whole });
const identity = () => axisOf([{ low: 0, mask: 1n }], 1);
const listed = (n) => axisOf(Array.from({ length: n }, (_, low) => ({ low, mask: 1n })), null);
const turnOf = (position, period) => [Math.floor(position / period), ((position % period) + period) % period];

function at({ reads, advance }, position) {
  if (advance === null) return reads[position] ?? NOTHING;
  const [turn, phase] = turnOf(position, reads.length);
  return shift(reads[phase], turn * advance);
}

const tapsAt = ({ taps, advance }, position) => {
  const [turn, phase] = turnOf(position, taps.length);
  return taps[phase].map((tap) => tap + turn * advance);
};

function source(position, n, mode = "zeros") {
  if (position >= 0 && position < n) return position;
  return { zeros: null, replicate: position < 0 ? 0 : n - 1, circular: ((position % n) + n) % n, reflect: position < 0 ? -position : 2 * (n - 1) - position, symmetric: position < 0 ? -1 - position : 2 * n - 1 - position }[mode];
}

const key = ({ low, mask }) => `${low},${mask}`;

function reduced(axis) {
  const { reads, advance, whole } = axis;
  const n = reads.length;
  for (let period = 1; period < n; period++) {
    if (n % period || (advance * period) % n) continue;
    const step = (advance * period) / n;
    if (reads.every((set, i) => i + period >= n || key(reads[i + period]) === key(shift(set, step)))) return axisOf(reads.slice(0, period), step, whole);
  }
  return axis;
}

function through(axis, map, before, after) {
  if (axis.advance === null) {
    const reads = Array.from({ length: after }, (_, p) => tapsAt(map, p).map((tap) => source(tap, before, map.border)).filter((tap) => tap !== null).map((tap) => axis.reads[tap]).reduce(or, NOTHING));
    return axisOf(reads, null, axis.whole);
  }
  const own = axis.reads.length;
  const turns = own / gcd(own, map.advance);
  const reads = Array.from({ length: map.taps.length * turns }, (_, p) => tapsAt(map, p).map((tap) => at(axis, tap)).reduce(or, NOTHING));
  return reduced(axisOf(reads, ((turns * map.advance) / own) * axis.advance, axis.whole));
}

const jumpOf = ({ advance, reads }) => (advance === null ? null : advance / reads.length);

function joined(a, b) {
  const whole = a.whole || b.whole;
  if (a.advance === null || b.advance === null) {
    return a.advance !== b.advance || a.reads.length !== b.reads.length ? null : axisOf(a.reads.map((set, i) => or(set, b.reads[i])), null, whole);
  }
  if (whole) return a.whole ? a : b;
  if (a.advance * b.reads.length !== b.advance * a.reads.length) return null;
  const period = (a.reads.length * b.reads.length) / gcd(a.reads.length, b.reads.length);
  const reads = Array.from({ length: period }, (_, p) => or(at(a, p), at(b, p)));
  return reduced(axisOf(reads, a.advance * (period / a.reads.length), whole));
}

function wholly(axis, length) {
  if (axis.advance !== null) return axisOf([at(axis, 0)], 0, true);
  return axisOf(Array(length).fill(axis.reads.reduce(or)), null, true);
}

// Mean centre of the outputs of one period, as [numerator, denominator] in lowest terms.
function centreOf({ reads, advance }) {
  const sets = reads.map((set, i) => [set, i]).filter(([set]) => set.mask);
  if (advance === null || !sets.length) return null;
  const top = sets.reduce((sum, [set, i]) => sum + (set.low + high(set)) * reads.length - 2 * advance * i, 0);
  return lowest(top, 2 * reads.length * sets.length);
}
function lowest(top, bottom) {
  const by = gcd(top, bottom) || 1;
  return [top / by, bottom / by];
}
export const fraction = ([top, bottom]) => (bottom === 1 ? top : `${top}/${bottom}`);

function makeField(axes, input, aligned) {
  // Padding can starve an axis: then nothing is read on the others either.
  const starved = axes.some(({ reads }) => !reads.some(({ mask }) => mask));
  return { axes: starved ? axes.map((axis) => ({ ...axis, reads: axis.reads.map(() => NOTHING) })) : axes, input, aligned };
}

export const inputField = (input) => makeField(input.map(identity), input, true);
const listedInput = (input) => makeField(input.map(listed), input, true);

// null where paths of different jumps meet.
export function fieldAfter(layer, before, shapes, shape) {
  if (layer.join) {
    const axes = before[0].axes.map((_, i) => before.slice(1).reduce((field, path) => field && joined(field, path.axes[i]), before[0].axes[i]));
    if (axes.includes(null)) return null;
    return makeField(axes, before[0].input, before.every(({ aligned }) => aligned) && pathsAligned(before));
  }
  const [field] = before;
  const out = shape.slice(1);
  if (layer.everything(shapes[0])) return makeField(field.axes.map((axis, i) => wholly(axis, out.length === field.axes.length ? out[i] : 1)), field.input, field.aligned);
  if (shapes[0].length === 1) return field;
  const maps = layer.maps(shapes[0]);
  const axes = field.axes.map((axis, i) => {
    const n = shapes[0][i + 1];
    const m = (out.length ? out : shapes[0].slice(1))[i];
    return maps[i] ? through(axis, maps[i], n, m) : wholly(axis, m);
  });
  return makeField(axes, field.input, field.aligned);
}

export function pathsAligned(before) {
  return before[0].axes.every((_, i) => {
    const local = before.map(({ axes }) => axes[i]).filter(({ whole, reads }) => !whole && reads.some(({ mask }) => mask));
    return local.length < 2 || (local.every((axis) => axis.advance !== null) && new Set(local.map((axis) => `${jumpOf(axis)} ${centreOf(axis)}`)).size === 1);
  });
}

// The exact fields of all rows, position by position.
export function listedFields(rows, input) {
  const fields = { input: listedInput(input) };
  for (const row of rows) fields[row.name] = fieldAfter(row.layer, row.inputs.map((name) => fields[name]), row.takes, row.shape);
  return fields;
}

export const wholeInput = ({ axes }) => axes.length > 0 && axes.every(({ whole }) => whole);
export const sizeOf = ({ axes, input }) => axes.map((axis, i) => (axis.whole ? input[i] : Math.max(...axis.reads.map(({ mask }) => bits(mask)))));
export const jumpsOf = ({ axes }) => axes.map((axis) => (axis.whole ? 0 : axis.advance === null ? null : fraction(lowest(axis.advance, axis.reads.length))));
export const startOf = ({ axes }) => axes.map((axis) => (axis.whole ? 0 : axis.reads[0].low));
export const centresOf = ({ axes, input }) => axes.map((axis, i) => {
  const [low, size] = axis.whole ? [0, input[i]] : [axis.reads[0].low, bits(axis.reads[0].mask)];
  return fraction(lowest(2 * low + size - 1, 2));
});
export const isSingle = ({ axes }) => axes.every(({ reads, advance }) => reads.length === 1 && advance !== null);
export const phasesOf = ({ axes }) => Math.max(...axes.map((axis) => (axis.whole ? 1 : axis.reads.length)));
export const unionOf = ({ axes, input }) => axes.map((axis, i) => (axis.whole ? input[i] : bits(axis.reads.reduce(or, NOTHING).mask)));
