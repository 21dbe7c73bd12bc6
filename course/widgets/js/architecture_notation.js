// The notation: course/arithmetic/notation.py and steps.py again, with their messages and places.

import { ACTIVATIONS, MODES, NORMS, Refusal, activation, adaptive, around, conv, dropout, flatten, identity, join, linear, norm, pool, quoted, refuse, tconv, tuple, up } from "./architecture_layers.js";

const LETTERS = { k: "kernel_size", s: "stride", p: "padding", d: "dilation", g: "groups", op: "output_padding" };
const SIZES = /^(op|[kspdg])?(\d{1,18}(?:[x×]\d{1,18})*)$/;
const numbersOf = (text) => text.split(/[x×]/).map(Number);
const oneOrAll = (list) => (list.length > 1 ? list : list[0]);

// The ratio of difflib.SequenceMatcher, whose matches are the longest first.
function ratio(a, b) {
  const matches = (al, ah, bl, bh) => {
    let [from, to, size] = [al, bl, 0];
    for (let i = al; i < ah; i++) {
      for (let j = bl; j < bh; j++) {
        let n = 0;
        while (i + n < ah && j + n < bh && a[i + n] === b[j + n]) n++;
        if (n > size) [from, to, size] = [i, j, n];
      }
    }
    return size && size + matches(al, from, bl, to) + matches(from + size, ah, to + size, bh);
  };
  return a.length + b.length ? (2 * matches(0, a.length, 0, b.length)) / (a.length + b.length) : 1;
}
// difflib.get_close_matches(word, known, 1)
export function nearest(word, known) {
  const found = known.map((each) => [ratio(each, word), each]).filter(([score]) => score >= 0.6);
  return found.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? 1 : -1))[0]?.[1];
}

function read(word, settings, numbers, letters, flags) {
  const found = { "": [] };
  for (const setting of settings) {
    if (setting.includes(" ")) refuse(`${word} got ${quoted(setting)} as one setting: put a comma between settings`);
    const match = SIZES.exec(setting);
    let update;
    if (Object.hasOwn(flags, setting)) update = flags[setting];
    else if (match && (match[1] === undefined || letters.includes(match[1]))) {
      const values = numbersOf(match[2]);
      if (match[1] === undefined && values.length === 1) {
        found[""].push(values[0]);
        continue;
      }
      if (match[1] === undefined && !letters.includes("k")) refuse(`${word} takes plain numbers, got ${quoted(setting)}: give one number at a time`);
      update = { [LETTERS[match[1] ?? "k"]]: oneOrAll(values) };
    } else {
      const known = [...letters.map((letter) => `${letter}…`), ...Object.keys(flags)];
      const close = nearest(setting, Object.keys(flags));
      refuse(`${word} does not know the setting ${quoted(setting)}: ${close ? `did you mean ${quoted(close)}?` : `it knows ${known.join(", ") || "plain numbers"}`}`);
    }
    for (const name of Object.keys(update)) if (name in found) refuse(`${word} is given ${name} twice, again by ${quoted(setting)}: keep one`);
    Object.assign(found, update);
  }
  if (found[""].length > numbers) refuse(`${word} takes at most ${numbers} plain numbers, got ${found[""].join(", ")}`);
  return found;
}

const NOBIAS = { nobias: { bias: false } };
const PADDINGS = Object.fromEntries([...MODES.slice(1).map((mode) => [mode, { padding_mode: mode }]), ...["same", "valid"].map((padding) => [padding, { padding }])]);

function kernelAndChannels(word, { "": plain, ...found }, dim) {
  if (!("kernel_size" in found)) {
    if (plain.length < 2) refuse(`${word} needs out-channels and a kernel, such as ${word}(32, 3x3)`);
    if (plain.length === 2) refuse(`${word}(${plain[0]}, ${plain[1]}) has no kernel: write it as ${dim === 1 ? "k3" : `${Array(dim).fill(3).join("x")} or k3`}`);
    found.kernel_size = plain.pop();
  }
  if (plain.length < 1 || plain.length > 2) refuse(`${word} takes out-channels, or in- and out-channels, got ${plain.length} numbers: [${plain.join(", ")}]`);
  found.in_channels = plain.length === 2 ? plain[0] : null;
  found.out_channels = plain.at(-1);
  const kernel = found.kernel_size;
  if (!Array.isArray(kernel)) found.dim = dim;
  else if ((dim !== 2 || word.endsWith("2d")) && kernel.length !== dim) refuse(`${word} has ${dim} axes, but its kernel ${tuple(kernel)} has ${kernel.length}`);
  return found;
}

function pooling(word, settings, dim) {
  const { "": plain, ...found } = read(word, settings, 1, ["k", "s", "p", "d"], { ceil: { ceil_mode: true } });
  if (Boolean(plain.length) === "kernel_size" in found) refuse(`${word} needs one window size, such as ${word}(2)`);
  return pool({ ...found, kind: word.startsWith("avg") ? "avg" : "max", kernel_size: plain[0] ?? found.kernel_size, dim });
}

function adaptivePool(word, settings) {
  if (word === "gap") {
    none(word, settings);
    return adaptive("avg", 1);
  }
  if (settings.length !== 1 || !/^k?(\d+|_)([x×](\d+|_))*$/.test(settings[0])) refuse(`${word} needs its output size, such as ${word}(4) or ${word}(4x_)`);
  const sizes = settings[0].replace(/^k/, "").split(/[x×]/).map((n) => (n === "_" ? null : Number(n)));
  return adaptive(word.includes("max") ? "max" : "avg", sizes.length === 1 && settings[0][0] !== "k" ? sizes[0] : sizes);
}

function dense(word, settings) {
  const { "": plain, bias } = read(word, settings, 2, [], NOBIAS);
  if (!plain.length) refuse(`${word} needs its number of outputs, such as ${word}(10)`);
  return linear(plain.length === 2 ? plain[0] : null, plain.at(-1), bias);
}

function normalisation(word, settings) {
  const kind = Object.keys(NORMS).find((name) => NORMS[name][0] === word);
  const { "": plain, affine } = read(word, settings, kind === "group" ? 2 : 1, [], { affine: { affine: true }, noaffine: { affine: false } });
  const groups = kind === "group" && plain.length ? plain.shift() : null;
  return norm(kind, plain[0] ?? null, groups, affine);
}

function dropping(word, settings) {
  if (settings.length > 1) refuse(`dropout takes one probability, got ${settings.join(", ")}`);
  const p = settings.length ? (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(settings[0]) ? Number(settings[0]) : NaN) : 0.5;
  if (Number.isNaN(p)) refuse(`dropout takes a probability such as 0.5, got ${quoted(settings[0])}`);
  return dropout(p);
}

const UPS = ["nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic"];
function upsample(word, settings) {
  const sizes = settings.filter((s) => !UPS.includes(s) && s !== "corners");
  const chosen = settings.filter((s) => UPS.includes(s));
  const target = sizes.length === 1 ? /^(?:to (\d+([x×]\d+)*)|(\d+(\.\d+)?))$/.exec(sizes[0]) : null;
  if (!target || chosen.length > 1) refuse(`${word} needs one factor or size, such as ${word}(2), ${word}(2, bilinear) or ${word}(to 7x9)`);
  return up(target[3] ? Number(target[3]) : null, target[3] ? null : oneOrAll(numbersOf(target[1])), chosen[0] ?? "nearest", settings.includes("corners"));
}

function border(word, settings) {
  const amounts = settings.filter((s) => !MODES.includes(s));
  const modes = settings.filter((s) => MODES.includes(s));
  if (amounts.length !== 1 || !/^\d+(:\d+)?([x×](\d+(:\d+)?)?)*$/.test(amounts[0])) refuse(`${word} needs one amount, such as ${word}(4), ${word}(4x2) or ${word}(0:1x2)`);
  const [text] = amounts;
  const values = text.split(/[x×]/).filter(Boolean).map((part) => part.split(":").map(Number)).map((part) => (part.length === 2 && part[0] !== part[1] ? part : part[0]));
  const amount = values.length > 1 || /[x×]$/.test(text) || text.includes(":") ? values : values[0];
  if (word === "crop" && modes.length) refuse(`crop has no padding mode, got ${modes[0]}: leave it out`);
  if (modes.length > 1) refuse(`pad takes one mode, got ${modes.join(", ")}`);
  return around(word, amount, modes[0]);
}

function none(word, settings) {
  if (settings.length) refuse(`${word} takes no settings, got ${settings.join(", ")}: leave the brackets out`);
}
const plain = (word, settings) => {
  none(word, settings);
  return word === "flatten" ? flatten() : word === "identity" ? identity() : activation(word);
};

const WORDS = {};
const put = (words, reader) => words.forEach((word) => (WORDS[word] = reader));
put(["flatten", "identity", ...Object.keys(ACTIVATIONS)], plain);
put(Object.values(NORMS).map(([word]) => word), normalisation);
put(["gap", "adaptiveavgpool", "adaptivemaxpool"], adaptivePool);
put(["linear", "dense"], dense);
put(["up", "upsample"], upsample);
put(["crop", "pad"], border);
put(["dropout"], dropping);
for (const dim of [0, 1, 2, 3]) {
  const tail = dim ? `${dim}d` : "";
  put([`conv${tail}`], (word, settings) => conv(kernelAndChannels(word, read(word, settings, 3, ["k", "s", "p", "d", "g"], { ...NOBIAS, ...PADDINGS }), dim || 2)));
  put([`tconv${tail}`], (word, settings) => tconv(kernelAndChannels(word, read(word, settings, 3, ["k", "s", "p", "op", "d", "g"], NOBIAS), dim || 2)));
  put(["pool", "maxpool", "avgpool"].map((kind) => kind + tail), (word, settings) => pooling(word, settings, dim || undefined));
}
const JOINS = ["add", "concat"];

export const make = (word, settings) => (Object.hasOwn(WORDS, word) ? WORDS[word](word, settings) : refuse(`unknown step ${quoted(word)}`));

function suggestion(word) {
  if (Object.hasOwn(WORDS, word)) return "";
  const known = [...Object.keys(WORDS), ...JOINS];
  const close = nearest(word, known);
  return close ? `: did you mean ${quoted(close)}?` : `: known are ${known.sort().join(", ")}`;
}

// A line that cannot be read: its message, the place, and what to put there instead where that is known.
export class NotationRefusal extends Refusal {
  constructor(message, text, position, mend = null) {
    super(`${message}\n  ${text}\n  ${" ".repeat(position)}^`);
    Object.assign(this, { words: message, text, position, mend });
  }
}

const TOKEN = /\s*(?:([>→(),])|@([A-Za-z_][\p{L}\p{N}_.]*)|([^\s>→(),@]+))/uy;

// Returns {nodes: [{name, layer, inputs}], input: shape or null}.
export function parse(text) {
  const nodes = [];
  let input = null;
  let position = 0;
  const fail = (message, start, mend) => {
    throw new NotationRefusal(message, text, start, mend);
  };

  function peek() {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (!match) {
      const rest = text.slice(position).trimStart();
      const start = text.length - rest.length;
      if (rest) fail(rest[0] === "@" ? "'@' needs a name behind it" : `cannot read ${quoted(rest[0])}`, start);
      return ["end", "the end", text.trimEnd().length, text.length];
    }
    const [whole, mark, label, word] = match;
    const value = mark ?? label ?? word;
    return [mark ? "mark" : label ? "label" : "word", value, match.index + whole.length - value.length - (label ? 1 : 0), match.index + whole.length];
  }
  function take() {
    const token = peek();
    position = token[3];
    return token;
  }
  const isMark = (mark) => {
    const [kind, value] = peek();
    return kind === "mark" && value === mark;
  };
  function expect(...marks) {
    const [kind, value, start] = take();
    if (kind !== "mark" || !marks.includes(value)) fail(`expected ${marks.map(quoted).join(" or ")}, found ${quoted(value)}`, start);
    return value;
  }
  function chain(current, branch) {
    for (let first = true; ; first = false) {
      current = step(current, branch && first);
      const [kind, value] = peek();
      if (kind !== "mark" || !">→".includes(value)) return current;
      take();
    }
  }
  function step(current, maySkip) {
    const [kind, given, start] = take();
    if (kind === "label") {
      if (given !== "input" && !nodes.some(({ name }) => name === given)) fail(`no step before this is named @${given}`, start);
      return given;
    }
    if (kind !== "word") fail(`expected a step such as conv(…), found ${quoted(given)}`, start);
    if (given === "skip") return maySkip ? current : fail("skip stands only at the start of a branch of add or concat", start);
    const word = given.toLowerCase();
    if (JOINS.includes(word)) return branches(word, current, start);
    const words = settings();
    let layer;
    try {
      layer = make(word, words);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const close = Object.hasOwn(WORDS, word) ? null : nearest(word, [...Object.keys(WORDS), ...JOINS]);
      fail(`${error.message} at column ${start + 1}${suggestion(word)}`, start, close && { from: start, to: start + given.length, text: close });
    }
    return add(layer, [current]);
  }
  function settings() {
    const words = [];
    if (!isMark("(")) return words;
    take();
    if (isMark(")")) {
      take();
      return words;
    }
    for (;;) {
      const setting = [];
      while (peek()[0] === "word") setting.push(take()[1]);
      if (!setting.length) fail(`expected a setting, found ${quoted(peek()[1])}`, peek()[2]);
      words.push(setting.join(" "));
      if (expect(",", ")") === ")") return words;
    }
  }
  function branches(word, current, start) {
    if (!isMark("(")) fail(`${word} needs its branches in brackets, such as ${word}(conv(…), skip)`, start);
    take();
    const inputs = [chain(current, true)];
    while (expect(",", ")") === ",") inputs.push(chain(current, true));
    if (inputs.length < 2) fail(`${word} joins two branches or more, found one`, start);
    return add(join(word), inputs);
  }
  function add(layer, inputs) {
    const taken = new Set(nodes.map(({ name }) => name));
    const stem = layer.title.split("(")[0].replace(/[123]d$/, "");
    let number = 1;
    while (taken.has(`${stem}${number}`)) number++;
    let name = `${stem}${number}`;
    const [kind, value, start] = peek();
    if (kind === "label") {
      take();
      if (taken.has(value) || ["input", "skip", "whole"].includes(value)) fail(`the name @${value} is taken: choose another`, start);
      name = value;
    }
    nodes.push({ name, layer, inputs });
    return name;
  }

  if (!text.trim()) fail("there is nothing to read: write steps such as conv(3, 32, 3x3) > relu", 0);
  const [kind, value] = peek();
  if (kind === "word" && /^\d{1,18}([x×]\d{1,18})*$/.test(value)) {
    take();
    input = numbersOf(value);
    expect(">", "→");
  }
  try {
    chain("input", false);
  } catch (error) {
    if (error instanceof RangeError) throw new NotationRefusal("branches are nested too deeply: name steps and go back to them with @name", text.slice(0, 60), 0);
    throw error;
  }
  const [last, found, start] = peek();
  if (last !== "end") fail(`${quoted(found)} is not expected here`, start);
  if (!nodes.length) fail("a graph needs at least one node: give it a layer", 0);
  const zero = input?.findIndex((n) => n < 1) ?? -1;
  if (zero >= 0) fail(`axis ${zero} of the input shape must be at least 1, got ${input[zero]}`, 0);
  return { nodes, input };
}
