// What pods cost in wasm: the built engine in Node.js, from `kubectl create` to the end of `kubectl rollout status`.
//
// node tests/benches/wasm.mjs DIST PODS/NODES…
//
// It plays the page to the worker, with a clock of its own: virtual time goes as fast as the processor lets it. A line per
// row: name, value and unit, between tabs, as the native benches print them. Memory is what the module has grown to.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, ...sizes] = process.argv.slice(2);
const files = await readdir(dist);
const find = (pattern) => path.join(dist, files.find((name) => pattern.test(name)));
const glue = find(/^worker-.*\.js$/);
const [moduleBytes, restModule] = await Promise.all([
  readFile(find(/^worker_bg-.*\.wasm$/)),
  readFile(find(/^worker_rest-.*\.wasm$/)).then((bytes) => WebAssembly.compile(bytes)),
]);

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

const row = (name, value, unit) => console.log(`${name}\t${value.toFixed(3)}\t${unit}`);
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function stage() {
  const world = { now: 0, timers: [], serial: 0, heard: '', undrawn: 0 };
  const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  set('DedicatedWorkerGlobalScope', class { static [Symbol.hasInstance]() { return true; } });
  set('performance', { now: () => (world.now += LOOK) });
  set('onmessage', null);
  set('postMessage', (data) => {
    if (!(data instanceof ArrayBuffer)) return;
    world.undrawn += data.byteLength;
    world.heard = (world.heard + Buffer.from(data).toString('latin1')).slice(-4096);
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

for (const [run, size] of sizes.entries()) {
  const [pods, nodes] = size.split('/').map(Number);
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
  row(`wasm, ${nodes} nodes, until they are up`, cpu() - start, 's of CPU');
  world.heard = '';
  const began = cpu();
  const virtual = world.now;
  hear(line(`kubectl create deployment web --image=nginx --replicas=${pods} && kubectl rollout status deployment/web | tail -1`));
  const done = pass(world, () => world.heard.includes('successfully rolled out'));
  const took = cpu() - began;
  const name = `wasm, ${pods} pods on ${nodes} nodes, create to rolled out${done ? '' : ': never'}`;
  row(name, took, 's of CPU');
  row(`${name}, per pod`, (took * 1000) / pods, 'ms of CPU');
  row(`${name}, virtual`, (world.now - virtual) / 1000, 's');
  row(`${name}, memory`, exports.memory.buffer.byteLength / 2 ** 20, 'MiB');
}
