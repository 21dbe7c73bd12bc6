// A picture of a network: blocks and links to be pointed at, walked through with the arrow keys, and chosen.

import { setAttribute } from "./ui.js";

// s("path.cx-a", {d: "..."}, child) makes an element of SVG, as h() makes one of HTML.
function s(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag); // a name: nothing is fetched
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children.flat().filter(Boolean));
  return element;
}

const SIGNS = { "+": "M-5 0H5M0-5V5", "−": "M-5 0H5", "×": "M-4-4L4 4M4-4L-4 4", "‖": "M-2.5-5V5M2.5-5V5", "·": "M-1 0H1" };

// The outline of a block: narrower behind where it lowers the resolution, narrower in front where it raises it.
function outline({ kind, x, y, w, h }) {
  const slant = Math.min(8, h / 4);
  if (kind === "down") return [s("path", { d: `M${x} ${y}L${x + w} ${y + slant}V${y + h - slant}L${x} ${y + h}Z` })];
  if (kind === "up") return [s("path", { d: `M${x} ${y + slant}L${x + w} ${y}V${y + h}L${x} ${y + h - slant}Z` })];
  if (kind === "join") return [s("circle", { cx: x + w / 2, cy: y + h / 2, r: w / 2 })];
  const box = s("rect", { x, y, width: w, height: h, rx: kind === "thin" ? 1 : 3 });
  if (kind === "group") return [box, s("rect.cx-inner", { x: x + 3, y: y + 3, width: Math.max(1, w - 6), height: Math.max(1, h - 6) })];
  return kind === "dense" ? [box, s("path.cx-bar", { d: `M${x + 3} ${y}V${y + h}` })] : [box];
}

// pick(id) on click, Enter and Space; hover(id or null) while the pointer or the arrow keys are on a block.
export function netPicture({ pick, hover }) {
  const lines = s("g", { "aria-hidden": "true" });
  const boxes = s("g", { role: "presentation" });
  const svg = s("svg.cx-net", { role: "listbox", tabindex: 0 }, lines, boxes);
  const own = `net${Math.random().toString(36).slice(2)}`;
  let blocks = [];
  let nodes = new Map();
  let arrows = [];
  let current = null;

  // label: of the whole; blocks: {id, kind, x, y, w, h, below: how far its text reaches down, label, sign, classes, texts: [{x, y,
  // text, turn, anchor, classes}]};
  // links: {path, source, target, classes, end: [x, y, direction] of its arrow head}.
  function draw({ width, height, label, blocks: wanted, links }) {
    blocks = wanted;
    setAttribute(svg, "viewBox", `0 0 ${width} ${height}`);
    setAttribute(svg, "aria-label", label);
    svg.style.maxWidth = `${width}px`;
    svg.style.minWidth = `${Math.round(0.8 * width)}px`; // what is wider than the pane shrinks a little, then scrolls
    arrows = links.map((link) => ({ ...link, element: s(`path.cx-link-line${link.classes ?? ""}`, { d: link.path + head(link.end) }) }));
    lines.replaceChildren(...arrows.map(({ element }) => element));
    nodes = new Map(blocks.map((block, i) => [block.id, s(
      `g.cx-block.cx-${block.kind}${block.classes ?? ""}`, { role: "option", id: `${own}-${i}`, "aria-label": block.label, "aria-selected": "false", "data-id": block.id },
      outline(block), block.sign && s("path.cx-signs", { d: SIGNS[block.sign], transform: `translate(${block.x + block.w / 2} ${block.y + block.h / 2})` }),
      (block.texts ?? []).map(({ x, y, text, turn, anchor = "middle", classes = "" }) => s(`text${classes}`, { x, y, "text-anchor": anchor, transform: turn && `rotate(${turn} ${x} ${y})` }, text)),
      s("rect.cx-hit", { x: block.x - 3, y: block.y - 3, width: block.w + 6, height: block.h + 6 + (block.below ?? 0) }),
    )]));
    boxes.replaceChildren(...nodes.values());
    if (!nodes.has(current)) current = blocks[0]?.id ?? null;
    setAttribute(svg, "aria-activedescendant", nodes.get(current)?.id ?? "");
  }

  const head = (end) => (end ? `M${end[0]} ${end[1]}${{ right: "l-5-3m5 3l-5 3", down: "l-3-5m3 5l3-5", up: "l-3 5m3-5l3 5", left: "l5-3m-5 3l5 3" }[end[2]]}` : "");

  // What is looked at stands out, with the links that it has; what is chosen is framed.
  function mark(hot, picked) {
    for (const [id, node] of nodes) {
      node.classList.toggle("cx-hot", id === hot);
      node.classList.toggle("cx-picked", id === picked);
      setAttribute(node, "aria-selected", id === picked);
    }
    for (const { element, source, target } of arrows) element.classList.toggle("cx-hot", hot !== null && (source === hot || target === hot));
  }

  function go(id) {
    current = id;
    const node = nodes.get(id);
    setAttribute(svg, "aria-activedescendant", node.id);
    const scroller = svg.parentElement;
    const [box, seen] = [node.getBoundingClientRect(), scroller.getBoundingClientRect()];
    if (box.left < seen.left) scroller.scrollLeft -= seen.left - box.left + 30;
    else if (box.right > seen.right) scroller.scrollLeft += box.right - seen.right + 30;
    hover(id);
  }

  // The nearest block in a direction, sideways steps costing more.
  function next([dx, dy]) {
    const middle = ({ x, y, w, h }) => [x + w / 2, y + h / 2];
    const [x, y] = middle(blocks.find(({ id }) => id === current));
    const reach = (block) => {
      const [bx, by] = middle(block);
      const along = (bx - x) * dx + (by - y) * dy;
      return along > 1 ? along + 3 * Math.abs((bx - x) * dy + (by - y) * dx) : Infinity;
    };
    const best = blocks.reduce((found, block) => (reach(block) < reach(found) ? block : found), { x: x - 1e9 * dx, y: y - 1e9 * dy, w: 0, h: 0 });
    return best.id;
  }

  const idOf = (target) => target.closest?.("[data-id]")?.dataset.id ?? null;
  svg.addEventListener("pointerover", ({ target }) => hover(idOf(target)));
  svg.addEventListener("pointerleave", () => hover(null));
  svg.addEventListener("focus", () => svg.matches(":focus-visible") && current !== null && go(current));
  svg.addEventListener("blur", () => hover(null));
  svg.addEventListener("click", ({ target }) => {
    const id = idOf(target);
    if (id === null) return;
    current = id;
    pick(id);
  });
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !blocks.length) return;
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    const id = way ? next(way) : { Home: blocks[0].id, End: blocks.at(-1).id }[event.key];
    if (id !== undefined) go(id);
    else if (event.key === "Enter" || event.key === " ") pick(current);
    else if (!way) return;
    event.preventDefault();
  });
  return { element: svg, draw, mark };
}
