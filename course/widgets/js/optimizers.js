// The optimizer race: a start to drag on a contour map, seven optimizers with rates of their own, and every step in numbers.

import { choiceControl } from "./controls.js";
import { explorer } from "./explorer.js";
import { decimal } from "./numbers.js";
import { LABELS, look as lookAt, OPTIMIZERS, race, run, verdict } from "./optimizers_model.js";
import { lossPlot, mapPlot, sign } from "./optimizers_plots.js";
import { find, SURFACES } from "./optimizers_surfaces.js";
import { curvatureWords, optimizerLine, problemWords, scheduleLine, stepWords } from "./optimizers_words.js";
import { player } from "./player.js";
import { significant } from "./significant.js";
import { dataTable } from "./table.js";
import { copyButton, h, setText } from "./ui.js";
import spec from "./optimizers.json" with { type: "json" };

const KEYS = "On the start (S) arrows move it, with Shift ten times as far. In the table, arrows go from runner to runner and Enter pins one; Escape unpins it. " +
  "The slider below the map goes to any step. A click on the map moves the start, one on a runner's line pins it, one in the plot of losses goes to that step.";
const NAMES = spec.state.surface.options;
const place = (at) => `(${at.map((v) => decimal(v)).join(", ")})`;

function problem(state) {
  const text = problemWords(state.surface, state.start);
  const { start } = find(state.surface);
  return text && { text, mend: { words: `the start ${place(start)}`, patch: { start } } };
}

function build(ui) {
  const { state } = ui;
  let runs = {};
  let pointed = null; // the runner that the pointer or the focus is on
  let spot = null; // where the pointer is on the map
  let held = null; // what the controls of surfaces and runners last showed
  const now = () => Math.min(state.step, state.steps);
  const running = () => OPTIMIZERS.filter((name) => state.runners.includes(name));
  const active = () => [state.chosen, pointed, running()[0]].find((name) => running().includes(name)) ?? null;
  // The runs of this state: computed once, however often they are asked for.
  let known = ["", {}];
  const fresh = () => {
    const key = JSON.stringify({ ...state, step: 0, chosen: null });
    if (key !== known[0]) known = [key, problem(state) ? {} : race(state)];
    return known[1];
  };
  const told = (name) => verdict(name, state.surface, (runs[name] ?? fresh()[name]), now(), state.mu);
  const all = () => Object.keys((runs = fresh())).map(told).join(" ");

  const look = (name) => {
    if (name === pointed) return;
    pointed = name;
    ui.redraw();
  };
  const pin = (name) => {
    ui.set({ chosen: state.chosen === name ? null : name });
    runs = fresh();
    ui.say(state.chosen ? `Pinned. ${told(name)}` : `${LABELS[name]} is no longer pinned`);
  };
  const goTo = (step, quiet) => {
    if (step < 0 || step > state.steps) return false;
    ui.set({ step });
    if (!quiet) ui.say(`Step ${step}: ${Object.entries(fresh()).map(([name, way]) => `${LABELS[name]} loss ${significant(way.losses[Math.min(step, way.losses.length - 1)])}`).join(", ")}`);
    return true;
  };
  const moveStart = (start) => {
    if (!ui.set({ start })) return;
    ui.say(problem(state)?.text ?? `Start ${place(start)}, loss ${significant(lookAt(state.surface, ...start).value)}. ${all()}`);
  };
  const usual = (surface) => ({ surface, start: find(surface).start, ...find(surface).rates });

  const map = mapPlot({ look, pin, start: moveStart, probe: (at) => {
    spot = at;
    ui.redraw();
  } });
  const losses = lossPlot({ look, pin, scrub: (step) => goTo(step) });

  const surface = choiceControl({ title: "Surface", options: NAMES, change: (name) => {
    ui.set(usual(name));
    ui.say(`${NAMES[name]}, with its usual start ${place(state.start)} and rates. ${all()}`);
  } });
  const usualButton = h("button.cx-button", { type: "button", title: "The start and the rates with which this surface was opened", onclick: () => {
    ui.set(usual(state.surface));
    ui.say(`Usual start ${place(state.start)} and rates. ${all()}`);
  } }, "Usual start and rates");

  const runners = OPTIMIZERS.map((name) => {
    const box = h("input", { type: "checkbox", "aria-label": `${LABELS[name]} runs` });
    box.addEventListener("change", () => {
      const others = OPTIMIZERS.filter((one) => (one === name ? box.checked : state.runners.includes(one)));
      if (ui.set({ runners: others })) ui.say(box.checked ? `${LABELS[name]} runs. ${problem(state) ? "" : verdict(name, state.surface, fresh()[name], now(), state.mu)}` : `${LABELS[name]} is out`);
    });
    const rate = ui.control(name, {
      said: (value) => `${LABELS[name]}, rate ${decimal(value, 5)}. ${problem(state) || !state.runners.includes(name) ? "" : verdict(name, state.surface, run(state.surface, state.start, name, value, state), now(), state.mu)}`,
    });
    const element = h("div.cx-runner", {}, h("label.cx-switch", {}, box, sign(name)), rate);
    element.addEventListener("pointerenter", () => look(name));
    element.addEventListener("pointerleave", () => look(null));
    return { name, box, element };
  });

  const scrub = h("input.cx-slider", { type: "range", min: 0, step: 1, "aria-label": "Step" });
  scrub.addEventListener("input", () => goTo(Number(scrub.value)));
  const where = h("span.cx-where");
  const play = player({
    what: "step", interval: 90, say: ui.say,
    next: () => now() < state.steps && goTo(now() + 1, play.playing) && now() < state.steps,
    previous: () => goTo(now() - 1),
    rewind: () => now() === state.steps && goTo(0, true),
  });

  const table = dataTable({
    caption: "Every runner at this step",
    columns: [{ title: "" }, { title: "runner" }, ...["x", "y", "loss", "gradient norm", "rate", "step length"].map((title) => ({ title, numeric: true }))],
    pick: pin, hover: look,
  });
  table.element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.chosen) pin(state.chosen);
  });
  const signs = Object.fromEntries(OPTIMIZERS.map((name) => [name, sign(name)]));
  const readout = h("p.cx-note.cx-readout");
  const formula = h("code.cx-formula");
  const curvature = h("p.cx-note");
  const verdicts = h("ul.cx-verdicts", { "aria-label": "What became of every runner" });
  const updateTitle = h("p.cx-label");
  const update = h("div.cx-update");
  const line = h("code.cx-line");

  const setting = Object.fromEntries(["schedule", "gamma", "every", "steps", "mu", "decay", "batch", "seed"].map((name) => [name, ui.control(name)]));
  const uses = {
    gamma: () => ["step", "exponential"].includes(state.schedule),
    every: () => ["step", "inverse", "warmup", "warmup_cosine"].includes(state.schedule),
    mu: () => ["momentum", "nesterov"].some((name) => state.runners.includes(name)),
    decay: () => state.runners.includes("adamw"),
    batch: () => state.surface === "noisy",
    seed: () => state.surface === "noisy",
  };

  function drawNumbers() {
    const k = now();
    table.draw(Object.entries(runs).map(([name, way]) => {
      const i = Math.min(k, way.path.length - 1);
      const [[x, y], before] = [way.path[i], way.path[i - 1]];
      const length = before ? significant(Math.hypot(x - before[0], y - before[1])) : "";
      return {
        id: name, classes: name === active() ? "cx-over" : "",
        cells: [signs[name], LABELS[name], significant(x), significant(y), significant(way.losses[i]), significant(way.norms[i]), i ? significant(way.rates[i - 1]) : "", length],
      };
    }), state.chosen);
    const said = Object.keys(runs).map(told);
    while (verdicts.children.length > said.length) verdicts.lastChild.remove();
    said.forEach((text, i) => setText(verdicts.children[i] ?? verdicts.appendChild(h("li")), text));
    const name = active();
    const way = runs[name];
    const i = way ? Math.min(k, way.path.length - 1) : 0;
    setText(updateTitle, i ? `${LABELS[name]}, step ${i}, with its numbers${state.chosen === name ? " (pinned)" : ""}:` : way ? "Go forward to see a step with its numbers." : "");
    update.replaceChildren(...(i ? stepWords(name, way, i, state.mu, state.decay).map((text) => h("p.cx-formula", {}, text)) : []));
    const schedule = scheduleLine(state.schedule, state.steps, state.gamma, state.every);
    setText(line, name ? `optimizer = ${optimizerLine(name, state[name], state.mu, state.decay)}${schedule ? `\nscheduler = ${schedule}` : ""}` : "");
  }

  function drawSettings() {
    surface.set(state.surface);
    for (const { name, box, element } of runners) {
      box.checked = state.runners.includes(name);
      element.classList.toggle("cx-out", !box.checked);
    }
    for (const [name, used] of Object.entries(uses)) setting[name].hidden = !used();
    setText(formula, `f(x, y) = ${SURFACES[state.surface].formula}`);
  }

  return {
    elements: [
      h("div.cx-head", {}, surface.element, setting.schedule, usualButton, formula),
      h("div.cx-race", {},
        h("div", {}, map.element, h("div.cx-transport", {}, play.element, scrub, where), readout),
        h("div.cx-controls", {}, runners.map(({ element }) => element), losses.element)),
      h("div.cx-settings", {}, setting.steps, setting.gamma, setting.every, setting.mu, setting.decay, setting.batch, setting.seed),
      verdicts, curvature, table.element,
      h("div", {}, updateTitle, update),
      h("div.cx-code", {}, line, copyButton("the lines", () => line.textContent, ui.say)),
    ],
    draw(_, changed) {
      const trouble = problem(state);
      const theme = ui.colours();
      if (changed.has("surface") || held !== theme) {
        held = theme;
        map.ground(state.surface, theme);
      }
      if (changed.size) {
        runs = fresh();
        drawSettings();
      }
      const k = now();
      const until = Object.fromEntries(Object.entries(runs).map(([name, way]) => [name, way.path.slice(0, k + 1)]));
      map.draw(until, active());
      map.setStart(state.start, `start ${place(state.start)}${trouble ? ", off the map" : `, loss ${significant(lookAt(state.surface, ...state.start).value)}`}`);
      losses.draw({ runs, least: find(state.surface).least, now: k, active: active(), length: state.steps });
      scrub.max = state.steps;
      scrub.value = k;
      scrub.style.setProperty("--fill", `${(100 * k) / state.steps}%`);
      setText(where, `step ${k} of ${state.steps}`);
      const at = spot ?? state.start;
      const seen = lookAt(state.surface, ...at);
      setText(readout, `${spot ? "At the pointer" : "At the start"} ${place(at)}: loss ${significant(seen.value)}, gradient (${seen.gradient.map((v) => significant(v)).join(", ")})`);
      setText(curvature, curvatureWords(state.surface, state.start, state.mu));
      drawNumbers();
    },
    reset() {
      play.stop();
      pointed = spot = null;
    },
    stop: play.stop,
  };
}

export default { render: ({ model, el }) => explorer({ model, el, spec, title: "Optimizer race", keys: KEYS, problem, build }) };
