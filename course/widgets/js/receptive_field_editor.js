// The tools of one layer: its line in the notation, its numbers, and what can be put behind or beside it.

import { h, setText } from "./ui.js";

const NEW = {
  "conv 3×3": "conv(C, 3x3, p1)", "conv 3×3, stride 2": "conv(C, 3x3, s2, p1)", "conv 3×3, dilation 2": "conv(C, 3x3, p2, d2)", "conv 1×1": "conv(C, 1x1)",
  "max pool 2": "pool(2)", "average pool 2": "avgpool(2)", "transposed 2×2": "tconv(C, 2x2, s2)", "transposed 3×3": "tconv(C, 3x3, s2, p1, op1)",
  "up-sample 2": "up(2)", "bilinear 2": "up(2, bilinear)", "crop 1": "crop(1)", "pad 1": "pad(1)", "global average": "gap",
};
const NUMBERS = [["k", "kernel", 1], ["s", "stride", 1], ["p", "padding", 0], ["d", "dilation", 1]];
const AXES = ["height", "width"];

// change(action, number, step, words) asks for a change; words(name) is what is said of it.
export function editor(change) {
  let at = 0;
  let node = null;
  const kinds = h("select.cx-select", { "aria-label": "Kind of the layer to put in" }, ...Object.keys(NEW).map((name) => h("option", { value: name }, name)));
  const fresh = (one) => NEW[kinds.value].replace("C", one.shape[0]);
  const ACTS = {
    after: ["Put in behind", (i, one) => change("after", i, fresh(one), (name) => `${kinds.value} put in behind ${name}`)],
    branch: ["Branch beside", (i, one) => change("branch", i, beside(one), (name) => `Branch beside ${name}`)],
    skip: ["Skip around", (i) => change("skip", i, "", (name) => `Skip around ${name}: a sum`)],
    up: ["Earlier", (i) => change("up", i, "", (name) => `${name} moved earlier`)],
    down: ["Later", (i) => change("down", i, "", (name) => `${name} moved later`)],
    remove: ["Take out", (i) => change("remove", i, "", (name) => `${name} taken out`)],
  };
  // The branch that fits is a 1×1 convolution of the same stride; where the layer changes positions otherwise, the layer again.
  const beside = (one) => (one.isJoin || !one.settings ? `conv(${one.shape[0]}, 1x1)` : one.text);
  const buttons = Object.fromEntries(Object.entries(ACTS).map(([name, [title, act]]) => [name, h("button.cx-button", { type: "button", onclick: () => node && act(at, node) }, title)]));

  const line = h("input.cx-text", { type: "text", spellcheck: "false", autocomplete: "off", "aria-label": "The chosen layer in notation" });
  line.addEventListener("keydown", (event) => {
    if (event.key === "Escape") settle();
  });
  line.addEventListener("change", typed);
  function typed() {
    const text = line.value.trim();
    if (node && text && text !== node.text) change("replace", at, text, (name) => `${name} is now ${text}`);
  }
  function settle() {
    line.value = node?.text ?? "";
  }

  const both = h("input", { type: "checkbox", checked: true });
  both.addEventListener("change", () => draw(at, node));
  const fields = NUMBERS.map(([key, title, least]) => {
    const inputs = AXES.map((axis, i) => {
      const input = h("input.cx-number", { type: "number", min: least, max: 99, step: 1, "aria-label": `${title}, ${axis}` });
      input.addEventListener("input", () => {
        const value = Number(input.value);
        if (!node || input.value === "" || !Number.isInteger(value) || value < least) return;
        const pair = inputs.map((one, n) => (both.checked || n === i ? value : Number(one.value)));
        change("renumber", at, { [key]: pair }, (name) => `${name}: ${both.checked ? title : `${title}, ${axis},`} ${value}`);
      });
      return input;
    });
    return { key, inputs, element: h("span.cx-field", {}, h("span.cx-name", { "aria-hidden": "true" }, title), ...inputs) };
  });
  const numbers = h("div.cx-fields", {}, ...fields.map(({ element }) => element), h("label.cx-switch", {}, both, h("span", {}, "height = width")));
  const title = h("div.cx-label");
  const join = h("select.cx-select", { "aria-label": "How the paths are joined" }, h("option", { value: "add" }, "sum"), h("option", { value: "concat" }, "concatenation"));
  join.addEventListener("change", () => change("replace", at, join.value, (name) => `${name} is now a ${join.value === "add" ? "sum" : "concatenation"}`));

  function draw(number, now) {
    if (now !== node) {
      at = number;
      node = now;
      if (document.activeElement !== line) settle();
      const apart = node.settings && Object.values(node.settings).some((pair) => pair && pair[0] !== pair[1]);
      if (apart) both.checked = false;
    }
    setText(title, `Change ${node.name}`);
    line.hidden = node.isJoin;
    join.hidden = !node.isJoin;
    if (node.isJoin) join.value = node.text;
    numbers.hidden = !node.settings;
    for (const { key, inputs, element } of fields) {
      const pair = node.settings?.[key];
      element.hidden = !pair || (key === "d" && node.word === "avgpool");
      inputs.forEach((input, i) => {
        input.hidden = i === 1 && both.checked;
        if (pair && (document.activeElement !== input || input.value === "")) input.value = pair[i];
      });
    }
  }

  return {
    element: h("div.cx-tools", {}, title, h("div.cx-transport", {}, line, join, buttons.up, buttons.down, buttons.remove), numbers,
      h("div.cx-transport", {}, kinds, buttons.after, buttons.branch, buttons.skip)),
    draw,
    settle,
    reset() {
      kinds.selectedIndex = 0;
      both.checked = true;
      settle();
    },
    act: (name, i, one) => ACTS[name][1](i, one),
  };
}
