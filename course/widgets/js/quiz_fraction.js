// Exact arithmetic on what is typed: numbers, + - * / // **, brackets; Python's precedence, limits and order of failing.

export class Unclear extends Error {}

const LARGEST_EXPONENT = 64n;
const LARGEST_VALUE = 10n ** 30n;
const LARGEST_DENOMINATOR = 10n ** 60n;
const TOKEN = /\*\*|\/\/|[-+*/()]|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?/y;
const DIGITS = "[0-9](?:_?[0-9])*";
const WHOLE = new RegExp(`^(?:0(?:_?0)*|[1-9](?:_?[0-9])*)$`);
const FLOAT = new RegExp(`^(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);

const wrong = () => new SyntaxError("not arithmetic");

// The value of an expression as {n, d}; a SyntaxError where it is none, or too large; a RangeError where it divides by zero.
// Whether the text is an expression at all is decided first, and only then is anything worked out, as Python does it.
export function parse(text) {
  const tokens = tokensOf(text);
  let at = 0;
  const take = (...wanted) => (wanted.includes(tokens[at]) ? tokens[at++] : null);
  const need = (token) => {
    if (!take(token)) throw wrong();
  };

  function sum() {
    let node = term();
    for (let sign; (sign = take("+", "-")); ) node = [sign, node, term()];
    return node;
  }
  function term() {
    let node = factor();
    for (let sign; (sign = take("*", "/", "//")); ) node = [sign, node, factor()];
    return node;
  }
  function factor() {
    const sign = take("+", "-");
    if (sign) return [sign === "-" ? "negative" : "positive", factor()];
    const base = primary();
    return take("**") ? ["**", base, factor()] : base;
  }
  function primary() {
    let node = atom();
    while (take("(")) { // Python would call it: well-formed, and no arithmetic
      if (!take(")")) {
        take("*", "**");
        sum();
        need(")");
      }
      node = ["call"];
    }
    return node;
  }
  function atom() {
    if (take("(")) {
      if (take(")")) return ["call"];
      const node = sum();
      need(")");
      return node;
    }
    const token = tokens[at++];
    if (token === undefined || !/^[0-9.]/.test(token)) throw wrong();
    return ["number", token];
  }

  const tree = sum();
  if (at < tokens.length) throw wrong();
  return evaluate(tree);
}

function tokensOf(text) {
  const tokens = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === " " || text[at] === "\t") {
      at++;
      continue;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw wrong();
    if (/^[0-9.]/.test(found[0]) && !WHOLE.test(found[0]) && (!FLOAT.test(found[0]) || /^[0-9_]+$/.test(found[0]))) throw wrong();
    tokens.push(found[0]);
    at += found[0].length;
  }
  return tokens;
}

function evaluate([kind, a, b]) {
  const value = compute(kind, a, b);
  const size = value.n < 0n ? -value.n : value.n;
  if (size > LARGEST_VALUE * value.d || value.d > LARGEST_DENOMINATOR) throw wrong();
  return value;
}

function compute(kind, a, b) {
  if (kind === "call") throw wrong();
  if (kind === "number") return literal(a.replaceAll("_", ""));
  const x = evaluate(a);
  if (kind === "positive") return x;
  if (kind === "negative") return { n: -x.n, d: x.d };
  const y = evaluate(b);
  switch (kind) {
    case "+": return shortest(x.n * y.d + y.n * x.d, x.d * y.d);
    case "-": return shortest(x.n * y.d - y.n * x.d, x.d * y.d);
    case "*": return shortest(x.n * y.n, x.d * y.d);
    case "**":
      if (y.d !== 1n || y.n < 0n || y.n > LARGEST_EXPONENT) throw wrong();
      return { n: x.n ** y.n, d: x.d ** y.n };
  }
  if (y.n === 0n) throw new RangeError("division by zero");
  const [n, d] = [x.n * y.d, x.d * y.n];
  if (kind === "/") return shortest(n, d);
  return { n: n / d - (n % d !== 0n && n < 0n !== d < 0n ? 1n : 0n), d: 1n };
}

const literal = (digits) => (/^[0-9]+$/.test(digits) ? { n: BigInt(digits), d: 1n } : exact(Number(digits)));

// A number as the fraction that its shortest digits say; what is stored as text stays exact.
export function exact(value) {
  const found = /^(-?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/.exec(String(value));
  if (!found) throw wrong();
  const [, sign, before, after = "", exponent = "0"] = found;
  const shift = Number(exponent) - after.length;
  const n = BigInt(`${before}${after}` || "0") * (sign ? -1n : 1n);
  return shift >= 0 ? { n: n * 10n ** BigInt(shift), d: 1n } : shortest(n, 10n ** BigInt(-shift));
}

// The nearest double of a fraction.
export function over({ n, d }) {
  const size = n < 0n ? -n : n;
  const shift = Math.max(0, 70 + d.toString(2).length - size.toString(2).length);
  const shifted = size << BigInt(shift);
  const quotient = shifted / d;
  const sticky = shifted % d ? 1n : 0n; // below the last bit that counts: a tie is none
  return Number((quotient << 1n) | sticky) * 2 ** -(shift + 1) * (n < 0n ? -1 : 1);
}

export function shortest(n, d) {
  if (d < 0n) [n, d] = [-n, -d];
  let [a, b] = [n < 0n ? -n : n, d];
  while (b) [a, b] = [b, a % b];
  return { n: n / a, d: d / a };
}
