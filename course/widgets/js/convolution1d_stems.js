// A row of stems over a row of cells: each value a line from zero with a dot at its end, to be dragged up and down. The
// cells below say the numbers and take the keys, so this picture is silent.

import { decimal } from "./numbers.js";
import { h, setText } from "./ui.js";

// A round step: a fortieth of the range, as 1, 2 or 5 times a power of ten.
function stepOf(range) {
  const power = 10 ** Math.floor(Math.log10(range / 40));
  return power * ([1, 2, 5].find((m) => m * power >= range / 40 - 1e-12) ?? 10);
}

// change(place, value) while a stem is dragged; probe(place | null) under the pointer; free(place): may it be dragged?
export function stemChart({ change, probe, free = () => Boolean(change) }) {
  const zero = h("div.cx-zeroline");
  const [top, bottom] = [h("span.cx-high"), h("span.cx-low")];
  const element = h("div.cx-stems", { "aria-hidden": "true" }, zero, top, bottom);
  const stems = [];
  let range = [0, 1];
  let first = 0;
  let drag = null;

  const at = (event) => {
    const box = element.getBoundingClientRect();
    const place = first + Math.max(0, Math.min(stems.length - 1, Math.floor(((event.clientX - box.left) / box.width) * stems.length)));
    return { place, value: range[1] - ((event.clientY - box.top) / box.height) * (range[1] - range[0]) };
  };
  function move(event) {
    const step = stepOf(range[1] - range[0]);
    const value = Math.min(range[1], Math.max(range[0], at(event).value));
    change(drag, Number((Math.round(value / step) * step).toPrecision(8)));
  }
  element.addEventListener("pointerdown", (event) => {
    const { place } = at(event);
    if (event.button !== 0 || !change || !free(place)) return;
    drag = place;
    element.setPointerCapture(event.pointerId);
    event.preventDefault();
    move(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (drag !== null) move(event);
    else probe?.(at(event).place);
  });
  const drop = () => (drag = null);
  element.addEventListener("pointerup", drop);
  element.addEventListener("pointercancel", drop);
  element.addEventListener("pointerleave", () => drag === null && probe?.(null));

  // values from the place `start` on; classes(place) for each.
  function draw(values, start, classes) {
    first = start;
    while (stems.length < values.length) {
      const stem = h("div.cx-stem", {}, h("i.cx-bar1"), h("b.cx-dot1"));
      stems.push(stem);
      element.append(stem);
    }
    while (stems.length > values.length) stems.pop().remove();
    // The scale keeps still under a drag, or the dot would run away from the pointer.
    if (drag === null) {
      const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
      const room = (high - low || 1) * 0.14;
      range = high > low ? [low - room, high + room] : [-1, 1];
      setText(top, high ? decimal(Number(high.toPrecision(2))) : "");
      setText(bottom, low ? decimal(Number(low.toPrecision(2))) : "");
      top.style.top = `${(100 * (range[1] - high)) / (range[1] - range[0])}%`;
      bottom.style.top = `${(100 * (range[1] - low)) / (range[1] - range[0])}%`;
    }
    const share = (value) => (100 * (range[1] - value)) / (range[1] - range[0]);
    const base = share(0);
    zero.style.top = `${base}%`;
    element.style.setProperty("--columns", values.length);
    values.forEach((value, i) => {
      const end = share(value);
      const { style, dataset } = stems[i];
      const name = `cx-stem ${value < 0 ? "cx-negative" : "cx-positive"} ${classes(i + start)}`;
      if (stems[i].className !== name) stems[i].className = name;
      const drawn = `${i} ${end} ${base}`;
      if (dataset.drawn === drawn) return;
      dataset.drawn = drawn;
      style.setProperty("--i", i);
      style.setProperty("--y", `${end}%`);
      style.setProperty("--from", `${Math.min(end, base)}%`);
      style.setProperty("--long", `${Math.abs(end - base)}%`);
    });
  }
  return { element, draw };
}
