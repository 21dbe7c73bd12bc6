// The sizes that a U-Net takes: course/widgets/skips_sizes_model.py again.

const MOST = 2048;

export const fitting = (n, step) => Math.max(step, Math.floor((n + Math.floor(step / 2)) / step) * step);
const lossOf = ({ convs, valid }) => (valid ? 2 * convs : 0);

function walk(size, state) {
  const lost = lossOf(state);
  const rows = [];
  for (let level = 1; level <= state.depth + 1; level++) {
    const after = size - lost;
    if (after < 1) return [rows, `level ${level} gets ${size}, and its ${state.convs} unpadded convolutions take ${lost}`];
    if (level > state.depth) return [[...rows, [level, size, after, 0]], ""];
    if (after % 2) return [[...rows, [level, size, after, 0]], `the pooling of level ${level} meets ${after}, an odd number`];
    rows.push([level, size, after, after / 2]);
    size = after / 2;
  }
}

function rise(bottom, left, state) {
  const lost = lossOf(state);
  const rows = [];
  let size = bottom;
  for (const [level, , copy] of left.slice(0, -1).reverse()) {
    const up = 2 * size;
    const joined = state.fit === "pad" ? copy : up;
    size = joined - lost;
    if (size < 1) return [rows, `level ${level} joins ${joined} on the way up, and its ${state.convs} unpadded convolutions take ${lost}`];
    rows.push([level, up, Math.floor((copy - up) / 2), joined, size]);
  }
  return [rows, ""];
}

function whole(size, state) {
  const [left, early] = walk(size, state);
  const [right, late] = early ? [[], ""] : rise(left.at(-1)[2], left, state);
  const why = early || late;
  return { left, right, why, output: why ? null : right.at(-1)[4] };
}

export const outputSize = (size, state) => whole(size, state).output;

export function nextSizes(size, state) {
  const found = [];
  for (let n = Math.min(size - 1, MOST); n > 0; n--) if (outputSize(n, state)) { found.push(n); break; }
  for (let n = size + 1; n <= MOST; n++) if (outputSize(n, state)) { found.push(n); break; }
  return found;
}

// {text, patch} or null
export function misfit(state) {
  let text = "";
  const best = ["height", "width"].map((axis, i) => {
    const n = state.tile[i];
    const { why, output } = whole(n, state);
    if (output) return n;
    const near = nextSizes(n, state);
    text ||= `${axis} ${n} does not fit: ${why}; ${near.length ? `take ${near.join(" or ")}` : `no tile of up to ${MOST} works: take fewer poolings or convolutions`}`;
    return [...near].sort((a, b) => Math.abs(a - n) - Math.abs(b - n) || a - b)[0] ?? n;
  });
  return text ? { text, patch: best } : null;
}

export const levels = (state) => Object.fromEntries(["height", "width"].map((axis, i) => [axis, { ...whole(state.tile[i], state), next: nextSizes(state.tile[i], state) }]));
