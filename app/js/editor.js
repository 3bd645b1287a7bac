// The editor's bundle: Monaco, the YAML highlighter, and one worker (for links, word completion and diffs). Loaded when
// the editor is first opened: it is larger than all the rest together.
import 'monaco-editor/features/register.all.js';
import * as monaco from 'monaco-editor/editor.js';
import * as yaml from 'monaco-editor/languages/definitions/yaml/yaml.js';

self.MonacoEnvironment = {
  getWorker: () =>
    new Worker(new URL('./editor.worker.js', import.meta.url), { type: 'module', name: 'editor' }),
};

monaco.languages.register({ id: 'yaml', extensions: ['.yaml', '.yml'], aliases: ['YAML'] });
monaco.languages.setMonarchTokensProvider('yaml', yaml.language);
monaco.languages.setLanguageConfiguration('yaml', yaml.conf);

// Resolves when Monaco's style sheet is in force; an editor created earlier would measure itself wrongly.
const ready = new Promise((resolve, reject) => {
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = new URL('./editor.css', import.meta.url).href;
  sheet.onload = () => resolve();
  sheet.onerror = () => reject(new Error("the editor's style sheet cannot be loaded"));
  document.head.append(sheet);
});

export { monaco, ready };
