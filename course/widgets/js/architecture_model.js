// What a line of notation means, as plain values: read() of course/widgets/architecture_model.py again.

import { Refusal, product, refuse, tuple } from "./architecture_layers.js";
import { centresOf, fieldAfter, inputField, isSingle, jumpsOf, listedFields, pathsAligned, phasesOf, sizeOf, startOf, unionOf, wholeInput } from "./architecture_field.js";
import { figure, times } from "./architecture_lines.js";
import { parse } from "./architecture_notation.js";

const EXACT = Number.MAX_SAFE_INTEGER;

export function read(text) {
  for (const number of text.match(/\d{16,}/g) ?? []) if (BigInt(number) > BigInt(EXACT)) refuse(`${number} is more than a page can count exactly: use at most ${EXACT}`);
  const { nodes, input } = parse(text);
  if (!input) refuse("the input shape is not known: give it, such as report((3, 32, 32)) or '3x32x32 > …'");
  const spatial = input.slice(1);
  const shapes = { input };
  const fields = { input: inputField(spatial) };
  const rows = [];
  for (const node of nodes) {
    const takes = node.inputs.map((name) => shapes[name]);
    const before = node.inputs.map((name) => fields[name]);
    try {
      const layer = node.layer.bind(takes);
      const shape = layer.derive(takes)[2];
      let field = fieldAfter(layer, before, takes, shape);
      if (!field) {
        const listed = listedFields(rows, spatial);
        field = fieldAfter(layer, node.inputs.map((name) => listed[name]), takes, shape);
      }
      rows.push({ name: node.name, inputs: node.inputs, layer, takes, shape, field, before });
      shapes[node.name] = shape;
      fields[node.name] = field;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { word } = node.layer;
      const where = error.message.startsWith(word) ? error.message.slice(word.length) : error.message;
      refuse(node.name + (where.startsWith(", ") ? where : `: ${error.message}`));
    }
  }
  return documented(input, rows);
}

function documented(input, found) {
  const rows = found.map((row) => {
    const { layer, takes, shape } = row;
    const [parameters, work] = [layer.parameters(takes), layer.work(takes)];
    const memory = layer.view ? ["", "", 0, "a view of its input: nothing is stored anew"] : ["output elements·4 bytes", `${shape.join("·")}·4`, product(shape) * 4, "float32, one example"];
    const told = ([formula, numbers, value, note]) => [formula, numbers, figure(value), note];
    return {
      name: row.name, title: layer.title, inputs: row.inputs, takes, shape,
      parameters: parameters[2], multiply_adds: work[2], memory: memory[2],
      field: row.field.axes.length ? (wholeInput(row.field) ? "whole input" : times(sizeOf(row.field))) + (row.field.aligned ? "" : " misaligned") : row.field.aligned ? "–" : "– misaligned",
      jump: jumpText(row.field), note: "", torch: layer.torch(takes[0]),
      sums: { shape: told(layer.derive(takes)), parameters: told(parameters), multiply_adds: told(work), field: fieldSum(row, found), memory: told(memory) },
    };
  });
  const total = (name) => rows.reduce((sum, row) => sum + row[name], 0);
  const peak = mostAlive(input, found, rows);
  if (Math.max(peak, total("parameters"), total("multiply_adds"), total("memory")) > EXACT) refuse(`this net's figures go beyond ${EXACT}, more than a page can count exactly: make it smaller`);
  return { title: "", input, rows, peak, notes: [], remarks: [] };
}

function jumpText(field) {
  if (!field.axes.length || wholeInput(field)) return "–";
  const parts = jumpsOf(field).map((jump) => (jump === null ? "varies" : String(jump)));
  return new Set(parts).size === 1 ? parts[0] : parts.join("×");
}

const plainFigure = (value) => (value === null ? "None" : Array.isArray(value) ? `(${value.map(plainFigure).join(", ")})` : figure(value));

function fieldSum({ name, layer, inputs, field, before }, rows) {
  const result = plainFigure([sizeOf(field), jumpsOf(field), startOf(field)]);
  if (layer.join) {
    const told = inputs.map((source, i) => `${source}: size ${before[i].axes.length ? (wholeInput(before[i]) ? "whole input" : times(sizeOf(before[i]))) : "–"}, centre ${plainFigure(centresOf(before[i]))}`).join("; ");
    const aligned = field.aligned || !before.every((path) => path.aligned);
    return ["union of the paths", "", result, `${told}; ${aligned ? "aligned" : "misaligned: the paths' centres or jumps differ"}`];
  }
  if (!field.axes.length) return ["", "", result, "the input has no spatial axes"];
  if (wholeInput(field)) return ["", "", result, "whole input: every output depends on every position"];
  const source = inputs[0] === "input" ? null : rows.find((row) => row.name === inputs[0]).field;
  const windows = !source || isSingle(source) ? layer.rule() : null;
  if (!windows) {
    const phases = phasesOf(field);
    let note = phases > 1 ? `${phases} phases, which take turns; together they span ${tuple(unionOf(field))}` : "";
    if (field.axes.some(({ advance }) => advance === null)) note = "paths of different jumps met: the largest field at this input's size, cut off at its border";
    return ["(size, jump, start)", "", result, note];
  }
  const [sizes, jumps, starts] = source ? [sizeOf(source), jumpsOf(source), startOf(source)] : [[], [], []];
  const texts = windows.map(([k, s, p, d], i) => {
    const [r, j, start] = [sizes[i] ?? 1, jumps[i] ?? 1, starts[i] ?? 0];
    return `(${r} + (${k} − 1)·${d}·${j}, ${s}·${j}, ${start} − ${p}·${j})`.replace("(-", "(−").replace(", -", ", −");
  });
  return ["(r + (k − 1)·d·j, s·j, start − p·j)", new Set(texts).size === 1 ? texts[0] : texts.join(", "), result, "size, jump, start of each axis"];
}

// Bytes alive at once, at worst, when each result is freed after its last reader.
function mostAlive(input, found, rows) {
  const owner = { input: "input" };
  const sizes = { input: product(input) * 4 };
  const last = {};
  rows.forEach(({ name, inputs, memory }, i) => {
    owner[name] = found[i].layer.view ? owner[inputs[0]] : name;
    sizes[name] = memory;
    for (const source of inputs) last[owner[source]] = i;
  });
  last[owner[rows.at(-1).name]] = rows.length;
  const alive = new Set(["input"]);
  let peak = sizes.input;
  rows.forEach(({ name }, i) => {
    alive.add(owner[name]);
    peak = Math.max(peak, [...alive].reduce((sum, each) => sum + sizes[each], 0));
    for (const each of alive) if ((last[each] ?? i) <= i) alive.delete(each);
  });
  return peak;
}
