// The sums and sizes, written with their numbers.

import { decimal, fraction } from "./numbers.js";
import { h } from "./ui.js";

export const signed = (text) => (text.startsWith("−") ? `(${text})` : text);

// The products of one output (or of one stamp), laid out as the kernel lies: each weight × value in its place.
export function productTable(products, columns) {
  const cells = products.map(({ kernel, place, source, weight, value, product }) => {
    const tone = product > 0 ? "positive" : product < 0 ? "negative" : "zero";
    return h(
      `span.cx-product.cx-${tone}${source ? "" : ".cx-outside"}`,
      { "data-kernel": kernel.join(), title: `weight (${kernel}) times ${fraction(value)}, at (${place})` },
      h("span.cx-factor", {}, signed(fraction(weight))), " × ", h("span", {}, signed(fraction(value))));
  });
  return h("div.cx-products.cx-scrollx", { style: `--columns:${columns}`, role: "group", "aria-label": "Products, as the kernel lies", tabindex: "0" }, ...cells);
}

// What the channels add, each a button that shows it, then the bias, then the sum.
export function channelSums({ parts, shown, bias, total, pick }) {
  const terms = parts.map(({ channel, sum }) => h(
    "button.cx-button.cx-channel", { type: "button", "aria-pressed": channel === shown, "aria-label": `channel ${channel} adds ${decimal(sum)}`, onclick: () => pick(channel) },
    h("span.cx-name", {}, `channel ${channel} `), h("b", {}, decimal(sum))));
  if (bias !== null) terms.push(h("span.cx-biasterm", {}, h("span.cx-name", {}, "bias "), h("b", {}, decimal(bias))));
  const sum = terms.length > 1 ? terms.flatMap((term, i) => (i ? [" + ", term] : [term])) : [h("span.cx-sigma", { "aria-hidden": "true" }, "Σ")];
  return h("div.cx-total", {}, ...sum, " = ", h("output", {}, decimal(total)));
}

// The rows or columns that products lie on: "0, 1, 2", or "0, 1, … 6" where they are many.
export function spread(products, axis) {
  const places = [...new Set(products.map(({ place }) => place[axis]))].map((place) => String(place).replace("-", "−"));
  return places.length > 3 ? `${places[0]}, ${places[1]}, … ${places.at(-1)}` : places.join(", ");
}

export function sumText(products, total) {
  const terms = products.map(({ weight, value }) => `${signed(fraction(weight))}·${signed(fraction(value))}`);
  return `${terms.join(" + ")} = ${decimal(total)}`;
}

// A worked line, "formula = … = result; remark": its numbers bold in the formula, its last one strong.
export function workedLine(name, text) {
  const [line, remark] = text.split("; ");
  const steps = line.split(" = ");
  const bold = (step) => (/[A-Z]/.test(step) ? [step] : step.split(/(\d[\d,]*)/).map((part, i) => (i % 2 ? h("b", {}, part) : part)));
  const shown = steps.flatMap((step, i) => [i ? " = " : null, h("span.cx-step", {}, ...(i && i === steps.length - 1 ? [h("strong", {}, step)] : bold(step)))]);
  return h("div.cx-size", {}, h("span.cx-axisname", {}, name), h("span.cx-math", {}, ...shown), remark ? h("span.cx-floor", {}, remark) : null);
}
