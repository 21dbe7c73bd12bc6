// The net at work behind the page: in a worker, or where a page allows none, in slices that leave the page its turn.

import { restore } from "./restoration_net.js";

const REST = 150; // milliseconds without a new picture before the net starts
const SLICE = 8;

// report({share}) while it computes, report({values}) at the end; run(values, rows, columns) forgets what was under way.
export function runner({ widths, weights, program }, report) {
  let worker = null;
  let address = "";
  let timer = 0;

  function stop() {
    clearTimeout(timer);
    worker?.terminate();
    worker = null;
  }
  function slices(job) {
    const steps = restore(job.values, job.rows, job.columns, widths, weights);
    const turn = () => {
      const end = performance.now() + SLICE;
      let step = steps.next();
      while (!step.done && performance.now() < end) step = steps.next();
      if (!step.done) timer = setTimeout(turn, SLICE);
      report(step.done ? { values: step.value } : { share: step.value });
    };
    turn();
  }
  function start(job) {
    let mine;
    try {
      address ||= URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
      worker = mine = new Worker(address);
    } catch {
      slices(job);
      return;
    }
    // What a worker still had to say when it was stopped is about a picture that is no longer there.
    mine.onmessage = ({ data }) => worker === mine && report(data);
    mine.onerror = (event) => {
      event.preventDefault();
      if (worker !== mine) return;
      stop();
      slices(job);
    };
    worker.postMessage({ ...job, widths, weights });
  }
  return {
    run(values, rows, columns) {
      stop();
      timer = setTimeout(() => start({ values, rows, columns }), REST);
    },
    stop() {
      stop();
      if (address) URL.revokeObjectURL(address);
      address = "";
    },
  };
}
