// Where the field of a unit lies, in numbers and in words.

import { insideRuns } from "./receptive_field_cone.js";
import { plural } from "./ui.js";

const minus = (text) => String(text).replaceAll("-", "−");

// [start, stop] of the field of one unit on an axis of n positions, as the pattern of the interior has it.
export function extentOf(node, axis, unit, n) {
  const { whole, phases, jump, step } = node.axes[axis];
  if (whole || node.shape.length !== 3) return [0, n];
  if (jump === null) return [0, n];
  const turn = Math.floor(unit / phases.length);
  const [size, start] = phases[unit - turn * phases.length];
  const low = start + Math.round(turn * phases.length * step);
  return [low, low + size];
}

const count = (runs) => runs.reduce((sum, [a, b]) => sum + b - a, 0);
const told = (runs) => (runs.length > 3 ? `${runs[0][0]} … ${runs.at(-1)[1] - 1} with holes` : runs.map(([a, b]) => (b - a > 1 ? `${a} … ${b - 1}` : a)).join(", "));

// Where one unit reads the input, and how much of what its field spans lies outside.
export function spread(node, unit, axis, below, n) {
  const at = axis === "height" ? 0 : 1;
  const runs = insideRuns(below.get("input") ?? { inside: new Uint8Array() });
  const padded = [...below.values()].some(({ padding }) => padding.size);
  const what = node.shape.length === 3 ? `Unit ${unit} of ${node.name}` : `${node.name}, flattened: all of it`;
  if (!runs.length) return `${what} (${axis}) reads nothing of the input: only padding, or a gap that a transposed convolution leaves`;
  const text = `${what} (${axis}) reads input ${told(runs)}: ${plural(count(runs), "position")}`;
  const { whole, jump } = node.axes[at];
  if (whole || node.shape.length !== 3) return `${text}${whole ? ", the whole input" : ""}`;
  if (jump === null) return text;
  const [start, stop] = extentOf(node, at, unit, n);
  const before = Math.max(0, Math.min(-start, stop - start));
  const after = Math.max(0, Math.min(stop - n, stop - start));
  const share = Math.round((100 * (before + after)) / Math.max(1, stop - start));
  if (before + after) return `${text}; its field spans ${minus(start)} … ${stop - 1}, and ${before} before and ${after} after the input (${share} %) lie in padding`;
  return `${text}${padded ? "; inside the net it reads padding too" : "; none of it in padding"}`;
}
