// The part of anywidget's model that a view uses, for a page that has no kernel; and the state in the page's address.

const KEY = "#state=";

// usual: the state of a bare constructor call; the address says only what differs from it.
export function localModel(state, data = {}, usual = {}) {
  const values = { ...data, ...state };
  const names = Object.keys(state);
  const listeners = new Map();
  const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  let timer = 0;
  let written = 0; // when
  let known = ""; // the address that was read or written last: one that differs is about to be read
  const model = {
    trouble: "",
    get: (name) => values[name],
    set(name, value) {
      if (same(values[name], value)) return;
      values[name] = value;
      for (const listener of [...of(`change:${name}`)]) listener();
    },
    // The address follows at once, but in a drag only every 300 ms: browsers stop a page that rewrites it more often.
    save_changes() {
      clearTimeout(timer);
      const wait = written + 300 - Date.now();
      if (wait > 0) timer = setTimeout(write, wait);
      else write();
    },
    on: (event, listener) => of(event).add(listener),
    off: (event, listener) => of(event).delete(listener),
    state: () => structuredClone(Object.fromEntries(names.map((name) => [name, values[name]]))),
    address: () => KEY + encodeURIComponent(JSON.stringify(Object.fromEntries(names.filter((name) => !same(values[name], usual[name])).map((name) => [name, values[name]])))),
  };

  function write() {
    if (location.hash !== known) return;
    written = Date.now();
    try {
      history.replaceState(null, "", model.address());
      known = location.hash;
    } catch {
      // A page shown inside another may not have an address of its own.
    }
  }

  function read() {
    clearTimeout(timer);
    known = location.hash;
    if (!location.hash.startsWith(KEY)) return;
    try {
      const given = JSON.parse(decodeURIComponent(location.hash.slice(KEY.length)));
      const unknown = Object.keys(given).filter((name) => !names.includes(name));
      for (const name of names) model.set(name, Object.hasOwn(given, name) ? given[name] : usual[name]);
      if (unknown.length) model.trouble = `The address names '${unknown[0]}', which is no part of the state: use some of ${names.join(", ")}.`;
    } catch {
      model.trouble = "The address of this page holds a state that cannot be read: copy it again, whole.";
    }
  }
  read();
  const tell = () => of("trouble").forEach((listener) => listener());
  addEventListener("hashchange", () => {
    model.trouble = "";
    tell(); // what was wrong with the address before is wrong no more
    read();
    if (model.trouble) tell();
  });
  return model;
}
