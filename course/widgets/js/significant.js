// Numbers of any size, with a few significant digits; course/widgets/significant.py prints the same.

export const raised = (power) => String(power).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

export function significant(value, digits = 4) {
  const size = Math.abs(value);
  if (!size) return "0";
  let [text, tail] = size.toExponential(digits - 1).split("e");
  const power = Number(tail);
  if (power >= -3 && power <= 4) [text, tail] = [size.toFixed(Math.max(0, digits - 1 - power)), ""];
  else tail = `·10${raised(power)}`;
  if (text.includes(".")) text = text.replace(/\.?0+$/, "");
  return (value < 0 ? "−" : "") + text + tail;
}

// As a factor or a term: in parentheses where it is negative.
export const factor = (value) => (value < 0 ? `(${significant(value)})` : significant(value));
