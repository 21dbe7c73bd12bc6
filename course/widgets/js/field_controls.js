// The right control for a field of the state, bound both ways: what is moved is set, and what is set elsewhere is shown.

import { checkField, presetOf } from "./fields.js";
import { choiceControl, pairControl, switchControl } from "./controls.js";
import { Refusal } from "./axis.js";
import { decimal, parseNumber } from "./numbers.js";
import { h } from "./ui.js";

// {name, field, bind, set, complain} from the shell; title, hint, radios and said(value) from the view.
export function fieldControl({ name, field, bind, set, complain, title = field.title ?? name, hint = field.hint, radios = false, said }) {
  const words = said ?? ((value) => `${title} ${speak(field, value)}`);
  const change = (value) => set({ [name]: value }, words(value));
  const make = { number: numberControl, whole: numberControl, choice: radios ? radioControl : choiceOf, switch: switchOf, pair: pairOf, text: textControl }[field.type];
  const control = make({ name, field, title, hint, change, complain });
  bind(name, control.set);
  return control.element;
}

// A choice among the presets of a list or a matrix; values that are none of them read as "your own".
export function presetControl({ name, spec, bind, set, title = spec.state[name].title ?? name }) {
  const field = spec.state[name];
  const presets = spec[field.presets];
  const labels = Object.fromEntries(Object.entries(presets).map(([key, { label }]) => [key, label]));
  const control = choiceControl({
    title, options: { ...labels, "": "your own" },
    change: (key) => (key ? set({ [name]: presets[key].values }, `${title}: ${labels[key]}`) : control.set(presetOf(field, control.value, spec))),
  });
  bind(name, (value) => {
    control.value = value;
    control.set(presetOf(field, value, spec));
  });
  return control.element;
}

function speak({ type, options }, value) {
  if (type === "choice") return options[value];
  if (type === "switch") return value ? "on" : "off";
  if (type === "pair") return value.join(" by ");
  return typeof value === "number" ? decimal(value, 4) : String(value);
}

const choiceOf = ({ field, title, change }) => choiceControl({ title, options: field.options, change });
const switchOf = ({ title, hint, change }) => switchControl({ title, hint, change });
const pairOf = ({ name, field, title, change, complain }) => {
  const control = pairControl({ name, title, least: field.least, most: field.most, change, complain });
  return { element: control.element, set: Object.assign(control.set, { relink: control.relink }) };
};

// A slider with a number field. A field marked `log` moves by equal factors; its number stays the number.
function numberControl({ name, field, title, hint, change, complain }) {
  const { least, most, log, step = 1 } = field;
  const floor = log ? Math.log10(Math.max(least, log === true ? most / 1e6 : log)) : least;
  const toSlider = (value) => (log ? (value > 0 ? Math.max(floor, Math.log10(value)) : floor) : value);
  const fromSlider = (at) => (log ? (at <= floor && least <= 0 ? least : Number((10 ** at).toPrecision(2))) : at);
  const slider = h("input.cx-slider", { type: "range", min: floor, max: log ? Math.log10(most) : most, step: log ? 0.02 : step, "aria-label": title });
  const number = h("input.cx-number", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": `${title}, number` });
  let value = null;

  function take(next) {
    try {
      checkField(name, field, next);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      number.setAttribute("aria-invalid", "true");
      complain(error.message, settle);
      return;
    }
    number.removeAttribute("aria-invalid");
    value = next;
    change(next);
  }
  function settle() {
    number.removeAttribute("aria-invalid");
    show(value);
  }
  function show(next) {
    value = next;
    slider.value = toSlider(next);
    slider.setAttribute("aria-valuetext", decimal(next, 6));
    if (!number.getAttribute("aria-invalid") && parseNumber(number.value) !== next) number.value = decimal(next, 6);
  }
  slider.addEventListener("input", () => take(fromSlider(Number(slider.value))));
  // While a number is typed it is taken as soon as it is legal; what is no number at all is explained on leaving the field.
  number.addEventListener("input", () => {
    const next = parseNumber(number.value);
    if (next !== null && next !== value) take(next);
  });
  number.addEventListener("change", () => take(parseNumber(number.value) ?? (number.value.trim() || null)));
  number.addEventListener("keydown", (event) => {
    const by = { ArrowUp: step, ArrowDown: -step }[event.key];
    if (event.key === "Escape") {
      complain(null);
      settle();
    } else if (by) {
      event.preventDefault();
      take(Math.min(most, Math.max(least, Number((value + by).toPrecision(12)))));
    }
  });
  return { element: h("label.cx-slide", { title: hint }, h("span.cx-name", { "aria-hidden": "true" }, title), slider, number), set: show };
}

// A few choices side by side, all to be seen at once; arrows move among them as radio buttons do.
function radioControl({ name, field, title, change }) {
  const group = `${name}-${Math.random().toString(36).slice(2)}`;
  const boxes = Object.entries(field.options).map(([value, label]) => {
    const box = h("input", { type: "radio", name: group, value });
    box.addEventListener("change", () => change(value));
    return { value, box, element: h("label.cx-radio", {}, box, h("span", {}, label)) };
  });
  return {
    element: h("fieldset.cx-radios", {}, h("legend.cx-name", {}, title), ...boxes.map(({ element }) => element)),
    set: (now) => boxes.forEach(({ value, box }) => (box.checked = value === now)),
  };
}

function textControl({ name, field, title, hint, change, complain }) {
  const input = h("input.cx-text", { type: "text", spellcheck: "false", autocomplete: "off", "aria-label": title, title: hint });
  input.addEventListener("input", () => {
    try {
      change(checkField(name, field, input.value));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      complain(error.message);
    }
  });
  return {
    element: h("label.cx-choice.cx-wide", {}, h("span.cx-name", { "aria-hidden": "true" }, title), input),
    set: (value) => {
      if (input.value !== value) input.value = value;
    },
  };
}
