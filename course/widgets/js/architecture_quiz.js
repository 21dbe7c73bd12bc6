// What was typed in the quiz, whether it is right, and which wrong formula gives it: course/widgets/architecture_quiz_model.py again.

import { Refusal, conv, pool, product, tconv } from "./architecture_layers.js";
import { cell, figure, times } from "./architecture_lines.js";
import { make } from "./architecture_notation.js";

const isSize = (quantity) => quantity === "shape" || quantity === "field";

export function layerOf(title) {
  const match = /^(\w+)(?:\((.*)\))?$/.exec(title);
  return match && attempt(() => make(match[1], match[2] ? match[2].split(", ") : []));
}

function attempt(f) {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return null;
  }
}

export function typed(quantity, given) {
  const text = given.trim().toLowerCase();
  if (isSize(quantity)) {
    if (quantity === "field" && /^(whole( input)?|all)$/.test(text)) return "whole input";
    if (["-", "–", "none"].includes(text)) return "–";
    if (!/^[([]?\s*\d{1,12}(\s*([x×*·,;]|\s)\s*\d{1,12})*\s*,?\s*[)\]]?$/.test(text)) return null;
    return times(text.match(/\d+/g).map(Number));
  }
  const digits = text.replace(/[\s,_'’]/g, "");
  return /^\d{1,15}$/.test(digits) ? String(Number(digits)) : null;
}

const truth = (line, quantity) => (isSize(quantity) ? cell(line, quantity).replace(/ misaligned$/, "") : String(line[quantity]));

export function mark(net, line, quantity, text) {
  const right = truth(line, quantity);
  if (text.trim() === "?") return { right: false, words: `shown: ${cell(line, quantity)}` };
  let answer = typed(quantity, text);
  if (answer === null) return { right: false, words: `type ${isSize(quantity) ? "a size" : "a whole number"} such as ${{ shape: "64x32x32", field: "7x7" }[quantity] ?? "1792"}` };
  const axes = /^(\d+)((×\d+)*)$/.exec(right);
  if (quantity === "field" && axes && new Set(right.split("×")).size === 1 && answer === axes[1]) answer = right;
  if (answer === right) return { right: true, words: "right" };
  if (line.open === null && line.id !== "whole") {
    const found = mistakes(net, net.rows[line.first], quantity).find(([value]) => value === answer);
    if (found) return { right: false, words: found[1] };
  }
  return { right: false, words: general(quantity, right, answer) };
}

function general(quantity, right, answer) {
  if (isSize(quantity)) {
    const [a, b] = [answer.split("×"), right.split("×")];
    if (a.length !== b.length) return b.length > 1 ? `${b.length} numbers are asked for` : "not so";
    return `not so: look at number ${a.flatMap((n, i) => (n === b[i] ? [] : [i + 1])).join(" and ")}`;
  }
  const [a, b] = [Number(answer), Number(right)];
  if (b === 0) return { parameters: "nothing is learned here", memory: "a view: nothing is stored anew" }[quantity] ?? "by convention only weighted sums are counted";
  if (a && a > b && a % b === 0) return `${figure(a / b)} times too large`;
  if (a && b > a && b % a === 0) return `${figure(b / a)} times too small`;
  return a > b ? "too large" : "too small";
}

export function mistakes(net, row, quantity) {
  if (!row.shape || !row.takes.length) return [];
  const layer = attempt(() => layerOf(row.title)?.bind(row.takes)) ?? {};
  const found = { shape: ofShape, parameters: ofParameters, multiply_adds: ofWork, memory: ofMemory, field: (_, one) => ofField(net, row, one) }[quantity](row, layer);
  const right = truth({ ...row, known: true }, quantity);
  const kept = new Map();
  const sides = right.split("×");
  const also = quantity === "field" && new Set(sides).size === 1 ? sides[0] : right; // one number stands for all axes
  for (const [value, words] of found) if (![right, also].includes(String(value)) && !kept.has(String(value))) kept.set(String(value), words);
  return [...kept];
}

const isConv = ({ kind }) => kind === "conv" || kind === "tconv";

function ofParameters(row, layer) {
  if (isConv(layer)) {
    const { k, c, o, groups, bias } = layer;
    const area = product(k);
    const weights = (area * c * o) / groups;
    const b = bias ? o : 0;
    return [
      bias ? [weights, "forgets the bias of each output channel"] : [weights + o, "adds biases, and there are none"],
      [(k[0] * c * o) / groups + b, "takes the kernel's side for its area"],
      [area * c * o + b, "forgets the groups"],
      [area * o + b, "forgets the input channels"],
      [Math.floor((area * c) / groups) + bias, "forgets the output channels"],
      ...(bias ? [[weights + 1, "has one bias for the whole layer"], [weights + c, "gives the biases to the input channels"]] : []),
      [row.parameters * product(row.shape.slice(1)), "multiplies by the positions: all of them share the weights"],
      [row.multiply_adds ?? 0, "counts the multiply–adds: all positions share the weights"],
    ];
  }
  if (layer.kind === "linear") {
    const { n, m, bias } = layer;
    return [
      bias ? [n * m, "forgets the bias of each output"] : [n * m + m, "adds biases, and there are none"],
      [n * m + n, "gives the biases to the inputs"], [n * m + 1, "has one bias for the whole layer"], [n + m, "adds what is to be multiplied"],
    ];
  }
  if (layer.kind === "norm" && layer.of === "batch") return [[4 * layer.channels, "counts the running mean and variance, which are not learned"], [layer.channels, "counts γ or β, not both"]];
  return [];
}

function ofWork(row, layer) {
  const right = row.multiply_adds;
  if (right === null || !(isConv(layer) || layer.kind === "linear")) return [];
  const found = [
    [2 * right, "counts product and sum apart: together they are one"], [row.parameters, "counts the parameters: each is used at every position"],
    ...(layer.bias ? [[right + product(row.shape), "adds the biases, which are not counted"]] : []),
  ];
  if (layer.kind === "linear") return found;
  const { k, c, o, groups } = layer;
  const area = product(k);
  const both = [product(row.takes[0].slice(1)), product(row.shape.slice(1))];
  const names = ["input", "output"];
  if (layer.kind === "conv") {
    both.reverse();
    names.reverse();
  }
  const [here, there] = both;
  const weights = (area * c * o) / groups;
  return [
    ...found,
    [weights * there, `takes the positions of the ${names[1]}, not of the ${names[0]}`],
    [weights * groups * here, "forgets the groups"], [(weights / area) * k[0] * here, "takes the kernel's side for its area"],
    [(weights / area) * here, "forgets the kernel"], [area * o * here, "forgets the input channels"], [Math.floor((area * c) / groups) * here, "forgets the output channels"],
  ];
}

function ofMemory(row) {
  const count = product(row.shape);
  if (!row.memory) return [4 * count, count].map((value) => [value, "a view of its input: nothing is stored anew"]);
  return [
    [count, "forgets the 4 bytes of each number"], [8 * count, "takes 8 bytes a number: float32 has 4"],
    [4 * row.parameters, "counts the parameters, not the output"], [4 * product(row.takes[0]), "counts the input, not the output"],
  ];
}

function ofShape({ shape, takes: [before] }, layer) {
  const found = [[times([...shape.slice(1), shape[0]]), "puts the channels last: torch has them first"], [times([before[0], ...shape.slice(1)]), "keeps the channels of the input"]];
  if (layer.kind === "flatten") found.push([before[0], "forgets the positions"]);
  const remake = { conv, tconv, pool }[layer.kind];
  if (!remake) return found;
  const changes = [[{ padding: 0 }, "forgets the padding"], [{ stride: 1 }, "forgets the stride"], [{ dilation: 1 }, "forgets the dilation"]];
  if (layer.kind === "pool") changes.push([{ ceil_mode: !layer.ceil }, layer.ceil ? "rounds down, and ceil_mode rounds up" : "rounds up, and the floor rounds down"]);
  if (layer.kind === "tconv") changes.push([{ output_padding: 0 }, "forgets the output padding"]);
  for (const [change, words] of changes) {
    const value = attempt(() => times(remake({ ...layer.settings, ...change }).bind([before]).derive([before])[2]));
    if (value) found.push([value, words]);
  }
  if (layer.kind !== "tconv") found.push([times([shape[0], ...before.slice(1).map((n, i) => Math.floor(n / layer.s[i]))]), "forgets what the kernel takes from the border"]);
  return found;
}

function ofField(net, row, layer) {
  if (layer.kind !== "conv" && layer.kind !== "pool") return [];
  const axes = row.shape.length - 1;
  const source = net.rows.find(({ name }) => name === row.inputs[0]);
  const before = wholeNumbers(source ? source.field : "1", axes);
  const jump = wholeNumbers(source ? source.jump : "1", axes);
  if (!before || !jump) return [];
  const all = (f) => before.map((r, i) => f(r, jump[i], layer.k[i], layer.d[i]));
  const found = [
    [all((r, j, k, d) => r + (k - 1) * d), "forgets the jump: neighbours lie further apart here"],
    [all((r, j, k) => r + (k - 1) * j), "forgets the dilation"],
    [all((r, j, k, d) => r + k * d * j), "adds k steps, where k taps have k − 1 between them"],
    [layer.k, "gives the layer's own kernel"],
    [all((r, j, k) => r * k), "multiplies the sizes, which add"],
  ];
  const alone = found.filter(([sizes]) => new Set(sizes).size === 1).map(([sizes, words]) => [sizes[0], words]);
  return [...found.map(([sizes, words]) => [times(sizes), words]), ...alone];
}

function wholeNumbers(text, axes) {
  if (!/^\d+(×\d+)*$/.test(text)) return null;
  const numbers = text.split("×").map(Number);
  return numbers.length === axes ? numbers : numbers.length === 1 ? Array(axes).fill(numbers[0]) : null;
}
