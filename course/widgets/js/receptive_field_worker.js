// What reads nets, changes them and computes effective fields, beside the page: typing and pointing never wait for it.

import { edit } from "./receptive_field_edit.js";
import { curve, shapeOf } from "./receptive_field_effective.js";
import { pathsOf, read, reading, torchLine } from "./receptive_field_model.js";
import { parse, written } from "./receptive_field_notation.js";
import { cells, rules, story } from "./receptive_field_words.js";

let net = null;
let told = [];
const number = (text) => (text === null ? null : text.split("/").map(Number).reduce((a, b) => a / b));

// Everything that the page prints and draws of a layer.
function tell(node, size) {
  const axes = [0, 1].map((axis) => {
    const one = reading(node, axis, size[axis]);
    return { ...one, at: number(one.centre), step: number(one.jump) };
  });
  const one = {
    name: node.name, word: node.word, text: node.branches ? node.word : written(node), inputs: node.inputs, shape: node.shape, depth: node.depth,
    isJoin: node.isJoin, aligned: node.aligned, maps: node.maps, axes, paths: pathsOf(node, size), torch: torchLine(node),
    settings: node.k && { k: node.k, s: node.s, p: node.same ? null : node.p, d: node.d },
  };
  return { ...one, rules: [0, 1].map((axis) => rules(one, axis)), cells: cells(one) };
}

const CALLS = {
  read(text, channels, size) {
    net = null;
    net = read(text, channels, size);
    told = net.nodes.map((node) => tell(node, size));
    return told;
  },
  // The curve of each axis of one unit of the net read last, its shape, and what it says.
  effective: (at, unit, kind, seed) => [0, 1].map((axis) => {
    const values = net && curve(net, at, unit[axis], axis, kind, seed);
    const one = values && { values, ...shapeOf(values) };
    return one && { ...one, words: story(told[at], axis, unit[axis], net.shape[1 + axis], kind, seed, one) };
  }),
  // Renumber: a layer's line with other numbers.
  edit(text, action, at, given) {
    return action === "renumber" ? edit(text, "replace", at, written({ ...parse(text).nodes[at], ...given })) : edit(text, action, at, given);
  },
  shape: (text) => ({ shape: parse(text).shape }),
};

self.onmessage = ({ data: { call, given } }) => {
  let answer;
  try {
    answer = { result: CALLS[call](...given) };
  } catch (error) {
    answer = { refused: error.message };
  }
  self.postMessage(answer);
};
