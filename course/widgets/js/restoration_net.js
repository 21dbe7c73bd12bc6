// A DnCNN whose normalisations are folded in: course/widgets/restoration_net.py says how. Nothing but convolutions of 3×3
// with zeros around, and max(0, …) between. Yields the share that is done after each map; returns the restored picture.

export function* restore(values, rows, columns, widths, weights) {
  const width = columns + 2;
  const inner = new Int32Array(rows * columns).map((_, k) => (Math.floor(k / columns) + 1) * width + (k % columns) + 1);
  const plane = (f) => {
    const map = new Float32Array((rows + 2) * width);
    for (let k = 0; k < inner.length; k++) map[inner[k]] = f(inner[k], k);
    return map;
  };
  const sum = new Float64Array((rows + 2) * width);
  const all = widths.slice(1).reduce((a, b) => a + b);
  const last = widths.length - 2;
  let maps = [plane((_, k) => values[k] / 255)];
  let done = 0;
  let from = 0; // where the layer's weights begin
  for (let layer = 0; layer <= last; layer++) {
    const [before, after] = [widths[layer], widths[layer + 1]];
    const biases = from + 9 * before * after;
    const next = [];
    for (let o = 0; o < after; o++) {
      sum.fill(weights[biases + o]);
      for (let i = 0; i < before; i++) add(sum, maps[i], weights, from + 9 * (o * before + i), rows, columns);
      next.push(plane((k) => (layer === last ? sum[k] : Math.max(0, sum[k]))));
      done += 1;
      yield done / all;
    }
    maps = next;
    from = biases + after;
  }
  return values.map((v, k) => v - 255 * maps[0][inner[k]]);
}

// One map through one kernel of 3×3, added to the sum: nearly all of the net's time is spent in these lines.
function add(sum, map, weights, w, rows, columns) {
  const width = columns + 2;
  const [a, b, c, d, e, f, g, h, i] = weights.subarray(w, w + 9);
  for (let y = 1; y <= rows; y++) {
    for (let x = 1, k = y * width + 1; x <= columns; x++, k++) {
      const [up, down] = [k - width, k + width];
      sum[k] += a * map[up - 1] + b * map[up] + c * map[up + 1] + d * map[k - 1] + e * map[k] + f * map[k + 1] + g * map[down - 1] + h * map[down] + i * map[down + 1];
    }
  }
}
