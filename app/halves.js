// Modules that the build has cut in two (`xtask/src/build/split`): how the second half comes to the first. The page and
// the engine's worker share it.

/** Waits, but no longer than until the network is back. */
const rested = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
    addEventListener('online', resolve, { once: true });
  });

/** The second half of a module. */
export class Half {
  #address;
  #linked = false;
  #underway = new AbortController();

  constructor(address) {
    this.#address = address;
  }

  /** Puts its functions into the first half's table. */
  #link(module, exports) {
    if (!this.#linked) new WebAssembly.Instance(module, { 1: exports });
    this.#linked = true;
  }

  async #compile() {
    this.#underway = new AbortController();
    const response = await fetch(this.#address, { signal: this.#underway.signal });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    // A host that does not know the type of modules is no reason to fail.
    return response.headers.get('Content-Type') === 'application/wasm'
      ? WebAssembly.compileStreaming(response)
      : WebAssembly.compile(await response.arrayBuffer());
  }

  /** Loads it, however long that takes: `done` is called with a reason each time it fails, and without when it is there. */
  async load(exports, done) {
    // Whoever asks is told later in any case, not while it asks; and a prompt that has just been drawn is painted first.
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let wait = 1000; !this.#linked; wait = Math.min(2 * wait, 30_000)) {
      try {
        this.#link(await this.#compile(), exports);
      } catch (error) {
        if (this.#linked) break;
        done(error.message || String(error));
        await rested(wait);
      }
    }
    done();
  }

  /** Loads it this very moment, for somebody in the middle of a computation. Only a worker may. */
  loadNow(exports) {
    if (this.#linked) return;
    // This thread is about to wait: nobody would read what the other request brings, and the browser lets a second one
    // for the same file wait for the first.
    this.#underway.abort();
    const request = new XMLHttpRequest();
    request.open('GET', this.#address, false);
    request.responseType = 'arraybuffer';
    request.send();
    if (request.status !== 200) throw new Error(`the engine could not be loaded: ${request.status}`);
    this.#link(new WebAssembly.Module(request.response), exports);
  }
}
