// The architecture explorer: a registered network or a typed notation as blocks and as a table, every figure with its sum, and a quiz.

import { netPicture } from "./architecture_diagram.js";
import { cell, diagram, figure, lines, QUANTITIES, sumOf, times, totals, unpack } from "./architecture_lines.js";
import { netTable } from "./architecture_table.js";
import { choiceControl } from "./controls.js";
import { explorer } from "./explorer.js";
import { same } from "./fields.js";
import { copyButton, h, setText } from "./ui.js";
import spec from "./architecture.json" with { type: "json" };

const NAMES = { shape: "output", parameters: "parameters", multiply_adds: "multiply–adds", field: "field", memory: "bytes" };
const SIGNS = [[/^(add|sum|mean)/, "+"], [/^sub/, "−"], [/^mul/, "×"], [/^(concat|cat|stack)/, "‖"]];
const WAIT = 5000; // milliseconds that a net may take to be read
const REST = 700; // without a keystroke before the outcome is told

// The reader beside the page: answers come back as told(key, answer). A notation that takes too long is given up.
function reader(program, told) {
  let worker = null;
  let timer = 0;
  let number = 0;
  const waiting = new Map(); // number → the message, in the order of asking

  function stop() {
    clearTimeout(timer);
    worker?.terminate();
    worker = null;
  }
  function send(message) {
    if (!worker) {
      const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
      worker = new Worker(address);
      URL.revokeObjectURL(address);
      worker.onmessage = ({ data }) => {
        const asked = waiting.get(data.number);
        waiting.delete(data.number);
        watch();
        if (asked) told(asked.key, data);
      };
      worker.onerror = () => refuse("this page does not let the reader of notations work: open it in a notebook");
    }
    worker.postMessage(message);
  }
  function refuse(refused) {
    stop();
    const keys = [...waiting.values()].map(({ key }) => key);
    waiting.clear();
    for (const key of keys) told(key, { refused });
  }
  // What the reader is at is the oldest question; the others are asked again of a new one.
  function giveUp() {
    stop();
    const [[first, { key }]] = waiting;
    waiting.delete(first);
    told(key, { refused: "this net takes too long to be followed in a page: make its input smaller" });
    for (const message of waiting.values()) send(message);
    watch();
  }
  function watch() {
    clearTimeout(timer);
    if (waiting.size) timer = setTimeout(giveUp, WAIT);
  }
  return {
    ask(key, call, ...given) {
      const asked = [...waiting.values()];
      if (asked.some((one) => one.key === key)) return;
      // What has been typed over need not be read to its end.
      if (call === "read" && asked.some((one) => one.call === "read")) {
        stop();
        for (const one of asked) if (one.call === "read") waiting.delete(one.number);
        for (const message of waiting.values()) send(message);
      }
      const message = { number: ++number, key, call, given };
      waiting.set(number, message);
      try {
        send(message);
        watch();
      } catch {
        setTimeout(() => refuse("this page allows no workers, and a notation is read by one: open it in a notebook"));
      }
    },
    stop,
  };
}

function build(ui, model, shared) {
  const { state } = ui;
  const verdicts = new Map();
  const nets = new Map(); // key → net or {refused, …}: what is typed by its text, a model by its name
  let spoken = 0; // the timer that tells the outcome of typing
  let toldNet = null; // the key of the net last shown
  let shown = []; // lines
  let net = null;
  let probe = null; // what the pointer or the focus is on
  let dirty = true;

  const read = reader(model.get("program"), (key, { result, ...refused }) => {
    if (key.startsWith("mark ")) verdicts.set(key, result ?? { right: false, words: refused.refused });
    else {
      nets.set(key, result ?? refused);
      if (nets.size > 60) nets.delete(nets.keys().next().value);
      shared.known(key);
    }
    dirty = true;
    ui.redraw();
  });

  function pull() {
    const cards = model.get("cards") ?? {};
    for (const [name, card] of Object.entries(cards)) {
      const key = name ? `model ${name}` : `text ${card.text}`;
      if (!nets.has(key) || nets.get(key).refused) nets.set(key, card.refused ? card : unpack(card));
    }
    const carried = Object.keys(cards).filter((name) => name && !cards[name].refused);
    const others = model.address ? [] : spec.models.filter((name) => !carried.includes(name));
    const extra = state.model && !carried.includes(state.model) && !others.includes(state.model) ? [state.model] : [];
    const option = (value) => h("option", { value }, value);
    choose.replaceChildren(
      h("option", { value: "" }, "a typed notation"),
      ...(carried.length ? [h("optgroup", { label: "networks" }, [...carried, ...extra].map(option))] : extra.map(option)),
      ...(others.length ? [h("optgroup", { label: "counted by the kernel when asked for" }, others.map(option))] : []),
    );
    choose.value = state.model;
    dirty = true;
    ui.redraw();
  }

  const key = () => (state.model ? `model ${state.model}` : `text ${state.notation}`);
  shared.outcome = () => {
    const found = nets.get(key());
    if (found) return found.refused ? found : null;
    if (state.model) return { refused: model.address ? `this page does not carry the card of ${state.model}: choose another network, or open the explorer in a notebook` : null };
    return null;
  };
  shared.known = (one) => {
    if (one !== key() || !spoken) return;
    clearTimeout(spoken);
    spoken = setTimeout(() => {
      spoken = 0;
      const found = nets.get(key());
      if (found) ui.say(found.refused ? found.words ?? found.refused : summary(found));
    }, REST);
  };

  const choose = h("select.cx-select", { "aria-label": "Network" });
  choose.addEventListener("change", () => ui.set({ model: choose.value, toggled: [], row: "", answers: [] }, choose.value ? `Network ${choose.value}` : "A typed notation"));
  const labels = Object.fromEntries(Object.entries(spec.notations).map(([name, { label }]) => [name, label]));
  const presets = choiceControl({
    title: "Example", options: { ...labels, "": "your own" },
    change: (name) => {
      if (!name) return ui.redraw();
      dirty = true;
      ui.set({ notation: spec.notations[name].values, model: "", toggled: [], row: "", answers: [] }, `Notation: ${labels[name]}`);
    },
  });
  const text = h("textarea.cx-text.cx-notation", { rows: 3, spellcheck: "false", autocomplete: "off", "aria-label": "Notation" });
  text.addEventListener("input", () => {
    const notation = text.value.replace(/\s*\n\s*/g, " ");
    spoken ||= -1;
    ui.set({ notation, model: "", row: "", answers: [] });
    shared.known(key());
  });
  const place = h("p.cx-place", { hidden: true });
  const where = h("p.cx-where");
  const said = h("p.cx-note");
  const sums = h("div.cx-netsums");
  const score = h("span.cx-score");
  const reveal = h("button.cx-button", { type: "button", onclick: () => finish() }, "Show the answers");
  const again = h("button.cx-button", { type: "button", onclick: () => ui.set({ answers: [] }, "Answers cleared") }, "Clear");
  const quizBar = h("div.cx-quizbar", {}, score, reveal, again);
  const depthLess = h("button.cx-button", { type: "button", onclick: () => level(-1) }, "Fold");
  const depthMore = h("button.cx-button", { type: "button", onclick: () => level(1) }, "Unfold");
  const picture = netPicture({ pick, hover: look });
  const table = netTable({ pick, hover: look, fold, answer });
  const scroller = h("div.cx-scroll.cx-netscroll", {}, picture.element);

  function level(by) {
    const depth = Math.min(9, Math.max(1, state.depth + by));
    ui.set({ depth, toggled: [] }, by > 0 ? `Unfolded to level ${depth}` : `Folded to level ${depth}`);
  }
  function fold(id, open) {
    const toggled = state.toggled.includes(id) ? state.toggled.filter((one) => one !== id) : [...state.toggled, id];
    ui.set({ toggled }, `${id.split("/")[0]} ${open ? "unfolded" : "folded"}`);
  }
  function pick(id) {
    if (id === "input") return;
    const line = [...shown, totals(net)].find((one) => one.id === id);
    const row = state.row === id ? "" : id;
    ui.set({ row }, row ? `Pinned ${line.name}: ${aloud(line)}` : `${line.name} let go`);
  }
  function look(id) {
    if (id === probe) return;
    probe = id;
    ui.redraw();
  }
  const hidden = (quantity) => state.quiz === quantity;
  const solved = (line) => {
    const given = answerTo(line.id);
    return given === "?" || Boolean(given && verdict(line)?.right);
  };
  const secret = (line, quantity) => hidden(quantity) && !solved(line);
  const aloud = (line) => QUANTITIES.map((q) => `${NAMES[q]} ${secret(line, q) ? "hidden" : cell(line, q)}`).join(", ");
  const answerTo = (id) => state.answers.find(([one]) => one === id)?.[1] ?? "";
  const asked = () => [...shown.filter(({ open }) => !open), totals(net)];

  function answer(id, given) {
    const others = state.answers.filter(([one]) => one !== id);
    spokenAnswer = given.trim() ? id : null;
    ui.set({ answers: given.trim() ? [...others, [id, given.trim().slice(0, 40)]] : others });
  }
  let spokenAnswer = null; // the line whose verdict is told when it comes
  function finish() {
    const left = asked().filter(({ id }) => !answerTo(id)).map(({ id }) => [id, "?"]);
    ui.set({ answers: [...state.answers, ...left].slice(0, 600) }, "Answers shown");
  }

  // What an answer is worth; asked of the reader with the rows that it needs, null until it comes.
  function verdict(line) {
    const given = answerTo(line.id);
    const name = `mark ${state.quiz} ${line.id} ${given} ${toldNet}`; // of the net that is shown: the one asked for may still be read
    if (!verdicts.has(name)) {
      const row = net.rows[line.first];
      const source = net.rows.find((one) => one.name === row.inputs[0]);
      const rows = line.count === 1 && source ? [source, row] : [row];
      read.ask(name, "mark", { ...net, rows }, { ...line, first: rows.length - 1 }, state.quiz, given);
    }
    return verdicts.get(name) ?? null;
  }

  const summary = (one) => {
    const all = totals(one);
    const told = (q) => (secret(all, q) ? "hidden" : cell(all, q));
    return `${one.title || "notation"}: ${times(one.input)} → ${told("shape")}, ${told("parameters")} parameters, ${told("multiply_adds")} multiply–adds, ${told("memory")} bytes for training, ${figure(one.peak)} at most at once`;
  };

  function drawSums() {
    const all = [...shown, totals(net)];
    const line = all.find(({ id }) => id === (probe ?? state.row)) ?? all.find(({ id }) => id === state.row) ?? all.at(-1);
    const row = line.open === null && line.id !== "whole" ? net.rows[line.first] : null;
    const from = row ? (row.inputs.length > 1 ? row.inputs.map((name, i) => `${name} ${times(row.takes[i])}`).join(", ") : times(row.takes[0] ?? [])) : times(net.input);
    const parts = [h("p.cx-sumhead", {}, h("strong", {}, line.name), row ? ` ${line.title}, from ${from}` : line.id === "whole" ? ", the sum of all rows" : `, ${line.title}`)];
    for (const quantity of QUANTITIES) {
      const [formula, numbers, value, note] = sumOf(net, shown, line.id, quantity);
      const open = !secret(line, quantity);
      const steps = open ? [formula, numbers, value].filter((part, i, list) => part && list.indexOf(part) === i) : [formula && row ? formula : "", "?"].filter(Boolean);
      parts.push(h(
        `p.cx-sumline${state.quiz === quantity ? ".cx-askedline" : ""}`, {}, h("span.cx-name", {}, NAMES[quantity]),
        h("span.cx-math", {}, steps.slice(0, -1).flatMap((step) => [h("span.cx-step", {}, step), " = "]), h("strong", {}, steps.at(-1)), note && open ? h("span.cx-name", {}, ` ${note}`) : null),
      ));
    }
    if (row?.torch) parts.push(h("div.cx-code", {}, h("code.cx-line", {}, row.torch), line.id === state.row ? copyButton("the line of torch", () => row.torch, ui.say) : null));
    sums.replaceChildren(...parts);
  }

  function drawPicture() {
    const drawn = diagram(net, shown);
    const byId = new Map(shown.map((line) => [line.id, line]));
    const blocks = drawn.blocks.map((block) => {
      const line = byId.get(block.id);
      const shape = line ? (secret(line, "shape") ? "?" : cell(line, "shape")) : times(net.input);
      const name = block.name.length > 16 ? `…${block.name.slice(-15)}` : block.name;
      const middle = block.x + block.w / 2 + 3.5;
      const under = drawn.height + 8;
      const texts = block.kind === "thin" ? [] : [{ x: middle, y: under, text: name, turn: 90, anchor: "start" }, { x: middle - 11, y: under, text: block.w > 17 ? shape : "", turn: 90, anchor: "start", classes: ".cx-dim" }];
      const sign = block.kind === "join" ? SIGNS.find(([word]) => word.test(line.title))?.[1] ?? "·" : undefined;
      return { ...block, below: under - block.y - block.h + 6.4 * name.length, sign, texts: texts.filter((one) => one.text), label: line ? `${line.name}, ${line.title}, ${aloud(line)}` : `input ${shape}` };
    });
    const links = drawn.links.map(({ lane, x1, x2, y1, y2, top, source, target }) => ({
      source, target, classes: lane ? ".cx-skip" : "",
      path: lane ? `M${x1} ${y1}V${top + 6}Q${x1} ${top} ${x1 + 6} ${top}H${x2 - 6}Q${x2} ${top} ${x2} ${top + 6}V${y2}` : `M${x1} ${drawn.middle}H${x2}`,
      end: lane ? [x2, y2, "down"] : [x2, drawn.middle, "right"],
    }));
    const skips = drawn.links.filter(({ lane }) => lane).length;
    const longest = Math.max(...blocks.flatMap(({ texts }) => texts.map((one) => one.text.length)));
    picture.draw({ width: drawn.width, height: drawn.height + 18 + 6.4 * longest, blocks, links, label: `Block diagram: ${blocks.length - 1} blocks${skips ? `, ${skips} links past others` : ""}` });
  }

  function drawNet() {
    const found = nets.get(key());
    if (!found && !state.model) read.ask(key(), "read", state.notation);
    const usable = found && !found.refused;
    if (usable) net = found;
    else if (!found) said.textContent = state.model && !model.address ? `The kernel counts ${state.model} …` : "";
    root.classList.toggle("cx-stale", Boolean(found?.refused));
    place.hidden = !found?.refused || found.position === undefined || Boolean(state.model);
    if (!place.hidden) {
      const at = Math.min(found.position, state.notation.length);
      place.replaceChildren(state.notation.slice(0, at), h("mark", {}, state.notation.slice(at, at + 1) || " "), state.notation.slice(at + 1));
    }
    if (!net) return;
    shown = lines(net, state.depth, state.toggled);
    if (usable && toldNet !== key()) {
      toldNet = key();
      scroller.scrollLeft = 0;
    }
    if (usable) setText(said, [...net.notes.map((note) => `Not covered: ${note}.`), ...net.remarks].join(" · "));
    const groups = lines(net, 9).filter(({ open }) => open !== null);
    depthLess.disabled = !groups.length || (state.depth === 1 && !state.toggled.length);
    depthMore.disabled = !groups.length || state.depth > Math.max(...groups.map((line) => line.level + 1));
    drawPicture();
    const quiz = state.quiz === "none" ? null : { column: state.quiz, given: answerTo, verdict };
    table.draw([...shown, totals(net)], { label: `${net.title || "Notation"}, layer by layer`, cell, quiz });
    setText(where, found?.refused ? `What could last be read. ${summary(net)}` : summary(net));
    quizBar.hidden = !quiz;
    if (!quiz) return;
    const questions = asked();
    const marks = questions.filter(({ id }) => answerTo(id)).map((line) => [line, verdict(line)]);
    const right = marks.filter(([, one]) => one?.right).length;
    setText(score, `${right} of ${questions.length} right`);
    reveal.disabled = marks.length === questions.length;
    again.disabled = !state.answers.length;
    const fresh = marks.find(([line, one]) => line.id === spokenAnswer && one);
    if (fresh) {
      spokenAnswer = null;
      ui.say(`${fresh[0].name}: ${fresh[1].words}. ${right} of ${questions.length} right`);
    }
  }

  const root = h("div.cx-netroot", {}, where, scroller, quizBar, table.element, sums, said);
  const onCards = () => pull();
  model.on("change:cards", onCards);
  pull();
  return {
    elements: [
      h("div.cx-head", {}, h("label.cx-choice", {}, h("span.cx-name", { "aria-hidden": "true" }, "Network"), choose), presets.element, h("span.cx-player", {}, depthLess, depthMore), ui.control("quiz")),
      text, place, root,
    ],
    draw(now, changed) {
      text.hidden = Boolean(state.model);
      if (text.value.replace(/\s*\n\s*/g, " ") !== state.notation) text.value = state.notation;
      presets.set(state.model ? "" : Object.keys(spec.notations).find((name) => same(spec.notations[name].values, state.notation)) ?? "");
      if (changed.has("model")) pull();
      if (dirty || ["notation", "model", "depth", "toggled", "quiz", "answers"].some((name) => changed.has(name))) {
        dirty = false;
        drawNet();
      }
      if (!net) return;
      picture.mark(probe, state.row);
      table.mark(probe, state.row);
      drawSums();
    },
    reset() {
      probe = null;
      dirty = true;
    },
    stop() {
      read.stop();
      clearTimeout(spoken);
      model.off("change:cards", onCards);
    },
  };
}

const KEYS = "Type a notation, or choose a network. In the picture, arrows walk from block to block and Enter pins one. In the table, arrows walk from row to row, Right unfolds and Left folds, Enter pins a row for its sums. In the quiz, type the answer on a row (F2 to change it), Enter goes to the next, Escape leaves the field; ? gives up.";

export default {
  render: ({ model, el }) => {
    const shared = { outcome: () => null, known: () => {} };
    return explorer({
      model, el, spec, title: "Architecture explorer", keys: KEYS,
      problem(state) {
        const found = shared.outcome();
        if (!found?.refused) return null;
        const { mend } = found;
        return {
          text: found.words ?? found.refused,
          mend: state.model ? { words: "a typed notation", patch: { model: "" } } : mend ? { words: mend.text.trim(), patch: { notation: state.notation.slice(0, mend.from) + mend.text + state.notation.slice(mend.to) } } : null,
        };
      },
      build: (ui) => build(ui, model, shared),
    });
  },
};
