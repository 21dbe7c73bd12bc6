// What reads notations and marks answers, beside the page: typing never waits for it.

import { read } from "./architecture_model.js";
import { mark } from "./architecture_quiz.js";

const CALLS = { read, mark };

self.onmessage = ({ data: { number, call, given } }) => {
  let answer;
  try {
    answer = { result: CALLS[call](...given) };
  } catch (error) {
    answer = { refused: error.message, words: error.words, position: error.position, mend: error.mend };
  }
  self.postMessage({ number, ...answer });
};
