// The fields of an explorer's state: course/widgets/fields.py again, message for message.

import { Refusal } from "./axis.js";

export const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

export function show(value) {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") {
    if (Number.isNaN(value)) return "not a number";
    return Number.isFinite(value) ? String(value) : value > 0 ? "infinity" : "minus infinity";
  }
  if (typeof value === "string") return `'${value.length <= 40 ? value : `${value.slice(0, 37)}...`}'`;
  return Array.isArray(value) ? `a list of ${value.length}` : "something else";
}

// Returns a value in its standard form, or throws a Refusal that says what it should be.
export function checkField(name, field, value, spec = {}) {
  if ((value === null || value === undefined) && field.optional) return null;
  const presets = field.presets && spec[field.presets];
  if (presets && typeof value === "string") {
    if (!Object.hasOwn(presets, value)) refuse(`${name} ${show(value)} is not known: use numbers or one of ${Object.keys(presets).join(", ")}`);
    value = presets[value].values;
  }
  return CHECKS[field.type](name, field, value);
}

// The state of a bare constructor call.
export const defaults = (spec) => mapState(spec, (field, name) => checkField(name, field, field.default, spec));

// The name of the preset that has these values, or "".
export function presetOf(field, value, spec) {
  const found = Object.entries(spec[field.presets] ?? {}).find(([, { values }]) => same(values, value));
  return found ? found[0] : "";
}

export function mapState(spec, f) {
  return Object.fromEntries(Object.entries(spec.state).map(([name, field]) => [name, f(field, name)]));
}

function refuse(text) {
  throw new Refusal(text);
}

function bounded(name, { least, most }, value) {
  if (value < least) refuse(`${name} must be at least ${show(least)}, got ${show(value)}`);
  if (value > most) refuse(`${name} must be at most ${show(most)} in the explorer, got ${show(value)}`);
  return value;
}

function whole(name, field, value) {
  if (!Number.isInteger(value)) refuse(`${name} must be a whole number, got ${show(value)}`);
  return bounded(name, field, value);
}

const CHECKS = {
  number(name, field, value) {
    if (!Number.isFinite(value)) refuse(`${name} must be a finite number, got ${show(value)}`);
    return bounded(name, field, value);
  },
  whole,
  switch(name, field, value) {
    if (typeof value !== "boolean") refuse(`${name} must be True or False, got ${show(value)}`);
    return value;
  },
  choice(name, { options }, value) {
    if (typeof value !== "string" || !Object.hasOwn(options, value)) refuse(`${name} ${show(value)} is not known: use one of ${Object.keys(options).join(", ")}`);
    return value;
  },
  text(name, { longest }, value) {
    if (typeof value !== "string") refuse(`${name} must be text, got ${show(value)}`);
    if (value.length > longest) refuse(`${name} has ${value.length} characters: at most ${longest} in the explorer`);
    return value;
  },
  pair(name, field, value) {
    const both = Array.isArray(value) ? value : [value, value];
    if (both.length !== 2) refuse(`${name} takes one number or (height, width), got ${show(value)}`);
    return [whole(`${name} (height)`, field, both[0]), whole(`${name} (width)`, field, both[1])];
  },
  list(name, { least, most, of }, value) {
    if (!Array.isArray(value)) refuse(`${name} must be a list, got ${show(value)}`);
    if (value.length < least || value.length > most) refuse(`${name} takes ${least} to ${most} values, got ${value.length}`);
    return value.map((one, i) => checkField(`${name}[${i}]`, of, one));
  },
  tuple(name, { of }, value) {
    if (!Array.isArray(value) || value.length !== of.length) refuse(`${name} takes ${of.length} values, got ${show(value)}`);
    return of.map((field, i) => checkField(`${name}[${i}]`, field, value[i]));
  },
  matrix(name, { rows, columns, of }, value) {
    if (!Array.isArray(value) || !value.every(Array.isArray)) refuse(`${name} must be rows of numbers, such as [[0, 1], [1, 0]], got ${show(value)}`);
    if (!value.length || !value.every((row) => row.length)) refuse(`the ${name} is empty: give at least one row with one number`);
    value.forEach((row, i) => {
      if (row.length !== value[0].length) refuse(`row ${i} of the ${name} has ${row.length} numbers where row 0 has ${value[0].length}: make all rows equally long`);
    });
    for (const [size, [least, most], thing] of [[value.length, rows, "rows"], [value[0].length, columns, "columns"]]) {
      if (size < least || size > most) refuse(`the ${name} has ${size} ${thing}: the explorer takes ${least} to ${most}`);
    }
    return value.map((row, i) => row.map((one, j) => checkField(`${name}[${i}][${j}]`, of, one)));
  },
};
