// How near two grey pictures are: course/widgets/restoration_ssim.py again. Pictures are lists of numbers, row by row.

export const BORDER = 5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

export function mse(x, y) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) ** 2;
  return sum / x.length;
}

// In dB; Infinity where there is no error.
export const psnr = (error) => 10 * Math.log10(255 ** 2 / error);

// The weights of a Gaussian at distances 0, 1, … reach.
export function gaussian(sigma, reach) {
  const side = Array.from({ length: reach + 1 }, (_, k) => Math.exp(-(k * k) / (2 * sigma * sigma)));
  const total = side[0] + 2 * side.slice(1).reduce((sum, w) => sum + w, 0);
  return side.map((w) => w / total);
}

// The same symmetric weights down and across; beyond its edge the picture is mirrored.
export function filtered(values, rows, columns, taps) {
  return pass(pass(values, rows, columns, columns, 1, taps), columns, rows, 1, columns, taps);
}

// Along lines of n values that lie `step` apart; the lines themselves `apart`.
function pass(values, n, lines, step, apart, taps) {
  const reach = taps.length - 1;
  const at = Array.from({ length: n + 2 * reach }, (_, i) => {
    const k = (((i - reach) % (2 * n)) + 2 * n) % (2 * n);
    return step * (k < n ? k : 2 * n - 1 - k);
  });
  const out = new Array(values.length).fill(0);
  for (let line = 0; line < lines; line++) {
    const from = line * apart;
    for (let i = 0; i < n; i++) {
      let total = taps[0] * values[from + i * step];
      for (let k = 1; k <= reach; k++) total += taps[k] * (values[from + at[i + reach - k]] + values[from + at[i + reach + k]]);
      out[from + i * step] = total;
    }
  }
  return out;
}

// {mse, psnr (null where it is infinite), ssim, map, window(i): the numbers that SSIM at pixel i is made of}
export function compare(x, y, rows, columns) {
  const taps = gaussian(1.5, BORDER);
  const [mx, my, xx, yy, xy] = [x, y, x.map((a) => a * a), y.map((b) => b * b), x.map((a, i) => a * y[i])].map((v) => filtered(v, rows, columns, taps));
  const window = (i) => ({ mx: mx[i], my: my[i], vx: xx[i] - mx[i] * mx[i], vy: yy[i] - my[i] * my[i], cov: xy[i] - mx[i] * my[i] });
  const map = mx.map((a, i) => ((2 * a * my[i] + C1) * (2 * (xy[i] - a * my[i]) + C2)) / ((a * a + my[i] * my[i] + C1) * (xx[i] - a * a + (yy[i] - my[i] * my[i]) + C2)));
  let sum = 0;
  for (let i = BORDER; i < rows - BORDER; i++) for (let j = BORDER; j < columns - BORDER; j++) sum += map[i * columns + j];
  const error = mse(x, y);
  return { mse: error, psnr: error ? psnr(error) : null, ssim: sum / ((rows - 2 * BORDER) * (columns - 2 * BORDER)), map, window };
}

// SSIM as the product of what is compared: luminance, and contrast with structure.
export const parts = ({ mx, my, vx, vy, cov }) => [(2 * mx * my + C1) / (mx * mx + my * my + C1), (2 * cov + C2) / (vx + vy + C2)];
