// What every explorer's view is made of: elements, announcements, a copy button, and keys that JupyterLab leaves alone.

// h("div.cx-row", {title: "...", onclick: f}, child, "text") makes an element.
export function h(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

// A polite live region. Several announcements in one breath become one: the last. The same words again are said again.
export function announcer() {
  const element = h("div.cx-live", { "aria-live": "polite", role: "status" });
  let timer = 0;
  const say = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (element.textContent = element.textContent === text ? `${text}\u00a0` : text), 120);
  };
  return { element, say, stop: () => clearTimeout(timer) };
}

export function copyButton(what, text, say, label = "Copy") {
  const button = h("button.cx-button.cx-copy", { type: "button", "aria-label": `${label} (${what})` }, label);
  button.addEventListener("click", async () => {
    const done = await copy(text());
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    say(done ? `Copied ${what}` : `The browser does not let pages copy: select the line and press Ctrl+C`);
    setTimeout(() => (button.textContent = label), 1600);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure origin or the permission there is no clipboard object: the old way still works there.
    const area = h("textarea", { style: "position:fixed;opacity:0" });
    const focused = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}

// JupyterLab reads single keys as notebook commands wherever the focus is not in a text field: a 1 typed into a grid
// would turn the cell into a heading, an arrow on a slider would move to the next cell. Lumino, which handles its keys on
// the document before the page does, passes over a target with this attribute; so it is set still earlier, on the
// window, on whatever has the focus. Ctrl, Alt, Meta and Shift+Enter go through: saving and running work from inside.
export function keepKeys(root) {
  const guard = ({ target, ctrlKey, metaKey, altKey, shiftKey, key }) => {
    if (!root.contains(target)) return;
    const through = ctrlKey || metaKey || altKey || (shiftKey && key === "Enter");
    target.toggleAttribute("data-lm-suppress-shortcuts", !through);
  };
  window.addEventListener("keydown", guard, true);
  return () => window.removeEventListener("keydown", guard, true);
}

export function calmMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export function plural(count, thing) {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
