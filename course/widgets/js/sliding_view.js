// What the explorers of a sliding window have in common: walking over the outputs, pinning one, what is pointed at, and
// how numbers look in their grids.

import { decimal, fraction } from "./numbers.js";
import { player } from "./player.js";
import { h, setText } from "./ui.js";

export const tone = (value) => (value > 0 ? "cx-positive" : value < 0 ? "cx-negative" : "cx-zero");
export const largest = (values) => Math.max(...values.map((value) => Math.abs(value ?? 0))) || 1;
export const share = (value, most) => Math.round((100 * Math.abs(value ?? 0)) / most);
export const classes = (...names) => names.filter(Boolean).join(" ");
export const signed = (text) => (text.startsWith("−") ? `(${text})` : text);
// A sum without its rounding: nine ninths are one.
export const tidy = (value) => Number(value.toPrecision(12));

// A number in few characters: 1/3 and 1/8 as fractions, −1.1 and 0.5 as decimals.
export function short(value) {
  const [whole, parts] = [decimal(value), fraction(value)];
  return Math.abs(Number(value.toFixed(3)) - value) < 1e-12 && whole.length <= parts.length ? whole : parts;
}

// The window, among lists of places, that lies most nearly centred on a place.
export function nearest(windows, place) {
  const off = windows.map((places) => Math.abs((places[0] + places.at(-1)) / 2 - place));
  return off.indexOf(Math.min(...off));
}

// The shell asks for a state's problem, the view for all the rest: each state is computed once.
export function remembering(names, compute) {
  let asked = "";
  let found = null;
  return (state) => {
    const now = Object.fromEntries(names.map((name) => [name, state[name]]));
    const key = JSON.stringify(now);
    if (key !== asked) found = compute(now);
    asked = key;
    return found;
  };
}

// Steps, plays and pins among `count()` outputs. at(): the number of the one shown; chosen(number): what the state calls it;
// text(number): it in words; grid and place(number): where it stands.
export function walker({ ui, count, at, chosen, text, grid, place }) {
  const probes = { hover: null, focus: null };
  const forget = () => (probes.hover = probes.focus = null);

  function select(number, pinned) {
    ui.set({ selected: chosen(number), pinned }, `${pinned ? "Pinned " : ""}${text(number)}`);
  }
  function step(by) {
    const all = count();
    if (!all) return false;
    const next = (at() + by + all) % all;
    forget();
    ui.set({ selected: chosen(next) }, play.playing ? null : text(next));
    if (grid().element.contains(document.activeElement)) grid().focus(place(next));
    return by < 0 || next < all - 1;
  }
  const play = player({ what: "output", next: () => step(1), previous: () => step(-1), say: ui.say, rewind: () => at() === count() - 1 && step(1) });
  const pin = h("button.cx-button", { type: "button", onclick: () => select(at(), !ui.state.pinned) });

  // The keys inside a grid; more(key, cell) may have further ones.
  function keys(element, more = () => null) {
    const own = { n: () => step(1), p: () => step(-1), " ": play.toggle, escape: () => { play.stop(); ui.set({ pinned: false }, "Let go"); } };
    element.addEventListener("keydown", (event) => {
      const cell = event.target.closest?.(".cx-cell");
      if (event.ctrlKey || event.metaKey || event.altKey || !cell || event.target !== cell) return;
      const action = own[event.key.toLowerCase()] ?? more(event.key, cell);
      if (!action) return;
      event.preventDefault();
      action();
    });
  }
  return {
    elements: [play.element, pin], keys, forget, probes, select,
    get probe() {
      return probes.hover ?? probes.focus;
    },
    draw() {
      const none = !count();
      play.disable(none);
      pin.disabled = none;
      setText(pin, ui.state.pinned ? "Unpin" : "Pin");
      pin.setAttribute("aria-pressed", ui.state.pinned);
    },
    stop: play.stop,
  };
}
