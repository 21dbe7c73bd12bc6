// The sums and sizes, written with their numbers.

import { decimal, fraction } from "./numbers.js";
import { h, plural } from "./ui.js";

const signed = (text) => (text.startsWith("−") ? `(${text})` : text);

// The products of one output, laid out as the kernel lies: each weight × value in its place.
export function productTable(products, columns, total, probe) {
  const cells = products.map(({ kernel, place, source, weight, value, product }) => {
    const tone = product > 0 ? "positive" : product < 0 ? "negative" : "zero";
    return h(
      `span.cx-product.cx-${tone}${source ? "" : ".cx-outside"}`,
      { "data-kernel": kernel.join(), onpointerenter: () => probe(kernel), onpointerleave: () => probe(null), title: `weight (${kernel}) times the value at (${place})` },
      h("span.cx-factor", {}, signed(fraction(weight))), " × ", h("span", {}, signed(fraction(value))),
    );
  });
  return h(
    "div.cx-sum", {},
    h("div.cx-products", { style: `--columns:${columns}` }, ...cells),
    h("div.cx-total", {}, h("span.cx-sigma", { "aria-hidden": "true" }, "Σ"), " = ", h("output", {}, decimal(total))),
  );
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

// ⌊(N + 2P − D(K − 1) − 1)/S⌋ + 1 with the numbers of one axis, and what the floor leaves.
export function sizeLine(name, { n, kernel, stride, padding, dilation, room, length, tail }) {
  const b = (value) => h("b", {}, String(value));
  return h(
    "div.cx-size", {},
    h("span.cx-axisname", {}, name),
    h(
      "span.cx-math", {},
      h("span.cx-step", {}, "⌊(", b(n), " + 2·", b(padding), " − ", b(dilation), "·(", b(kernel), " − 1) − 1) / ", b(stride), "⌋ + 1"),
      " ",
      h("span.cx-step", {}, `= ⌊${room}/${stride}⌋ + 1 = `, h("strong", {}, String(length))),
    ),
    tail ? h("span.cx-floor", {}, `the floor leaves ${plural(tail, name === "height" ? "row" : "column")} unread`) : null,
  );
}
