// The practice quiz: questions one at a time, marked here, with hints, worked answers and similar ones. It needs no
// kernel; where one runs, it supplies more questions, and keeps the record of progress in the terminal's file.

import { mark } from "./quiz_mark.js";
import { answerField } from "./quiz_fields.js";
import { answered, localTime } from "./quiz_progress.js";
import { LETTERS } from "./quiz_read.js";
import { recordOf } from "./quiz_record.js";
import { bare, inline, rich, shown } from "./quiz_show.js";
import { announcer, h, keepKeys, plural, setText } from "./ui.js";

const SIGNS = { right: "✓", wrong: "✗", partly: "◐", unclear: "?", hint: "→", shown: "○" };
const WORDS = { right: "right", wrong: "wrong", partly: "partly right", shown: "worked answer shown" };
const PATIENCE = 4000; // ms until a kernel that says nothing counts as none

// Questions to the kernel by message, each answered by its number; null where nothing comes.
function kernelOf(model) {
  const waiting = new Map();
  const own = Math.random().toString(36).slice(2);
  const heard = (reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  };
  model.on("msg:custom", heard);
  return {
    stop: () => model.off("msg:custom", heard),
    ask: (event, more) => new Promise((done) => {
      if (!model.send) return done(null);
      const id = `${own}${waiting.size}${performance.now()}`;
      waiting.set(id, done);
      setTimeout(() => heard({ id, silent: true }), PATIENCE);
      try {
        model.send({ event, id, ...more });
      } catch {
        heard({ id, silent: true });
      }
    }).then((reply) => (reply?.silent ? null : reply)),
  };
}

function render({ model, el }) {
  const live = announcer();
  const kernel = kernelOf(model);
  const record = model.get("progress") === false ? null : recordOf({ ask: kernel.ask, say: live.say, practise: (names) => renew(names) });
  let rows = []; // {pool: the question and similar ones, at: which is shown, state: what became of it, mistakes}
  let number = 0;
  let log = [];
  let now = null; // the question shown: {question, field, nodes, said, helped, tried, closed}; kept with its row

  const button = (label, onclick, kind = "") => h(`button.cx-button${kind}`, { type: "button", onclick }, label);
  const title = h("h2.qz-title", { tabindex: "-1" });
  const about = h("p.qz-about");
  const nav = h("nav.qz-nav", { "aria-label": "questions" });
  const area = h("div.qz-area");
  const result = h("div.qz-result", { hidden: true });
  const check = button("Check", submit, ".cx-primary");
  const hint = button("Hint", help);
  const worked = button("Show worked answer", give);
  const similar = button("Next similar", another);
  const next = button("Next question", onward);
  const buttons = h("div.qz-buttons", {}, check, hint, worked, similar, next);
  const root = h("div.cx.cx-Quiz", { role: "group", "aria-label": model.get("content").title },
    h("div.cx-head", {}, title, about), nav, area, buttons, result, record?.element, live.element);

  function begin(items) {
    rows = items.map((pool) => ({ pool: [...pool], at: 0, state: "", mistakes: [], now: null }));
    log = [];
    keepLog();
    show(0);
  }

  function keepLog() {
    model.set("results", log);
    model.save_changes();
  }

  function show(i, words = "") {
    number = i;
    now = rows[i].now ??= fresh(rows[i], words);
    area.replaceChildren(...now.nodes);
    tell(...now.said);
    for (const one of [check, hint, worked, similar, next]) one.hidden = false;
    refresh();
  }

  function fresh({ pool, at }, words) {
    const question = pool[at];
    const field = answerField(question, { change: () => field.unclear(false), enter: submit, say: live.say });
    const nodes = [...shown(question), field.element];
    return { question, field, nodes, said: ["", words ? h("p.qz-p", {}, words) : []], helped: false, tried: false, closed: false };
  }

  function refresh() {
    const { question, closed } = now;
    const right = log.filter((one) => one.state === "right").length;
    setText(title, `Question ${number + 1} of ${rows.length}`);
    setText(about, `${question.topic}, level ${question.level}, lecture ${question.lecture} · ${right} right of ${log.length}`);
    for (const one of [check, hint, worked]) one.disabled = closed;
    next.textContent = number + 1 < rows.length ? "Next question" : "See the result";
    next.classList.toggle("cx-primary", closed);
    check.classList.toggle("cx-primary", !closed);
    nav.replaceChildren(...rows.map(({ state }, i) => h("button.cx-button.qz-dot", {
      type: "button", "aria-current": i === number && "step", "aria-label": `Question ${i + 1}${state && `, ${WORDS[state]}`}`,
      onclick: () => go(i),
    }, `${i + 1}${state && ` ${SIGNS[state]}`}`)));
  }

  function tell(state, ...content) {
    if (now) now.said = [state, ...content];
    result.replaceChildren(...content.flat());
    result.dataset.state = state;
    result.hidden = !result.childNodes.length;
  }

  // The first clear answer to a question counts.
  function note(state, found, response) {
    if (now.tried) return;
    now.tried = true;
    const row = rows[number];
    row.state = state;
    row.mistakes = found?.mistakes ?? [];
    log = [...log, { name: now.question.name, state, score: found?.score ?? 0, response }];
    keepLog();
    record?.add(answered(now.question, found, now.helped, localTime()));
  }

  function submit() {
    if (!now || now.closed) return;
    const response = now.field.get();
    const found = mark(now.question, response);
    const sentence = found.message.charAt(0).toUpperCase() + found.message.slice(1);
    const line = (words) => h("p.qz-p", {}, h("b.qz-sign", { "aria-hidden": "true" }, `${SIGNS[found.state]} `), ...inline(words));
    if (found.state === "unclear") {
      now.field.unclear(true);
      tell("unclear", line(sentence));
      live.say(`Not clear: ${bare(found.message)}`);
      return now.field.focus();
    }
    const first = !now.tried;
    note(found.state, found, response);
    const lead = { right: "", wrong: /^No\b/.test(sentence) ? "" : "Wrong. ", partly: `Partly right, ${Math.round(100 * found.score)} %. ` }[found.state];
    const beliefs = now.question.beliefs ? found.mistakes.map((m) => now.question.beliefs[LETTERS.indexOf(m.value)]).filter(Boolean) : [];
    const named = beliefs.map((name) => h("p.qz-p", {}, "Here one ", ...inline(name), "."));
    live.say(bare(lead + sentence));
    if (found.state === "right") {
      tell("right", line(sentence), first ? [] : h("p.qz-p.cx-name", {}, "For the score, the first answer counts."), solution());
      return close();
    }
    tell(found.state, line(lead + sentence), named, h("p.qz-p.cx-name", {}, "Try again, or show the worked answer."));
    refresh();
    now.field.focus();
  }

  function help() {
    now.helped = true;
    tell("hint", h("p.qz-p", {}, h("b", {}, "Hint: "), ...inline(now.question.hint)));
    live.say(`Hint: ${bare(now.question.hint)}`);
    now.field.focus();
  }

  function give() {
    note("shown", null, "");
    tell("shown", solution());
    live.say("The worked answer is shown below the buttons");
    close();
  }

  function close() {
    now.closed = true;
    now.field.lock(true);
    refresh();
    next.focus();
  }

  function solution() {
    const { question } = now;
    const said = question.worked.at(-1).startsWith("answer: ");
    const reasons = whys(question);
    return [
      h("h3.qz-worked", {}, "Worked answer"),
      ...question.worked.flatMap(rich),
      ...(said ? [] : [h("p.qz-p", {}, h("b", {}, `Answer: ${question.answer}${question.unit ? ` ${question.unit}` : ""}`))]),
      ...(reasons.length ? [h("ul.qz-whys", {}, reasons.map(([sign, text, why]) => h("li", {}, h("b", {}, `${sign} `, ...inline(text)), " ", ...inline(why))))] : []),
    ];
  }

  async function another() {
    const row = rows[number];
    let words = "";
    if (row.at + 1 < row.pool.length) row.at++;
    else {
      similar.disabled = true;
      const reply = await kernel.ask("similar", { name: row.pool[0].name, have: row.pool.map((one) => one.name) });
      similar.disabled = false;
      if (reply?.questions?.length) {
        row.pool.push(...reply.questions);
        row.at++;
      } else {
        row.at = (row.at + 1) % row.pool.length;
        words = reply ? `There are no more like this: the first one again. ${reply.trouble ?? ""}` : "No kernel answers (none runs, or it is busy), so there are no new ones: the stored ones again.";
        if (model.local) words = "These are all there are on this page: the first one again.";
      }
    }
    Object.assign(row, { state: "", mistakes: [], now: null });
    show(number, words);
    live.say(words || "A similar question");
    now.field.focus();
  }

  function onward() {
    if (!now) return renew(null);
    if (number + 1 === rows.length) return finish();
    go(number + 1);
  }

  function go(i) {
    show(i);
    if (now.closed) next.focus();
    else now.field.focus();
  }

  function finish() {
    now = null;
    const right = log.filter((one) => one.state === "right").length;
    const wrong = rows.flatMap((row, i) => (row.state && row.state !== "right" ? [[row, i]] : []));
    const open = rows.filter((row) => !row.state).length;
    const due = record?.due().length ?? 0;
    setText(title, "The result");
    setText(about, `${right} right of ${log.length}`);
    area.replaceChildren(
      h("p.qz-p", {}, `You answered ${plural(log.length, "question")}: ${right} right at the first try.${open ? ` ${plural(open, "question")} left open.` : ""}`),
      ...(wrong.length ? [h("p.qz-p", {}, "Worth repeating:"), h("ul.qz-whys", {}, wrong.map(([row, i]) => h("li", {},
        h("b", {}, `Question ${i + 1}, ${row.pool[row.at].topic}: `), `${SIGNS[row.state]} ${WORDS[row.state]}`,
        row.mistakes.length ? `, ${row.mistakes.map((m) => bare(m.name)).join("; ")}` : "", ". ",
        button(`Repeat question ${i + 1} with a similar one`, () => {
          number = i;
          another();
        }))))] : log.length ? [h("p.qz-p", {}, "Nothing went wrong.")] : []),
      ...(due ? [h("p.qz-p", {}, `${plural(due, "skill")} ${due === 1 ? "is" : "are"} due today: see your progress below.`)] : []));
    tell("");
    for (const one of [check, hint, worked, similar]) one.hidden = true;
    next.textContent = "New round";
    nav.querySelector("[aria-current]")?.removeAttribute("aria-current");
    title.focus();
    live.say(area.textContent);
  }

  // Another round: new questions from the kernel, of certain skills where they are named; else the next of those stored.
  async function renew(skills) {
    next.disabled = true;
    const reply = await kernel.ask("round", { skills });
    next.disabled = false;
    if (reply?.items?.length) begin(reply.items);
    else if (skills) return live.say(reply?.trouble ?? "No kernel answers: run the cell first");
    else begin(rows.map(({ pool, at }) => [...pool.slice(at + 1), ...pool.slice(0, at + 1)]));
    if (reply?.trouble) tell("", h("p.qz-p", {}, reply.trouble));
    now.field.focus();
  }

  begin(model.get("content").items);
  el.append(root);
  record?.hello();
  const release = keepKeys(root);
  return () => {
    live.stop();
    release();
    kernel.stop();
  };
}

// Why each option, place or pair is as it is: [sign, text, why].
function whys({ form, options, items, left, right, pairs, whys: told }) {
  if (form === "order") return right.map((i, place) => [`${place + 1}.`, items[i], told[i]]);
  if (form === "match") return right.map((text, i) => [pairs.includes(i) ? `${pairs.indexOf(i) + 1}${LETTERS[i]}` : `${LETTERS[i]})`, pairs.includes(i) ? `${left[pairs.indexOf(i)].replace(/[.]$/, "")} – ${text}.` : `${text}: belongs to none.`, told[i]]).sort(([a], [b]) => (a < b ? -1 : 1));
  return options ? options.map((text, i) => [`${right[i] ? "✓ right" : "✗ wrong"}, ${LETTERS[i]})`, text, told[i]]) : [];
}

export default { render };
