// What every explorer's view has in common: the state and its checks, drawing once a frame, announcements, the problem
// box, Reset, Copy state, Copy Python, and keys that stay inside. course/widgets/explorer.py is the Python side.

import { checkField, defaults, same } from "./fields.js";
import { fieldControl, presetControl } from "./field_controls.js";
import { pythonCall } from "./python.js";
import { Refusal } from "./axis.js";
import { announcer, calmMotion, copyButton, h, keepKeys, setText } from "./ui.js";

const THEME = ["bg", "soft", "line", "edge", "ink", "faint", "positive", "negative", "mark", "warn"];

const nothing = () => {};

export function explorer({ model, el, spec, title, keys, problem = () => null, build }) {
  const names = Object.keys(spec.state);
  const state = defaults(spec);
  const live = announcer();
  const setters = {}; // what the controls show, by field
  let draft = null; // an entry that is no legal value: {text, settle}
  let changed = new Set(names);
  let frame = 0;
  let theme = null;
  let view = null;
  let relink = false; // pairs of equal numbers move together again, after a reset
  const restore = () => send({ ...state });
  let held = false; // between set() and save_changes(): what the model tells us is what we told it

  // A value from outside: Python has checked its own, but an address in a published page may hold anything.
  function pull(name) {
    const value = model.get(name);
    try {
      const legal = value === undefined ? state[name] : checkField(name, spec.state[name], value, spec);
      if (!same(legal, state[name])) {
        state[name] = legal;
        changed.add(name);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      complain(`${error.message}. The value there was is kept.`, restore);
    }
  }

  function send(patch) {
    held = true;
    for (const [name, value] of Object.entries(patch)) model.set(name, value);
    held = false;
    model.save_changes();
  }

  function set(patch, said) {
    const legal = {};
    try {
      for (const [name, value] of Object.entries(patch)) legal[name] = checkField(name, spec.state[name], value, spec);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      complain(error.message);
      redraw();
      return false;
    }
    drop();
    for (const [name, value] of Object.entries(legal)) {
      if (!same(value, state[name])) changed.add(name);
      state[name] = value;
    }
    send(legal);
    if (said) {
      const now = problem(state);
      live.say(now ? `${said}. These settings do not fit. ${now.text}` : said);
    }
    redraw();
    return true;
  }

  // A refused entry gives way to the value there is, in its control too.
  function drop() {
    const was = draft;
    draft = null;
    was?.settle();
  }

  function complain(text, settle = nothing) {
    if (text && draft?.settle !== settle) drop();
    draft = text ? { text, settle } : null;
    redraw();
  }

  function redraw() {
    frame ||= requestAnimationFrame(draw);
  }

  function draw() {
    frame = 0;
    const what = changed;
    changed = new Set();
    for (const name of what) for (const show of setters[name] ?? []) show(state[name]);
    if (relink) for (const show of Object.values(setters).flat()) show.relink?.();
    relink = false;
    drawProblem();
    view.draw(state, what);
  }

  const words = h("span.cx-why");
  const mend = h("button.cx-button.cx-primary", { type: "button" });
  const box = h("div.cx-problem", { role: "alert", hidden: true }, h("span.cx-sign", { "aria-hidden": "true" }, "!"), words, mend);

  function drawProblem() {
    const now = draft ?? problem(state);
    box.hidden = !now;
    if (!now) return;
    setText(words, now.text);
    mend.hidden = !(draft || now.mend);
    setText(mend, draft ? "Put it back" : `Set ${now.mend?.words}`);
    const was = draft;
    mend.onclick = () => {
      if (was) {
        drop();
        redraw();
        for (const name of names) changed.add(name);
      } else set(now.mend.patch, `Mended: ${now.mend.words}`);
      (root.querySelector(".cx-body [tabindex='0'], .cx-body select, .cx-body input, .cx-body button") ?? root).focus();
    };
  }

  const initial = {}; // what Reset goes back to: the state in which the view was opened
  function reset() {
    view.reset?.();
    for (const name of names) changed.add(name);
    set({ ...initial }, "Reset");
    relink = true;
  }

  const keep = (colours) => {
    if (root.isConnected) theme = colours;
    return colours;
  };
  const bind = (name, show) => (setters[name] ??= []).push(show);
  const ui = {
    state, spec, set, complain, redraw,
    say: live.say,
    calm: calmMotion,
    // The theme's colours as [red, green, blue], for canvases.
    colours: () => theme ?? keep(readTheme(root)),
    // A control bound to a field: {title, hint, radios, change(value)} are optional.
    control: (name, options = {}) => fieldControl({ name, field: spec.state[name], bind, set, complain, ...options }),
    presets: (name, options = {}) => presetControl({ name, spec, bind, set, ...options }),
  };

  const root = h(`div.cx.cx-${spec.python}`, { role: "group", "aria-label": title, tabindex: "-1" });
  const body = h("div.cx-body");
  for (const name of names) pull(name);
  Object.assign(initial, structuredClone(state));
  view = build(ui);
  body.append(...view.elements);
  const reader = h("details.cx-help", {}, h("summary", {}, "Keys"), h("p", {}, keys));
  root.append(
    box, body,
    h("div.cx-foot", {}, reader,
      h("span.cx-footbuttons", {},
        copyButton("the state as JSON", () => JSON.stringify(state), live.say, "Copy state"),
        copyButton("the Python call", () => pythonCall(spec, state), live.say, "Copy Python"),
        h("button.cx-button.cx-reset", { type: "button", onclick: reset }, "Reset"))),
    live.element,
  );
  el.append(root);
  // An address that cannot be read, in a page without a kernel; or none any more, for another is about to be read.
  const trouble = () => {
    if (model.trouble) return complain(model.trouble);
    drop();
    redraw();
  };
  if (model.trouble) trouble();

  const listeners = names.map((name) => [`change:${name}`, () => {
    if (held) return;
    pull(name);
    redraw();
  }]);
  listeners.push(["trouble", trouble]);
  for (const [event, listener] of listeners) model.on(event, listener);
  const release = keepKeys(root);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const retheme = () => {
    theme = null;
    for (const name of names) changed.add(name);
    redraw();
  };
  const watcher = new MutationObserver(retheme);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-jp-theme-name"] });
  dark.addEventListener("change", retheme);
  draw();
  // JupyterLab puts a view on the page only after it has been drawn: colours and sizes are known then.
  const arrival = new ResizeObserver(() => {
    arrival.disconnect();
    retheme();
  });
  if (!root.isConnected) arrival.observe(root);

  return () => {
    cancelAnimationFrame(frame);
    arrival.disconnect();
    view.stop?.();
    live.stop();
    release();
    watcher.disconnect();
    dark.removeEventListener("change", retheme);
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

function readTheme(root) {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const style = getComputedStyle(root);
  return Object.fromEntries(THEME.map((name) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = style.getPropertyValue(`--cx-${name}`);
    canvas.fillRect(0, 0, 1, 1);
    return [name, [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]];
  }));
}
