// The curves of a run: one panel for each unit, under one cursor that mouse and keys move alike.

import { curve, panels, points, shownWindow, ticks, title } from "./monitor_model.js";
import { significant } from "./significant.js";
import { h } from "./ui.js";

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [56, 12, 10, 34, 200];
const MARKERS = ["M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0Z", "M-3-3H3V3H-3Z", "M0-4.5L4.5 0L0 4.5L-4.5 0Z", "M0-4.5L4 3H-4Z", "M0 4.5L4-3H-4Z", "M-4-1H-1V-4H1V-1H4V1H1V4H-1V1H-4Z"];

// An element of SVG; its children are text or elements.
function s(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const looks = (i) => `cx-look${i % 6}`;
export const swatch = (i) => s("svg", { class: `cx-swatch ${looks(i)}`, width: 30, height: 12, "aria-hidden": "true" }, s("path", { class: "cx-run", d: "M1 6H29" }), s("path", { class: "cx-dot", d: MARKERS[i % 6], transform: "translate(15 6)" }));

// handlers: point(position | null) under the mouse, pin(position), cut(from, to).
export function charts(handlers) {
  const element = h("div.cx-charts");
  let made = []; // of each panel: {svg, cursor, x, y, name, columns}
  let held = null; // {x0, moved} while the mouse is down

  function draw(state) {
    const [first, last] = shownWindow(state);
    made = panels(state).map((panel, place, { length }) => {
      const wide = element.clientWidth >= 680 && length > 1;
      const width = Math.max(220, Math.floor(wide && !(length % 2 && !place) ? (element.clientWidth - 16) / 2 : element.clientWidth));
      const x = (at) => LEFT + ((width - LEFT - RIGHT) * (at - first)) / (last - first);
      const y = (value) => {
        const share = panel.log ? Math.log(value / panel.low) / Math.log(panel.high / panel.low) : (value - panel.low) / (panel.high - panel.low);
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share);
      };
      const path = (of) => {
        let [pen, text] = ["M", ""];
        for (const [at, value] of of) {
          if (value !== null && !(panel.log && value <= 0)) text += `${pen}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
          pen = value === null ? "M" : "L";
        }
        return text;
      };
      const id = `cx-cut${Math.random().toString(36).slice(2)}`;
      const lines = s("g", { "clip-path": `url(#${id})` });
      if (panel.name === "loss") {
        const steps = curve(state);
        lines.append(s("path", { class: "cx-raw", d: path(steps) }), s("path", { class: "cx-smooth", d: path(steps.map(([at, , mean]) => [at, mean])) }));
      }
      for (const column of panel.columns) {
        const line = points(state, column).filter(([at]) => at !== null);
        const every = Math.ceil(line.length / 40);
        const i = panel.all.indexOf(column);
        lines.append(s("g", { class: looks(i) }, s("path", { class: "cx-run", d: path(line) }),
          ...line.filter(([at, value], k) => value !== null && !(k % every) && at >= first && at <= last && !(panel.log && value <= 0)).map(([at, value]) => s("path", { class: "cx-dot", d: MARKERS[i % 6], transform: `translate(${x(at).toFixed(1)} ${y(value).toFixed(1)})` }))));
      }
      const floor = HEIGHT - BOTTOM;
      const axes = [
        ...panel.ticks.map((value) => s("g", {}, s("path", { class: "cx-gridline", d: `M${LEFT} ${y(value)}H${width - RIGHT}` }), s("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, significant(value)))),
        ...ticks(first, last, false).map((at) => s("g", {}, s("path", { class: "cx-gridline", d: `M${x(at)} ${floor}v4` }), s("text", { x: x(at), y: floor + 16, "text-anchor": "middle" }, significant(at)))),
        s("text", { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 3, "text-anchor": "middle" }, "epoch"),
      ];
      const cursor = s("path", { class: "cx-cursor", visibility: "hidden" });
      const cut = s("rect", { class: "cx-cut", y: TOP, height: floor - TOP, width: 0 });
      const svg = s("svg", { class: "cx-chart", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT },
        s("clipPath", { id }, s("rect", { x: LEFT - 5, y: TOP - 6, width: width - LEFT - RIGHT + 10, height: floor - TOP + 12 })), ...axes, s("path", { class: "cx-axis", d: `M${LEFT} ${TOP}V${floor}H${width - RIGHT}` }), lines, cut, cursor);
      const back = (event) => {
        const box = svg.getBoundingClientRect();
        const share = (((event.clientX - box.left) * width) / box.width - LEFT) / (width - LEFT - RIGHT);
        return first + Math.min(1, Math.max(0, share)) * (last - first);
      };
      svg.addEventListener("pointerdown", (event) => {
        if (event.button === 0) held = { from: back(event), px: event.clientX, moved: false, svg };
      });
      svg.addEventListener("pointermove", (event) => {
        if (held?.svg === svg && (held.moved ||= event.pointerType !== "touch" && Math.abs(event.clientX - held.px) > 5)) {
          svg.setPointerCapture(event.pointerId);
          const ends = [x(held.from), x(back(event))].sort((a, b) => a - b);
          cut.setAttribute("x", ends[0]);
          cut.setAttribute("width", ends[1] - ends[0]);
        } else handlers.point(back(event));
      });
      svg.addEventListener("pointerup", (event) => {
        const was = held;
        held = null;
        if (was?.svg !== svg) return;
        cut.setAttribute("width", 0);
        if (was.moved) handlers.cut(...[was.from, back(event)].sort((a, b) => a - b));
        else handlers.pin(back(event));
      });
      svg.addEventListener("pointercancel", () => (held = null));
      svg.addEventListener("pointerleave", () => handlers.point(null));
      return { ...panel, svg, cursor, x };
    });
    element.replaceChildren(...made.map(({ svg, name, log, columns, all }) => h("figure.cx-panel", {},
      h("figcaption", {}, h("b", {}, name + (log ? " (logarithmic axis)" : "")),
        ...(name === "loss" && state.steps.length ? [h("span.cx-key", {}, s("svg", { class: "cx-swatch", width: 30, height: 12 }, s("path", { class: "cx-smooth", d: "M1 6H29" })), "steps, smoothed")] : []),
        ...columns.map((column) => h("span.cx-key", {}, swatch(all.indexOf(column)), title(column) === name ? "" : title(column)))),
      svg)));
  }

  // A line at a position in every panel; pinned ones are drawn through.
  function mark(at, pinned) {
    for (const { cursor, x } of made) {
      cursor.setAttribute("visibility", at === null ? "hidden" : "visible");
      if (at !== null) cursor.setAttribute("d", `M${x(at)} ${TOP}V${HEIGHT - BOTTOM}`);
      cursor.classList.toggle("cx-pinned", pinned);
    }
  }
  return { element, draw, mark };
}
