// Starts the page's wasm module, and offers it the way to its second half (`src/late/mod.rs`). A file of its own because
// the page's Content-Security-Policy allows no inline script.
import init from './app.js';
import { Half } from './halves.js';

const late = new Half(new URL('./app_rest.wasm', import.meta.url));
globalThis.tabernetesLoadLate = (exports, done) => late.load(exports, done);
await init();
