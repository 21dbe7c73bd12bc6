// The training monitor: a run while it goes on, and the same run to read when it is over.

import { explorer } from "./explorer.js";
import { charts } from "./monitor_charts.js";
import { drawable, extent, nearest, problem, reading, shownWindow, stops, title, written } from "./monitor_model.js";
import { significant } from "./significant.js";
import { dataTable } from "./table.js";
import { h, setAttribute, setText } from "./ui.js";
import spec from "./monitor.json" with { type: "json" };

const VIEW = ["hidden", "axis", "smooth", "zoom", "at"]; // what a reader moves; the other fields are the run
const PICTURE = "data:image/png;base64,";
const [AGAIN, PATIENCE] = [400, 8]; // milliseconds until the kernel is asked again, and how often
const INTERRUPT = "To stop the run, interrupt the kernel: the square in the notebook's toolbar. (While a cell runs, this kernel does not hear the page.)";
const going = ({ status }) => status === "running" || status === "stopping";

function build(ui, model) {
  const { state } = ui;
  const watched = going(state);
  let hover = null;
  let table = { columns: null };
  let [asked, listening, timer] = [false, false, 0];

  const heading = h("b");
  const status = h("span.cx-status");
  const fill = h("div");
  const bar = h("div.cx-bar", { role: "progressbar", "aria-label": "Progress of the run", "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
  const now = h("span.cx-now");
  const stop = h("button.cx-button.cx-stop", { type: "button", hidden: true, onclick: () => {
    model.send({ ask: "stop" });
    stop.disabled = true;
    ui.say("Stop asked for");
  } }, "Stop after this epoch");
  const hint = h("span.cx-name", { hidden: true }, INTERRUPT);

  const curves = h("fieldset.cx-curves");
  const zoom = (by) => () => {
    const [first, last] = shownWindow(state);
    const middle = state.at !== null && state.at >= first && state.at <= last ? state.at : (first + last) / 2;
    const half = ((last - first) * by) / 2;
    cut(Math.max(0, middle - half), Math.min(extent(state), middle + half));
  };
  const button = (words, onclick) => h("button.cx-button", { type: "button", onclick }, words);
  const whole = () => ui.set({ zoom: null }, "The whole run");
  const tools = h("div.cx-tools", {}, ui.control("axis"), ui.control("smooth"), button("Zoom in", zoom(0.5)), button("Zoom out", zoom(2)), button("Whole run", whole));

  const pictures = charts({
    point: (at) => {
      hover = at === null ? null : snap(at);
      ui.redraw();
    },
    pin: (at) => pin(snap(at)),
    cut,
  });
  const slider = h("div.cx-reader", { role: "slider", tabindex: "0", "aria-label": "Position in the run" }, pictures.element);
  const place = h("b");
  const values = h("span.cx-values");
  const box = h("div.cx-tableplace");
  const shots = h("ul.cx-samples");
  const taken = h("p.cx-label");
  const words = h("p.cx-words");

  function cut(from, to) {
    const end = extent(state);
    if (from <= 0 && to >= end) whole();
    else if (to - from > end * 1e-6) ui.set({ zoom: [from, to] }, `Epochs ${significant(from)} to ${significant(to)}`);
  }
  function snap(at) {
    const all = stops(state);
    return all[nearest(all, at)] ?? null;
  }
  const here = () => hover ?? state.at ?? stops(state).at(-1) ?? null;
  const sentence = (at) => {
    const read = reading(state, at);
    return [read.place, ...read.values.filter((_, i) => i < 7).map((pair) => pair.join(" "))].join(", ");
  };
  function pin(at) {
    if (at === null) return;
    hover = null;
    ui.set({ at }, sentence(at));
  }

  slider.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = stops(state);
    const i = nearest(all, here() ?? 0);
    const epochs = state.rows.map(([epoch]) => epoch).filter((epoch) => all.includes(epoch));
    const moves = {
      ArrowRight: () => all[i + 1], ArrowUp: () => all[i + 1], ArrowLeft: () => all[i - 1], ArrowDown: () => all[i - 1], Home: () => all[0], End: () => all.at(-1),
      PageUp: () => epochs.find((epoch) => epoch > all[i]), PageDown: () => epochs.findLast((epoch) => epoch < all[i]), Enter: () => all[i],
    };
    const others = { "+": zoom(0.5), "=": zoom(0.5), "-": zoom(2), 0: whole, Escape: () => ui.set({ at: null }, "The end of the run") };
    if (event.key in moves) pin(moves[event.key]() ?? null);
    else if (event.key in others) others[event.key]();
    else return;
    event.preventDefault();
  });

  // A kernel that runs a cell hears the page only where it has subshells, and not before the first one is there: ask a few
  // times, and offer only what will work.
  function ask(times = PATIENCE) {
    if (!going(state) || listening || (asked && times === PATIENCE)) return;
    asked = true;
    hint.hidden = times > 0;
    if (!model.send || !times) {
      hint.hidden = false;
      return;
    }
    model.send({ ask: "listening" });
    timer = setTimeout(() => ask(times - 1), AGAIN);
  }
  const heard = (message) => {
    listening ||= Boolean(message?.listening);
    drawState();
  };
  model.on("msg:custom", heard);

  function drawState() {
    const run = going(state);
    const said = spec.state.status.options[state.status];
    setText(heading, state.title || "Training");
    setText(status, said);
    setAttribute(status, "data-status", state.status);
    setText(now, state.now);
    bar.hidden = !run && state.share >= 1;
    const share = Math.round(100 * state.share);
    setAttribute(bar, "aria-valuenow", share);
    setAttribute(bar, "aria-valuetext", state.now || `${share} %`);
    fill.style.width = `${share}%`;
    stop.hidden = !(run && listening);
    stop.disabled = state.status === "stopping";
    hint.hidden ||= !run || listening;
    if (!run) asked = listening = false;
    ask();
  }

  function drawCurves() {
    const columns = drawable(state);
    if (curves.dataset.of !== columns.join()) {
      curves.dataset.of = columns.join();
      curves.replaceChildren(h("legend.cx-name", {}, "Curves"), ...columns.map((column) => {
        const onchange = () => ui.set({ hidden: state.hidden.includes(column) ? state.hidden.filter((one) => one !== column) : [...state.hidden, column] }, `${title(column)} ${state.hidden.includes(column) ? "shown" : "hidden"}`);
        return h("label.cx-switch", {}, h("input", { type: "checkbox", value: column, onchange }), title(column));
      }));
    }
    for (const input of curves.querySelectorAll("input")) input.checked = !state.hidden.includes(input.value);
    curves.hidden = !columns.length;
    pictures.draw(state);
  }

  function drawTable() {
    if (table.columns !== state.columns.join()) {
      table = dataTable({
        caption: "Epochs", pick: (epoch) => pin(Number(epoch)),
        columns: [{ title: "epoch", numeric: true }, ...state.columns.map((column) => ({ title: title(column), numeric: true }))],
      });
      table.columns = state.columns.join();
      box.replaceChildren(table.element);
    }
    box.hidden = !state.rows.length;
    table.draw(state.rows.map(([epoch, ...row]) => {
      const cells = [String(epoch), ...row.map((value, i) => written(state, epoch, state.columns[i], value))];
      return { id: epoch, cells, label: cells.map((cell, i) => `${i ? title(state.columns[i - 1]) : "epoch"} ${cell}`).join(", ") };
    }), state.rows.findLast(([epoch]) => epoch <= (here() ?? 0))?.[0]);
  }

  function drawSamples() {
    setText(taken, state.taken);
    shots.replaceChildren(...state.samples.map(([input, target, said, verdict, right], i) => h("li.cx-sample", {},
      h("div.cx-shots", {}, ...[["input", input], ["target", target], ["prediction", said]].filter(([, value]) => value).map(([what, value]) => h("figure", {},
        value.startsWith(PICTURE) ? h("img.cx-pixels", { src: value, alt: `Sample ${i + 1}, ${what}` }) : h(`span.cx-said${value.length > 3 ? ".cx-long" : ""}`, {}, value), h("figcaption", {}, what)))),
      h("p", {}, right === null ? "" : h("b", { class: right ? "cx-right" : "cx-wrong" }, right ? "✓ " : "✗ "), verdict))));
  }

  let width = 0; // in which the curves are drawn
  const observer = new ResizeObserver(() => {
    if (width !== slider.clientWidth) ui.redraw();
  });
  observer.observe(slider);

  return {
    elements: [
      h("div.cx-head", {}, heading, status, now, stop, hint), bar, curves, tools, slider,
      h("p.cx-reading", {}, place, " ", values), words, taken, shots, box,
    ],
    draw(_, changed) {
      const ended = changed.has("status") && changed.size < Object.keys(spec.state).length && !going(state);
      if (changed.size) drawState();
      const trouble = problem(state);
      for (const one of [curves, slider, box]) one.hidden = Boolean(trouble);
      if (!trouble) {
        if (width !== slider.clientWidth || [...changed].some((name) => name !== "at")) {
          width = slider.clientWidth;
          drawCurves();
        }
        if (changed.has("rows") || changed.has("columns") || changed.has("at")) drawTable();
        const at = here();
        pictures.mark(at, hover === null && state.at !== null);
        const read = at === null ? { place: "No step is finished", values: [] } : reading(state, at);
        setText(place, read.place);
        setText(values, read.values.map((pair) => pair.join(" ")).join(" · "));
        setAttribute(slider, "aria-valuemin", 0);
        setAttribute(slider, "aria-valuemax", extent(state));
        setAttribute(slider, "aria-valuenow", at ?? 0);
        setAttribute(slider, "aria-valuetext", at === null ? read.place : sentence(at));
      }
      if (changed.has("samples") || changed.has("taken")) drawSamples();
      setText(words, state.words);
      if (ended) ui.say(`${state.now} ${state.words}`);
    },
    // Reset goes back to how the view was opened; a run that has gone on since then stays.
    reset() {
      hover = null;
      if (!watched) return;
      const kept = Object.fromEntries(Object.entries(state).filter(([name]) => !VIEW.includes(name)));
      queueMicrotask(() => ui.set(kept));
    },
    stop() {
      observer.disconnect();
      clearTimeout(timer);
      model.off("msg:custom", heard);
    },
  };
}

export default {
  render: ({ model, el }) => explorer({
    model, el, spec, title: "Training monitor", problem, build: (ui) => build(ui, model),
    keys: "On the curves: left and right go from step to step, Page Up and Page Down from epoch to epoch, Home and End to the ends; + and − zoom about the position, 0 shows the whole run, Escape goes back to the last step. In the table: up and down, Enter reads an epoch. With the mouse: point to read, click to keep the position, drag over a range to see it alone.",
  }),
};
