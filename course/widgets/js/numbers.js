// Numbers as the explorers print and read them; course/widgets/numbers.py prints the same.

const MINUS = "−";

// At most three decimals (or as many as asked for), with a true minus sign.
export function decimal(value, places = 3) {
  const text = value.toFixed(places).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text.replace("-", MINUS);
}

// A small fraction where the number is one (denominator to 16), else a decimal.
export function fraction(value) {
  if (Math.abs(value) < 8 && !Number.isInteger(value)) {
    for (let denominator = 2; denominator <= 16; denominator++) {
      const numerator = Math.round(value * denominator);
      if (Math.abs(value * denominator - numerator) < 1e-9) {
        return `${numerator}/${denominator}`.replace("-", MINUS);
      }
    }
  }
  return decimal(value);
}

// What a person typed: 3, -1.5, −1/9, 1e-3. null where it is no number.
export function parseNumber(text) {
  const match = /^\s*([-−+]?)\s*(\d+(?:[.,]\d*)?|[.,]\d+)(e[-−+]?\d\d?)?(?:\s*\/\s*(\d+))?\s*$/i.exec(text);
  if (!match || match[4] === "0") return null;
  const size = Number(match[2].replace(",", ".") + (match[3] ?? "").replace("−", "-")) / Number(match[4] ?? 1);
  return /[-−]/.test(match[1]) && size ? -size : size;
}
