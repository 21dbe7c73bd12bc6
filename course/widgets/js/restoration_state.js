// Everything the restoration explorer computes from its state, each thing once.

import { Refusal } from "./axis.js";
import { asBytes, degrade, label, tune } from "./restoration_model.js";
import { compare, mse, psnr } from "./ssim.js";

const TUNED = ["mode", "picture", "target", "first", "second", "clip", "seed"];
const SPOILT = ["mode", "picture", "noise", "impulses", "blur", "dx", "dy", "contrast", "brightness", "jpeg", "quality", "clip", "seed"];

// photographs: {name: {rows, columns, values in base64, credit}}. Returns derive(state): {key, original, rows, columns, problem,
// versions: [{name, values, like, asBytes: its PSNR as bytes}]}, and restored(values): what the net made of the first.
export function derivations(photographs) {
  const pictures = {};
  const made = new Map();

  function original({ picture, pixels }) {
    if (picture === "own") return pixels && { rows: pixels.length, columns: pixels[0].length, original: pixels.flat() };
    if (!pictures[picture]) {
      const { rows, columns, values } = photographs[picture];
      pictures[picture] = { rows, columns, original: [...atob(values)].map((c) => c.charCodeAt(0)) };
    }
    return pictures[picture];
  }

  function version(source, name, values) {
    const stored = asBytes(values);
    const error = mse(source.original, stored);
    return { name, values, like: compare(source.original, values, source.rows, source.columns), bytes: error ? psnr(error) : null };
  }

  function compute(state, key, source) {
    if (!source) {
      const words = "the man with the camera";
      return { key, rows: 0, columns: 0, versions: [], problem: { text: "there are no pixels of your own yet: give them from Python, or choose a picture", mend: { words, patch: { picture: "camera" } } } };
    }
    const { original, rows, columns } = source;
    const result = { key, ...source, problem: null };
    if (state.mode === "restore") return { ...result, versions: [version(source, "degraded", degrade(original, rows, columns, state))] };
    const versions = [];
    for (const which of ["first", "second"]) {
      try {
        const { strength, picture } = tune(original, rows, columns, state[which], state.target, state);
        versions.push(version(source, label(state[which], strength), picture));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const mend = error.target ? { words: `${error.target} dB`, patch: { target: error.target } } : { words: "noise instead", patch: { [which]: "noise" } };
        return { ...result, versions: [], problem: { text: error.message, mend } };
      }
    }
    return { ...result, versions };
  }

  // The last few states are kept: a view asks several times for the same, and moves back and forth.
  return {
    derive(state) {
      const source = original(state);
      const key = JSON.stringify((state.mode === "equal" ? TUNED : SPOILT).map((name) => state[name]));
      const known = made.get(key);
      if (known && known.original === source?.original) return known;
      if (known && state.picture === "own" && known.source === state.pixels) return known;
      const now = Object.assign(compute(state, key, source), { source: state.pixels });
      if (made.size > 5) made.delete(made.keys().next().value);
      made.set(key, now);
      return now;
    },
    // Puts the net's picture beside the one it was made from.
    restored(derived, values, clip) {
      derived.versions[1] = version(derived, "DnCNN", clip ? asBytes(values) : values);
    },
  };
}
