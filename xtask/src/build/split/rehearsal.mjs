// A rehearsal of the engine's worker in Node.js: a clock of its own, timers that run when the script says, and no page.
//
// Argument: JSON with `glue` (wasm-bindgen's script), `module`, `rest` (the second module, or null), and `runs`, each
// `{ date, before, meanwhile, after }`: the date to begin at, and the messages, in hexadecimal, before the first prompt,
// while the second module is on its way, and then.
// Standard output: JSON with `early` (names of the exported `hit` variables that were set before the second module was
// there, if there are such exports) and `said`, a digest of everything that the worker said, for each run.
//
// The worker rests after its first prompt until it has heard that the second module is there, so the time before the
// prompt is over when no timer is left. In every other run it hears so while the module is not there, and the
// stand-ins must have it loaded.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const { glue, module, rest, runs } = JSON.parse(process.argv[2]);
const RealDate = Date;
const [moduleBytes, restModule] = await Promise.all([
  readFile(module),
  rest && readFile(rest).then((bytes) => WebAssembly.compile(bytes)),
]);

/** What a slice of work is taken to last at least, in milliseconds for each look at the clock. */
const LOOK = 0.02;
/** Virtual milliseconds between two messages after the first prompt. */
const PAUSE = 3000;

function stage(date) {
  const world = { now: 0, timers: [], serial: 0, said: createHash('sha256'), length: 0 };
  const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  set('DedicatedWorkerGlobalScope', class { static [Symbol.hasInstance]() { return true; } });
  set('performance', { now: () => (world.now += LOOK) });
  set('Date', class extends RealDate { static now() { return date; } });
  set('onmessage', null);
  set('postMessage', (data) => {
    const bytes = data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(String(data));
    world.said.update(`${bytes.length}\n`).update(bytes);
    world.length += bytes.length;
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

/** Lets time pass: until nothing is due any more, or until a moment. */
function pass(world, until) {
  for (let steps = 0; steps < 100_000; steps += 1) {
    const next = world.timers.reduce((a, b) => (b.due < a.due || (b.due === a.due && b.id < a.id) ? b : a), { due: until });
    if (!next.run) {
      world.now = Math.max(world.now, Number.isFinite(until) ? until : 0);
      return;
    }
    world.timers = world.timers.filter((timer) => timer !== next);
    world.now = Math.max(world.now, next.due);
    next.run();
  }
  throw new Error('the worker never comes to rest');
}

const hear = (hex) => globalThis.onmessage({ data: Uint8Array.from(Buffer.from(hex, 'hex')).buffer });

const early = new Set();
const said = [];
for (const [number, { date, before, meanwhile, after }] of runs.entries()) {
  const world = stage(date);
  let linked = false;
  let whole = null;
  const link = (exports) => {
    if (restModule && !linked) new WebAssembly.Instance(restModule, { 1: exports });
    linked = true;
  };
  globalThis.tabernetesLoadRest = (exports, done) => {
    if (number % 2 === 0) link(exports);
    whole = done;
  };
  globalThis.tabernetesLoadRestNow = link;
  const { default: init } = await import(`${pathToFileURL(glue)}?run=${number}`);
  const exports = await init({ module_or_path: moduleBytes });
  if (!restModule) exports.load_rest_now();
  for (const message of before) {
    hear(message);
    pass(world, Infinity);
  }
  globalThis.onmessage({ data: 'shown' });
  if (!whole) throw new Error('the worker does not ask for the rest of the engine');
  whole('no network');
  for (const message of meanwhile) hear(message);
  for (const [name, value] of Object.entries(exports)) {
    if (name.startsWith('hit ') && value.value === 1) early.add(name);
  }
  whole(undefined);
  pass(world, world.now + PAUSE);
  for (const message of after) {
    hear(message);
    pass(world, world.now + PAUSE);
  }
  said.push(`${world.length} ${world.said.digest('hex')}`);
}
process.stdout.write(JSON.stringify({ early: [...early], said }));
