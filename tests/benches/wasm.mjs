// What pods cost in wasm: the built engine in Node.js, from `kubectl create` to the end of `kubectl rollout status`.
//
// node tests/benches/wasm.mjs DIST [--alone] PODS/NODES…
//
// It plays the page to the worker, with a clock of its own: virtual time goes as fast as the processor lets it. A line per
// row: name, value and unit, between tabs, as the native benches print them. Memory is what the module has grown to.
//
// With `--alone` it is a page that looks once in a virtual second only, so that the engine's own work is left. The time is
// that of all threads, and thus that of the compiler, too: a size that is given twice shows what is left when the code has
// been compiled.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const args = process.argv.slice(2);
const alone = args.includes('--alone');
const [dist, ...sizes] = args.filter((arg) => arg !== '--alone');
const files = await readdir(dist);
const find = (pattern) => path.join(dist, files.find((name) => pattern.test(name)));
const glue = find(/^worker-.*\.js$/);
const [moduleBytes, restModule] = await Promise.all([
  readFile(find(/^worker_bg-.*\.wasm$/)),
  readFile(find(/^worker_rest-.*\.wasm$/)).then((bytes) => WebAssembly.compile(bytes)),
]);

/** What the commands say at last. It comes in one piece, however long the message around it. */
const DONE = /successfully rolled out|shown: 42/;
/** How often the pods are shown; the median counts. */
const SHOWN = 9;
/** What a slice of work is taken to last at least, in milliseconds for each look at the clock. */
const LOOK = 0.02;

// Messages as `view::wire` has them: numbers in groups of seven bits, texts after their length.
const number = (value) => {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
};
const text = (value) => [...number(Buffer.byteLength(value)), ...Buffer.from(value)];
const boot = (nodes) => [0, ...number(1), ...number(nodes), 0, 0, 80, 24];
const line = (command) => [1, ...text(command)];
const drawn = (bytes) => [5, ...number(bytes)];
const speed = (times) => [6, ...number(times)];

/** Virtual seconds in a real one: a wait cannot be shorter than a millisecond, so that is how often the page is told. */
const ALONE = 1000;

const row = (name, value, unit) => console.log(`${name}\t${value.toFixed(3)}\t${unit}`);
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function stage() {
  const world = { now: 0, timers: [], serial: 0, done: false, undrawn: 0 };
  const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  set('DedicatedWorkerGlobalScope', class { static [Symbol.hasInstance]() { return true; } });
  set('performance', { now: () => (world.now += LOOK) });
  set('onmessage', null);
  set('postMessage', (data) => {
    if (!(data instanceof ArrayBuffer)) return;
    world.undrawn += data.byteLength;
    world.done ||= DONE.test(Buffer.from(data).toString('latin1'));
  });
  set('setTimeout', (run, wait = 0) => {
    world.serial += 1;
    world.timers.push({ id: world.serial, due: world.now + wait, run });
    return world.serial;
  });
  set('clearTimeout', (id) => {
    world.timers = world.timers.filter((timer) => timer.id !== id);
  });
  return world;
}

const hear = (bytes) => globalThis.onmessage({ data: Uint8Array.from(bytes).buffer });

/** Lets time pass until the worker has said something, or nothing is due any more. */
function pass(world, until) {
  const limit = world.now + 3600e3;
  while (!until()) {
    const next = world.timers.reduce((a, b) => (b.due < a.due || (b.due === a.due && b.id < a.id) ? b : a), { due: limit });
    if (!next.run) return false;
    world.timers = world.timers.filter((timer) => timer !== next);
    world.now = Math.max(world.now, next.due);
    next.run();
    if (world.undrawn > 0) {
      const bytes = world.undrawn;
      world.undrawn = 0;
      hear(drawn(bytes));
    }
  }
  return true;
}

const seen = new Set();
for (const [run, size] of sizes.entries()) {
  const [pods, nodes] = size.split('/').map(Number);
  const how = `wasm${alone ? ' alone' : ''}${seen.has(size) ? ', again' : ''}`;
  seen.add(size);
  const world = stage();
  let linked = false;
  const link = (exports) => {
    if (!linked) new WebAssembly.Instance(restModule, { 1: exports });
    linked = true;
  };
  let whole = null;
  globalThis.tabernetesLoadRest = (exports, done) => {
    link(exports);
    whole = done;
  };
  globalThis.tabernetesLoadRestNow = link;
  const { default: init } = await import(`${pathToFileURL(path.resolve(glue))}?run=${run}`);
  const exports = await init({ module_or_path: moduleBytes });
  const start = cpu();
  hear(boot(nodes));
  pass(world, () => world.timers.length === 0);
  globalThis.onmessage({ data: 'shown' });
  whole?.(undefined);
  row(`${how}, ${nodes} nodes, until they are up`, cpu() - start, 's of CPU');
  if (alone) hear(speed(ALONE));
  world.done = false;
  const began = cpu();
  const virtual = world.now;
  hear(line(`kubectl create deployment web --image=nginx --replicas=${pods} && kubectl rollout status deployment/web | tail -1`));
  const done = pass(world, () => world.done);
  const took = cpu() - began;
  const name = `${how}, ${pods} pods on ${nodes} nodes, create to rolled out${done ? '' : ': never'}`;
  row(name, took, 's of CPU');
  row(`${name}, per pod`, (took * 1000) / pods, 'ms of CPU');
  row(`${name}, virtual`, ((world.now - virtual) * (alone ? ALONE : 1)) / 1000, 's');
  row(`${name}, memory`, exports.memory.buffer.byteLength / 2 ** 20, 'MiB');
  const shown = [];
  for (let turn = 0; turn < SHOWN && done; turn += 1) {
    world.done = false;
    const began = cpu();
    hear(line('kubectl get pods; echo shown: $((6 * 7))'));
    pass(world, () => world.done);
    shown.push((cpu() - began) * 1000);
  }
  shown.sort((a, b) => a - b);
  if (done) row(`${how}, kubectl get pods with ${pods} pods, median of ${SHOWN}`, shown[SHOWN >> 1], 'ms of CPU');
}
