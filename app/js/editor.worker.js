// Monaco's worker, as a bundle of its own.
import 'monaco-editor/editor/editor.worker.js';
