// What the worker says of a layer and of an effective field, in lines that the page only sets.

import { decimal } from "./numbers.js";
import { extentOf } from "./receptive_field_lines.js";

const AXES = ["height", "width"];
const minus = (text) => String(text).replaceAll("-", "−");

// Size, jump and start of a layer with the numbers put in, its phases, and how its paths meet: {rows: [[name, sum, result]], notes, said}.
export function rules(node, axis) {
  const one = node.axes[axis];
  const [r, j, s] = one.rule ?? [];
  const row = (title, symbols, numbers, result) => [title, numbers ? `${symbols} = ${numbers} = ` : "", minus(result ?? "none")];
  const rows = [row("size", "r + (k − 1)·d·j", r, one.size)];
  if (!one.whole) rows.push(row("jump", "s·j", j, one.jump), row("start", node.word === "crop" ? "start + a·j" : node.word === "pad" ? "start − a·j" : "start − p·j", s, one.start));
  const notes = [one.note];
  if (one.phases.length > 1) notes.push(one.phases.slice(0, 8).map(([size, start], i) => `phase ${i}: ${size ? `size ${size}, start ${minus(start)}` : "reads nothing"}`).join("; ") + (one.phases.length > 8 ? "; …" : ""));
  const holes = Math.max(0, ...one.phases.map(([, , unread]) => unread));
  if (holes) notes.push(`${holes} of its ${one.size} positions are never read: holes`);
  if (node.isJoin) {
    notes.push(...node.paths.map((path, i) => `${node.inputs[i]}: size ${path.size.join(" × ")}, jump ${path.jump[axis] ?? "none"}, centre ${minus(path.centre[axis] ?? "none")}`));
    notes.push(node.aligned ? "aligned" : "misaligned: the paths’ centres or jumps differ");
  }
  const said = one.whole ? `whole input, ${one.size} positions` : `size ${one.size}, jump ${one.jump ?? "none"}, start ${minus(one.start)}`;
  return { rows, notes: notes.filter(Boolean), said: `${said} (${AXES[axis]})` };
}

// A layer's row in the table: name, step, output, size, jump, start; height × width where the axes differ.
export function cells(node) {
  const all = (read) => {
    const [a, b] = node.axes.map(read);
    return a === b ? a : `${a} × ${b}`;
  };
  return [
    `${"│ ".repeat(node.depth)}${node.name}`, node.text, node.shape.join("×"), all(({ size, whole }) => (whole ? `whole ${size}` : String(size))),
    all(({ jump }) => jump ?? "none"), all(({ start }) => minus(start)) + (node.aligned ? "" : " ≠"),
  ];
}

// What a curve says beside the field of the same unit.
export function story(node, axis, unit, n, kind, seed, { first, last, sigma }) {
  const [start, stop] = extentOf(node, axis, unit, n);
  const whole = Math.min(stop, n) - Math.max(start, 0);
  const size = last - first + 1;
  const how = kind === "equal"
    ? "Equal weights, computed here: the share of paths to each input position, exact for a linear net."
    : `One draw of random weights (seed ${seed}), computed here: eight maps in each layer, no activations, max pooling taken as an average.`;
  return `Effective field (${AXES[axis]}): ${size} of ${whole} positions (${Math.round((100 * size) / Math.max(1, whole))} %) above 4.55 % of the greatest gradient, σ = ${decimal(sigma, 2)}; dashed: the Gaussian of that centre and σ. ${how}`;
}
