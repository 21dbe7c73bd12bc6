// Questions to the worker that reads nets, answered in their order: [result, null], or [null, why it was refused].

export function asker(program) {
  const waiting = [];
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const settle = ({ result, refused }) => waiting.shift()(refused === undefined ? [result, null] : [null, refused]);
  const broken = () => {
    while (waiting.length) settle({ refused: "this page lets no worker run, so that no net can be read in it" });
  };
  let worker = null;
  try {
    worker = new Worker(address);
    worker.onmessage = ({ data }) => settle(data);
    worker.onerror = broken;
  } catch {
    // Without a worker every question is refused.
  }
  return {
    ask: (call, ...given) => new Promise((done) => {
      waiting.push(done);
      if (worker) worker.postMessage({ call, given });
      else broken();
    }),
    stop() {
      worker?.terminate();
      URL.revokeObjectURL(address);
    },
  };
}
