// The race in words: course/widgets/optimizers_words.py again, word for word.

import { show } from "./fields.js";
import { decimal as d } from "./numbers.js";
import { limit, memory, update } from "./optimizers_model.js";
import { eigenvalues, find } from "./optimizers_surfaces.js";
import { factor, raised, significant as n } from "./significant.js";

// One step of a run with its numbers, a line for each coordinate; the first step is 1.
export function stepWords(name, way, step, mu = 0.9, decay = 0.01) {
  const kept = memory();
  for (let k = 0; k < step - 1; k++) update(name, way.path[k], way.gradients[k], kept, way.rates[k], mu, decay);
  const before = [0, 1].map((i) => [kept.first[i], kept.second[i]]);
  const [place, rate, gradient] = [way.path[step - 1], way.rates[step - 1], way.gradients[step - 1]];
  const after = update(name, place, gradient, kept, rate, mu, decay);
  return ["x", "y"].map((axis, i) => {
    const [g, [first, second], v, s] = [gradient[i], before[i], kept.first[i], kept.second[i]];
    const start = name === "adamw" ? `(1 − ${n(rate)}·${n(decay)})·${factor(place[i])} − ${n(rate)}·` : `${n(place[i])} − ${n(rate)}·`;
    let text;
    if (name === "sgd") text = `${start}${factor(g)}`;
    else if (name === "momentum" || name === "nesterov") {
      text = `v = ${factor(mu)}·${factor(first)} + ${factor(g)} = ${n(v)}; ${start}${name === "momentum" ? factor(v) : `(${n(g)} + ${factor(mu)}·${factor(v)})`}`;
    } else if (name === "adagrad" || name === "rmsprop") {
      text = `s = ${name === "adagrad" ? `${n(second)} + ${factor(g)}²` : `0.99·${n(second)} + 0.01·${factor(g)}²`} = ${n(s)}; ${start}${factor(g)}/√${n(s)}`;
    } else {
      const power = raised(step);
      text =
        `m = 0.9·${factor(first)} + 0.1·${factor(g)} = ${n(v)}, v = 0.999·${n(second)} + 0.001·${factor(g)}² = ${n(s)}; ` +
        `${start}(m/(1 − 0.9${power}))/√(v/(1 − 0.999${power})) = ${start}${factor(v / (1 - kept.beta1))}/√${n(s / (1 - kept.beta2))}`;
    }
    return `${axis}: ${text} = ${n(after[i])}`;
  });
}

export function curvatureWords(surface, start, mu = 0.9) {
  const ground = find(surface);
  const [low, high] = eigenvalues(ground.hessian(...start));
  if (ground.quadratic) {
    const said = [["sgd", "SGD"], ["momentum", "Momentum"], ["nesterov", "Nesterov"]].map(([name, label]) => `${n(limit(name, high, mu)[0])} (${label})`);
    return `Curvature: λmin = ${n(low)}, λmax = ${n(high)}, condition number ${n(high / low)}. Constant rates converge below ${said.join(", ")}.`;
  }
  const kind = low < 0 && high > 0 ? ": a saddle" : high <= 0 ? ": falling away on all sides" : "";
  return `Curvature at the start: λmin = ${n(low)}, λmax = ${n(high)}${kind}. It changes from place to place, so no rate is safe everywhere.`;
}

export function problemWords(surface, start) {
  const ground = find(surface);
  if (ground.inside(...start)) return null;
  const [[left, right], [low, high]] = ground.window;
  return `the start (${d(start[0])}, ${d(start[1])}) lies off the map, which goes from ${d(left)} to ${d(right)} and from ${d(low)} to ${d(high)}: move it onto the map`;
}

export function optimizerLine(name, rate, mu = 0.9, decay = 0.01) {
  const cls = { rmsprop: "RMSprop", adagrad: "Adagrad", adam: "Adam", adamw: "AdamW" }[name] ?? "SGD";
  let more = name === "adamw" ? `, weight_decay=${show(decay)}` : "";
  if (["momentum", "nesterov"].includes(name) && mu) more = `, momentum=${show(mu)}${name === "nesterov" ? ", nesterov=True" : ""}`;
  return `torch.optim.${cls}(params, lr=${show(rate)}${more})`;
}

export function scheduleLine(schedule, steps, gamma = 0.9, every = 10) {
  const warm = `lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=${every})`;
  const cosine = (most) => `lr_scheduler.CosineAnnealingLR(optimizer, T_max=${most})`;
  if (schedule === "warmup_cosine" && every < steps) return `lr_scheduler.SequentialLR(optimizer, [${warm}, ${cosine(steps - every)}], milestones=[${every}])`;
  const lines = {
    step: `lr_scheduler.StepLR(optimizer, step_size=${every}, gamma=${show(gamma)})`,
    exponential: `lr_scheduler.ExponentialLR(optimizer, gamma=${show(gamma)})`,
    cosine: cosine(steps),
    inverse: `lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t / ${every}))`,
    warmup: warm,
    warmup_cosine: warm,
  };
  return lines[schedule] ?? "";
}
