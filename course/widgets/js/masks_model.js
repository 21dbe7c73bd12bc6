// Masks compared pixel by pixel, and U-Net's weight map: course/widgets/masks_model.py again.

import spec from "./masks.json" with { type: "json" };

export const MEASURES = spec.measures;

export const kind = (t, p) => (p ? (t ? "TP" : "FP") : t ? "FN" : "TN");

export function counts(truth, prediction) {
  const found = { TP: 0, FP: 0, FN: 0, TN: 0 };
  truth.forEach((row, i) => row.forEach((t, j) => (found[kind(t, prediction[i][j])] += 1)));
  return found;
}

export const background = ({ TP, FP, FN, TN }) => ({ TP: 0, FP: 0, FN: TP + FN, TN: FP + TN });

// Each measure of the object's class; null where it is 0/0 and that is not to count as a number.
export function measures(found, empty = "none") {
  const out = {};
  for (const [name, parts] of Object.entries(MEASURES)) {
    const [top, bottom] = [parts.top, parts.bottom].map((side) => side.reduce((sum, one) => sum + found[one], 0));
    out[name] = bottom ? top / bottom : { none: null, one: 1, zero: 0 }[empty];
  }
  const { sensitivity, specificity } = out;
  return { ...out, balanced: sensitivity === null || specificity === null ? null : (sensitivity + specificity) / 2 };
}

export function components(mask, corners = false) {
  const numbers = mask.map((row) => row.map(() => 0));
  let cell = 0;
  mask.forEach((row, i) => row.forEach((_, j) => {
    if (!mask[i][j] || numbers[i][j]) return;
    cell += 1;
    numbers[i][j] = cell;
    const waiting = [[i, j]];
    while (waiting.length) {
      const [y, x] = waiting.pop();
      for (let a = y - 1; a <= y + 1; a++) {
        for (let b = x - 1; b <= x + 1; b++) {
          if (!mask[a]?.[b] || numbers[a][b] || !(corners || a === y || b === x)) continue;
          numbers[a][b] = cell;
          waiting.push([a, b]);
        }
      }
    }
  }));
  return numbers;
}

// {cells, first, second, classes, border, weights}, row by row; first and second are null where there is no such cell.
export function weigh(truth, { w0, sigma, balance, inside, corners }) {
  const cells = components(truth, corners);
  const all = cells.flat();
  const number = Math.max(...all);
  const inner = all.filter(Boolean).length;
  const shares = balance && inner && inner < all.length ? [all.length / (2 * (all.length - inner)), all.length / (2 * inner)] : [1, 1];
  const near = cells.map((row, i) => row.map((_, j) => nearest(cells, i, j, number)));
  const [first, second] = [0, 1].map((k) => near.map((row) => row.map((d) => (d[k] === undefined ? null : Math.sqrt(d[k])))));
  const border = cells.map((row, i) => row.map((cell, j) => {
    const [d1, d2] = [first[i][j], second[i][j]];
    return d1 === null || d2 === null || (cell && !inside) ? 0 : w0 * Math.exp(-((d1 + d2) ** 2) / (2 * sigma ** 2));
  }));
  const classes = cells.map((row) => row.map((cell) => shares[cell ? 1 : 0]));
  return { cells, first, second, classes, border, weights: classes.map((row, i) => row.map((c, j) => c + border[i][j])) };
}

// The squared distances of a pixel to the borders of the cells that have one, the least first.
function nearest(cells, i, j, number) {
  const away = new Array(number + 1).fill(Infinity);
  const own = cells[i][j];
  cells.forEach((row, a) => row.forEach((cell, b) => {
    if (cell === own) return;
    const distance = (a - i) ** 2 + (b - j) ** 2;
    if (cell && distance < away[cell]) away[cell] = distance;
    if (own && distance < away[own]) away[own] = distance;
  }));
  return away.slice(1).filter(Number.isFinite).sort((a, b) => a - b);
}
