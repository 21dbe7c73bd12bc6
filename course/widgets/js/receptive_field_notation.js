// The notation of nets, read and written: course/arithmetic/notation.py, for the words that receptive_field_words.json lists.
// A net is a tree: a chain is a list of steps, a join a step with branches, each a chain. Steps that are layers are the nodes.

import { PADDING_MODES, Refusal } from "./axis.js";
import WORDS from "./receptive_field_words.json" with { type: "json" };

const TOKEN = /\s*(?:([>→(),])|@([A-Za-z_][\w.]*)|([^\s>→(),@]+))/y;
export const JOINS = ["add", "concat"];

const no = (text) => {
  throw new Refusal(text);
};
const fit = (word, text) => new RegExp(`^(?:${WORDS[word][0].replace(/[NZC]/g, (c) => ({ N: "[1-9]\\d{0,2}", Z: "\\d{1,3}", C: "[1-9]\\d{0,3}" })[c])})$`).test(text);

// Where and why a net cannot be read; the Python side says the same of the same place.
function unreadable(text, start) {
  const [found] = /^[^\s>→(),@]*/.exec(text.slice(start));
  const word = found.toLowerCase();
  const at = `column ${start + 1}`;
  if (Object.hasOwn(WORDS, word)) no(`${word} at ${at} cannot be read so: write it as ${WORDS[word][1]}`);
  const what = start >= text.trimEnd().length ? "the net ends too early" : `'${found || text[start]}' cannot be read`;
  no(`${what} at ${at}: steps are ${Object.keys(WORDS).join(", ")}, add(…, skip), concat(…, …) and @name, with > between them`);
}

const pair = ([, a, b]) => [Number(a), Number(b ?? a)];

// A step's settings, or null where they are impossible.
function settings(word, parts) {
  const step = { word, n: [], border: "zeros" };
  for (const part of parts) {
    const [, letter, numbers] = /^(op|[kspd])?([\dx]+)$/.exec(part) ?? [];
    if (!numbers) {
      if (PADDING_MODES.includes(part)) {
        if (step.border !== "zeros") return null;
        step.border = part;
      } else if (step[part]) return null;
      else step[part] = true;
      continue;
    }
    const value = pair(/(\d+)(?:x(\d+))?/.exec(numbers));
    if (!letter && !numbers.includes("x")) step.n.push(value[0]);
    else if (step[letter ?? "k"]) return null;
    else step[letter ?? "k"] = value;
  }
  return (READ[word] ?? (() => step))(step, parts[0]);
}

function conv(step) {
  if (step.same && step.p) return null;
  step.out = step.n.at(-1);
  step.in = step.n.length > 1 ? step.n[0] : null;
  for (const [name, usual] of [["s", 1], ["p", 0], ["d", 1], ["op", 0]]) step[name] ??= [usual, usual];
  if (step.same && step.s.some((s) => s > 1)) return null;
  return step.word === "tconv" && step.op.some((op, i) => op >= Math.max(step.s[i], step.d[i])) ? null : step;
}

function pool(step) {
  step.k ??= [step.n[0], step.n[0]];
  step.s ??= step.k;
  step.p ??= [0, 0];
  step.d ??= [1, 1];
  return step.p.some((p, i) => p > Math.floor(step.k[i] / 2)) ? null : step;
}

const around = (step, text) => {
  const sides = text.split("x").map((part) => pair(/(\d+):?(\d+)?/.exec(part)));
  return { ...step, sides: [sides[0], sides.at(-1)] };
};

const READ = {
  conv, tconv: conv, pool, avgpool: pool, crop: around, pad: around,
  adaptiveavgpool: (step, text) => {
    const sizes = text.split("x").map((m) => (m === "_" ? null : Number(m)));
    return { ...step, sizes: [sizes[0], sizes.at(-1)], single: sizes.length === 1 };
  },
  gap: (step) => ({ ...step, sizes: [1, 1], single: true }),
  up: (step, text) => ({ ...step, single: !text.includes("x"), factor: text.startsWith("to") ? null : step.n[0], to: text.startsWith("to") ? pair(/(\d+)(?:x(\d+))?/.exec(text)) : null }),
};

// {chain, nodes, shape}: the tree; its layers in order, each with name, inputs (names) and depth; the input's shape where it is given.
export function parse(raw) {
  const text = raw.replaceAll("×", "x");
  const nodes = [];
  let at = 0;
  const fail = (start) => unreadable(text, start);
  const named = (name) => nodes.some((node) => node.name === name);

  function peek() {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      const rest = text.slice(at).trimStart();
      if (rest) fail(text.length - rest.length);
      return { kind: 0, start: text.trimEnd().length, end: text.length };
    }
    const kind = [1, 2, 3].find((i) => match[i]);
    return { kind, value: match[kind], start: TOKEN.lastIndex - match[kind].length - (kind === 2), end: TOKEN.lastIndex };
  }
  function take() {
    const token = peek();
    at = token.end;
    return token;
  }
  const isMark = (...marks) => peek().kind === 1 && marks.includes(peek().value);
  function expect(...marks) {
    const { value, start } = take();
    return marks.includes(value) ? value : fail(start);
  }

  function readChain(current, depth) {
    const chain = [];
    let last = current;
    do {
      const step = readStep(last, depth, depth > 0 && !chain.length);
      chain.push(step);
      last = step.word === "skip" ? current : step.word === "@" ? step.to : step.name;
    } while (isMark(">", "→") && take());
    return { chain, last };
  }

  function readStep(current, depth, maySkip) {
    const { kind, value, start } = take();
    if (kind === 2) return value === "input" || named(value) ? { word: "@", to: value } : fail(start);
    if (kind !== 3 || (value === "skip" && !maySkip)) fail(start);
    if (value === "skip") return { word: value };
    const word = value.toLowerCase();
    if (JOINS.includes(word)) return readJoin(word, current, depth, start);
    if (!Object.hasOwn(WORDS, word)) fail(start);
    const given = readSettings();
    const step = fit(word, given.join(", ")) && settings(word, given);
    return node(step || fail(start), [current], depth);
  }

  function readSettings() {
    const given = [];
    if (!isMark("(")) return given;
    take();
    if (isMark(")") && take()) return given;
    do {
      const setting = [];
      while (peek().kind === 3) setting.push(take().value);
      given.push(setting.length ? setting.join(" ") : fail(peek().start));
    } while (expect(",", ")") === ",");
    return given;
  }

  function readJoin(word, current, depth, start) {
    if (!isMark("(")) fail(start);
    take();
    const branches = [];
    do branches.push(readChain(current, depth + 1));
    while (expect(",", ")") === ",");
    if (branches.length < 2) fail(start);
    return node({ word, branches: branches.map(({ chain }) => chain) }, branches.map(({ last }) => last), depth);
  }

  function node(step, inputs, depth) {
    let number = 1;
    while (named(`${step.word}${number}`)) number++;
    Object.assign(step, { name: `${step.word}${number}`, inputs, depth, label: null });
    const { kind, value, start } = peek();
    if (kind === 2) {
      take();
      if (named(value) || ["input", "skip", "whole"].includes(value)) fail(start);
      step.name = step.label = value;
    }
    nodes.push(step);
    return step;
  }

  if (!text.trim()) fail(0);
  let shape = null;
  const { kind, value } = peek();
  if (kind === 3 && /^\d{1,18}(x\d{1,18})*$/.test(value)) {
    take();
    shape = value.split("x").map(Number);
    expect(">", "→");
  }
  const { chain } = readChain("input", 0);
  if (peek().kind) fail(peek().start);
  if (!nodes.length) fail(0);
  return { chain, nodes, shape };
}

const times = ([a, b]) => `${a}x${b}`;
const short = ([a, b]) => (a === b ? String(a) : times([a, b]));
const compact = (letter, values, usual) => (values.every((v) => v === usual) ? [] : [letter + short(values)]);

// A layer in the notation, without its label.
export function written(step) {
  const { word, k, s, p, d, sizes, sides, border } = step;
  const tail = [...(step.nobias ? ["nobias"] : []), ...(border === "zeros" ? [] : [border])];
  const parts = {
    conv: () => [...(step.in === null ? [] : [step.in]), step.out, times(k), ...compact("s", s, 1), ...(step.same ? ["same"] : compact("p", p, 0)), ...compact("op", step.op, 0), ...compact("d", d, 1), ...tail],
    pool: () => [short(k), ...(times(s) === times(k) ? [] : [`s${short(s)}`]), ...compact("p", p, 0), ...compact("d", d, 1), ...(step.ceil ? ["ceil"] : [])],
    adaptiveavgpool: () => [short(sizes.map((m) => m ?? "_"))],
    linear: () => [...step.n, ...tail],
    up: () => [step.factor ?? `to ${short(step.to)}`, ...(step.bilinear ? ["bilinear"] : [])],
    crop: () => [short(sides.map(([a, b]) => (a === b ? a : `${a}:${b}`))).replace(/^(\d+:\d+)$/, "$1x$1"), ...tail],
  }[{ tconv: "conv", avgpool: "pool", pad: "crop" }[word] ?? word]?.() ?? [];
  return parts.length ? `${word}(${parts.join(", ")})` : word;
}

export function write(chain) {
  return chain
    .map((step) => {
      if (step.word === "@") return `@${step.to}`;
      const text = step.branches ? `${step.word}(${step.branches.map(write).join(", ")})` : written(step);
      return step.label ? `${text} @${step.label}` : text;
    })
    .join(" > ");
}
