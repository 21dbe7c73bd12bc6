// The table of a network: a tree of rows, one Tab stop, arrows inside; in the quiz a column of fields to be filled in.

import { h, setAttribute, setText } from "./ui.js";

const HEADS = [["row", "Row"], ["title", "Layer"], ["shape", "Output"], ["parameters", "Parameters"], ["multiply_adds", "Multiply–adds"], ["field", "Field"], ["jump", "Jump"], ["memory", "Bytes"]];

// pick(id), hover(id or null), fold(id, open), answer(id, text)
export function netTable({ pick, hover, fold, answer }) {
  const body = h("tbody");
  const foot = h("tbody.cx-total");
  const caption = h("caption.cx-label");
  const table = h("table.cx-table.cx-nettable", { role: "treegrid" }, caption,
    h("thead", {}, h("tr", {}, HEADS.map(([id, title]) => h(`th${id === "row" || id === "title" ? "" : ".cx-num"}`, { scope: "col", "data-column": id }, title)))), body, foot);
  const element = h("div.cx-tablebox.cx-netbox", {}, table);
  let rows = new Map(); // id → {element, cells, line, input, verdict}
  let current = null;

  function makeRow(line) {
    const twist = line.open === null ? null : h("button.cx-twist", { type: "button", tabindex: "-1", onclick: () => fold(line.id, !rows.get(line.id).line.open) });
    const name = h("span", {}, line.name);
    const first = h("th", { scope: "row", role: "rowheader", style: `padding-left:${6 + 15 * line.level + (twist ? 0 : 17)}px` }, twist, name);
    const cells = Object.fromEntries(HEADS.slice(1).map(([id]) => [id, h(`td${id === "title" ? "" : ".cx-num"}`, { role: "gridcell" })]));
    return { element: h("tr", { tabindex: "-1", "data-id": line.id, "aria-level": line.level + 1 }, first, Object.values(cells)), cells, twist };
  }

  // quiz: null, or {column, given(id), verdict(id)}; lines end with the total.
  function draw(lines, { label, cell, quiz }) {
    setText(caption, label);
    const had = table.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.id : undefined;
    const before = rows;
    rows = new Map();
    for (const line of lines) {
      const old = before.get(line.id);
      const row = old && old.line.name === line.name && old.line.level === line.level && (old.line.open === null) === (line.open === null) ? old : makeRow(line);
      rows.set(line.id, row);
      row.line = line;
      if (line.open === null) row.element.removeAttribute("aria-expanded");
      else {
        setAttribute(row.element, "aria-expanded", line.open);
        setText(row.twist, line.open ? "▾" : "▸");
        setAttribute(row.twist, "aria-label", `${line.open ? "Fold" : "Unfold"} ${line.name}`);
      }
      for (const [id, td] of Object.entries(row.cells)) {
        if (quiz?.column === id) ask(row, td, line, quiz);
        else if (row.asked === id || td.firstElementChild) {
          row.asked = row.input = null;
          td.replaceChildren(text(line, id, cell));
        } else setText(td, text(line, id, cell));
      }
      if (!quiz) row.asked = row.input = null;
    }
    const all = [...rows.values()].map((row) => row.element);
    place(body, all.slice(0, -1));
    place(foot, all.slice(-1));
    if (!rows.has(current)) current = lines[0]?.id ?? null;
    reach(current, had !== undefined && !table.contains(document.activeElement));
  }

  const place = (parent, wanted) => {
    if (parent.children.length !== wanted.length || wanted.some((one, i) => parent.children[i] !== one)) parent.replaceChildren(...wanted);
  };
  const text = (line, id, cell) => (id === "title" || id === "jump" ? line[id] : cell(line, id));

  function ask(row, td, line, quiz) {
    if (line.open) {
      row.asked = row.input = null;
      setText(td, "· · ·");
      return;
    }
    if (row.asked !== quiz.column) {
      row.asked = quiz.column;
      row.input = h("input.cx-answer", { type: "text", tabindex: "-1", autocomplete: "off", spellcheck: "false", "aria-label": `${HEADS.find(([id]) => id === quiz.column)[1]} of ${line.name}` });
      row.verdict = h("span.cx-verdict");
      row.input.addEventListener("change", () => answer(line.id, row.input.value));
      row.input.addEventListener("focus", () => reach(line.id, false));
      td.replaceChildren(row.input, row.verdict);
    }
    const given = (row.given = quiz.given(line.id));
    if (document.activeElement !== row.input) row.input.value = given; // what is being typed stays
    const verdict = given === "" ? null : quiz.verdict(line);
    setText(row.verdict, verdict ? (verdict.right ? "✓ right" : `✗ ${verdict.words}`) : "");
    setAttribute(row.input, "data-right", verdict ? verdict.right : "");
    if (verdict && !verdict.right) setAttribute(row.input, "aria-invalid", true);
    else row.input.removeAttribute("aria-invalid");
  }

  function mark(hot, picked) {
    for (const [id, { element: tr }] of rows) {
      tr.classList.toggle("cx-hot", id === hot);
      setAttribute(tr, "aria-selected", id === picked);
    }
  }

  function reach(id, focus) {
    rows.get(current)?.element.setAttribute("tabindex", -1);
    current = id;
    const row = rows.get(id)?.element;
    row?.setAttribute("tabindex", 0);
    if (focus) row?.focus();
  }

  const idOf = (target) => target.closest?.("tr[data-id]")?.dataset.id ?? null;
  function step(from, by) {
    const ids = [...rows.keys()];
    const to = ids[ids.indexOf(from) + by];
    if (to !== undefined) reach(to, true);
  }
  table.addEventListener("keydown", (event) => {
    const id = idOf(event.target);
    if (id === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const { line, input } = rows.get(id);
    if (event.target === input) {
      if (event.key === "Enter" || event.key === "Escape" || event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        event.stopPropagation();
        if (event.key === "Escape") input.value = rows.get(id).given;
        const ids = [...rows.keys()];
        const next = ids.slice(ids.indexOf(id) + 1).find((one) => rows.get(one).input);
        reach(id, true); // leaving the field gives the answer
        if (event.key === "Enter" && next) rows.get(next).input.focus();
        else if (event.key.startsWith("Arrow")) step(id, event.key === "ArrowDown" ? 1 : -1);
      }
      return;
    }
    if (event.target !== rows.get(id).element) return;
    const ids = [...rows.keys()];
    const parent = ids.slice(0, ids.indexOf(id)).reverse().find((one) => rows.get(one).line.level < line.level);
    if (event.key === "ArrowDown") step(id, 1);
    else if (event.key === "ArrowUp") step(id, -1);
    else if (event.key === "Home") reach(ids[0], true);
    else if (event.key === "End") reach(ids.at(-1), true);
    else if (event.key === "ArrowRight" && line.open === false) fold(id, true);
    else if (event.key === "ArrowRight" && line.open) step(id, 1);
    else if (event.key === "ArrowLeft" && line.open) fold(id, false);
    else if (event.key === "ArrowLeft" && parent) reach(parent, true);
    else if (input && (/^[0-9?([]$/.test(event.key) || event.key === "F2")) {
      if (event.key !== "F2") input.value = "";
      input.focus();
      return; // the key itself goes into the field
    } else if (event.key === "Enter" || event.key === " ") pick(id);
    else return;
    event.preventDefault();
  });
  table.addEventListener("click", ({ target }) => {
    const id = idOf(target);
    if (id === null || target.closest("button, input")) return;
    reach(id, true);
    pick(id);
  });
  table.addEventListener("pointerover", ({ target }) => hover(idOf(target)));
  table.addEventListener("pointerleave", () => hover(null));
  table.addEventListener("focusin", ({ target }) => hover(idOf(target)));
  table.addEventListener("focusout", () => hover(null));
  return { element, draw, mark };
}
