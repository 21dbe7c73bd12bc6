// Receptive fields on one axis: course/arithmetic/field.py again. A set of positions is [low, mask], the mask a BigInt
// whose bit i says that low + i is read; so dilation's holes and the phases of up-sampling come out by themselves.

import { sourceIndex } from "./axis.js";
import { tapsAt } from "./receptive_field_cone.js";

const NOTHING = [0, 0n];
const bits = (mask) => (mask ? mask.toString(2) : "");
export const sizeOf = ([, mask]) => bits(mask).length;
export const unreadOf = ([, mask]) => bits(mask).split("0").length - 1;
const highOf = (reads) => reads[0] + sizeOf(reads) - 1;
const shift = ([low, mask], by) => (mask ? [low + by, mask] : NOTHING);
const equal = (a, b) => a[0] === b[0] && a[1] === b[1];

function or(a, b) {
  if (!b[1]) return a;
  if (!a[1]) return b;
  const low = Math.min(a[0], b[0]);
  return [low, (a[1] << BigInt(a[0] - low)) | (b[1] << BigInt(b[0] - low))];
}
const union = (sets) => sets.reduce(or, NOTHING);

export function gcd(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}
export const lcm = (a, b) => (a / gcd(a, b)) * b;
function ratio(a, b) {
  const by = gcd(Math.abs(a), b) || 1;
  return b / by === 1 ? String(a / by) : `${a / by}/${b / by}`;
}

// An axis field is {reads, advance, whole}: one set for each output phase (or, where advance is null, for each output in turn).
export const identity = () => ({ reads: [[0, 1n]], advance: 1, whole: false });
export const listed = (length) => ({ reads: Array.from({ length }, (_, i) => [i, 1n]), advance: null, whole: false });

function readsAt({ reads, advance }, position) {
  if (advance === null) return reads[position] ?? NOTHING;
  const turn = Math.floor(position / reads.length);
  return shift(reads[position - turn * reads.length], turn * advance);
}

export const jumpOf = ({ reads, advance }) => (advance === null ? null : ratio(advance, reads.length));

export function through(field, map, lengthIn, lengthOut) {
  const { reads, advance, whole } = field;
  if (advance === null) {
    const one = (p) => union(tapsAt(map, p).map((tap) => sourceIndex(tap, lengthIn, map.border)).filter((at) => at !== null).map((at) => reads[at]));
    return { reads: Array.from({ length: lengthOut }, (_, p) => one(p)), advance: null, whole };
  }
  const turns = reads.length / gcd(reads.length, map.advance);
  const sets = Array.from({ length: map.taps.length * turns }, (_, p) => union(tapsAt(map, p).map((tap) => readsAt(field, tap))));
  return reduced({ reads: sets, advance: ((turns * map.advance) / reads.length) * advance, whole });
}

// The same field with the shortest period that tells it.
function reduced(field) {
  const { reads, advance, whole } = field;
  const n = reads.length;
  for (let period = 1; period < n; period++) {
    if (n % period || (advance * period) % n) continue;
    const step = (advance * period) / n;
    let same = true;
    for (let i = 0; same && i + period < n; i++) same = equal(reads[i + period], shift(reads[i], step));
    if (same) return { reads: reads.slice(0, period), advance: step, whole };
  }
  return field;
}

// The field of a join of two paths; null where their jumps differ, so that no pattern repeats.
export function joined(a, b) {
  const whole = a.whole || b.whole;
  if (a.advance === null || b.advance === null) {
    if (a.advance !== b.advance || a.reads.length !== b.reads.length) return null;
    return { reads: a.reads.map((reads, i) => or(reads, b.reads[i])), advance: null, whole };
  }
  if (whole) return a.whole ? a : b;
  if (jumpOf(a) !== jumpOf(b)) return null;
  const period = lcm(a.reads.length, b.reads.length);
  const reads = Array.from({ length: period }, (_, p) => or(readsAt(a, p), readsAt(b, p)));
  return reduced({ reads, advance: a.advance * (period / a.reads.length), whole });
}

export function wholly(field, length) {
  return field.advance === null
    ? { reads: Array(length).fill(union(field.reads)), advance: null, whole: true }
    : { reads: [readsAt(field, 0)], advance: 0, whole: true };
}

// The mean centre of the outputs of one period, as a fraction's text; paths agree where theirs are equal.
export function centreOf({ reads, advance }) {
  const n = reads.length;
  const sets = reads.map((set, i) => [set, i]).filter(([set]) => set[1]);
  if (advance === null || !sets.length) return null;
  const sum = sets.reduce((total, [set, i]) => total + (set[0] + highOf(set)) * n - 2 * advance * i, 0);
  return ratio(sum, 2 * n * sets.length);
}

export const anyRead = ({ reads }) => reads.some(([, mask]) => mask);
export const starved = (field) => ({ ...field, reads: field.reads.map(() => NOTHING) });
export const unionSize = ({ reads }) => sizeOf(union(reads));
