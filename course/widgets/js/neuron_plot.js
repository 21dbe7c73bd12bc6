// What the neuron and the hidden-layer explorer share: labelled points on a plot, a line that is moved and turned, a
// curve of the loss, and the program for torch.

import { boundary, EDGE, LIMITS, moved, turned } from "./neuron_line.js";
import { decimal } from "./numbers.js";
import { plot, put, s } from "./plot.js";
import { choiceControl } from "./controls.js";
import { h, plural, setAttribute, setText } from "./ui.js";

const rounded = (value, places) => Number(value.toFixed(places));
export const place = ([x, y]) => `(${decimal(x)}, ${decimal(y)})`;

// A value that is computed anew only when one of its inputs is another object.
export function remembered(inputs, compute) {
  let key = null;
  let value = null;
  return () => {
    const now = inputs();
    if (!key || now.some((one, i) => one !== key[i])) [key, value] = [now, compute(...now)];
    return value;
  };
}

// The points of the state as marks on a plot. They are one Tab stop: N and P go from point to point.
// at(i) → where point i is drawn; describe(i) → its words; wrong(i); editable points have move, add, relabel, remove.
export function pointMarks(ui, board, link, { at, describe, wrong, edits }) {
  const handles = [];
  const count = () => ui.state.points.length;

  function walk(from, by) {
    link.current = (from + by + count()) % count();
    handles[link.current].focus();
  }

  function make(i) {
    const there = () => i < count(); // a second key may come before the frame that takes a removed point's mark away
    const one = board.handle({
      step: 0.05,
      move: edits && (([x, y]) => there() && edits.move(i, x, y)),
      pick: () => there() && link.pin(i),
      remove: edits && (() => there() && edits.remove(i)),
      hover: (on) => link.look(on ? i : null),
      key: ({ key }) => {
        const act = { n: () => walk(i, 1), p: () => walk(i, -1), escape: () => link.pin(null), l: edits?.relabel, a: edits && (() => edits.add()) }[key.toLowerCase()];
        if (there()) act?.(i);
        return act;
      },
    });
    one.element.addEventListener("focus", () => {
      link.current = i;
      ui.redraw();
    });
    board.handles.prepend(one.element); // under the grips of a line
    handles.push(one);
  }

  function show(i) {
    const bad = wrong(i);
    const one = ui.state.points[i][2];
    handles[i].set(at(i), {
      label: `Point ${i + 1} of ${count()}, class ${one}, ${describe(i)}${bad ? ", wrong" : ""}`,
      shape: one ? "circle" : "square", text: bad ? "×" : "",
      classes: `${one ? "cx-positive" : "cx-negative"}${i === link.active() ? " cx-chosen" : ""}`,
    });
    setAttribute(handles[i].element, "tabindex", i === link.current ? 0 : -1);
    setAttribute(handles[i].element, "aria-pressed", i === link.pinned());
  }

  return {
    focus: (i) => handles[i]?.focus(),
    draw() {
      while (handles.length > count()) handles.pop().remove();
      while (handles.length < count()) make(handles.length);
      link.current = Math.min(link.current, Math.max(0, count() - 1));
      handles.forEach((_, i) => show(i));
    },
  };
}

// Which point is pinned, pointed at and reached by Tab: one for all views of an explorer.
export function pointLink(ui, describe) {
  const there = (i) => (i !== null && i < ui.state.points.length ? i : null);
  const link = {
    current: 0,
    over: null,
    pinned: () => there(ui.state.pinned),
    active: () => there(link.over) ?? link.pinned(),
    look(i) {
      if (i !== link.over) ui.redraw();
      link.over = i;
    },
    pin(i) {
      const pinned = i === link.pinned() ? null : i;
      link.current = pinned ?? link.current;
      ui.set({ pinned });
      ui.say(pinned === null ? "Unpinned" : `Pinned point ${i + 1}: ${describe(i)}`);
    },
  };
  return link;
}

// The square of the inputs with its points, which are added by a click, dragged, relabelled and removed; and the buttons for it.
export function inputBoard(ui, link, { label, size, describe, wrong }) {
  const board = plot({ label, x: [-EDGE, EDGE], y: [-EDGE, EDGE], width: size, height: size, xTitle: "x₁", yTitle: "x₂" });
  const points = () => ui.state.points;
  let fresh = 1; // the class of the next point

  function change(next, i, words, patch = {}) {
    if (ui.set({ points: next, ...patch })) ui.say(i === null ? words : `Point ${i + 1} ${words}: ${describe(i)}`);
  }
  const edits = {
    move: (i, x, y) => change(points().with(i, [rounded(x, 2), rounded(y, 2), points()[i][2]]), i, `at ${place([x, y])}`),
    relabel(i) {
      const [x, y, one] = points()[i];
      change(points().with(i, [x, y, 1 - one]), i, `is class ${1 - one}`);
    },
    remove(i) {
      const { pinned } = ui.state;
      const kept = pinned === null || pinned === i ? null : pinned - (pinned > i);
      link.look(null);
      change(points().filter((_, k) => k !== i), null, `Point ${i + 1} removed, ${plural(points().length - 1, "point")} left`, { pinned: kept });
      refocus(Math.min(i, points().length - 1));
    },
    // Without a place: the free one nearest to the middle.
    add(at) {
      let free = at;
      for (let ring = 0; !free; ring++) {
        const one = [Math.cos, Math.sin].map((f) => 0.16 * Math.sqrt(ring) * f(ring * 2.4));
        if (points().every(([x, y]) => Math.hypot(x - one[0], y - one[1]) > 0.2)) free = one;
      }
      const i = points().length;
      change([...points(), [rounded(free[0], 2), rounded(free[1], 2), fresh]], i, `added at ${place(free)}, class ${fresh}`);
      if (points().length > i) refocus(i);
    },
  };
  // The marks are made with the next frame.
  function refocus(i) {
    link.current = Math.max(0, i);
    requestAnimationFrame(() => (i >= 0 ? marks.focus(i) : addButton.focus()));
  }
  const marks = pointMarks(ui, board, link, { at: (i) => points()[i], describe, wrong, edits });

  // A click counts where it was pressed: a drag may end anywhere, and adds nothing.
  let free = null;
  board.svg.addEventListener("pointerdown", (event) => (free = event.target.closest(".cx-point, .cx-grab") ? null : event), true);
  board.svg.addEventListener("click", (event) => {
    const at = board.at(event);
    if (free && Math.hypot(event.clientX - free.clientX, event.clientY - free.clientY) < 5 && at.every((v) => Math.abs(v) <= EDGE)) edits.add(at);
  });
  const kind = choiceControl({ title: "New points", options: { 0: "class 0 (square)", 1: "class 1 (disc)" }, change: (value) => (fresh = Number(value)) });
  kind.set(fresh);
  const target = () => link.pinned() ?? link.current;
  const addButton = h("button.cx-button", { type: "button", onclick: () => edits.add() }, "Add a point");
  const pair = [edits.relabel, edits.remove].map((act) => h("button.cx-button", { type: "button", onclick: () => act(target()) }));
  return {
    ...board,
    tools: h("div.cx-transport", {}, kind.element, addButton, pair),
    drawPoints() {
      marks.draw();
      pair.forEach((button, k) => {
        button.disabled = !points().length;
        setText(button, `${["Relabel", "Remove"][k]} point ${target() + 1}`);
      });
    },
  };
}

// A line w·x + b = 0 with two grips: one moves it, one turns it about the first. set(weights) gets what a grip makes, within
// limits; get() gives null where there is no line to hold any more, though its grips are still to be seen for a frame.
export function lineGrips(board, { get, set, name, limits = LIMITS }) {
  const line = board.line("cx-boundary");
  const grab = s("path.cx-grab", { onpointerdown: start, onpointermove: drag, onpointerup: stop, onpointercancel: stop });
  board.front.append(grab);
  let held = null; // where the grips are left by a hand: {weights, move, turn}
  let from = null;

  function grips(weights, ends) {
    if (held && held.weights.every((v, k) => v === weights[k])) return held;
    const at = (share) => [0, 1].map((k) => ends[0][k] + (ends[1][k] - ends[0][k]) * share);
    return { move: at(0.5), turn: at(0.8) };
  }
  function take(weights, move, turn) {
    const next = weights.map((v) => Number(v.toPrecision(6)));
    held = { weights: next, move, turn };
    set(next);
    draw(get());
  }
  function shift(to) {
    const weights = get();
    if (!weights) return;
    const { move, turn } = grips(weights, boundary(weights) ?? [to, to]);
    const along = [0, 1].map((k) => to[k] + turn[k] - move[k]);
    take(moved(weights, to, limits), to, along.every((v) => Math.abs(v) <= EDGE) ? along : [0, 1].map((k) => to[k] - turn[k] + move[k]));
  }
  function start(event) {
    if (event.button !== 0) return;
    const at = board.at(event);
    const weights = get();
    const ends = weights && boundary(weights);
    if (!ends) return;
    const { move } = grips(weights, ends);
    from = [move[0] - at[0], move[1] - at[1]];
    grab.setPointerCapture(event.pointerId);
  }
  function drag(event) {
    if (!from) return;
    const at = board.at(event);
    shift(board.clamp([at[0] + from[0], at[1] + from[1]]));
  }
  function stop() {
    from = null;
  }
  const mover = board.handle({ step: 0.05, move: shift });
  const turner = board.handle({
    step: 0.05,
    move(to) {
      const weights = get();
      const ends = weights && boundary(weights);
      if (!ends) return;
      const { move } = grips(weights, ends);
      take(turned(weights, move, to, limits), move, to);
    },
  });
  // null hides it.
  function draw(weights) {
    const ends = weights && boundary(weights);
    for (const { element } of [mover, turner, line, { element: grab }]) {
      element.style.display = ends ? "" : "none";
      if (element.hasAttribute("tabindex")) setAttribute(element, "tabindex", ends ? 0 : -1);
    }
    if (!ends) return;
    line.draw(ends);
    put(grab, { d: board.path(ends) });
    const { move, turn } = grips(weights, ends);
    mover.set(move, { label: `Move ${name()}, now through ${place(move)}`, shape: "diamond", classes: "cx-mark" });
    turner.set(turn, { label: `Turn ${name()} about ${place(move)}, now through ${place(turn)}`, shape: "triangle", classes: "cx-mark" });
  }
  return { draw };
}

// The loss after each step that this view has seen.
export function lossCurve() {
  const board = plot({ label: "Mean loss after each step", x: [0, 10], y: [0, 1], width: 420, height: 150, xTitle: "steps", yTitle: "mean loss" });
  const line = board.line("cx-mark");
  const dot = s("circle.cx-now", { r: 4 });
  board.handles.append(dot);
  let seen = [];
  return {
    element: board.element,
    clear: () => (seen = []),
    draw(step, loss) {
      if (seen.length && step < seen.at(-1)[0]) seen = [];
      if (seen.at(-1)?.[0] === step) seen.pop();
      if (loss !== null) seen.push([step, loss]);
      if (seen.length > 2000) seen = seen.filter((_, i) => i % 2 === seen.length % 2);
      const first = seen[0]?.[0] ?? 0;
      const most = Math.max(0.1, ...seen.map((one) => one[1]));
      board.setRange({ x: [first, Math.max(first + 10, step)], y: [0, most * 1.08] });
      line.draw(seen);
      dot.style.display = loss === null ? "none" : "";
      const [cx, cy] = board.toPixel(seen.at(-1) ?? [0, 0]);
      put(dot, { cx, cy });
    },
  };
}

// course/widgets/neuron_still.py writes the same program.
export function torchProgram(points, parameters, logits) {
  const kind = "dtype=torch.double";
  const list = (value) => JSON.stringify(value).replaceAll(",", ", ");
  return [
    "import torch",
    `x = torch.tensor(${list(points.map(([x1, x2]) => [x1, x2]))}, ${kind})`,
    `y = torch.tensor(${list(points.map((point) => point[2]))}, ${kind})`,
    ...parameters.map(([name, value]) => `${name} = torch.tensor(${list(value)}, ${kind}, requires_grad=True)`),
    `loss = torch.nn.functional.binary_cross_entropy_with_logits(${logits}, y)`,
    "loss.backward()",
    `print([loss.item(), ${parameters.map(([name]) => `${name}.grad.tolist()`).join(", ")}])`,
  ].join("\n");
}
