// A table of numbers. With pick(id), rows are one Tab stop with arrows inside, Enter or a click picks; hover and focus are told.

import { h, setAttribute, setText } from "./ui.js";

// columns: [{title, numeric, hint}]; draw([{id, cells: [text or element], classes, label}], picked id).
export function dataTable({ caption, columns, pick, hover }) {
  const bodyRows = h("tbody");
  const titles = columns.map(({ title, numeric, hint }) => h(`th${numeric ? ".cx-num" : ""}`, { scope: "col", title: hint }, title));
  const table = h("table.cx-table", pick ? { role: "grid" } : {}, h("caption.cx-label", {}, caption), h("thead", {}, h("tr", {}, titles)), bodyRows);
  const element = h("div.cx-tablebox", pick ? {} : { tabindex: "0", role: "region", "aria-label": caption }, table);
  let ids = [];
  let current = null;

  const rowOf = (target) => target.closest?.("tr[data-id]");
  function reach(id, focus) {
    current = id;
    for (const row of bodyRows.children) row.tabIndex = row.dataset.id === String(id) ? 0 : -1;
    if (focus) bodyRows.children[ids.indexOf(id)]?.focus();
  }
  if (pick) {
    table.addEventListener("keydown", (event) => {
      const row = rowOf(event.target);
      if (!row || event.ctrlKey || event.metaKey || event.altKey || event.target !== row) return;
      const at = [...bodyRows.children].indexOf(row);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: ids.length - 1 }[event.key];
      if (to !== undefined) {
        if (ids[to] !== undefined) reach(ids[to], true);
      } else if (event.key === "Enter" || event.key === " ") pick(ids[at]);
      else return;
      event.preventDefault();
    });
    table.addEventListener("click", (event) => {
      const row = rowOf(event.target);
      if (!row || event.target.closest("button, input, a")) return;
      reach(ids[[...bodyRows.children].indexOf(row)], true);
      pick(current);
    });
  }
  if (hover) {
    const tell = (event) => hover(ids[[...bodyRows.children].indexOf(rowOf(event.target))] ?? null, event.type);
    table.addEventListener("pointerover", tell);
    table.addEventListener("focusin", tell);
    table.addEventListener("pointerleave", () => hover(null, "pointerleave"));
    table.addEventListener("focusout", () => hover(null, "focusout"));
  }

  function draw(rows, picked) {
    ids = rows.map(({ id }) => id);
    while (bodyRows.children.length > rows.length) bodyRows.lastChild.remove();
    while (bodyRows.children.length < rows.length) bodyRows.append(h("tr", {}, columns.map(({ numeric }) => h(`td${numeric ? ".cx-num" : ""}`, pick ? { role: "gridcell" } : {}))));
    rows.forEach(({ id, cells, classes = "", label }, i) => {
      const row = bodyRows.children[i];
      row.dataset.id = id;
      if (row.className !== classes) row.className = classes;
      if (label) setAttribute(row, "aria-label", label);
      if (pick) setAttribute(row, "aria-selected", id === picked);
      cells.forEach((cell, j) => (typeof cell === "object" ? row.children[j].firstChild !== cell && row.children[j].replaceChildren(cell) : setText(row.children[j], String(cell))));
    });
    if (pick && rows.length) reach(ids.includes(current) ? current : ids.includes(picked) ? picked : ids[0], false);
  }
  return { element, draw, focus: (id) => reach(id, true) };
}
