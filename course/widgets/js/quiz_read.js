// What a student types, read as meant or asked about: course/quiz/reading.py again, message for message.
// Numbers are exact fractions of BigInts; a text is parsed, never run.

import { Unclear, over, parse, shortest } from "./quiz_fraction.js";
import { cut, fold, general, isSpace, quoted, strip, words } from "./quiz_text.js";

export const LETTERS = "abcdefghijklmnopqrstuvwxyz";
export const LONGEST = 200;
export const EMPTY = "no answer yet";

const INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad"; // what a copied text may bring along
const SIGNS = new Map(
  [...INVISIBLE].map((c) => [c, ""]).concat(
  [..."\u00a0\u2009\u202f\u2007"].map((c) => [c, " "]).concat(
  [..."×·⋅∙∗"].map((c) => [c, "*"]), [..."−–‒"].map((c) => [c, "-"]), [..."÷∕"].map((c) => [c, "/"]),
  [["’", "'"], ["^", "**"], ["[", "("], ["]", ")"]])));
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const W = "[\\p{L}\\p{N}_]"; // what Python calls \w
const S = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"; // and \s

// Python takes i, ı and İ for the same where case does not matter.
const anyCase = (source) => new RegExp(source.replace(/i/g, "[iıİ]"), "iu");

const POWER = new RegExp(`[${RAISED}]+`, "g");
const GROUPED = new RegExp(`(?<!${W}|[.,'])[1-9][0-9]{0,2}(?:([ ,'])[0-9]{3})(?:\\1[0-9]{3})*(?!${W}|[,'.]|[ ][0-9])`, "gu");
const POINTS = new RegExp(`(?<!${W}|[.,])[1-9][0-9]{0,2}(?:\\.[0-9]{3})+(?!${W}|\\.)`, "u");
const ROUNDED = anyCase(`^([0-9.,]+${S}*)(k|m|g|thousand|million|mio|billion|bn)\\.?$`);
const BYTES = /^[0-9][0-9.,' _]*b\.?$/i;
const UNITS = anyCase(`(?<=[0-9)]|${S})(parameters?|params?|weights?|pixels?|px|positions?|bytes?|macs?|multiply[- ]adds?)${S}*$`);
const SIZE = new RegExp(`^([1-9][0-9]*)${S}*[xX×]${S}*([1-9][0-9]*)${S}*[a-zA-Z]*$`);
const SCALES = { k: 10n ** 3n, m: 10n ** 6n, g: 10n ** 9n, b: 10n ** 9n };
const TWICE_GROUPED = new RegExp(`(?<!${W}|[.,])[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?!${W}|,)|(?<!${W}|[.,])[1-9][0-9]{0,2},[0-9]{3}\\.[0-9]`, "gu");
const HEXADECIMAL = new RegExp(`(?<!${W})0[xob]${W}`, "iu");
const ZEROS = new RegExp(`(?<!${W}|\\.)0+(?=[0-9])`, "gu");
const TIMES = new RegExp(`(?<=[0-9)])${S}*[xX]${S}*(?=[0-9(])`, "gu");

// Returns {value: {n, d}} or {problem}.
export function read(text, decimals = false, unit = "") {
  const shown = strip(text);
  try {
    return { value: decimals ? decimal(shown, unit) : whole(shown, unit) };
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    return { problem: error.message };
  }
}

function plain(shown, unit) {
  let text = shown.replace(POWER, (m) => `**(${[...m].map((c) => RAISED.indexOf(c)).join("")})`);
  text = strip([...text].map((c) => SIGNS.get(c) ?? c).join("")).replace(/^=+|=+$/g, "");
  if (!text) throw new Unclear(EMPTY);
  if ([...shown].length > LONGEST) throw new Unclear(`that is longer than ${LONGEST} characters: work part of it out first`);
  if (unit && fold(text).endsWith(fold(unit))) text = [...text].slice(0, -[...unit].length).join("");
  text = strip(text.replace(UNITS, ""));
  if (!text) throw new Unclear(EMPTY);
  return text;
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

function whole(shown, unit) {
  let text = plain(shown, unit);
  if (ROUNDED.test(text)) throw new Unclear(`${quoted(shown)} is rounded: give the exact number, or an expression such as (3*3*16 + 1)*32`);
  const size = SIZE.exec(shown);
  if (size) throw new Unclear(`${quoted(shown)} may be a size or a product: write one number, or ${size[1]}*${size[2]} for the product`);
  if (BYTES.test(text)) throw new Unclear(`${quoted(shown)} may mean bytes or billions: write the whole number, without the B`);
  const found = POINTS.exec(text);
  if (found) {
    const digits = found[0].replaceAll(".", "");
    throw new Unclear(`${quoted(found[0])} may mean ${digits} or a fraction: write ${digits} or ${grouped(digits)}`);
  }
  text = text.replace(GROUPED, (m) => m.replace(/[ ,']/g, ""));
  if (text.includes(",")) throw new Unclear(`the comma in ${quoted(shown)} is not clear: write thousands as 1,234 and no decimals`);
  const value = valueOf(text, shown);
  if (value.d !== 1n) throw new Unclear(`${quoted(shown)} is ${general(over(value))}, and the answer is a whole number`);
  return value;
}

function decimal(shown, unit) {
  let text = plain(shown, unit);
  let factor = 1n;
  const found = ROUNDED.exec(text);
  if (found) {
    const word = found[2].toLowerCase();
    factor = SCALES[word === "thousand" ? "k" : word[0]];
    text = strip(found[1]);
  }
  text = text.replace(TWICE_GROUPED, (m) => m.replaceAll(",", ""));
  if (text.includes(",")) throw new Unclear(`the comma in ${quoted(shown)} is not clear: write decimals with a point, and thousands without a comma`);
  const { n, d } = valueOf(text, shown);
  return shortest(n * factor, d);
}

function valueOf(text, shown) {
  if (HEXADECIMAL.test(text)) throw new Unclear(`${quoted(shown)} looks hexadecimal: write decimal digits, and * for times`);
  try {
    return parse(text.replace(TIMES, "*").replace(ZEROS, ""));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Unclear(`cannot read ${quoted(cut(shown, 40))} as a number: write digits, or an expression such as (3*3*16 + 1)*32`);
    if (error instanceof RangeError) throw new Unclear(`${quoted(shown)} divides by zero`);
    throw error;
  }
}

// Which of so many lettered things are meant: a list of indices, or a text that asks back.
export function readLetters(text, count, several) {
  const found = [...fold(text)].filter((c) => !",;.()>→&+".includes(c) && !isSpace(c));
  if (!found.length) return EMPTY;
  const known = LETTERS.slice(0, count);
  for (const c of found) {
    if (!known.includes(c)) return `there is no ${quoted(c)}: answer with ${several ? "letters" : "a letter"} from a to ${known.at(-1)}`;
  }
  if (new Set(found).size < found.length) return "a letter stands there twice: give each once";
  if (!several && found.length > 1) return "only one is right: answer with one letter";
  return found.map((c) => known.indexOf(c));
}

export function readOrder(text, count) {
  const arrows = text.replace(/[-=]>/g, "→");
  for (const [sign, than] of [["<", "less"], [">", "greater"]]) {
    if (arrows.includes(sign)) return `${quoted(sign)} may mean then or ${than}: give the letters alone, the first of the order first`;
  }
  const found = readLetters(arrows, count, true);
  if (typeof found === "string") return found;
  const missing = [...LETTERS.slice(0, count)].filter((_, i) => !found.includes(i));
  if (!missing.length) return found;
  return `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing: give all ${count} letters, the first of the order first`;
}

const PAIR = new RegExp(`([0-9]+)${S}*[-–:=.)→>]*${S}*([a-z])`, "g");

export function readPairs(text, left, right) {
  const given = strip(fold(text));
  const example = Array.from({ length: left }, (_, i) => `${i + 1}${LETTERS[(i + 2) % left]}`).join(" ");
  if (!given) return EMPTY;
  if ([...text].length > LONGEST) return `that is longer than ${LONGEST} characters: answer such as ${example}`;
  if (!/[0-9]/.test(given)) {
    const letters = readLetters(given, right, true);
    if (typeof letters === "string") return letters;
    return letters.length === left ? letters : `${letters.length} letters for ${left} numbers: answer such as ${example}`;
  }
  const rest = given.replace(PAIR, "").replace(/^[ ,;.\n\t]+|[ ,;.\n\t]+$/g, "");
  if (rest) return `cannot read ${quoted(rest)}: answer such as ${example}`;
  const found = new Map();
  for (const [, number, letter] of given.matchAll(PAIR)) {
    const index = number.length < 3 ? Number(number) : 0;
    const at = LETTERS.indexOf(letter);
    if (index < 1 || index > left || at >= right) return `there is no ${number}${letter}: numbers are 1 to ${left}, letters a to ${LETTERS[right - 1]}`;
    if (found.has(index)) return `${index} stands there twice: give each number once`;
    found.set(index, at);
  }
  for (let index = 1; index <= left; index++) {
    if (!found.has(index)) return `${index} has no letter: answer such as ${example}`;
  }
  return Array.from({ length: left }, (_, i) => found.get(i + 1));
}

// What two texts share that a reader would take for the same; `same` of course/quiz/forms.py.
export function same(text) {
  const bare = fold(text).normalize("NFKD").replace(/[\p{Mn}\p{Cf}]/gu, "").replace(/[-‐‑–—_/]/g, " ");
  let found = words(bare.replace(/^[ .!?"'`“”]+|[ .!?"'`“”]+$/g, ""));
  if (found.length > 1 && ["a", "an", "the"].includes(found[0])) found = found.slice(1);
  return found.map((w) => ([...w].length > 3 && w.endsWith("s") && !w.endsWith("ss") ? w.slice(0, -1) : w)).join(" ");
}

// How a table of cases asks: fractions as text.
export function readAsText(text, decimals, unit) {
  const { value, problem = "" } = read(text, decimals, unit);
  return { value: value ? (value.d === 1n ? String(value.n) : `${value.n}/${value.d}`) : null, problem };
}
