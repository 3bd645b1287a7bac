// Where the engine's worker starts: loads its first module, and offers the worker the two ways to its second
// (`src/rest.rs`, which says what the two are).

import init from './worker.js';

const address = new URL('./worker_rest.wasm', import.meta.url);
let linked = false;
let underway = new AbortController();

/** Puts the second module's functions into the first one's table. */
function link(module, exports) {
  if (!linked) new WebAssembly.Instance(module, { 1: exports });
  linked = true;
}

async function compile() {
  underway = new AbortController();
  const response = await fetch(address, { signal: underway.signal });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  // A host that does not know the type of modules is no reason to fail.
  return response.headers.get('Content-Type') === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/** Waits, but no longer than until the network is back. */
const rested = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
    addEventListener('online', resolve, { once: true });
  });

self.tabernetesLoadRest = async (exports, done) => {
  // Whoever asks is told later in any case, not while it asks; and a prompt that has just been drawn is painted first.
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (let wait = 1000; !linked; wait = Math.min(2 * wait, 30_000)) {
    try {
      link(await compile(), exports);
    } catch (error) {
      if (linked) break;
      done(error.message || String(error));
      await rested(wait);
    }
  }
  done();
};

// Somebody needs the module this very moment, in the middle of a computation.
self.tabernetesLoadRestNow = (exports) => {
  if (linked) return;
  // This thread is about to wait: nobody would read what the other request brings, and the browser lets a second one
  // for the same file wait for the first.
  underway.abort();
  const request = new XMLHttpRequest();
  request.open('GET', address, false);
  request.responseType = 'arraybuffer';
  request.send();
  if (request.status !== 200) throw new Error(`the engine could not be loaded: ${request.status}`);
  link(new WebAssembly.Module(request.response), exports);
};

await init();
