// The layers of course/arithmetic, each from its settings: shape, parameters, multiply–adds, what it reads, its line of torch.
// A derivation is [formula, numbers, result, note].

export class Refusal extends Error {}

export const refuse = (text) => {
  throw new Refusal(text);
};

export const product = (list) => list.reduce((a, b) => a * b, 1);
const dots = (...factors) => factors.flat().join("·");
// As Python prints a tuple.
export const tuple = (list) => `(${list.join(", ")}${list.length === 1 ? "," : ""})`;
export const quoted = (text) => (text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replace(/['\\]/g, "\\$&")}'`);
const alike = (list) => new Set(list.map(String)).size === 1;
const AXES = [[], ["L"], ["H", "W"], ["D", "H", "W"]];
const SIDES = { L: "length", H: "height", W: "width", D: "depth" };
const symbols = (letter, values) => values.map((_, i) => (alike(values) ? letter : `${letter}_${AXES[values.length][i].toLowerCase()}`));
const short = (values) => values.join("x");
const compact = (letter, values, usual) => (values.every((v) => v === usual) ? [] : [letter + (alike(values) ? values[0] : short(values))]);
const argument = (values) => (alike(values) ? String(values[0]) : tuple(values));
const given = (name, values, usual) => (values.every((v) => v === usual) ? "" : `, ${name}=${argument(values)}`);
const flags = (layer, mode = "") => (layer.bias ? "" : ", bias=False") + mode;

const least = (name, value, low = 1) => (value < low ? refuse(`${name} must be at least ${low}, got ${value}`) : value);
const perAxis = (name, value, axes, low = 1) => {
  if (Array.isArray(value) && value.length !== axes) refuse(`${name} ${tuple(value)} has ${value.length} numbers for ${axes} axes: give one, or one for each axis`);
  return (Array.isArray(value) ? value : Array(axes).fill(value)).map((v) => least(name, v, low));
};
const countAxes = (kernel, dim) => {
  if (!Array.isArray(kernel)) return dim ?? 2;
  if (dim && dim !== kernel.length) refuse(`kernel_size ${tuple(kernel)} has ${kernel.length} axes, but dim is ${dim}`);
  return kernel.length > 3 ? refuse(`kernel_size ${tuple(kernel)} has ${kernel.length} axes: 1, 2 or 3 are known`) : kernel.length;
};
export const MODES = ["zeros", "reflect", "replicate", "circular", "symmetric"];
const most = (n, mode) => ({ reflect: n - 1, circular: n, symmetric: n })[mode] ?? Infinity;
const checkPadding = (n, [before, after], mode) => {
  const worst = Math.max(before, after);
  if (worst > most(n, mode)) refuse(`${mode} padding ${worst} needs more than the ${n} positions there are: at most ${most(n, mode)} here, or use replicate`);
};
function outputLength(n, k, s, [before, after], d, ceil) {
  const reach = d * (k - 1) + 1;
  const room = n + before + after - reach;
  if (ceil && room > -s) {
    const count = Math.ceil(room / s) + 1;
    return (count - 1) * s >= n + before ? count - 1 : count;
  }
  if (room < 0) refuse(`kernel ${k}${d > 1 ? ` with dilation ${d}` : ""} spans ${reach}, more than ${before + after ? "the padded input" : "the input"} ${n + before + after}: raise padding to at least ${Math.floor((reach - n + 1) / 2)} or shrink the kernel`);
  return Math.floor(room / s) + 1;
}
const checkAxes = ({ word }, shape, axes) => {
  const have = shape.length - 1;
  if (have === axes) return;
  const other = have in AXES && have ? `use the ${have}-D layer` : "";
  const mend = have === 0 ? "was it flattened too early?" : have > axes ? `leave the batch axis out${other && `, or ${other}`}` : `is the channel axis missing, as in ${tuple([1, ...shape])}? otherwise ${other}`;
  refuse(`${word} works on ${tuple(["channels", ...AXES[axes]])}, but the input is ${tuple(shape)}: ${mend}`);
};
const checkChannels = ({ word }, wanted, shape) => {
  if (shape[0] !== wanted) refuse(`${word} expects ${wanted} input channels, but the input ${tuple(shape)} has ${shape[0]}: make it with in_channels=${shape[0]}`);
};
const checkGroups = (groups, ...counts) => counts.forEach((n, i) => {
  if (n && n % groups) refuse(`groups ${groups} does not divide ${i ? "out" : "in"}_channels ${n}: use one of its divisors [${Array.from({ length: n }, (_, d) => d + 1).filter((d) => n % d === 0).join(", ")}]`);
});
const onAxis = (word, axes, f) => (n, i) => {
  try {
    return f(n, i);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(`${word}, ${SIDES[AXES[axes][i]]}: ${error.message}`) : error;
  }
};

// What a layer is unless it says otherwise: an elementwise function of one input.
const LAYER = {
  bind() { return this; },
  derive: ([shape]) => ["the input's shape", "", shape, ""],
  parameters: () => ["", "", 0, "nothing is learned"],
  work: () => ["", "", 0, "by convention only weighted sums are counted"],
  maps: (shape) => shape.slice(1).map(() => ({ taps: [[0]], advance: 1 })),
  everything: () => false,
  rule: () => null,
  torch: () => "",
};
const layer = (own) => ({ ...LAYER, ...own });
// A window's rule: its numbers on each axis, for (r + (k − 1)·d·j, s·j, start − p·j).
const rule = (k, s, p, d) => k.map((_, i) => [k[i], s[i], p[i], d[i]]);

export function conv(settings) {
  const axes = countAxes(settings.kernel_size, settings.dim);
  const { in_channels: c, out_channels: o, groups = 1, bias = true, padding = 0, padding_mode: mode = "zeros" } = settings;
  if (c !== null) least("in_channels", c);
  least("out_channels", o);
  const k = perAxis("kernel_size", settings.kernel_size, axes);
  const s = perAxis("stride", settings.stride ?? 1, axes);
  const d = perAxis("dilation", settings.dilation ?? 1, axes);
  checkGroups(least("groups", groups), c, o);
  const text = typeof padding === "string";
  if (padding === "same" && s.some((v) => v !== 1)) refuse(`padding 'same' is defined for stride 1 only, got stride ${argument(s)}: give padding as numbers, ${argument(k.map((v, i) => Math.floor((d[i] * (v - 1)) / 2)))} here`);
  const numbers = text ? null : perAxis("padding", padding, axes, 0);
  const pads = numbers ? numbers.map((v) => [v, v]) : k.map((v, i) => (padding === "same" ? [Math.floor((d[i] * (v - 1)) / 2), Math.ceil((d[i] * (v - 1)) / 2)] : [0, 0]));
  const g = groups > 1;
  const lengths = (shape) => shape.slice(1).map(onAxis("conv", axes, (n, i) => {
    checkPadding(n, pads[i], mode);
    return outputLength(n, k[i], s[i], pads[i], d[i]);
  }));
  const kk = symbols("k", k);
  return layer({
    settings, word: "conv", kind: "conv", k, s, d, c, o, groups, bias, axes,
    bind([shape]) {
      checkAxes(this, shape, axes);
      if (c === null) return conv({ ...settings, dim: axes, in_channels: shape[0] });
      checkChannels(this, c, shape);
      return this;
    },
    derive([shape]) {
      const result = lengths(shape);
      const [a, b, e, f] = [kk, symbols("s", s), symbols("p", pads), symbols("d", d)];
      return [
        tuple(["C_out", ...AXES[axes].map((axis, i) => `⌊(${axis} + 2${e[i]} − ${f[i]}(${a[i]} − 1) − 1)/${b[i]}⌋ + 1`)]),
        tuple([o, ...result.map((_, i) => `⌊(${shape[i + 1]} + ${pads[i][0] === pads[i][1] ? `2·${pads[i][0]}` : pads[i].join(" + ")} − ${d[i]}·(${k[i]} − 1) − 1)/${s[i]}⌋ + 1`)]),
        [o, ...result], "",
      ];
    },
    parameters() {
      const wrap = (formula) => (bias ? `(${formula} + 1)` : formula);
      return [`${wrap(dots(kk, "C_in") + (g ? "/g" : ""))}·C_out`, `${wrap(dots(k, c) + (g ? `/${groups}` : ""))}·${o}`, (product(k) * Math.floor(c / groups) + bias) * o, ""];
    },
    work([shape]) {
      const result = lengths(shape);
      return [dots("C_out", AXES[axes].map((a) => `${a}_out`), g ? "C_in/g" : "C_in", kk), dots(o, result, g ? `${c}/${groups}` : c, k), o * product(result) * (c / groups) * product(k), ""];
    },
    maps: () => k.map((size, i) => ({ taps: [Array.from({ length: size }, (_, t) => d[i] * t - pads[i][0])], advance: s[i], border: mode })),
    rule: () => rule(k, s, pads.map(([p]) => p), d),
    torch: () =>
      `nn.Conv${axes}d(${c}, ${o}, kernel_size=${argument(k)}${given("stride", s, 1)}${text ? `, padding='${padding}'` : given("padding", numbers, 0)}` +
      `${given("dilation", d, 1)}${given("groups", [groups], 1)}${flags({ bias }, ["zeros", "symmetric"].includes(mode) ? "" : `, padding_mode='${mode}'`)}` +
      (mode === "symmetric" ? ")  # torch has no symmetric padding: pad the input before" : ")"),
    get title() {
      const parts = [...(c === null ? [] : [c]), o, axes > 1 ? short(k) : `k${k[0]}`, ...compact("s", s, 1), ...(text ? [padding] : compact("p", numbers, 0))];
      parts.push(...compact("d", d, 1), ...compact("g", [groups], 1), ...(bias ? [] : ["nobias"]), ...(mode === "zeros" ? [] : [mode]));
      return `conv${axes === 2 ? "" : `${axes}d`}(${parts.join(", ")})`;
    },
  });
}

export function tconv(settings) {
  const axes = countAxes(settings.kernel_size, settings.dim);
  const { in_channels: c, out_channels: o, groups = 1, bias = true } = settings;
  if (c !== null) least("in_channels", c);
  least("out_channels", o);
  const take = (name, usual, low) => perAxis(name, settings[name] ?? usual, axes, low);
  const [k, s, p, op, d] = [take("kernel_size"), take("stride", 1), take("padding", 0, 0), take("output_padding", 0, 0), take("dilation", 1)];
  checkGroups(least("groups", groups), c, o);
  op.forEach((v, i) => {
    const free = Math.max(s[i], d[i]);
    if (v >= free) refuse(`output_padding ${v} must be smaller than the stride ${s[i]} or the dilation ${d[i]}: use at most ${free - 1}`);
  });
  const g = groups > 1;
  const kk = symbols("k", k);
  return layer({
    settings, word: "tconv", kind: "tconv", k, s, d, c, o, groups, bias, axes,
    bind([shape]) {
      checkAxes(this, shape, axes);
      if (c === null) return tconv({ ...settings, dim: axes, in_channels: shape[0] });
      checkChannels(this, c, shape);
      return this;
    },
    derive: ([shape]) => [
      tuple(["C_out", ...AXES[axes].map((axis) => `(${axis} − 1)s − 2p + d(k − 1) + op + 1`)]),
      tuple([o, ...k.map((v, i) => `(${shape[i + 1]} − 1)·${s[i]} − 2·${p[i]} + ${d[i]}·(${v} − 1) + ${op[i]} + 1`)]),
      [o, ...shape.slice(1).map(onAxis("tconv", axes, (n, i) => {
        const length = (n - 1) * s[i] - 2 * p[i] + d[i] * (k[i] - 1) + op[i] + 1;
        return length < 1 ? refuse(`padding ${p[i]} crops all of the transposed convolution's ${length + 2 * p[i]} positions: lower padding to at most ${Math.floor((length + 2 * p[i] - 1) / 2)}`) : length;
      }))], "",
    ],
    parameters: () => [
      dots(kk, "C_in", "C_out") + (g ? "/g" : "") + (bias ? " + C_out" : ""), dots(k, c, o) + (g ? `/${groups}` : "") + (bias ? ` + ${o}` : ""),
      (product(k) * c * o) / groups + bias * o, "",
    ],
    work: ([shape]) => [
      dots("C_in", AXES[axes], g ? "C_out/g" : "C_out", kk), dots(shape, g ? `${o}/${groups}` : o, k), product(shape) * (o / groups) * product(k),
      "each input value times each weight it meets",
    ],
    maps: () => k.map((size, i) => ({
      taps: Array.from({ length: s[i] }, (_, phase) => Array.from({ length: size }, (__, t) => phase + p[i] - d[i] * t).filter((at) => at % s[i] === 0).map((at) => at / s[i])),
      advance: 1,
    })),
    torch: () =>
      `nn.ConvTranspose${axes}d(${c}, ${o}, kernel_size=${argument(k)}${given("stride", s, 1)}${given("padding", p, 0)}${given("output_padding", op, 0)}` +
      `${given("groups", [groups], 1)}${flags({ bias })}${given("dilation", d, 1)})`,
    get title() {
      const parts = [...(c === null ? [] : [c]), o, axes > 1 ? short(k) : `k${k[0]}`, ...compact("s", s, 1), ...compact("p", p, 0), ...compact("op", op, 0)];
      return `tconv${axes === 2 ? "" : `${axes}d`}(${[...parts, ...compact("d", d, 1), ...compact("g", [groups], 1), ...(bias ? [] : ["nobias"])].join(", ")})`;
    },
  });
}

export function pool(settings) {
  const { kind, ceil_mode: ceil = false } = settings;
  const stride = settings.stride ?? settings.kernel_size;
  const first = [settings.kernel_size, stride, settings.padding, settings.dilation].find(Array.isArray);
  let dim = settings.dim ?? (first && countAxes(first));
  if (dim) dim = countAxes(settings.kernel_size, dim);
  const list = (axes) => [perAxis("kernel_size", settings.kernel_size, axes), perAxis("stride", stride, axes), perAxis("padding", settings.padding ?? 0, axes, 0), perAxis("dilation", settings.dilation ?? 1, axes)];
  const [k, s, p, d] = list(dim ?? 1);
  k.forEach((size, i) => {
    const half = Math.floor(size / 2);
    if (p[i] > half) refuse(`padding ${p[i]} is more than half of the kernel ${size}: use at most ${half}`);
    if (d[i] > 1 && kind === "avg") refuse(`average pooling has no dilation, got ${d[i]}: use max pooling, or a convolution`);
  });
  const [open, close] = ceil ? "⌈⌉" : "⌊⌋";
  return layer({
    settings, word: "pool", kind: "pool", k, s, d, ceil, axes: dim,
    bind([shape]) {
      if (!(shape.length - 1 in AXES) || shape.length < 2) checkAxes(this, shape, dim ?? 2);
      if (!dim) return pool({ ...settings, dim: shape.length - 1 });
      checkAxes(this, shape, dim);
      return this;
    },
    derive([shape]) {
      let late = false;
      const numbers = [];
      const lengths = shape.slice(1).map(onAxis("pool", dim, (n, i) => {
        const length = outputLength(n, k[i], s[i], [p[i], p[i]], d[i], ceil);
        const out = ceil && length <= Math.floor((n + 2 * p[i] - d[i] * (k[i] - 1) - 1 + s[i] - 1) / s[i]);
        late ||= out;
        numbers.push(`${open}(${n} + 2·${p[i]} − ${d[i]}·(${k[i]} − 1) − 1)/${s[i]}${close} + 1${out ? " − 1" : ""}`);
        return length;
      }));
      const formula = AXES[dim].map((axis) => `${open}(${axis} + 2p − d(k − 1) − 1)/s${close} + 1`);
      return [tuple(["C", ...formula]), tuple([shape[0], ...numbers]), [shape[0], ...lengths], late ? "a window that would start in the far padding is left out" : ""];
    },
    maps: () => k.map((size, i) => ({ taps: [Array.from({ length: size }, (_, t) => d[i] * t - p[i])], advance: s[i] })),
    rule: () => rule(k, s, p, d),
    torch: () => `nn.${kind === "avg" ? "Avg" : "Max"}Pool${dim}d(kernel_size=${argument(k)}${String(s) === String(k) ? "" : `, stride=${argument(s)}`}${given("padding", p, 0)}${given("dilation", d, 1)}${ceil ? ", ceil_mode=True" : ""})`,
    get title() {
      const parts = [dim > 1 ? short(k) : k[0], ...(String(s) === String(k) ? [] : [`s${alike(s) ? s[0] : short(s)}`]), ...compact("p", p, 0), ...compact("d", d, 1), ...(ceil ? ["ceil"] : [])];
      return `${kind === "avg" ? "avg" : ""}pool${dim === 1 ? "1d" : ""}(${parts.join(", ")})`;
    },
  });
}

export function adaptive(kind, size) {
  (Array.isArray(size) ? size : [size]).forEach((m) => m === null || least("output_size", m));
  if (Array.isArray(size) && size.length > 3) refuse(`output_size ${tuple(size.map((m) => m ?? "None"))} must name 1, 2 or 3 axes`);
  const sizes = (shape) => shape.slice(1).map((n, i) => (Array.isArray(size) ? size[i] : size) ?? n);
  const list = Array.isArray(size) ? size : [size];
  const text = list.map((m) => m ?? "_").join("x");
  const check = (self, shape) => {
    const axes = shape.length - 1;
    if (axes < 1 || axes > 3 || (Array.isArray(size) && size.length !== axes)) checkAxes(self, shape, Array.isArray(size) ? size.length : 2);
  };
  return layer({
    word: "adaptivepool",
    derive([shape]) {
      check(this, shape);
      return [tuple(["C", ...AXES[shape.length - 1].map((axis) => `${axis}_out`)]), "", [shape[0], ...sizes(shape)], "the output size is the setting"];
    },
    maps: (shape) => sizes(shape).map((m, axis) => {
      const n = shape[axis + 1];
      if (m === 1 && n > 1) return null;
      let period = 1;
      while ((period * n) % m) period++;
      const window = (i) => { const low = Math.floor((i * n) / m); return Array.from({ length: Math.ceil(((i + 1) * n) / m) - low }, (_, j) => low + j); };
      return { taps: Array.from({ length: period }, (_, i) => window(i)), advance: (period * n) / m };
    }),
    torch(shape) {
      const axes = Array.isArray(size) ? size.length : shape.length - 1;
      const none = (m) => m ?? "None";
      return `nn.Adaptive${kind === "avg" ? "Avg" : "Max"}Pool${axes}d(${Array.isArray(size) ? tuple(size.map(none)) : size ?? tuple(Array(axes).fill("None"))})`;
    },
    get title() {
      return kind === "avg" && size === 1 ? "gap" : `adaptive${kind}pool(${list.length !== 1 || !Array.isArray(size) ? text : `k${text}`})`;
    },
  });
}

export function linear(n, m, bias = true) {
  if (n !== null) least("in_features", n);
  least("out_features", m);
  return layer({
    word: "linear", kind: "linear", n, m, bias,
    bind([shape]) {
      if (shape.length !== 1) refuse(`linear takes a vector, but the input is ${tuple(shape)}: put flatten before it, or use a 1x1 convolution to keep the positions`);
      if (n === null) return linear(shape[0], m, bias);
      return n === shape[0] ? this : refuse(`linear expects ${n} features, but the input has ${shape[0]}: make it with in_features=${shape[0]}`);
    },
    derive: () => ["(M,)", `(${m},)`, [m], ""],
    parameters: () => (bias ? ["(N + 1)·M", `(${n} + 1)·${m}`, (n + 1) * m, ""] : ["N·M", `${n}·${m}`, n * m, ""]),
    work: () => ["N·M", `${n}·${m}`, n * m, ""],
    everything: () => true,
    torch: () => `nn.Linear(${n}, ${m}${flags({ bias })})`,
    title: `linear(${[...(n === null ? [] : [n]), m, ...(bias ? [] : ["nobias"])].join(", ")})`,
  });
}

// kind → word, affine unless told otherwise, torch's name
export const NORMS = {
  batch: ["bn", true, "BatchNorm"], layer: ["ln", true, "LayerNorm"], group: ["gn", true, "GroupNorm"],
  instance: ["instancenorm", false, "InstanceNorm"], local_response: ["lrn", false, "LocalResponseNorm"],
};

export function norm(kind, channels, groups, affine) {
  const [word, usual, name] = NORMS[kind];
  if (channels !== null) least("channels", channels);
  if ((groups === null) === (kind === "group")) refuse(groups === null ? "group norm needs the number of groups, such as gn(8)" : `${kind} norm has no groups, got ${groups}: leave it out`);
  if (groups !== null) least("groups", groups);
  const divides = (count) => groups !== null && count !== null && count % groups && refuse(`groups ${groups} does not divide the ${count} channels: use a divisor`);
  divides(channels);
  if (affine && kind === "local_response") refuse("local response normalisation has no learned scale: leave affine out");
  affine ??= usual;
  const parts = [groups, channels].filter((v) => v !== null);
  if (affine !== usual) parts.push(affine ? "affine" : "noaffine");
  return layer({
    word: "norm", kind: "norm", of: kind, channels,
    bind([shape]) {
      if (channels === null) {
        divides(shape[0]);
        return norm(kind, shape[0], groups, affine);
      }
      checkChannels(this, channels, shape);
      return this;
    },
    parameters: ([shape]) =>
      !affine ? ["", "", 0, "no learned scale or shift"]
      : kind === "layer" ? ["2·(input elements)", dots(2, shape), 2 * product(shape), "γ and β of each value"]
      : ["2·K", `2·${channels}`, 2 * channels, "γ and β of each map"],
    everything: (shape) => ["layer", "group"].includes(kind) || (kind === "instance" && shape.length > 1),
    torch(shape) {
      if (kind === "local_response") return "nn.LocalResponseNorm(5)";
      if (kind === "group") return `nn.GroupNorm(${groups}, ${channels}${affine ? "" : ", affine=False"})`;
      if (kind === "layer") return `nn.LayerNorm(${tuple(shape)}${affine ? "" : ", elementwise_affine=False"})`;
      return `nn.${name}${Math.max(1, shape.length - 1)}d(${channels}${affine === usual ? "" : `, affine=${affine ? "True" : "False"}`})`;
    },
    title: word + (parts.length ? `(${parts.join(", ")})` : ""),
  });
}

export const ACTIVATIONS = {
  relu: "ReLU", relu6: "ReLU6", leakyrelu: "LeakyReLU", prelu: "PReLU", elu: "ELU", selu: "SELU", gelu: "GELU", silu: "SiLU", mish: "Mish",
  softplus: "Softplus", sigmoid: "Sigmoid", tanh: "Tanh", hardswish: "Hardswish", softmax: "Softmax", logsoftmax: "LogSoftmax", arctan: "", step: "",
};

export const activation = (name) => layer({
  word: "activation", title: name,
  ...(name === "prelu" ? { parameters: () => ["1", "1", 1, "one slope for all channels"] } : {}),
  torch: () => (ACTIVATIONS[name] ? `nn.${ACTIVATIONS[name]}(${name.includes("softmax") ? "dim=1" : ""})` : name === "arctan" ? "torch.atan" : "lambda x: (x > 0).float()"),
});

const float = (p) => (Number.isInteger(p) ? `${p}.0` : String(p));
export const dropout = (p) => (p >= 0 && p <= 1 ? layer({ word: "dropout", title: `dropout(${float(p)})`, torch: () => `nn.Dropout(${float(p)})` }) : refuse(`dropout p must be a probability from 0 to 1, got ${float(p)}`));
export const identity = () => layer({ word: "identity", title: "identity", view: true, torch: () => "nn.Identity()" });
export const flatten = () => layer({
  word: "flatten", kind: "flatten", title: "flatten", view: true, torch: () => "nn.Flatten()",
  derive: ([shape]) => [`(${[, "C", "C·L", "C·H·W", "C·D·H·W"][shape.length] ?? "elements"},)`, `(${dots(shape)},)`, [product(shape)], ""],
});

const NEAREST = ["nearest", "nearest-exact"];
export function up(factor, size, mode, corners) {
  if (factor !== null && !(factor > 0 && factor <= 1024)) refuse(`scale_factor must be above 0 and at most 1024, got ${float(factor)}`);
  if (factor !== null && !Number.isInteger(factor * 64)) refuse(`scale_factor ${float(factor)} is no whole number of 64ths, so that rounding decides the size: give the size, such as up(to 7x9)`);
  if (corners && NEAREST.includes(mode)) refuse(`align_corners has no meaning for ${mode}: leave it out, or interpolate`);
  if (size !== null) (Array.isArray(size) ? size : [size]).forEach((m) => least("size", m));
  const wanted = { bicubic: 2, linear: 1, bilinear: 2, trilinear: 3 }[mode];
  const sizes = (self, shape) => {
    const axes = shape.length - 1;
    if (axes < 1 || axes > 3 || (wanted ?? axes) !== axes) checkAxes(self, shape, wanted ?? 2);
    if (factor === null) {
      if (Array.isArray(size)) checkAxes(self, shape, size.length);
      return Array.isArray(size) ? size : Array(axes).fill(size);
    }
    const found = shape.slice(1).map((n) => Math.floor(n * factor));
    return Math.min(...found) < 1 ? refuse(`up: scale factor ${factor} leaves nothing of ${tuple(shape.slice(1))}: raise it`) : found;
  };
  return layer({
    word: "up",
    derive([shape]) {
      const result = [shape[0], ...sizes(this, shape)];
      const axes = AXES[shape.length - 1];
      return factor === null ? [tuple(["C", ...axes.map((a) => `${a}_out`)]), "", result, "the size is the setting"]
        : [tuple(["C", ...axes.map((a) => `⌊${a}·f⌋`)]), tuple([shape[0], ...shape.slice(1).map((n) => `⌊${n}·${factor}⌋`)]), result, ""];
    },
    // Steps are fractions of whole numbers: positions are kept as numerators over one denominator, exactly.
    maps(shape) {
      return sizes(this, shape).map((m, axis) => {
        const n = shape[axis + 1];
        let [top, bottom] = corners ? (m > 1 ? [n - 1, m - 1] : [0, 1]) : factor !== null && (m !== n || mode === "nearest-exact") ? [64, factor * 64] : [n, m];
        const gcd = (a, b) => (b ? gcd(b, a % b) : a);
        const by = gcd(top, bottom);
        [top, bottom] = [top / by, bottom / by];
        const taps = Array.from({ length: bottom }, (_, i) => {
          if (mode === "nearest") return [Math.floor((i * top) / bottom)];
          if (mode === "nearest-exact") return [Math.floor(((2 * i + 1) * top) / (2 * bottom))];
          const [at, over] = corners ? [i * top, bottom] : [(2 * i + 1) * top - bottom, 2 * bottom];
          const left = Math.floor(at / over);
          return at % over === 0 ? [left] : mode === "bicubic" ? [left - 1, left, left + 1, left + 2] : [left, left + 1];
        });
        return { taps, advance: top, border: "replicate" };
      });
    },
    torch: () => `nn.Upsample(${factor === null ? `size=${Array.isArray(size) ? tuple(size) : size}` : `scale_factor=${factor}`}, mode='${mode}'${corners ? ", align_corners=True" : ""})`,
    title: `up(${[factor === null ? `to ${Array.isArray(size) ? short(size) : size}` : factor, ...(mode === "nearest" ? [] : [mode]), ...(corners ? ["corners"] : [])].join(", ")})`,
  });
}

// amount: a number for all sides, or for each axis a number or [before, after].
export function around(word, amount, mode = "zeros") {
  const each = (axes) => {
    const values = Array.isArray(amount) ? amount : Array(axes).fill(amount);
    if (values.length !== axes) refuse(`${word} ${tuple(amount.map((v) => (Array.isArray(v) ? tuple(v) : v)))} has ${values.length} numbers for ${axes} axes: give one, or one for each axis`);
    return values.map((v) => (Array.isArray(v) ? v : [v, v]));
  };
  const sign = word === "crop" ? "−" : "+";
  const text = Array.isArray(amount) ? amount.map((v) => (Array.isArray(v) ? v.join(":") : v)).join("x") + (amount.length === 1 ? "x" : "") : String(amount);
  return layer({
    word, view: word === "crop",
    derive([shape]) {
      const axes = shape.length - 1;
      if (axes < 1 || axes > 3) checkAxes(this, shape, 2);
      const cut = each(axes);
      const lengths = shape.slice(1).map(onAxis(word, axes, (n, i) => {
        const [a, b] = cut[i];
        if (word === "pad") checkPadding(n, [a, b], mode);
        else if (n - a - b < 1) refuse(`cropping ${a} and ${b} leaves nothing of ${n}: crop less than ${n} in all`);
        return word === "pad" ? n + a + b : n - a - b;
      }));
      return [tuple(["C", ...AXES[axes].map((axis) => `${axis} ${sign} a ${sign} b`)]), tuple([shape[0], ...shape.slice(1).map((n, i) => `${n} ${sign} ${cut[i].join(` ${sign} `)}`)]), [shape[0], ...lengths], ""];
    },
    maps: (shape) => each(shape.length - 1).map(([a]) => ({ taps: [[word === "crop" ? a : -a]], advance: 1, border: mode })),
    torch(shape) {
      const cut = each(shape.length - 1);
      if (word === "crop") return `x[..., ${cut.map(([a, b]) => `${a}:${b ? -b : ""}`).join(", ")}]`;
      if (mode === "symmetric") return `np.pad(x, [(0, 0), (0, 0), ${cut.map(tuple).join(", ")}], mode='symmetric')  # torch has no such mode`;
      return `F.pad(x, ${tuple([...cut].reverse().flat())}${mode === "zeros" ? "" : `, mode='${mode}'`})`;
    },
    title: `${word}(${text}${mode === "zeros" ? "" : `, ${mode}`})`,
  });
}

function joinMend(first, other) {
  if (first.length !== other.length) return "one of them was flattened; flatten both or neither";
  const gaps = first.slice(1).map((n, i) => n - other[i + 1]);
  const larger = gaps.every((gap) => gap >= 0);
  if (!larger && !gaps.every((gap) => gap <= 0)) return "their positions must agree; crop or pad the longer axis of each";
  const large = larger && Math.max(...gaps) > 0 ? first : other;
  const cuts = gaps.map(Math.abs).map((gap) => (gap % 2 ? `${(gap - 1) / 2}:${(gap + 1) / 2}` : gap / 2)).join("x");
  const ratios = new Set(first.slice(1).map((n, i) => n / other[i + 1]));
  if (ratios.size === 1 && (ratios.has(2) || ratios.has(0.5))) return `give the path of ${tuple(large)} a stride of 2, up-sample the other, or crop(${cuts})`;
  return `their positions must agree; crop(${cuts}) the path of ${tuple(large)}, or pad the other`;
}

export const join = (word) => layer({
  word, title: word, join: true,
  bind(shapes) {
    const [first, ...others] = shapes;
    for (const other of others) {
      if (String(other.slice(1)) !== String(first.slice(1)) || other.length !== first.length) refuse(`${word} cannot join ${tuple(first)} and ${tuple(other)}: ${joinMend(first, other)}`);
    }
    for (const other of others) {
      if (word === "add" && other[0] !== first[0]) {
        const layers = [, , `conv1d(${first[0]}, k1)`, `conv(${first[0]}, 1x1)`, `conv3d(${first[0]}, 1x1x1)`];
        refuse(`add cannot join ${tuple(first)} and ${tuple(other)}: channels must agree; project one with ${layers[other.length] ?? "a linear layer"}`);
      }
    }
    return this;
  },
  derive(shapes) {
    if (word === "add") return ["the shape of each path", "", shapes[0], ""];
    const rest = shapes[0].slice(1);
    return ["(ΣC, positions)", `(${shapes.map(([c]) => c).join(" + ")}${rest.map((n) => `, ${n}`).join("") || ","})`, [shapes.reduce((sum, [c]) => sum + c, 0), ...rest], ""];
  },
});
