// Controls: a setting for height and width, linked or apart; a choice; a switch.

import { checkWhole, Refusal } from "./axis.js";
import { h, setAttribute } from "./ui.js";

const AXES = ["height", "width"];

// change([height, width], axis) on every move; complain(text | null) about an entry that is no legal number.
export function pairControl({ name, title, least, most, change, complain }) {
  let value = [least, least];
  let linked = true;
  const sides = AXES.map((axis, index) => {
    const range = { min: least, max: most, "aria-label": `${title}, ${axis}` };
    const slider = h("input.cx-slider", { type: "range", step: 1, ...range });
    const number = h("input.cx-number", { type: "number", step: 1, ...range, "aria-label": `${title}, ${axis}, number` });
    slider.addEventListener("input", () => take(index, Number(slider.value)));
    number.addEventListener("input", () => take(index, number.value === "" ? NaN : Number(number.value)));
    number.addEventListener("change", () => settle());
    number.addEventListener("keydown", (event) => {
      if (event.key === "Escape") settle();
    });
    return { slider, number, element: h("span.cx-side", {}, h("span.cx-axis", { "aria-hidden": "true" }, axis[0].toUpperCase()), slider, number) };
  });
  const link = h("button.cx-link", { type: "button", onclick: () => setLinked(!linked) });
  link.innerHTML = `<svg width="20" height="14" viewBox="0 0 20 14" aria-hidden="true"><path d="M8 2H6a5 5 0 0 0 0 10h2M12 2h2a5 5 0 0 1 0 10h-2"/><path class="cx-bar" d="M7 7h6"/></svg>`;

  function take(axis, next) {
    const side = sides[axis];
    try {
      checkWhole(`${name} (${AXES[axis]})`, Number.isNaN(next) ? "nothing" : next, least);
      if (next > most) throw new Refusal(`${name} (${AXES[axis]}) must be at most ${most} in the explorer, got ${next}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setAttribute(side.number, "aria-invalid", "true");
      complain(error.message, settle);
      return;
    }
    side.number.removeAttribute("aria-invalid");
    complain(null);
    value = linked ? [next, next] : value.map((v, i) => (i === axis ? next : v));
    show(axis);
    change(value, axis);
  }

  // Puts the last legal value back into the fields.
  function settle() {
    sides.forEach(({ number }) => number.removeAttribute("aria-invalid"));
    complain(null);
    show();
  }

  function setLinked(next) {
    linked = next;
    setAttribute(link, "aria-pressed", linked);
    setAttribute(link, "aria-label", `${title}: height and width ${linked ? "linked" : "apart"}`);
    link.title = linked ? "Height and width move together. Press to set them apart." : "Height and width are apart. Press to link them.";
    link.classList.toggle("cx-linked", linked);
    if (linked && value[0] !== value[1]) {
      value = [value[0], value[0]];
      show();
      change(value, 0);
    }
  }

  function show(typing) {
    sides.forEach(({ slider, number }, axis) => {
      slider.max = number.max = Math.max(most, value[axis]);
      slider.value = value[axis];
      slider.style.setProperty("--fill", `${(100 * (value[axis] - least)) / Math.max(1, most - least)}%`);
      if (number.getAttribute("aria-invalid")) return;
      if (axis !== typing || document.activeElement !== number) number.value = value[axis];
    });
  }

  setLinked(true);
  return {
    element: h("div.cx-pair", { role: "group", "aria-label": title }, h("span.cx-name", { "aria-hidden": "true" }, title), sides[0].element, link, sides[1].element),
    set(next) {
      value = [...next];
      if (linked && value[0] !== value[1]) {
        linked = false;
        setLinked(false);
      }
      show();
    },
    relink: () => setLinked(value[0] === value[1]),
  };
}

export function choiceControl({ title, options, change }) {
  const select = h(
    "select.cx-select", { "aria-label": title },
    ...Object.entries(options).map(([value, label]) => h("option", { value }, label)),
  );
  select.addEventListener("change", () => change(select.value));
  return {
    element: h("label.cx-choice", {}, h("span.cx-name", { "aria-hidden": "true" }, title), select),
    set: (value) => (select.value = value),
  };
}

export function switchControl({ title, hint, change }) {
  const box = h("input", { type: "checkbox" });
  box.addEventListener("change", () => change(box.checked));
  return {
    element: h("label.cx-switch", { title: hint }, box, h("span", {}, title)),
    set: (value) => (box.checked = value),
  };
}
