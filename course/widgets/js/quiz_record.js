// The record of progress in the browser, and its panel: what is due, which mistakes return, export, import, erase.

import { due, dumps, loads, localTime, merged, mistakes, skills, streak } from "./quiz_progress.js";
import { KEY, download, keep, stored } from "./quiz_store.js";
import { h, plural } from "./ui.js";

const LARGEST = 64 * 2 ** 20;

// ask(event, more) asks the kernel, and gives null where none answers; practise(skills) begins a round of what is due.
export function recordOf({ ask, say, practise }) {
  let answers = [];
  let note = "";
  let closed = false; // a later course wrote the record: it is left alone
  let held = true; // by the browser
  let kernel = false;
  const panel = h("details.qz-progress");
  const today = () => localTime().slice(0, 10);

  function pull() {
    const text = stored(KEY);
    if (text === null || closed) return;
    try {
      const found = loads(text);
      if (found.left_out) aside(text, `${plural(found.left_out, "answer")} in the record could not be read`);
      answers = merged(answers, found.answers);
    } catch (error) {
      closed = Boolean(error.newer);
      if (closed) note = `The record in this browser is not used: ${error.message}.`;
      else aside(text, "The record in this browser was damaged");
    }
  }

  function aside(text, what) {
    closed = !keep(`${KEY}.damaged`, text); // with no room for a copy, the damaged one stays where it is
    note = `${what}; it is ${closed ? "left as it is, and nothing is added to it" : `kept whole as ${KEY}.damaged`}.`;
    if (!closed) keep(KEY, null);
  }

  function push() {
    const text = dumps(answers);
    held = !closed && keep(KEY, text) && stored(KEY) === text;
    if (!held && !closed) note = "This browser keeps nothing here: export the record before you leave.";
  }

  function take(more) {
    pull(); // another tab may have written
    answers = merged(answers, more);
    push();
    draw();
  }

  async function add(answer) {
    take([answer]);
    await tell("progress", [answer]);
  }

  async function tell(event, which) {
    const reply = await ask(event, { text: dumps(which) });
    kernel = Boolean(reply);
    if (reply?.trouble) note = reply.trouble;
    if (reply?.progress) take(loads(reply.progress).answers);
    draw();
  }

  const button = (label, onclick, more = {}) => h("button.cx-button", { type: "button", onclick, ...more }, label);
  const summary = h("summary");
  const body = h("div.qz-record");
  const file = h("input", { type: "file", accept: ".json,application/json", hidden: true, "aria-label": "record of progress to import", onchange: bring });
  panel.append(summary, body, file);

  function draw() {
    const waiting = due(answers, today());
    summary.textContent = `Your progress: ${waiting.length} due today`;
    const names = mistakes(answers).slice(0, 5);
    const days = streak(answers, today());
    body.replaceChildren(...[
      note && h("p.qz-p", {}, h("b", {}, "! "), note),
      h("p.qz-p", {}, answers.length ? `${plural(answers.length, "answer")} so far${days ? `, ${plural(days, "day")} in a row` : ""}. What is right comes back after 2, 4, 8 and 16 days, what is wrong tomorrow.` : "Nothing is answered yet. What you answer is kept here, and comes back when it is due."),
      waiting.length && h("p.qz-p", {}, h("b", {}, "Due today: "), waiting.slice(0, 8).map((s) => s.name).join(", "), waiting.length > 8 ? `, and ${waiting.length - 8} more. ` : ". ",
        kernel && practise ? button("Practise these", () => practise(waiting.slice(0, 8).map((s) => s.name))) : null),
      names.length && h("p.qz-p", {}, h("b", {}, "Most common mistakes: "), names.map(([name, count]) => `${name} (${count})`).join(", "), "."),
      answers.length && boxes(),
      h("p.cx-name.qz-p", {}, `Kept in ${[held && "this browser", kernel && "the file that course quiz in the terminal uses"].filter(Boolean).join(", and in ") || "this page only, until you leave it"}.`),
      h("p.qz-buttons", {}, button("Export", out), button("Import", () => file.click()), button("Erase", sure)),
    ].filter(Boolean));
  }

  function boxes() {
    const topics = new Map();
    for (const { topic, box } of skills(answers)) topics.set(topic, (topics.get(topic) ?? [0, 0, 0, 0, 0]).map((n, i) => n + (i === box - 1)));
    return h("div.cx-tablebox", { tabindex: "0", role: "group", "aria-label": "boxes" }, h("table.cx-table", {},
      h("caption", {}, "Skills in each box, by topic"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "topic"), ["1, new", 2, 3, 4, "5, firm"].map((n) => h("th.cx-num", { scope: "col" }, `${n}`)))),
      h("tbody", {}, [...topics].sort().map(([topic, counts]) => h("tr", {}, h("th", { scope: "row" }, topic), counts.map((n) => h("td.cx-num", {}, `${n}`)))))));
  }

  function out() {
    pull();
    download("quiz-progress.json", dumps(answers));
    say(`Exported ${plural(answers.length, "answer")}`);
  }

  async function bring() {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    try {
      if (chosen.size > LARGEST) throw new Error("it is larger than 64 MiB");
      const found = loads(await chosen.text());
      const before = answers.length;
      take(found.answers);
      note = `${plural(answers.length - before, "new answer")} from ${chosen.name}${found.left_out ? `; ${found.left_out} could not be read` : ""}.`;
      await tell("progress", found.answers);
    } catch (error) {
      note = `${chosen.name} is not imported: ${error.message}.`;
    }
    draw();
    say(note);
  }

  function sure() {
    const where = kernel ? "in this browser and in the terminal's file" : "in this browser";
    const no = button("Keep them", () => draw() ?? panel.querySelector("summary").focus());
    const question = h("p.qz-p", {}, `Erase all ${plural(answers.length, "answer")} ${where}? This cannot be undone. `);
    body.lastElementChild.replaceChildren(question, button("Erase them", erase), no);
    no.focus();
    say(question.textContent);
  }

  async function erase() {
    answers = [];
    closed = false;
    keep(KEY, null);
    note = "All answers are erased.";
    draw();
    summary.focus();
    say(note);
    const reply = await ask("erase", {});
    if (reply?.trouble) note = reply.trouble;
    draw();
  }

  pull();
  if (answers.length) push();
  draw();
  return { element: panel, add, hello: () => tell("hello", answers), due: () => due(answers, today()) };
}
