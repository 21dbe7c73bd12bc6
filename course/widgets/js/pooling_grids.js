// What stands in the pooling explorer's four grids: texts, colours, marks and the words for a screen reader.

import { decimal, fraction } from "./numbers.js";
import { classes, largest, share, tidy, tone } from "./sliding_view.js";

const NOTHING = { max: "−∞", min: "∞" };
const key = (place) => place.join();

export const times = ([rows, columns]) => `${rows}×${columns}`;
export const shown = (value, kind, places) => (value === null ? NOTHING[kind] ?? "–" : decimal(value, places));

// What the places outside hold, as far as the pooling is concerned.
export function paddingText(state) {
  if (state.kind === "average") return state.count_include_pad ? "0" : "–";
  return NOTHING[state.kind] ?? "–";
}

// One moment: `at` the output shown, `probe` {grid, place} what the pointer or the focus is on.
export function scene(state, derived, at, probe, gradient, upstream) {
  const [h, w] = [state.image.length, state.image[0].length];
  const pad = state.global_pool ? [0, 0] : state.padding;
  const ends = [h, w].map((n, axis) => Math.max(n + pad[axis], ...derived.reads[axis].map((places) => places.at(-1) + 1)));
  const window = new Set(derived.reads[0][at[0]].flatMap((y) => derived.reads[1][at[1]].map((x) => key([y, x]))));
  const read = derived.reads.map((reads) => new Set(reads.flat()));
  const counts = new Map();
  for (const place of derived.taken.flat()) if (place) counts.set(key(place), (counts.get(key(place)) ?? 0) + 1);
  const pointed = probe && (probe.grid === "picture" || probe.grid === "gradient") ? probe.place : null;
  return { state, derived, at, probe, gradient, upstream, h, w, pad, ends, window, read, counts, pointed };
}

export function pictureGrid({ state, derived, at, h, w, pad, ends, window, read, counts, pointed }) {
  const most = largest(derived.picture.flat());
  const taken = derived.taken[at[0]][at[1]];
  const ties = new Set(derived.ties[at[0]][at[1]].map(key));
  const [rows, columns] = derived.reads.map((reads, axis) => reads[at[axis]]);
  const [down, right] = [state.shift_down, state.shift_right];
  return {
    rows: ends[0] + pad[0], columns: ends[1] + pad[1], first: pad.map((p) => -p),
    label: `Picture, ${h} by ${w}${pad[0] || pad[1] ? `, with padding ${pad[0]} by ${pad[1]}` : ""}`,
    frame: { place: [rows[0], columns[0]], rows: rows.at(-1) - rows[0] + 1, columns: columns.at(-1) - columns[0] + 1, open: rows.length > 1 && rows[1] > rows[0] + 1 },
    cell: ([y, x]) => {
      const outside = y < 0 || x < 0 || y >= h || x >= w;
      const beyond = y >= h + pad[0] || x >= w + pad[1];
      const came = !outside && (state.image[y - down]?.[x - right] ?? null) === null;
      const value = outside ? null : derived.picture[y][x];
      const here = key([y, x]);
      const missed = !read[0].has(y) || !read[1].has(x);
      const won = taken && taken[0] === y && taken[1] === x;
      const many = counts.get(here);
      const words = outside ? (beyond ? "beyond the padding, not read" : `padding, counts as ${paddingText(state)}`) : fraction(value);
      return {
        text: outside ? (beyond ? "" : paddingText(state)) : fraction(value), share: share(value, most), readonly: outside || came,
        classes: classes(
          value < 0 ? "cx-negative" : "cx-magnitude", (outside || came) && "cx-outside", window.has(here) && "cx-tap", missed && "cx-unread",
          many && "cx-taken", won && "cx-pointed", ties.has(here) && "cx-origin", pointed && key(pointed) === here && "cx-reader",
        ),
        label: `row ${y}, column ${x}: ${words}${came ? ", moved in from outside" : ""}${many ? `, taken by ${many} output${many > 1 ? "s" : ""}` : ""}` +
          `${won ? ", the shown output's choice" : ties.has(here) ? ", equal to the choice but later" : ""}${missed ? ", read by no window" : ""}`,
      };
    },
  };
}

export function outputGrid({ state, derived, at, pointed }, readers) {
  const most = largest(derived.output.flat());
  const shifts = state.shift_down || state.shift_right;
  return {
    rows: derived.shape[0], columns: derived.shape[1], first: [0, 0], current: at,
    label: `Output, ${derived.shape.join(" by ")}`, frame: { place: at, rows: 1, columns: 1 },
    cell: ([r, c]) => {
      const value = derived.output[r][c];
      const chosen = r === at[0] && c === at[1];
      const changed = shifts && derived.shifted[r][c];
      return {
        text: shown(value, state.kind, 2), share: share(value, most), readonly: true, selected: chosen,
        classes: classes(tone(value), chosen && "cx-chosen", pointed && readers.has(`${r},${c}`) && "cx-reader", changed && "cx-shifted"),
        label: `output row ${r}, column ${c}: ${shown(value, state.kind)}${changed ? ", changed by the move" : ""}${chosen && state.pinned ? ", pinned" : ""}`,
      };
    },
  };
}

export function upstreamGrid({ derived, at, upstream, pointed }, readers) {
  const most = largest(upstream.flat());
  return {
    rows: derived.shape[0], columns: derived.shape[1], first: [0, 0],
    label: `Gradient at the output, ${derived.shape.join(" by ")}`, frame: { place: at, rows: 1, columns: 1 },
    cell: ([r, c]) => ({
      text: fraction(upstream[r][c]), share: share(upstream[r][c], most),
      classes: classes(tone(upstream[r][c]), pointed && readers.has(`${r},${c}`) && "cx-reader"),
      label: `gradient at output row ${r}, column ${c}: ${fraction(upstream[r][c])}`,
    }),
  };
}

export function gradientGrid({ derived, at, h, w, gradient, pointed }, gets) {
  const most = largest(gradient.flat());
  return {
    rows: h, columns: w, first: [0, 0], label: `Gradient at the picture, ${h} by ${w}`, frame: null,
    cell: ([y, x]) => {
      const value = tidy(gradient[y][x]);
      const from = gets.get(`${y},${x}`);
      return {
        text: fraction(value), share: share(value, most), readonly: true,
        classes: classes(tone(value), from && "cx-tap", pointed && pointed[0] === y && pointed[1] === x && "cx-pointed"),
        label: `gradient at row ${y}, column ${x}: ${fraction(value)}${from ? `, ${from} of it from output ${at.join(", ")}` : ""}`,
      };
    },
  };
}
