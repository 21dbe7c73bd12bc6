// A question on the page: its words, net, table and picture. Nothing in them can become more than text and an image.

import { h } from "./ui.js";

// The texts' little markup, as course/quiz/markup.py has it: paragraphs, `code`, paragraphs of code that begin with four spaces.
export function paragraphs(text) {
  const found = [];
  for (const block of text.replace(/^\n+|\n+$/g, "").split(/\n(?:[ \t]*\n)+/)) {
    const lines = block.split("\n");
    const code = lines.every((line) => line.startsWith("    "));
    const words = code ? lines.map((line) => line.slice(4)).join("\n") : lines.map((line) => line.trim()).filter(Boolean).join(" ");
    if (code && found.at(-1)?.[0]) found.at(-1)[1] += `\n\n${words}`;
    else if (words) found.push([code, words]);
  }
  return found;
}

export const inline = (text) => text.split(/`([^`]+)`/).flatMap((part, i) => (i % 2 ? h("code.qz-code", {}, part) : part || []));

export const rich = (text) => paragraphs(text).map(([code, words]) =>
  (code ? h("pre.qz-pre", { tabindex: "0", "aria-label": "code" }, words) : h("p.qz-p", {}, ...inline(words))));

export const bare = (text) => text.replaceAll("`", "");

export function shown({ prompt, code, table, picture }) {
  return [
    ...rich(prompt),
    ...(code ? [h("p.qz-net", {}, code)] : []),
    ...(table.length ? [tableOf(table)] : []),
    ...(picture ? [h("img.qz-picture", { src: `data:image/svg+xml,${encodeURIComponent(picture.svg)}`, alt: picture.alt })] : []),
  ];
}

function tableOf([head, ...rows]) {
  const cell = (text, i) => (i ? h("td.cx-num", {}, text) : h("th", { scope: "row" }, text));
  return h("div.cx-tablebox", { tabindex: "0", role: "group", "aria-label": "table" },
    h("table.cx-table", {},
      h("thead", {}, h("tr", {}, head.map((text, i) => h(i ? "th.cx-num" : "th", { scope: "col" }, text)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell))))));
}
