// Where the engine's worker starts: loads its first module, and offers the worker the two ways to its second
// (`src/rest.rs`, which says what the two are).

import init from './worker.js';
import { Half } from './halves.js';

const rest = new Half(new URL('./worker_rest.wasm', import.meta.url));
self.tabernetesLoadRest = (exports, done) => rest.load(exports, done);
self.tabernetesLoadRestNow = (exports) => rest.loadNow(exports);
await init();
