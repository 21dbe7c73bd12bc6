// What JPEG keeps of a grey picture, bit by bit as libjpeg: course/widgets/restoration_jpeg.py has the sources.

const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];

export function quantisation(quality) {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return LUMINANCE.map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
}

export function jpeg(values, rows, columns, quality) {
  const steps = quantisation(quality);
  const out = new Array(rows * columns).fill(0);
  for (let top = 0; top < rows; top += 8) {
    for (let left = 0; left < columns; left += 8) {
      const block = EIGHT.map((i) => EIGHT.map((j) => values[Math.min(top + i, rows - 1) * columns + Math.min(left + j, columns - 1)] - 128));
      const kept = coefficients(block.flat()).map((c, k) => Math.sign(c) * Math.floor((Math.abs(c) + 4 * steps[k]) / (8 * steps[k])) * steps[k]);
      const down = EIGHT.map((j) => backward(EIGHT.map((i) => kept[8 * i + j]), 11));
      for (let i = 0; i < Math.min(8, rows - top); i++) {
        const line = backward(down.map((column) => column[i]), 18);
        for (let j = 0; j < Math.min(8, columns - left); j++) out[(top + i) * columns + left + j] = Math.min(255, Math.max(0, line[j] + 128));
      }
    }
  }
  return out;
}

// Eight times the cosine transform of 64 whole numbers, rounded.
export function coefficients(block) {
  const rows = EIGHT.map((i) => forward(block.slice(8 * i, 8 * i + 8), 1));
  const down = EIGHT.map((j) => forward(rows.map((row) => row[j]), 2));
  return EIGHT.flatMap((i) => down.map((column) => column[i]));
}

const round = (value, bits) => (value + (1 << (bits - 1))) >> bits;

function odd(t) {
  const turn = (t[0] + t[2] + t[1] + t[3]) * 9633;
  const z = [(t[0] + t[3]) * -7373, (t[1] + t[2]) * -20995, (t[0] + t[2]) * -16069 + turn, (t[1] + t[3]) * -3196 + turn];
  return [t[0] * 2446 + z[0] + z[2], t[1] * 16819 + z[1] + z[3], t[2] * 25172 + z[1] + z[2], t[3] * 12299 + z[0] + z[3]];
}

function forward(d, turn) {
  const sum = (i) => d[i] + d[7 - i];
  const [seven, five, three, one] = odd([3, 2, 1, 0].map((i) => d[i] - d[7 - i]));
  const outer = sum(0) + sum(3);
  const inner = sum(1) + sum(2);
  const left = sum(0) - sum(3);
  const right = sum(1) - sum(2);
  const bits = turn === 1 ? 11 : 15;
  const z = (left + right) * 4433;
  const [zero, four] = [outer + inner, outer - inner].map((v) => (turn === 1 ? v * 4 : round(v, 2)));
  return [zero, round(one, bits), round(z + left * 6270, bits), round(three, bits), four, round(five, bits), round(z - right * 15137, bits), round(seven, bits)];
}

function backward(d, bits) {
  const z = (d[2] + d[6]) * 4433;
  const second = z - d[6] * 15137;
  const third = z + d[2] * 6270;
  const zero = (d[0] + d[4]) * 8192;
  const one = (d[0] - d[4]) * 8192;
  const even = [zero + third, one + second, one - second, zero - third];
  const other = odd([d[7], d[5], d[3], d[1]]).reverse();
  return EIGHT.map((i) => (i < 4 ? round(even[i] + other[i], bits) : round(even[7 - i] - other[7 - i], bits)));
}
