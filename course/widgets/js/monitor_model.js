// What a training monitor computes from a run: course/widgets/monitor_model.py again.

import { significant } from "./significant.js";

const SETS = { train: "training", val: "validation" };
const UPPER = ["auroc", "iou", "psnr", "ssim", "mse", "mae", "rmse", "snr", "cnr"];
const BROKEN = { nan: "NaN", inf: "∞", "-inf": "−∞" };
const TINY = 1e-290;
const FALL = 12;
const { floor, ceil, log10, max, min, abs } = Math;

export function title(column) {
  const [first, ...rest] = column.split("_");
  return [rest.length ? (SETS[first] ?? first) : first, ...rest].map((word) => (UPPER.includes(word) ? word.toUpperCase() : word)).join(" ");
}

export const lowerIsBetter = (column) => /(^|_)(loss|mse|mae|rmse|error|seconds)(_|$)/.test(column);

// m[t] = w·m[t−1] + (1 − w)·v[t], each divided by 1 − wᵗ; gaps stay gaps.
export function smoothed(values, weight) {
  let [mean, rest] = [0, 1];
  return values.map((value) => {
    if (value === null) return null;
    mean = weight * mean + (1 - weight) * value;
    rest *= weight;
    return mean / (1 - rest);
  });
}

export function perEpoch({ steps, rows, per_epoch }) {
  const last = steps.at(-1)?.[0] ?? 0;
  const row = rows.at(-1)?.[0] ?? 0;
  return per_epoch || (last && row ? last / row : last) || 1;
}

export function extent(state) {
  return max((state.steps.at(-1)?.[0] ?? 0) / perEpoch(state), state.rows.at(-1)?.[0] ?? 0);
}

export function shownWindow(state) {
  const end = extent(state) || 1;
  const [from, to] = state.zoom ?? [0, end];
  const [first, last] = [max(0, from), min(end, to)];
  return first < last ? [first, last] : [0, end];
}

export function stops(state) {
  const [first, last] = shownWindow(state);
  const steps = perEpoch(state);
  const found = new Set([...state.rows.map(([epoch]) => epoch), ...state.steps.map(([end]) => end / steps)]);
  return [...found].filter((place) => first <= place && place <= last).sort((a, b) => a - b);
}

export function nearest(places, at) {
  let best = -1;
  places.forEach((place, i) => {
    if (best < 0 || abs(place - at) < abs(places[best] - at)) best = i;
  });
  return best;
}

export function points({ rows, columns }, column) {
  const i = columns.indexOf(column) + 1;
  return rows.map((row) => [row[0], row[i]]);
}

export function curve(state) {
  const steps = perEpoch(state);
  const means = smoothed(state.steps.map(([, loss]) => loss), state.smooth);
  return state.steps.map(([end, loss], i) => [end / steps, loss, means[i]]);
}

const isLoss = (column) => column === "loss" || column.endsWith("_loss");

function groups(state) {
  const [losses, rates, units] = [[], [], new Map()];
  for (const column of state.columns) {
    const values = points(state, column).map(([, value]) => value).filter((value) => value !== null);
    const name = column.split("_").at(-1);
    if (isLoss(column)) losses.push(column);
    else if (column === "learning_rate") {
      if (new Set(values).size > 1) rates.push(column);
    } else if (column !== "seconds") {
      const share = !lowerIsBetter(column) && values.every((value) => abs(value) <= 1);
      const unit = ["psnr", "snr"].includes(name) ? "dB" : share ? "" : name;
      units.set(unit, [...(units.get(unit) ?? []), column]);
    }
  }
  const found = losses.length || state.steps.length ? [["loss", losses]] : [];
  for (const [unit, columns] of units) {
    const alone = columns.length === 1 ? title(columns[0]) : "metrics";
    found.push([unit === "dB" ? unit : unit && columns.length > 1 ? title(unit) : alone, columns]);
  }
  return rates.length ? [...found, ["learning rate", rates]] : found;
}

// The columns that a panel can show: a learning rate that never moves, and seconds, have none.
export const drawable = (state) => groups(state).flatMap(([, columns]) => columns);

export function panels(state) {
  const [first, last] = shownWindow(state);
  return groups(state).flatMap(([name, all]) => {
    const columns = all.filter((column) => !state.hidden.includes(column));
    if (!columns.length && !(name === "loss" && state.steps.length)) return [];
    const places = columns.flatMap((column) => points(state, column));
    if (name === "loss") places.push(...curve(state));
    const seen = places.filter(([x, value]) => value !== null && first <= x && x <= last).map(([, value]) => value);
    let low = seen.length ? seen.reduce((a, b) => min(a, b)) : 0;
    let high = seen.length ? seen.reduce((a, b) => max(a, b)) : 1;
    const log = low > TINY && (state.axis === "log" || (state.axis === "auto" && isLoss(name) && high > FALL * low));
    if (high - low <= max(1e-12 * max(abs(low), abs(high)), TINY)) {
      const pad = abs(low) > TINY ? abs(low) / 2 : 1;
      [low, high] = log ? [low / 2, high * 2] : [low - pad, high + pad];
    }
    return { name, columns, all, log, low, high, ticks: ticks(low, high, log) };
  });
}

const scaled = (factor, power) => (power >= 0 ? factor * 10 ** power : factor / 10 ** -power);

export function ticks(low, high, log) {
  if (log) {
    const from = floor(log10(low)) - 1;
    const powers = Array.from({ length: ceil(log10(high)) + 1 - from }, (_, i) => from + i);
    const every = max(1, ceil(powers.length / 7));
    for (const factors of [[1], [1, 2, 5]]) {
      const found = powers.filter((p) => p % every === 0).flatMap((p) => factors.map((f) => scaled(f, p))).filter((value) => low <= value && value <= high);
      if (found.length > 1) return found;
    }
  }
  const rough = (high - low) / 5;
  const power = floor(log10(rough));
  const step = [1, 2, 5, 10].find((f) => scaled(f, power) >= rough * (1 - 1e-9));
  const unit = scaled(step, power);
  const first = ceil(low / unit - 1e-9);
  return Array.from({ length: floor(high / unit + 1e-9) + 1 - first }, (_, i) => scaled(step * (first + i), power));
}

export function reading(state, at) {
  const edge = 1e-9 * max(1, at);
  const steps = perEpoch(state);
  const block = state.steps.find(([end]) => end / steps >= at - edge);
  const row = state.rows.findLast(([epoch]) => epoch <= at + edge);
  const [place, values] = [[], []];
  if (block) {
    place.push(`step ${whole(block[0])}`);
    values.push(["loss of steps", block[1] === null ? "not finite" : significant(block[1])]);
  }
  if (row) {
    place.push(`epoch ${row[0]}`);
    state.columns.forEach((column, i) => values.push([title(column), written(state, row[0], column, row[i + 1])]));
  }
  return { place: place.join(", ") || "nothing yet", values };
}

const whole = (step) => String(step).replace(/\B(?=(\d{3})+$)/g, ",");

export function written({ broken }, epoch, column, value) {
  if (value !== null) return significant(value);
  return BROKEN[broken.find(([e, c]) => e === epoch && c === column)?.[2]] ?? "–";
}

// {text, mend} about a state that cannot be drawn as it stands, or null.
export function problem({ columns, rows, steps, zoom }) {
  const count = columns.length + 1;
  const fits = (row) => row.length === count && row[0] !== null && row[0] === floor(row[0]) && row[0] >= 0;
  const bad = rows.findIndex((row) => !fits(row));
  if (bad >= 0) {
    const length = rows[bad].length;
    const text = length !== count
      ? `row ${bad} has ${length} numbers: epoch and ${count - 1} columns make ${count}`
      : `row ${bad} has no epoch: its first number is a whole one`;
    return { text, mend: { words: "rows without those", patch: { rows: rows.filter(fits) } } };
  }
  for (const [what, name, unit, held] of [["row", "rows", "epoch", rows], ["block", "steps", "step", steps]]) {
    for (let i = 1; i < held.length; i++) {
      if (held[i][0] > held[i - 1][0]) continue;
      const kept = [];
      for (const one of held) if (!kept.length || one[0] > kept.at(-1)[0]) kept.push(one);
      const text = `${what} ${i} has ${unit} ${held[i][0]} after ${unit} ${held[i - 1][0]}: ${name} go up`;
      return { text, mend: { words: `${name} that go up`, patch: { [name]: kept } } };
    }
  }
  if (zoom && zoom[0] >= zoom[1]) {
    const text = `the zoom goes from ${significant(zoom[0])} to ${significant(zoom[1])}: its end lies after its beginning`;
    return { text, mend: { words: "the whole run", patch: { zoom: null } } };
  }
  return null;
}
