// Texts and numbers as Python sees and writes them: case, white space, repr, the %g format.

const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export const isSpace = (c) => SPACE.test(c);

export function strip(text) {
  let [from, to] = [0, text.length];
  while (from < to && isSpace(text[from])) from++;
  while (to > from && isSpace(text[to - 1])) to--;
  return text.slice(from, to);
}

export const words = (text) => text.split(SPACE).filter(Boolean);

// str.casefold: lower case of upper case, but for letters whose capital has more than one small form.
const ODD = new Map([["ı", "ı"], ["İ", "i̇"], ["ẞ", "ss"]]);

export function fold(text) {
  return [...text].map((c) => (c < "\x80" ? c.toLowerCase() : ODD.get(c) ?? c.toUpperCase().toLowerCase().replace(/ς/g, "σ"))).join("");
}

export const cut = (text, most) => [...text].slice(0, most).join("");

// repr of a text.
export function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + [...text].map((c) => escaped(c, quote)).join("") + quote;
}

const NAMED = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(c, quote) {
  if (c === quote) return `\\${c}`;
  if (NAMED[c]) return NAMED[c];
  if (c === " " || !/[\p{C}\p{Z}]/u.test(c)) return c;
  const hex = c.codePointAt(0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

// Six digits that count: format(value, "g").
export function general(value) {
  if (value === 0) return "0";
  let [mantissa, exponent] = value.toExponential(5).split("e");
  const tie = /^(-?\d\.\d{5})50*e/.exec(value.toExponential(60));
  if (tie && Number(tie[1].at(-1)) % 2 === 0) mantissa = tie[1]; // to the even neighbour
  const power = Number(exponent);
  if (power < -4 || power >= 6) return `${trimmed(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return trimmed(Number(`${mantissa}e${power}`).toFixed(5 - power));
}

const trimmed = (digits) => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);

// str of a float.
export function floated(value) {
  const [mantissa, exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 16)) return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  const plain = value.toFixed(Math.max(0, mantissa.replace(/[-.]/g, "").length - 1 - power));
  return plain.includes(".") ? plain : `${plain}.0`;
}
