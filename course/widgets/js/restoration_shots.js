// Pictures of pixels: shown large, pointed at, wiped across, and looked at through a lens.

import { h, setText } from "./ui.js";

const blend = (from, to, share) => from.map((v, i) => v + (to[i] - v) * share);
const grey = (v) => [v, v, v];

// What stands for a value: a grey level; SSIM from 1 (the page) to 0 (ink), orange below; an error, blue above and orange below.
export const PAINTS = {
  grey: () => grey,
  ssim: ({ bg, ink, negative }) => (v) => (v < 0 ? negative : blend(bg, ink, Math.min(1, 1 - v) * 0.92)),
  error: ({ bg, positive, negative }, most) => (v) => blend(bg, v > 0 ? positive : negative, Math.min(1, Math.abs(v) / most)),
};

export function paint(canvas, rows, columns, colour) {
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const pen = canvas.getContext("2d");
  const pixels = pen.createImageData(columns, rows);
  for (let k = 0; k < rows * columns; k++) {
    const rgb = colour(k);
    if (!rgb) continue;
    pixels.data.set(rgb, 4 * k);
    pixels.data[4 * k + 3] = 255;
  }
  pen.putImageData(pixels, 0, 0);
}

// look([row, column] | null) while the pointer is over it, pick([row, column]) on a click; wipe(percent) where a handle
// can be drawn across.
export function shot({ look, pick, wipe }) {
  const canvas = h("canvas.cx-pixels");
  const window = h("div.cx-ssimwindow");
  const border = h("div.cx-inner", { hidden: true });
  const handle = wipe && h("div.cx-wipe", {}, h("span.cx-grip", {}, "◂▸"));
  const box = h("div.cx-shot", { role: "img" }, canvas, border, window, handle);
  const name = h("div.cx-shotname");
  const note = h("div.cx-shotnote");
  let size = [1, 1];
  const place = (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(event.clientY - top) / height, (event.clientX - left) / width].map((share, axis) => Math.min(size[axis] - 1, Math.max(0, Math.floor(share * size[axis]))));
  };
  box.addEventListener("pointermove", (event) => look(event.target.closest(".cx-wipe") ? null : place(event)));
  box.addEventListener("pointerleave", () => look(null));
  box.addEventListener("click", (event) => event.target.closest(".cx-wipe") || pick(place(event)));
  if (wipe) {
    let on = false;
    handle.addEventListener("pointerdown", (event) => {
      on = event.button === 0;
      if (on) handle.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!on) return;
      const { left, width } = canvas.getBoundingClientRect();
      wipe(Math.round(Math.min(100, Math.max(0, (100 * (event.clientX - left)) / width))));
    });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => (on = false));
  }
  return {
    element: h("div.cx-figure", {}, name, box, note),
    // {rows, columns, colour(k), name, note, label, inner: pixels left out along each side}
    draw({ rows, columns, colour, inner, ...words }) {
      size = [rows, columns];
      paint(canvas, rows, columns, colour);
      box.style.aspectRatio = `${columns} / ${rows}`;
      border.hidden = !inner;
      if (inner) Object.assign(border.style, { inset: `${(100 * inner) / rows}% ${(100 * inner) / columns}%` });
      setText(name, words.name);
      setText(note, words.note);
      box.setAttribute("aria-label", words.label);
    },
    // The window of 11×11 around a pixel, and how far the wipe is.
    point([row, column], percent) {
      const [rows, columns] = size;
      Object.assign(window.style, { left: `${(100 * (column - 5)) / columns}%`, top: `${(100 * (row - 5)) / rows}%`, width: `${1100 / columns}%`, height: `${1100 / rows}%` });
      if (!handle) return;
      handle.style.left = `${percent}%`;
      // At an edge of the picture the grip stays inside.
      handle.style.setProperty("--shift", `${(50 - percent) * 0.26}px`);
    },
  };
}

// The neighborhood of one pixel in several pictures, large.
export function lens(count, facts) {
  const panes = Array.from({ length: count }, () => ({ canvas: h("canvas.cx-pixels"), name: h("span.cx-lensname"), value: h("b") }));
  const element = h("div.cx-lens", {}, panes.map(({ canvas, name, value }) => h("div", {}, name, value, h("div.cx-glass", {}, canvas, h("span.cx-ssimwindow"), h("span.cx-dot")))), facts);
  return {
    element,
    // pictures: [{name, values (null where there are none yet), text}]
    draw(pictures, [row, column], rows, columns, reach) {
      const side = 2 * reach + 1;
      element.style.setProperty("--side", side);
      panes.forEach(({ canvas, name, value }, i) => {
        const one = pictures[i];
        setText(name, one?.name ?? "");
        setText(value, one?.text ?? "");
        paint(canvas, side, side, (k) => {
          const [y, x] = [row - reach + Math.floor(k / side), column - reach + (k % side)];
          return one?.values && y >= 0 && x >= 0 && y < rows && x < columns ? grey(one.values[y * columns + x]) : null;
        });
      });
    },
  };
}
