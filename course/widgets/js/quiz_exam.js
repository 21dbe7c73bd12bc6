// The exam: keeps what is typed, asks about what is not clear, marks nothing. No answer is known here, and no way to mark one.

import { over } from "./quiz_fraction.js";
import { answerField } from "./quiz_fields.js";
import { LONGEST, read, readLetters, readOrder, readPairs } from "./quiz_read.js";
import { shown } from "./quiz_show.js";
import { download, keep, stored } from "./quiz_store.js";
import { announcer, h, keepKeys, plural, setText } from "./ui.js";

const IDLE = 900; // ms after the last key until an answer that is not clear is asked about

// How an answer is read: {problem} where that is not clear, {said} where there is something to say.
function readBack(question, answer) {
  const { form } = question;
  if (form === "number") {
    const { value, problem } = read(answer, question.decimals, question.unit);
    if (!value) return { problem };
    const plain = value.d === 1n ? String(value.n) : String(Number(over(value).toPrecision(10)));
    return plain === answer.trim() ? {} : { said: `read as ${plain}${question.unit && ` ${question.unit}`}` };
  }
  if (form === "text") return [...answer].length > LONGEST ? { problem: `that is longer than ${LONGEST} characters: a word or two will do` } : {};
  const found = form === "order" ? readOrder(answer, question.items.length)
    : form === "match" ? readPairs(answer, question.left.length, question.right.length)
      : readLetters(answer, question.options.length, form === "multiple");
  return typeof found === "string" ? { problem: found } : {};
}

// What the store or the kernel has; anything else counts as nothing.
function known(kept) {
  const plain = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
  const { answers, flags, saved } = plain(kept);
  return { answers: plain(answers), flags: Array.isArray(flags) ? flags : [], saved: typeof saved === "string" ? saved : "" };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function render({ model, el }) {
  const exam = model.get("exam");
  const key = `course-quiz-exam:${exam.exam}:${exam.variant}:${exam.student}`;
  const live = announcer();
  let { answers, flags, saved } = { answers: {}, flags: [], saved: "" };
  let kept = true; // by the browser
  let taken = true; // downloaded, or nothing to download
  let current = 0;
  let single = false;
  const timers = new Map();

  const button = (label, onclick, kind = "") => h(`button.cx-button${kind}`, { type: "button", onclick }, label);
  const status = h("p.qz-about", { role: "status" });
  const nav = h("nav.qz-nav", { "aria-label": "questions" });
  const rows = exam.questions.map(rowOf);
  const mode = button("One by one", () => {
    single = !single;
    mode.setAttribute("aria-pressed", String(single));
    turn(current, false);
  });
  mode.setAttribute("aria-pressed", "false");
  const previous = button("Previous question", () => turn(current - 1));
  const next = button("Next question", () => turn(current + 1));
  const steps = h("div.qz-buttons", {}, previous, next);
  const review = h("div.qz-record");
  const end = h("section.qz-end", { "aria-label": "hand in" },
    h("h2.qz-title", {}, "Before you hand in"), review,
    h("p.qz-p", {}, model.local
      ? "Download the file with your answers, and hand it in as you were told. You may change answers and download again: the latest file counts."
      : "Your answers are written to a file beside the notebook while the kernel runs. You may download them as well."),
    h("div.qz-buttons", {}, button("Download my answers", handOut, ".cx-primary"), h("span.cx-name", {}, fileName())));
  const points = (n) => plural(n, "point");
  const root = h("div.cx.cx-Quiz", { role: "group", "aria-label": exam.title },
    h("div.cx-head", {}, model.local ? null : h("h2.qz-title", {}, exam.title), h("p.qz-about", {}, `${plural(rows.length, "question")}, ${points(exam.points)}`)),
    h("p.qz-p", {}, ...[["Student: ", exam.student], ["Code: ", exam.code]].flatMap(([name, value]) => (value ? [h("span.cx-name", {}, name), h("b", {}, value), "   "] : []))),
    h("p.qz-p.cx-name", {}, "Answers are kept as you type them. Nothing is marked here; what is not clear is asked about."),
    status, h("div.cx-head", {}, nav, mode), ...rows.map((row) => row.section), steps, end, live.element);

  function rowOf(question, i) {
    const id = `${i + 1}`;
    const said = h("p.qz-p.qz-said");
    const field = answerField(question, { change: () => changed(i), enter: () => ask(i, true), say: live.say });
    const flag = h("button.cx-button", { type: "button", "aria-pressed": "false", "aria-label": `Flag question ${id} for review`, onclick: () => mark(i) }, "⚑ Flag");
    const heading = h("h2.qz-title", { tabindex: "-1" }, `Question ${id} `, h("span.cx-name", {}, `(${plural(question.points, "point")})`));
    field.element.addEventListener("focusout", () => ask(i));
    const section = h("section.qz-question", { "aria-label": `question ${id}` }, h("div.cx-head", {}, heading, flag), ...shown(question), field.element, said);
    return { question, field, said, flag, heading, section };
  }

  function changed(i) {
    const { question, field, said } = rows[i];
    const answer = field.get().slice(0, 1000);
    if (answer) answers[question.name] = answer;
    else delete answers[question.name];
    said.textContent = "";
    field.unclear(false);
    clearTimeout(timers.get(i));
    timers.set(i, setTimeout(() => ask(i), IDLE));
    save();
  }

  // Says how an answer is read, or what is not clear in it.
  function ask(i, aloud = false) {
    clearTimeout(timers.get(i));
    const { question, field, said } = rows[i];
    const answer = answers[question.name] ?? "";
    const { problem, said: words } = answer.trim() ? readBack(question, answer) : {};
    const text = problem ? `? ${problem.charAt(0).toUpperCase()}${problem.slice(1)}` : words ? `→ ${words}` : "";
    field.unclear(Boolean(problem));
    if (text && (aloud || text !== said.textContent)) live.say(text.slice(2));
    setText(said, text);
    draw();
  }

  function mark(i) {
    const { name } = rows[i].question;
    flags = flags.includes(name) ? flags.filter((one) => one !== name) : [...flags, name];
    save();
    live.say(flags.includes(name) ? "Flagged for review" : "No longer flagged");
  }

  const all = () => ({
    format: "course-quiz-responses", version: 1, title: exam.title, exam: exam.exam, variant: exam.variant, student: exam.student, code: exam.code,
    answers: { ...answers }, flags: [...flags], saved,
  });

  function save() {
    saved = `${new Date().toISOString().slice(0, 19)}Z`;
    taken = false;
    const text = JSON.stringify(all());
    kept = keep(key, text) && stored(key) === text;
    model.set("responses", all());
    model.save_changes();
    draw();
  }

  function handOut() {
    for (const i of rows.keys()) ask(i);
    saved ||= `${new Date().toISOString().slice(0, 19)}Z`;
    download(fileName(), `${JSON.stringify(all(), null, 1)}\n`);
    taken = true;
    live.say(`Downloaded ${fileName()}`);
  }

  function fileName() {
    return `responses-${(exam.student || exam.code).replace(/[^\p{L}\p{N}._@-]/gu, "_")}.json`;
  }

  function draw() {
    const states = rows.map(({ question, field }) => (field.element.hasAttribute("data-unclear") ? "not clear" : (answers[question.name] ?? "").trim() ? "answered" : "open"));
    const signs = { "not clear": "?", answered: "●", open: "○" };
    const flagged = (i) => flags.includes(rows[i].question.name);
    rows.forEach(({ flag, section }, i) => {
      flag.setAttribute("aria-pressed", String(flagged(i)));
      section.hidden = single && i !== current;
      const dot = nav.children[i] ?? nav.appendChild(h("button.cx-button.qz-dot", { type: "button", onclick: () => turn(i) }));
      setText(dot, `${i + 1} ${signs[states[i]]}${flagged(i) ? " ⚑" : ""}`);
      dot.setAttribute("aria-label", `Question ${i + 1}, ${states[i]}${flagged(i) ? ", flagged" : ""}`);
      if (single && i === current) dot.setAttribute("aria-current", "step");
      else dot.removeAttribute("aria-current");
    });
    steps.hidden = !single;
    previous.disabled = current === 0;
    next.disabled = current === rows.length - 1;
    const list = (state) => states.flatMap((one, i) => (one === state ? [i + 1] : [])).join(", ");
    const marked = rows.flatMap((_, i) => (flagged(i) ? [i + 1] : [])).join(", ");
    const lines = [["Not answered: ", list("open")], ["Not clear: ", list("not clear")], ["Flagged for review: ", marked]].filter(([, numbers]) => numbers);
    review.replaceChildren(...(lines.length ? lines.map(([name, numbers]) => h("p.qz-p", {}, h("b", {}, name), numbers)) : [h("p.qz-p", {}, "Every question is answered, and nothing is flagged.")]));
    const trouble = model.get("trouble");
    const where = [kept && "in this browser", model.get("written") === saved && `in ${model.get("file")}`].filter(Boolean).join(" and ");
    setText(status, trouble || (!kept ? "! This browser keeps nothing: download your answers before you leave this page." : saved ? `Kept ${where}.${model.local || model.get("written") === saved ? "" : ` The kernel has not written ${model.get("file")} yet.`}` : "Nothing is answered yet."));
  }

  function turn(to, move = true) {
    current = Math.min(Math.max(to, 0), rows.length - 1);
    draw();
    if (!move) return;
    rows[current].heading.focus();
    rows[current].heading.scrollIntoView?.({ block: "nearest" });
  }

  // The latest of what the browser and the kernel have.
  function restore() {
    const found = [known(parsed(stored(key))), known(model.get("responses"))].sort((a, b) => (a.saved < b.saved ? 1 : -1))[0];
    if (found.saved < saved) return;
    ({ answers, flags, saved } = found);
    answers = Object.fromEntries(rows.flatMap(({ question: { name } }) => (typeof answers[name] === "string" ? [[name, answers[name]]] : [])));
    flags = flags.filter((name) => rows.some(({ question }) => question.name === name));
    rows.forEach(({ question, field }, i) => {
      if (field.get() !== (answers[question.name] ?? "")) field.set(answers[question.name] ?? "");
      ask(i);
    });
    if (!saved) return;
    model.set("responses", all());
    model.save_changes();
  }

  const elsewhere = ({ key: changedKey }) => changedKey === key && restore(); // the same exam in another tab
  const leaving = (event) => {
    if (!kept && !taken) event.preventDefault();
  };
  addEventListener("storage", elsewhere);
  addEventListener("beforeunload", leaving);
  for (const name of ["trouble", "written"]) model.on(`change:${name}`, draw);
  el.append(root);
  restore();
  draw();
  live.stop();
  const release = keepKeys(root);
  return () => {
    for (const timer of timers.values()) clearTimeout(timer);
    removeEventListener("storage", elsewhere);
    removeEventListener("beforeunload", leaving);
    for (const name of ["trouble", "written"]) model.off(`change:${name}`, draw);
    live.stop();
    release();
  };
}

export default { render };
