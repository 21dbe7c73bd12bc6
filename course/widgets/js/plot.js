// A plot: axes and lines in SVG over an optional canvas of colours, and points that a hand or the arrow keys can move.

import { decimal } from "./numbers.js";
import { setAttribute, setText } from "./ui.js";

const SVG = "http://www.w3.org/2000/svg"; // a name, not an address: nothing is fetched

// s("circle.cx-dot", {r: 4}, child) makes an element of SVG.
export function s(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElementNS(SVG, tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  put(element, attributes);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === undefined || value === false) element.removeAttribute(name);
    else setAttribute(element, name, value);
  }
}

// About `count` round numbers between low and high: steps of 1, 2 or 5 times a power of ten.
export function ticks(low, high, count = 5) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const SHAPES = {
  circle: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0Z",
  square: "M-5.5-5.5H5.5V5.5H-5.5Z",
  triangle: "M0-7L6.5 5H-6.5Z",
  diamond: "M0-7.5L7.5 0L0 7.5L-7.5 0Z",
  cross: "M-6-3.5L-3.5-6L0-2.5L3.5-6L6-3.5L2.5 0L6 3.5L3.5 6L0 2.5L-3.5 6L-6 3.5L-2.5 0Z",
};

// x, y: [low, high]; log axes take positive ranges. label names the plot for a screen reader.
export function plot({ label, x, y, width = 420, height = 320, xTitle = "", yTitle = "", xLog = false, yLog = false, margin = {} }) {
  const room = { left: yTitle ? 52 : 38, right: 12, top: 12, bottom: xTitle ? 40 : 26, ...margin };
  const [w, hh] = [width - room.left - room.right, height - room.top - room.bottom];
  const range = { x, y };
  const canvas = document.createElement("canvas");
  canvas.className = "cx-raster";
  canvas.setAttribute("aria-hidden", "true");
  Object.assign(canvas.style, { left: `${(100 * room.left) / width}%`, top: `${(100 * room.top) / height}%`, width: `${(100 * w) / width}%`, height: `${(100 * hh) / height}%` });
  const clip = `cx-clip-${Math.random().toString(36).slice(2)}`;
  const [axes, back, front, handles] = ["axes", "back", "front", "handles"].map((name) => s(`g.cx-${name}`));
  const picture = s("svg.cx-svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label },
    s("defs", {}, s("clipPath", { id: clip }, s("rect", { x: room.left, y: room.top, width: w, height: hh }))),
    s("rect.cx-plotarea", { x: room.left, y: room.top, width: w, height: hh }), axes,
    s("g", { "clip-path": `url(#${clip})` }, back, front), handles);
  const element = document.createElement("div");
  element.className = "cx-plot";
  element.style.maxWidth = `${width}px`;
  element.append(canvas, picture);

  const scale = (value, [low, high], log) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  const unscale = (share, [low, high], log) => (log ? low * (high / low) ** share : low + share * (high - low));
  const toPixel = ([a, b]) => [room.left + w * scale(a, range.x, xLog), room.top + hh * (1 - scale(b, range.y, yLog))];
  const fromPixel = ([px, py]) => [unscale((px - room.left) / w, range.x, xLog), unscale(1 - (py - room.top) / hh, range.y, yLog)];
  const clamp = (at) => at.map((value, i) => Math.min(Math.max(value, [range.x, range.y][i][0]), [range.x, range.y][i][1]));
  // Where a pointer event is, in the numbers of the axes.
  function at(event) {
    const box = picture.getBoundingClientRect();
    return fromPixel([((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height]);
  }

  function drawAxes() {
    const marks = (low, high, log) => (log
      ? Array.from({ length: Math.floor(Math.log10(high) + 1e-9) - Math.ceil(Math.log10(low) - 1e-9) + 1 }, (_, i) => 10 ** (i + Math.ceil(Math.log10(low) - 1e-9)))
      : ticks(low, high));
    const name = (value, log) => (log && (value >= 1e4 || value < 1e-3) ? `10${String(Math.round(Math.log10(value))).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)])}` : decimal(value));
    axes.replaceChildren(
      ...marks(...range.x, xLog).flatMap((value) => {
        const [px] = toPixel([value, range.y[0]]);
        return [s("line.cx-gridline", { x1: px, x2: px, y1: room.top, y2: room.top + hh }), s("text.cx-tick", { x: px, y: room.top + hh + 15, "text-anchor": "middle" }, name(value, xLog))];
      }),
      ...marks(...range.y, yLog).flatMap((value) => {
        const [, py] = toPixel([range.x[0], value]);
        return [s("line.cx-gridline", { x1: room.left, x2: room.left + w, y1: py, y2: py }), s("text.cx-tick", { x: room.left - 6, y: py + 4, "text-anchor": "end" }, name(value, yLog))];
      }),
      s("text.cx-axistitle", { x: room.left + w / 2, y: height - 6, "text-anchor": "middle" }, xTitle),
      s("text.cx-axistitle", { transform: `translate(12 ${room.top + hh / 2}) rotate(-90)`, "text-anchor": "middle" }, yTitle));
  }

  function setRange(next) {
    Object.assign(range, next);
    drawAxes();
  }

  // The path through points; a point that is not finite breaks the line.
  function path(points) {
    let pen = "M";
    let text = "";
    for (const point of points) {
      const [px, py] = toPixel(point);
      if (!Number.isFinite(px + py)) {
        pen = "M";
        continue;
      }
      text += `${pen}${px.toFixed(1)} ${Math.max(-1e4, Math.min(1e4, py)).toFixed(1)}`;
      pen = "L";
    }
    return text;
  }

  // A line with a class of its own; draw(points) moves it.
  function line(className, parent = front) {
    const one = s(`path.cx-curve.${className}`);
    parent.append(one);
    return { element: one, draw: (points) => setAttribute(one, "d", path(points)) };
  }

  // A point that can be moved: dragged, or by the arrow keys in steps of `step` (with Shift ten times as far).
  // move([x, y], how) with how "drag" or "key"; pick() on Enter and click; remove() on Delete; key(event) may take other keys
  // (return true). `axis`: "x" or "y" for points that move along one axis only.
  function handle({ move, pick, remove, key, step = (range.x[1] - range.x[0]) / 40, axis, hover }) {
    const shape = s("path.cx-handle");
    const mark = s("text.cx-handletext", { "text-anchor": "middle", y: 4 });
    const group = s("g.cx-point", { tabindex: 0, role: "button", "aria-roledescription": move ? "movable point" : "point" }, s("circle.cx-touch", { r: 14 }), shape, mark);
    handles.append(group);
    let place = [0, 0];
    let dragging = null;
    const along = (next) => clamp(axis === "x" ? [next[0], place[1]] : axis === "y" ? [place[0], next[1]] : next);
    group.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      const from = at(event);
      dragging = { by: [place[0] - from[0], place[1] - from[1]], x: event.clientX, y: event.clientY, moved: false };
      group.setPointerCapture(event.pointerId);
    });
    group.addEventListener("pointermove", (event) => {
      if (!dragging || !move) return;
      if (!dragging.moved && Math.hypot(event.clientX - dragging.x, event.clientY - dragging.y) < 3) return;
      dragging.moved = true;
      const now = at(event);
      move(along([now[0] + dragging.by[0], now[1] + dragging.by[1]]), "drag");
    });
    group.addEventListener("pointerup", () => {
      if (dragging && !dragging.moved) {
        group.focus();
        pick?.();
      }
      dragging = null;
    });
    group.addEventListener("pointercancel", () => (dragging = null));
    group.addEventListener("click", (event) => event.stopPropagation());
    group.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const far = step * (event.shiftKey ? 10 : 1);
      const by = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, far], ArrowDown: [0, -far] }[event.key];
      if (by && move && !(axis === "x" && by[1]) && !(axis === "y" && by[0])) {
        place = along([place[0] + by[0], place[1] + by[1]].map((v) => Number(v.toPrecision(10)))); // the next key may come before a frame
        move(place, "key");
      } else if ((event.key === "Enter" || event.key === " ") && pick) pick();
      else if ((event.key === "Delete" || event.key === "Backspace") && remove) remove();
      else if (!key?.(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    if (hover) {
      for (const [event, on] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) group.addEventListener(event, () => hover(on));
    }
    return {
      element: group,
      // {label, shape: circle|square|triangle|diamond|cross, classes, text}
      set(next, { label: words, shape: form = "circle", classes = "", text = "" } = {}) {
        place = next;
        const [px, py] = toPixel(next);
        setAttribute(group, "transform", `translate(${px.toFixed(2)} ${py.toFixed(2)})`);
        setAttribute(shape, "d", SHAPES[form]);
        setAttribute(group, "class", `cx-point ${classes}`);
        if (words) setAttribute(group, "aria-label", words);
        setText(mark, text);
      },
      remove: () => group.remove(),
      focus: () => group.focus(),
    };
  }

  // Fills the plot's area with colours: colour(x, y) → [red, green, blue] at the middle of each of columns × rows patches.
  function raster(columns, rows, colour) {
    if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
    const pen = canvas.getContext("2d");
    const pixels = pen.createImageData(columns, rows);
    for (let j = 0, k = 0; j < rows; j++) {
      const b = unscale(1 - (j + 0.5) / rows, range.y, yLog);
      for (let i = 0; i < columns; i++, k += 4) {
        const rgb = colour(unscale((i + 0.5) / columns, range.x, xLog), b);
        pixels.data[k] = rgb[0];
        pixels.data[k + 1] = rgb[1];
        pixels.data[k + 2] = rgb[2];
        pixels.data[k + 3] = 255;
      }
    }
    pen.putImageData(pixels, 0, 0);
    picture.classList.add("cx-overraster");
  }

  drawAxes();
  return { element, svg: picture, back, front, handles, range, toPixel, fromPixel, at, clamp, setRange, path, line, handle, raster };
}

// Colours from the theme: blue for 1, orange for −1, the page between; or ink for 1, the page for 0.
export const blend = (from, to, share) => from.map((v, i) => v + (to[i] - v) * share);
export function diverging(colours, share, strength = 0.62) {
  return blend(colours.bg, share >= 0 ? colours.positive : colours.negative, Math.min(1, Math.abs(share)) * strength);
}
export const sequential = (colours, share, strength = 0.8) => blend(colours.bg, colours.ink, Math.min(1, Math.max(0, share)) * strength);
