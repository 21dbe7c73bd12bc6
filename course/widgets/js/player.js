// Back, play and pause, forward: a row of buttons that steps a view, by itself or by hand.

import { calmMotion, h, setText } from "./ui.js";

// next() and previous() move the view and return false at an end; there next() first goes back to the start if rewind() is given.
export function player({ what, next, previous, rewind, interval = 650, say, redraw = () => {} }) {
  let timer = 0;
  const wait = () => (calmMotion() ? Math.max(1400, interval) : interval);
  const tick = () => {
    timer = setTimeout(tick, wait());
    if (next() === false) play(false);
    redraw();
  };

  function play(on) {
    clearTimeout(timer);
    timer = 0;
    if (on) {
      if (rewind?.()) redraw();
      timer = setTimeout(tick, wait());
    }
    setText(button, timer ? "❚❚ Pause" : "▶ Play");
    say?.(timer ? "Playing" : "Paused");
  }

  const by = (step) => {
    if (timer) play(false);
    step();
    redraw();
  };
  const button = h("button.cx-button.cx-play", { type: "button", onclick: () => play(!timer) }, "▶ Play");
  const back = previous && h("button.cx-button", { type: "button", "aria-label": `Previous ${what}`, onclick: () => by(previous) }, "◀");
  const forward = h("button.cx-button", { type: "button", "aria-label": `Next ${what}`, onclick: () => by(next) }, "▶");
  return {
    element: h("span.cx-player", {}, back, button, forward),
    get playing() {
      return Boolean(timer);
    },
    toggle: () => play(!timer),
    disable: (off) => [back, button, forward].forEach((one) => one && (one.disabled = off)),
    // Without a word: the view goes away, or is reset.
    stop() {
      clearTimeout(timer);
      timer = 0;
      setText(button, "▶ Play");
    },
  };
}
