// What the arithmetic of the sliding windows has in common.

import { Refusal } from "./axis.js";

export const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

// What f() returns, or what refused(message) makes of its refusal.
export function attempt(f, refused) {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refused(error.message);
  }
}

// ", stride=2, padding=1" of what is given.
export const settings = (...given) => given.map((one) => (one ? `, ${one}` : "")).join("");
