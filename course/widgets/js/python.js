// The constructor call that rebuilds a state; the repr of course/widgets/explorer.py writes the same.

import { checkField, presetOf, same } from "./fields.js";

export function literal(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\t/g, "\\t").replace(/\r/g, "\\r");
    return quote + (quote === "'" ? escaped.replace(/'/g, "\\'") : escaped) + quote;
  }
  return Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : String(value);
}

// A value as its field's type prints it: a preset by its name, a pair of equal numbers as one, a tuple in parentheses.
export function argument(field, value, spec) {
  if (value === null) return "None";
  const preset = presetOf(field, value, spec);
  if (preset) return literal(preset);
  if (field.type === "pair") return value[0] === value[1] ? literal(value[0]) : `(${value.join(", ")})`;
  if (field.type === "tuple") return `(${value.map((one, i) => argument(field.of[i], one, {})).join(", ")}${value.length === 1 ? "," : ""})`;
  if (field.type === "list") return `[${value.map((one) => argument(field.of, one, {})).join(", ")}]`;
  return literal(value);
}

export function pythonCall(spec, state) {
  const given = Object.entries(spec.state).filter(
    ([name, field]) => (spec.always ?? []).includes(name) || !same(state[name], checkField(name, field, field.default, spec)));
  return `${spec.python}(${given.map(([name, field]) => `${name}=${argument(field, state[name], spec)}`).join(", ")})`;
}
