// The net in a thread of its own, so that no key and no pointer waits for it. The page keeps its text as data.

import { restore } from "./restoration_net.js";

onmessage = ({ data: { values, rows, columns, widths, weights } }) => {
  const steps = restore(values, rows, columns, widths, weights);
  let step = steps.next();
  for (let count = 1; !step.done; count++) {
    if (count % 6 === 0) postMessage({ share: step.value });
    step = steps.next();
  }
  postMessage({ values: step.value });
};
