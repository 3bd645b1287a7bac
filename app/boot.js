// Starts the page's wasm module. A file of its own because the page's Content-Security-Policy allows no inline script.
import init from './app.js';
await init();
