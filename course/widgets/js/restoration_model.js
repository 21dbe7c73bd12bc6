// What the restoration explorer does to a picture: course/widgets/restoration_model.py again.

import { Refusal } from "./axis.js";
import { jpeg } from "./jpeg.js";
import { decimal } from "./numbers.js";
import { normals, uniforms } from "./random.js";
import { compare, filtered, gaussian, mse, psnr } from "./ssim.js";

const KINDS = {
  brightness: ["brightness", 0, 255, 1 << 24],
  contrast: ["contrast", 1, 0, 1 << 24],
  noise: ["noise", 0, 200, 1 << 24],
  impulses: ["impulses", 0, 1, 1 << 24],
  blur: ["blur", 0, 6, 1 << 24],
  jpeg: ["quality", 100, 1, 99],
};

export const asBytes = (values) => values.map((v) => Math.min(255, Math.max(0, Math.floor(v + 0.5))));
// The measures alone, as plain values.
export function likeness(x, y, rows, columns) {
  const { window, ...plain } = compare(x, y, rows, columns);
  return plain;
}

// A drag draws the same noise again and again: the last of each stream is kept.
const kept = {};
function drawn(make, ...key) {
  if (kept[make.name]?.key !== String(key)) kept[make.name] = { key: String(key), values: make(...key) };
  return kept[make.name].values;
}

export function degrade(values, rows, columns, { dx = 0, dy = 0, blur = 0, contrast = 1, brightness = 0, noise = 0, impulses = 0, jpeg: packed = false, quality = 100, clip = false, seed = 0 }) {
  let out = values;
  if (dx || dy) {
    out = out.map((_, k) => {
      const [i, j] = [Math.floor(k / columns) - dy, (k % columns) - dx];
      return values[Math.min(rows - 1, Math.max(0, i)) * columns + Math.min(columns - 1, Math.max(0, j))];
    });
  }
  if (blur) out = filtered(out, rows, columns, gaussian(blur, Math.floor(4 * blur + 0.5)));
  if (contrast !== 1 || brightness) {
    const mean = out.reduce((sum, v) => sum + v, 0) / out.length;
    out = out.map((v) => mean + contrast * (v - mean) + brightness);
  }
  if (noise) {
    const n = drawn(normals, out.length, seed, 1);
    out = out.map((v, i) => v + noise * n[i]);
  }
  if (impulses) {
    const u = drawn(uniforms, out.length, seed, 2);
    out = out.map((v, i) => (u[i] < impulses / 2 ? 0 : u[i] > 1 - impulses / 2 ? 255 : v));
  }
  if (clip || packed) out = asBytes(out);
  return packed ? jpeg(out, rows, columns, quality) : out;
}

// {strength, picture, psnr}: one degradation, as strong as a PSNR asks for; found by bisection.
export function tune(values, rows, columns, kind, target, { seed, clip }) {
  const [field, start, end, steps] = KINDS[kind];
  const at = (step) => {
    const strength = start + ((end - start) * step) / steps;
    const picture = degrade(values, rows, columns, { seed, clip, jpeg: kind === "jpeg", [field]: strength });
    return { strength, picture, psnr: psnr(mse(values, picture)) };
  };
  const worst = at(steps).psnr;
  if (worst > target) {
    const left = worst > 100 ? "hardly any error" : `${worst.toFixed(2)} dB`;
    const raised = least(worst) ? `raise the PSNR to ${least(worst)} dB, or choose` : "choose";
    throw Object.assign(new Refusal(`${kind} at its utmost (${end}) leaves ${left}, and ${decimal(target)} dB is asked for: ${raised} another kind`), { target: least(worst) });
  }
  let [low, high] = [0, steps];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(middle).psnr >= target) low = middle;
    else high = middle;
  }
  const [a, b] = [at(low), at(high)];
  return Math.abs(a.psnr - target) <= Math.abs(b.psnr - target) ? a : b;
}

const least = (reached) => (reached <= 45 ? Math.ceil(10 * reached) / 10 : null);

// How strong one degradation is, in words.
export function label(kind, strength) {
  const shown = decimal(strength, 2);
  return {
    brightness: `brightness +${shown}`, contrast: `contrast ×${shown}`, noise: `noise σ ${shown}`,
    impulses: `salt and pepper ${decimal(100 * strength, 2)} %`, blur: `blur σ ${shown}`, jpeg: `JPEG quality ${shown}`,
  }[kind];
}
