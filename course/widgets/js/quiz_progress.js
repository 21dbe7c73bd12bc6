// Progress with spaced repetition: course/quiz/progress.py again. A record is a list of answers
// {at, skill, topic, result, mistakes}; boxes, due days, counts and streaks are computed from it.

export const FORMAT = "course quiz progress";
const VERSION = 1;
const BOXES = { 1: 1, 2: 2, 3: 4, 4: 8, 5: 16 };
const RESULTS = ["right", "helped", "partly", "wrong"];
const LONGEST = 200;
const MOST_MISTAKES = 30;
const AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;
const DAY = 864e5;

// By code point, as Python sorts.
function byText(a, b) {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    if (x[i] !== y[i]) return x[i].codePointAt(0) - y[i].codePointAt(0);
  }
  return x.length - y.length;
}

const byKey = (a, b) => byText(a.at, b.at) || byText(a.skill, b.skill) || byText(a.result, b.result);
const sortedSet = (texts) => [...new Set(texts)].sort(byText);
const cut = (text) => [...text].slice(0, LONGEST).join("");

export const skillOf = ({ name, kind, level }) => (kind === "bank" ? name : `${kind}/${level}`);

// The answer to be kept: of the first clear mark, or of none where the worked answer was shown instead. `at` is local time.
export function answered(question, mark, helped, at) {
  const result = !mark ? "wrong" : mark.state === "right" && helped ? "helped" : mark.state;
  const names = (mark?.mistakes ?? []).flatMap((m) =>
    (question.beliefs ? question.beliefs["abcdefghijklmnopqrstuvwxyz".indexOf(m.value)] || [] : m.name));
  return { at, skill: cut(skillOf(question)), topic: cut(question.topic), result, mistakes: sortedSet(names).slice(0, MOST_MISTAKES).map(cut) };
}

export function skills(answers) {
  const found = new Map();
  for (const { at, skill, topic, result } of [...answers].sort(byKey)) {
    const day = at.slice(0, 10);
    let { topic: known, box, due, asked, right } = found.get(skill) ?? { topic, box: 1, due: day, asked: 0, right: 0 };
    if (result === "wrong") {
      box = 1;
      due = later(day, BOXES[1]);
    } else if (day >= due) {
      if (result === "right") box = Math.min(box + 1, 5);
      due = later(day, BOXES[box]);
    }
    found.set(skill, { name: skill, topic: topic ?? known, box, due, asked: asked + 1, right: right + (result === "right" || result === "helped") });
  }
  return [...found.values()].sort((a, b) => byText(a.name, b.name));
}

function later(day, days) {
  const then = new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY);
  return then.getUTCFullYear() > 9999 ? "9999-12-31" : then.toISOString().slice(0, 10);
}

export const due = (answers, today) => skills(answers).filter((s) => s.due <= today)
  .sort((a, b) => byText(a.due, b.due) || a.box - b.box || byText(a.name, b.name));

export function mistakes(answers) {
  const counts = new Map();
  for (const name of answers.flatMap((a) => a.mistakes)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || byText(a[0], b[0]));
}

export function streak(answers, today) {
  const days = new Set(answers.map((a) => a.at.slice(0, 10)));
  let count = 0;
  const last = days.has(today) ? 0 : 1;
  while (days.has(later(today, -last - count))) count++;
  return count;
}

// The answers of all records, each once; of two with the same key the first stays.
export function merged(...records) {
  const found = new Map();
  for (const answer of records.flat()) {
    const key = JSON.stringify([answer.at, answer.skill, answer.result]);
    if (!found.has(key)) found.set(key, answer);
  }
  return [...found.values()].sort(byKey);
}

export function dumps(answers) {
  const rows = merged(answers).map(({ at, skill, topic, result, mistakes }) => JSON.stringify({ at, skill, topic, result, mistakes }));
  return `{"format": "${FORMAT}", "version": ${VERSION}, "answers": [${rows.map((row) => `\n  ${row}`).join(",")}${rows.length ? "\n" : ""}]}\n`;
}

// {answers, left_out}; an Error with a sentence where it is no such record, `newer` set where a later course wrote it.
export function loads(text) {
  let told;
  try {
    told = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new Error("not JSON, so no record of progress");
  }
  if (told?.format !== FORMAT || !Number.isInteger(told.version)) throw new Error(`no record of progress: it must begin with {"format": "${FORMAT}", "version": 1`);
  if (told.version > VERSION) throw Object.assign(new Error(`it is of version ${told.version}, and this course reads version ${VERSION}: update the course`), { newer: true });
  if (!Array.isArray(told.answers)) throw new Error("no record of progress: it has no list of answers");
  const good = told.answers.flatMap((row) => answerOf(row) ?? []);
  return { answers: merged(good), left_out: told.answers.length - good.length };
}

const isText = (value, least) => typeof value === "string" && [...value].length >= least && [...value].length <= LONGEST;

function answerOf(row) {
  const { at, skill, topic, result, mistakes } = row ?? {};
  if (typeof at !== "string" || !AT.test(at) || !RESULTS.includes(result) || !isText(skill, 1) || !isText(topic, 0)) return null;
  if (!Array.isArray(mistakes) || mistakes.length > MOST_MISTAKES || !mistakes.every((m) => isText(m, 1))) return null;
  const date = new Date(`${at}Z`);
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(at) || at < "0001") return null;
  return { at, skill, topic, result, mistakes: sortedSet(mistakes) };
}

// Local time as a record has it.
export function localTime(date = new Date()) {
  return new Date(date.getTime() - date.getTimezoneOffset() * 6e4).toISOString().slice(0, 23);
}
