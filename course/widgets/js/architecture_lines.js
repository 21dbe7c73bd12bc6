// A network's rows folded into the lines of a table, their sums, and the block diagram: course/widgets/architecture_model.py and
// architecture_layout_model.py again.

export const QUANTITIES = ["shape", "parameters", "multiply_adds", "field", "memory"];
export const times = (shape) => shape.join("×");
export const figure = (value) => (Array.isArray(value) ? `(${value.map(figure).join(", ")})` : typeof value === "number" ? value.toLocaleString("en-US") : String(value));

// A packed card, as course/widgets/architecture_model.py sends it, with its texts put back.
export function unpack({ words, rows, ...net }) {
  return {
    ...net,
    rows: rows.map(([name, title, inputs, takes, shape, parameters, multiply_adds, memory, field, jump, note, torch, sums]) => ({
      name, title: words[title], inputs, takes, shape, parameters, multiply_adds, memory, field: words[field], jump: words[jump], note: words[note], torch: words[torch],
      sums: Object.fromEntries(QUANTITIES.map((quantity, i) => [quantity, sums[i].map((word) => words[word])])),
    })),
  };
}

const pathOf = (name) => name.split("#")[0].split(".");

function added(rows) {
  const last = rows.at(-1);
  const sum = (name) => rows.reduce((total, row) => total + (row[name] ?? 0), 0);
  return {
    shape: rows.findLast((row) => row.shape)?.shape ?? null, field: last.field, jump: last.jump, known: rows.every((row) => row.multiply_adds !== null),
    parameters: sum("parameters"), multiply_adds: sum("multiply_adds"), memory: sum("memory"),
  };
}

export function lines(net, depth = 1, toggled = []) {
  const found = [];
  const seen = {};
  const paths = net.rows.map(({ name }) => pathOf(name));
  const walk = (first, last, shared, level) => {
    while (first < last) {
      const path = paths[first];
      let stop = first + 1;
      const alike = (other, length) => other.length >= length && other.slice(0, length).join(".") === path.slice(0, length).join(".");
      if (path.length > shared + 1) while (stop < last && alike(paths[stop], shared + 1)) stop++;
      const rows = net.rows.slice(first, stop);
      if (rows.length === 1) found.push({ id: rows[0].name, name: rows[0].name, title: rows[0].title, level, open: null, count: 1, first, ...added(rows) });
      else {
        let length = shared + 1;
        while (paths.slice(first, stop).every((one) => one.length > length + 1 && one[length] === path[length])) length++;
        const name = path.slice(0, length).join(".");
        seen[name] = (seen[name] ?? 0) + 1;
        const id = `${name}/${seen[name] > 1 ? seen[name] : ""}`;
        const open = level + 1 < depth !== toggled.includes(id);
        found.push({ id, name, title: `${rows.length} calls`, level, open, count: rows.length, first, ...added(rows) });
        if (open) walk(first, stop, length, level + 1);
      }
      first = stop;
    }
  };
  walk(0, net.rows.length, 0, 0);
  return found;
}

export const totals = (net) => ({ id: "whole", name: "total", title: `${net.rows.length} rows`, level: 0, open: null, count: net.rows.length, first: 0, ...added(net.rows) });

export function cell(line, quantity) {
  if (quantity === "shape") return line.shape ? times(line.shape) || "scalar" : "–";
  if (quantity === "field") return line.field;
  return (quantity === "multiply_adds" && !line.known ? "≥ " : "") + figure(line[quantity]);
}

export function parts(net, shown, id) {
  if (id === "whole") return lines(net).filter(({ level }) => level === 0);
  const { level } = shown.find((line) => line.id === id);
  const every = lines(net, 99);
  const after = every.slice(every.findIndex((line) => line.id === id) + 1);
  const end = after.findIndex((line) => line.level <= level);
  return (end < 0 ? after : after.slice(0, end)).filter((line) => line.level === level + 1);
}

export function sumOf(net, shown, id, quantity) {
  const whole = id === "whole";
  if (!whole && !id.includes("/")) return net.rows.find(({ name }) => name === id).sums[quantity];
  const line = whole ? totals(net) : shown.find((each) => each.id === id);
  if (["shape", "field"].includes(quantity)) return ["", "", cell(line, quantity), whole ? "of the output" : "of its last row"];
  const terms = parts(net, shown, id).filter((part) => part[quantity]);
  return [
    terms.map(({ name }) => name).join(" + "), terms.map((part) => figure(part[quantity])).join(" + "), cell(line, quantity),
    line.known || quantity !== "multiply_adds" ? "" : "some calls are not covered",
  ];
}

const [EDGE, TALL, LANE] = [14, 108, 9];
const KINDS = [
  ["join", /^(add|sum|sub|mul|multiply|concat|cat|stack|mean)\b/],
  ["up", /^(up|tconv|convtranspose|unpool|pixelshuffle)/],
  ["down", /^(\w*pool|gap|crop|slice)/],
  ["conv", /^conv/],
  ["dense", /^(linear|dense|matmul)/],
  ["thin", /^(bn|ln|gn|instancenorm|lrn|relu\w*|leakyrelu|prelu|elu|selu|gelu|silu|mish|softplus|sigmoid|tanh|hardswish|\w*softmax|arctan|step|dropout|identity|flatten|view|reshape|pad|div|pow|square)\b/],
];
const kindOf = ({ open, title }) => (open !== null ? "group" : KINDS.find(([, pattern]) => pattern.test(title.toLowerCase()))?.[0] ?? "other");

export function diagram(net, shown) {
  const leaves = shown.filter(({ open }) => !open);
  const shapes = [net.input, ...leaves.map(({ shape }) => shape ?? [1])];
  const most = (list) => Math.max(2, ...list);
  const side = most(shapes.filter((shape) => shape.length > 1).map((shape) => Math.max(...shape.slice(1))));
  const wide = most(shapes.filter((shape) => shape.length).map(([c]) => c));
  const gap = Math.max(13, Math.min(40, 560 / shapes.length));
  let x = EDGE;
  const blocks = [null, ...leaves].map((line, i) => {
    const shape = shapes[i];
    const flat = shape.length < 2;
    const kind = line ? kindOf(line) : "input";
    const channels = Math.log(1 + (shape[0] ?? 1)) / Math.log(1 + wide);
    const block = { id: line?.id ?? "input", name: line?.name ?? "input", kind, x, w: 18, h: 18 };
    if (kind !== "join") {
      block.w = kind === "thin" ? 6 : flat ? 12 : 10 + 26 * channels;
      block.h = 14 + (TALL - 14) * (flat ? channels : Math.log(1 + Math.max(...shape.slice(1))) / Math.log(1 + side));
    }
    x += block.w + gap;
    return block;
  });
  const links = linked(net, leaves, blocks);
  const middle = EDGE + (Math.max(0, ...links.map(({ lane }) => lane)) + 1) * LANE + TALL / 2;
  for (const block of blocks) block.y = middle - block.h / 2;
  for (const link of links) {
    link.top = middle - TALL / 2 - LANE * link.lane;
    link.y1 = blocks[link.source].y;
    link.y2 = blocks[link.target].y;
    link.source = blocks[link.source].id;
    link.target = blocks[link.target].id;
  }
  return { width: x - gap + EDGE, height: middle + TALL / 2, middle, blocks, links };
}

function linked(net, leaves, blocks) {
  const owner = { input: 0 };
  leaves.forEach(({ first, count }, i) => net.rows.slice(first, first + count).forEach(({ name }) => (owner[name] = i + 1)));
  const pairs = new Map();
  for (const { name, inputs } of net.rows) {
    for (const source of inputs) {
      const pair = [owner[source] ?? 0, owner[name]];
      if (pair[0] !== pair[1]) pairs.set(pair.join(), pair);
    }
  }
  const taken = [];
  return [...pairs.values()].sort((a, b) => a[1] - a[0] - (b[1] - b[0]) || a[0] - b[0]).map(([source, target]) => {
    let lane = 0;
    if (target - source > 1) {
      const crossed = taken.filter(([a, b]) => a < target && source < b).map((one) => one[2]);
      do lane++; while (crossed.includes(lane));
      taken.push([source, target, lane]);
    }
    const [first, last] = [blocks[source], blocks[target]];
    return lane ? { source, target, lane, x1: first.x + first.w * 0.7, x2: last.x + last.w * 0.3 } : { source, target, lane, x1: first.x + first.w, x2: last.x };
  });
}
