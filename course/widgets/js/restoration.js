// The restoration explorer: a photograph, what spoils it, three measures, and what a trained net gives back.

import { explorer } from "./explorer.js";
import { decimal } from "./numbers.js";
import { lens, PAINTS, shot } from "./restoration_shots.js";
import { runner } from "./restoration_runner.js";
import { derivations } from "./restoration_state.js";
import { BORDER, parts } from "./ssim.js";
import { dataTable } from "./table.js";
import { copyButton, h, setAttribute, setText } from "./ui.js";
import spec from "./restoration.json" with { type: "json" };

const TRAINED = 25; // σ of the noise that the net was trained on
const ERROR = 64; // grey levels in full colour
const RESTORE = ["noise", "impulses", "blur", "dx", "dy", "contrast", "brightness", "jpeg", "quality"];
const EQUAL = ["target", "first", "second"];
const LINE = "psnr(picture, original, peak=255), ssim(picture, original, peak=255)  # course.training.fidelity";

const dB = (value) => (value === null ? "∞ dB" : `${value.toFixed(2)} dB`);
const measures = ({ name, like }) => `${name}: PSNR ${like.psnr === null ? "infinite" : dB(like.psnr)}, SSIM ${like.ssim.toFixed(3)}`;

function render({ model, el }) {
  const { derive, restored } = derivations(model.get("photographs"));
  const packed = model.get("weights");
  const net = {
    widths: model.get("widths"), program: model.get("program"),
    weights: new Float32Array(packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength)),
  };

  return explorer({
    model, el, spec, title: "Restoration explorer",
    keys: "On the pictures, arrows move the pixel that the lens and the formulas are about (Shift: ten pixels; Home, End, Page Up and Page Down: to the edges); a click picks one. The wipe is a slider, and its handle on a picture can be dragged.",
    problem: (state) => derive(state).problem,
    build(ui) {
      let hover = null;
      let share = null; // how far the net is, null when it rests
      let asked = null; // what the net works on, or made last

      const worker = runner(net, (news) => {
        if (news.values) {
          share = null;
          restored(asked, news.values, ui.state.clip || false);
          if (derive(ui.state) === asked) ui.say(measures(asked.versions[1]));
        } else share = news.share;
        repaint = true;
        ui.redraw();
      });
      let repaint = false;

      const look = (place) => {
        hover = place;
        ui.redraw();
      };
      const pick = (at) => ui.set({ at }, spoken(at));
      const wipe = (percent) => percent !== ui.state.wipe && ui.set({ wipe: percent }, `Wipe ${percent} percent`);
      const shots = {
        original: shot({ look, pick }),
        a: shot({ look, pick, wipe }), b: shot({ look, pick, wipe }),
        mapA: shot({ look, pick }), mapB: shot({ look, pick }),
      };
      const here = [0, 1].map(() => line("div"));
      const glass = lens(3, h("div.cx-lensfacts", {}, here.map(({ element }) => element), h("div.cx-shotnote", {}, "Square: the window of 11×11 that SSIM reads.")));
      const where = h("div.cx-shotname");
      const progress = h("progress.cx-progress", { max: 1, "aria-label": "The net's progress" });
      const stage = h("div.cx-stage3", { tabindex: 0, role: "application", "aria-roledescription": "pictures" },
        h("div.cx-pile", {}, shots.original.element, h("div.cx-figure", {}, where, glass.element)),
        h("div.cx-pile", {}, shots.a.element, shots.mapA.element),
        h("div.cx-pile", {}, shots.b.element, shots.mapB.element));
      const note = h("p.cx-note");
      const table = dataTable({
        caption: "Against the original",
        columns: ["picture", "MSE", "PSNR", "as bytes", "SSIM", "SSIM here"].map((title, i) => ({ title, numeric: i > 0, hint: { "as bytes": "PSNR after rounding to 0…255", "SSIM here": "at the pixel in the lens" }[title] })),
      });
      const formulas = [0, 1, 2, 3].map(() => line("div.cx-formula"));
      // A setting is announced with what it does to the measures.
      const said = (name) => (value) => {
        const { title = name, options } = spec.state[name];
        const { versions } = derive({ ...ui.state, [name]: value });
        return [`${title} ${options ? options[value] : value === true ? "on" : value === false ? "off" : decimal(value)}`, ...versions.map(measures)].join(". ");
      };
      const control = (name, options) => ui.control(name, { said: said(name), ...options });
      const groups = { restore: RESTORE.map((name) => control(name)), equal: EQUAL.map((name) => control(name)) };

      function spoken([row, column]) {
        const { original, rows, columns, versions } = derive(ui.state);
        if (!rows) return "";
        const k = Math.min(row, rows - 1) * columns + Math.min(column, columns - 1);
        return [`Row ${row}, column ${column}: original ${decimal(original[k], 1)}`, ...versions.map(({ name, values, like }) => `${name} ${decimal(values[k], 1)}, SSIM ${like.map[k].toFixed(2)}`)].join("; ");
      }

      stage.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const { rows, columns } = derive(ui.state);
        if (!rows) return;
        const [row, column] = placed(ui.state.at, rows, columns);
        const far = event.shiftKey ? 10 : 1;
        const to = {
          ArrowUp: [row - far, column], ArrowDown: [row + far, column], ArrowLeft: [row, column - far], ArrowRight: [row, column + far],
          Home: [row, 0], End: [row, columns - 1], PageUp: [0, column], PageDown: [rows - 1, column],
        }[event.key];
        if (!to) return;
        event.preventDefault();
        hover = null;
        pick(placed(to, rows, columns));
      });

      function draw(state, changed) {
        const derived = derive(state);
        for (const [mode, elements] of Object.entries(groups)) for (const element of elements) element.hidden = mode !== state.mode;
        stage.hidden = !derived.versions.length;
        if (changed.has("at")) hover = null;
        think(state, derived);
        if (changed.size || repaint) drawPictures(state, derived);
        repaint = false;
        drawPixel(state, derived);
        drawNote(state, derived);
      }

      // Sets the net to work on the picture as it is now.
      function think(state, derived) {
        const wanted = state.mode === "restore" && net.widths.length && !derived.problem && !derived.versions[1] ? derived : null;
        if (wanted && wanted !== asked) {
          share = 0;
          worker.run(wanted.versions[0].values, wanted.rows, wanted.columns);
        }
        if (wanted) asked = wanted;
        else if (asked && !asked.versions[1] && share !== null) {
          worker.stop();
          share = null;
          asked = null;
        }
      }

      function drawPictures(state, { original, rows, columns, versions, problem }) {
        if (problem) return;
        const at = Math.round((state.wipe * columns) / 100);
        const letters = ["A", "B"];
        const size = { rows, columns };
        const named = letters.map((letter, i) => `${letter}: ${versions[i]?.name ?? "DnCNN"}`);
        shots.original.draw({ ...size, colour: (k) => PAINTS.grey()(original[k]), name: `Original, ${rows}×${columns}`, note: credit(state), label: "The original" });
        [shots.a, shots.b].forEach((one, i) => {
          const version = versions[i];
          const behind = state.behind === "original" ? original : versions[1 - i]?.values;
          const under = at && behind ? `, ${state.wipe} % wiped to ${state.behind === "original" ? "the original" : letters[1 - i]}` : "";
          const note = version ? `PSNR ${dB(version.like.psnr)} · SSIM ${version.like.ssim.toFixed(3)}` : waiting();
          one.draw({
            ...size, name: named[i], note, label: `${named[i]}, ${note}${under}`,
            colour: (k) => {
              const values = behind && k % columns < at ? behind : version?.values;
              return values ? PAINTS.grey()(values[k]) : null;
            },
          });
        });
        const colour = PAINTS[state.map](ui.colours(), ERROR);
        const words = state.map === "ssim" ? "SSIM at each pixel" : "error at each pixel";
        const note = state.map === "ssim" ? "page colour 1, ink 0, orange below 0; mean inside the dashes" : `blue brighter, orange darker; full colour from ${ERROR} grey levels`;
        [shots.mapA, shots.mapB].forEach((one, i) => {
          const version = versions[i];
          const of = (k) => (state.map === "ssim" ? version.like.map[k] : version.values[k] - original[k]);
          one.draw({
            ...size, inner: state.map === "ssim" && BORDER, name: `${letters[i]}: ${words}`, note, label: `Map of ${letters[i]}, ${words}`,
            colour: (k) => (version ? colour(of(k)) : null),
          });
        });
      }

      const credit = (state) => (state.picture === "own" ? "your own" : model.get("photographs")[state.picture].credit);
      const waiting = () => (net.widths.length ? `computing… ${Math.round(100 * (share ?? 0))} %` : "the trained net is not here");

      function drawPixel(state, { original, rows, columns, versions, problem }) {
        if (problem) return;
        const place = placed(hover ?? state.at, rows, columns);
        const k = place[0] * columns + place[1];
        for (const one of Object.values(shots)) one.point(place, state.wipe);
        const shown = [{ name: "original", values: original }, ...versions.map(({ values }, i) => ({ name: "AB"[i], values }))];
        glass.draw(shown.map((one) => ({ ...one, text: decimal(one.values[k], 1) })), place, rows, columns, state.lens);
        setText(where, `Lens: row ${place[0]}, column ${place[1]}`);
        setAttribute(stage, "aria-label", `Pictures. ${spoken(place)}`);
        here.forEach((one, i) => one.draw(versions[i] && [`SSIM of ${"AB"[i]} here `, versions[i].like.map[k].toFixed(3)]));
        table.draw(versions.map(({ like, bytes }, i) => ({
          id: i, cells: ["AB"[i], decimal(like.mse, 2), dB(like.psnr), dB(bytes), like.ssim.toFixed(4), like.map[k].toFixed(4)],
        })), null);
        formulas.forEach((one, i) => {
          const like = versions[i % 2]?.like;
          one.draw(like && (i < 2 ? psnrLine : ssimLine)("AB"[i % 2], like, k));
        });
      }

      function drawNote(state, { versions, problem }) {
        progress.hidden = share === null;
        if (share !== null) progress.value = share;
        if (problem) setText(note, "");
        else if (state.mode === "equal") {
          const [a, b] = versions.map(({ like }) => like);
          const equal = Math.abs((a.psnr ?? Infinity) - (b.psnr ?? Infinity)) < 0.005;
          setText(note, `${equal ? "Equal PSNR" : "As near as whole steps allow"}: ${dB(a.psnr)} and ${dB(b.psnr)}. Unequal structure: SSIM ${a.ssim.toFixed(3)} and ${b.ssim.toFixed(3)}.`);
        } else if (!net.widths.length) {
          setText(note, "The trained DnCNN is not here (lectures/results/dncnn.safetensors is missing); everything else works.");
        } else {
          const noiseAlone = ["impulses", "blur", "dx", "dy", "brightness", "jpeg"].every((name) => !state[name]) && state.contrast === 1;
          const fit = noiseAlone && state.noise === TRAINED ? "as here" : "not for what is here";
          const [a, b] = versions;
          const gain = b && a.like.psnr !== null && b.like.psnr !== null ? ` It changes the PSNR by ${decimal(b.like.psnr - a.like.psnr, 2)} dB.` : "";
          setText(note, `The DnCNN is the course's own, trained for Gaussian noise of σ = ${TRAINED}: ${fit}.${gain}`);
        }
      }

      return {
        elements: [
          h("div.cx-head", {}, control("picture"), ui.control("mode", { radios: true, said: said("mode") }), control("map")),
          stage, progress, note,
          h("div.cx-columns", {},
            h("div.cx-controls", {}, ...groups.restore, ...groups.equal, control("clip"), control("seed"), ui.control("lens"), ui.control("wipe"), ui.control("behind")),
            h("div.cx-facts", {}, table.element, h("div.cx-formulas", {}, formulas.map(({ element }) => element)), h("div.cx-label", {}, "In torch. SSIM is the mean where the whole window fits, as in its paper and in scikit-image; torchmetrics takes the mirrored border in, too."), h("div.cx-code", {}, h("code.cx-line", {}, LINE), copyButton("the line of torch", () => LINE, ui.say)))),
        ],
        draw,
        reset() {
          hover = null;
        },
        stop: worker.stop,
      };
    },
  });
}

const placed = (at, rows, columns) => at.map((v, axis) => Math.min([rows, columns][axis] - 1, Math.max(0, v)));

// A line that ends in a number; draw(null) leaves it out. Its elements stay: only what they say is new.
function line(selector) {
  const [text, end] = [h("span"), h("b")];
  const element = h(selector, {}, text, end);
  return {
    element,
    draw(words) {
      element.hidden = !words;
      if (!words) return;
      setText(text, words[0]);
      setText(end, words[1]);
    },
  };
}

function psnrLine(letter, { mse, psnr }) {
  return [`PSNR of ${letter} = 10 · log₁₀(255² / MSE) = 10 · log₁₀(65025 / ${decimal(mse, 2)}) = `, psnr === null ? "∞: no error at all" : dB(psnr)];
}

// SSIM at one pixel, its two factors with the numbers put in.
function ssimLine(letter, { map, window }, k) {
  const at = window(k);
  const [mx, my, vx, vy, cov] = [at.mx, at.my, at.vx, at.vy, at.cov].map((v) => decimal(v, 1));
  const [luminance, structure] = parts(at);
  const letters = "(2μₓμᵧ + c₁)/(μₓ² + μᵧ² + c₁) · (2σₓᵧ + c₂)/(σₓ² + σᵧ² + c₂)";
  const numbers = `(2·${mx}·${my} + 6.5)/(${mx}² + ${my}² + 6.5) · (2·(${cov}) + 58.5)/(${vx} + ${vy} + 58.5)`;
  return [`SSIM of ${letter} here = ${letters} = ${numbers} = ${luminance.toFixed(3)} · ${structure.toFixed(3)} = `, map[k].toFixed(3)];
}

export default { render };
