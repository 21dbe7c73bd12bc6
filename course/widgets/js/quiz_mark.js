// The mark of an answer: course/quiz/marking.py again, message for message. A question is what to_dict(answers=True) wrote.

import { exact, over } from "./quiz_fraction.js";
import { EMPTY, LETTERS, LONGEST, read, readLetters, readOrder, readPairs, same } from "./quiz_read.js";
import { floated, quoted, strip, words } from "./quiz_text.js";

const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const unclear = (message) => ({ state: "unclear", message, score: 0, mistakes: [], read: "" });

// {state: right, partly, wrong or unclear; message; score; mistakes: [{value, name, feedback}]; read}
export const mark = (question, response) => MARKS[question.form](question, response);

function graded(score, right, other, mistakes, read) {
  if (score === 1) return { state: "right", message: right, score, mistakes: [], read };
  const told = mistakes.map((m) => m.feedback).join(" ");
  return { state: score > 0 ? "partly" : "wrong", message: strip(`${other} ${told}`), score, mistakes, read };
}

const within = (a, b, tolerance) => {
  const n = a.n * b.d - b.n * a.d;
  return (n < 0n ? -n : n) * tolerance.d <= tolerance.n * a.d * b.d;
};

function number({ value, tolerance, unit, decimals, mistakes }, response) {
  const reading = read(response, decimals, unit);
  if (!reading.value) return unclear(reading.problem);
  const found = reading.value;
  const whole = found.d === 1n;
  const shown = `${whole ? grouped(found.n) : floated(over(found))}${unit && ` ${unit}`}`;
  const said = whole ? String(found.n) : floated(over(found));
  const near = exact(tolerance);
  if (within(found, exact(value), near)) return { state: "right", message: `Right: ${shown}.`, score: 1, mistakes: [], read: said };
  const mistake = mistakes.find((m) => within(found, exact(m.value), near));
  const told = mistake ? `${shown} is what comes out if one ${mistake.name}. ${mistake.feedback}` : `No, not ${shown}.`;
  return { state: "wrong", message: told, score: 0, mistakes: mistake ? [mistake] : [], read: said };
}

// The wrong options as mistakes whose value is the letter; one without a name is called by its text.
const beliefs = ({ options, right, whys, beliefs }) => options.flatMap((text, i) =>
  (right[i] ? [] : [{ value: LETTERS[i], name: beliefs[i] || `chooses ${quoted(text)}`, feedback: whys[i] }]));

function choice(question, response) {
  const several = question.form === "multiple";
  const found = readLetters(response, question.options.length, several);
  if (typeof found === "string") return unclear(found);
  const rights = question.right.flatMap((is, i) => (is ? [i] : []));
  const wrong = beliefs(question).filter((m) => found.includes(LETTERS.indexOf(m.value)));
  const read = [...found].sort((a, b) => a - b).map((i) => LETTERS[i]).join("");
  const hits = rights.filter((i) => found.includes(i)).length;
  const score = Math.max(0, (hits - wrong.length) / rights.length);
  if (!several) {
    const told = question.whys[found[0]];
    return score ? { state: "right", message: `Right. ${told}`, score: 1, mistakes: [], read } : { state: "wrong", message: `No. ${told}`, score: 0, mistakes: wrong, read };
  }
  const missing = rights.length - hits;
  const lacks = `Not all of it. ${missing} more ${missing === 1 ? "is" : "are"} right.`;
  return graded(score, "Right: these, and no others.", missing ? lacks : "All that is right, but not only that.", wrong, read);
}

function text({ accepted, mistakes }, response) {
  const said = same(response);
  if (!said) return unclear(EMPTY);
  if ([...response].length > LONGEST) return unclear(`that is longer than ${LONGEST} characters: a word or two will do`);
  const plain = words(response).join(" ");
  if (accepted.some((t) => same(t) === said)) return { state: "right", message: `Right: ${accepted[0]}.`, score: 1, mistakes: [], read: plain };
  const mistake = mistakes.find((m) => same(String(m.value)) === said);
  if (mistake) return { state: "wrong", message: `${plain}: this one ${mistake.name}. ${mistake.feedback}`, score: 0, mistakes: [mistake], read: plain };
  if (accepted.some((t) => oneSlip(said, same(t)))) return unclear(`${quoted(plain)} is almost a term: check its spelling`);
  return { state: "wrong", message: `No, not ${quoted(plain)}.`, score: 0, mistakes: [], read: plain };
}

export function oneSlip(one, other) {
  const [a, b] = [[...one], [...other]];
  if (Math.min(a.length, b.length) < 5 || Math.abs(a.length - b.length) > 1 || one === other) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  const tail = (list, from) => list.slice(from).join("");
  const swapped = [...a.slice(0, start), ...a.slice(start + 1, start + 2), ...a.slice(start, start + 1), ...a.slice(start + 2)].join("");
  const shorter = [...a.slice(0, start), ...a.slice(start + 1)].join("");
  return other === shorter || other === swapped || [tail(b, start + 1), tail(b, start)].includes(tail(a, start)) || tail(a, start + 1) === tail(b, start + 1);
}

function order({ items, right }, response) {
  const found = readOrder(response, items.length);
  if (typeof found === "string") return unclear(found);
  const follows = new Set(right.slice(1).map((b, i) => `${right[i]} ${b}`));
  const kept = found.slice(1).filter((b, i) => follows.has(`${found[i]} ${b}`)).length;
  const last = items.length - 1;
  return graded(kept / last, "Right.", `${kept} of ${last} neighbours follow each other as they should.`, [], found.map((i) => LETTERS[i]).join(""));
}

function match({ left, right, pairs }, response) {
  const found = readPairs(response, left.length, right.length);
  if (typeof found === "string") return unclear(found);
  const kept = found.filter((p, i) => p === pairs[i]).length;
  return graded(kept / left.length, "Right.", `${kept} of ${left.length} pairs are right.`, [], found.map((p, i) => `${i + 1}${LETTERS[p]}`).join(" "));
}

const MARKS = { number, single: choice, multiple: choice, text, order, match };
