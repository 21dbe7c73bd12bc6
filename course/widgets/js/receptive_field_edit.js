// Changes to a net by one step: put in, taken out, moved, replaced, a branch beside it.

import { Refusal } from "./axis.js";
import { JOINS, parse, write } from "./receptive_field_notation.js";

const no = (text) => {
  throw new Refusal(text);
};
const inside = (steps) => steps.flatMap((one) => [...(one.branches ?? []).flatMap(inside), one]);

// The chain in which a node stands, its place there, and the join around it.
function locate(chain, node, around = null) {
  const index = chain.indexOf(node);
  if (index >= 0) return { chain, index, around };
  for (const [i, join] of chain.entries()) {
    for (const branch of join.branches ?? []) {
      const found = locate(branch, node, { chain, index: i, join });
      if (found) return found;
    }
  }
  return null;
}

// Layers that are gone back to by the name that they got by themselves keep it, whatever is put before them.
function keepNames({ chain, nodes }) {
  const gone = inside(chain).filter(({ word }) => word === "@");
  for (const node of nodes) {
    const readers = gone.filter(({ to }) => to === node.name);
    if (!readers.length || node.label) continue;
    node.label = `${node.name}_`;
    while (nodes.some(({ name }) => name === node.label)) node.label += "_";
    readers.forEach((step) => (step.to = node.label));
  }
  return gone;
}

function remove(chain, index, around, gone) {
  const [node] = chain.splice(index, 1);
  const lost = inside([node]);
  const before = chain[index - 1];
  for (const step of gone.filter((one) => !lost.includes(one) && lost.some(({ label }) => label === one.to))) {
    // What read this layer now reads what it read, where that has a name or can have one.
    if (step.to === node.label && !before && !around) step.to = "input";
    else if (step.to === node.label && before?.name) step.to = before.label ??= step.to;
    else no(`@${step.to} is read further on: take that out first`);
  }
  if (!chain.length) {
    if (!around) no("a net needs at least one layer: put in another first");
    chain.push({ word: "skip" });
  }
  return before?.name ? before : (chain.slice(index).find(({ name }) => name) ?? around?.join);
}

function move(chain, index, around, by) {
  const to = chain[index + by];
  if (to?.name) [chain[index], chain[index + by]] = [to, chain[index]];
  else if (around && !to) {
    const [node] = chain.splice(index, 1);
    if (!chain.length) chain.push({ word: "skip" });
    around.chain.splice(around.index + (by > 0), 0, node);
  } else no(`this layer is the ${by < 0 ? "first" : "last"} of its chain`);
}

// action: after, replace, branch (these with a step in notation), remove, up, down, skip. Returns the new notation, and the number of the
// layer that was changed or put in.
export function edit(text, action, number, given = "") {
  const net = parse(text);
  const gone = keepNames(net);
  const node = net.nodes[number];
  const { chain, index, around } = locate(net.chain, node);
  const fresh = given && !JOINS.includes(given) ? parse(given).chain : [];
  let mark = node;
  const join = (word, other) => {
    mark = chain[index] = { word, branches: [[node], [other]], label: node.label };
    node.label = null;
  };
  if (fresh.length > 1) no(`'${given}' is more than one step: give one`);
  if (action === "after") chain.splice(index + 1, 0, (mark = fresh[0]));
  else if (action === "skip") join("add", { word: "skip" });
  else if (action === "branch" && node.branches) node.branches.push(fresh);
  else if (action === "branch") join("concat", fresh[0]);
  else if (action === "remove") mark = remove(chain, index, around, gone);
  else if (action === "replace") {
    mark = chain[index] = node.branches ? { ...node, word: given } : fresh[0];
    mark.label = node.label;
  } else move(chain, index, around, action === "up" ? -1 : 1);
  const result = write(net.chain);
  parse(result);
  return { text: result, at: Math.max(0, inside(net.chain).filter(({ word }) => word !== "@" && word !== "skip").indexOf(mark)) };
}
