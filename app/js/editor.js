// The editor's bundle: Monaco, the YAML highlighter, and one worker (for word completion and diffs), behind the few
// calls that `interop/editor.rs` declares. Loaded when the editor is first opened: it is larger than all the rest.
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

// Any colour of the style sheet as sRGB, which is all Monaco reads.
function srgb(value) {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  pen.fillStyle = value;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
  return `#${[r, g, b].map((n) => n.toString(16).padStart(2, '0')).join('')}`;
}

function dress() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => srgb(style.getPropertyValue(`--${name}`).trim());
  const bare = (name) => token(name).slice(1);
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  monaco.editor.defineTheme('page', {
    base: dark ? 'vs-dark' : 'vs',
    inherit: true,
    // The theme underneath has rules of its own for YAML, which only the longer names beat.
    rules: [
      { token: '', foreground: bare('ink') },
      ...['', '.yaml'].flatMap((language) => [
        { token: `type${language}`, foreground: bare('term-blue') },
        { token: `string${language}`, foreground: bare('term-green') },
        { token: `number${language}`, foreground: bare('term-magenta') },
        { token: `keyword${language}`, foreground: bare('term-magenta') },
        { token: `comment${language}`, foreground: bare('ink-3'), fontStyle: 'italic' },
      ]),
    ],
    colors: {
      'editor.background': token('term-bg'),
      'editor.foreground': token('ink'),
      'editor.lineHighlightBackground': token('surface'),
      'editor.lineHighlightBorder': token('line'),
      'editor.selectionBackground': token('term-select'),
      'editorCursor.foreground': token('accent'),
      'editorLineNumber.foreground': token('ink-3'),
      'editorLineNumber.activeForeground': token('ink'),
      'editorIndentGuide.background1': token('line'),
      'editorWidget.background': token('surface'),
      'editorWidget.border': token('line-2'),
      'editorError.foreground': token('failed-fg'),
      'editorWarning.foreground': token('waiting-fg'),
      focusBorder: token('focus'),
    },
  });
  monaco.editor.setTheme('page');
}

const language = (path) => (/\.ya?ml$/.test(path) ? 'yaml' : 'plaintext');
const uri = (path) => monaco.Uri.file(path);

export async function create(place, label) {
  await ready;
  await document.fonts?.load('13px "Geist Mono"');
  dress();
  const editor = monaco.editor.create(place, {
    ariaLabel: label,
    automaticLayout: true,
    bracketPairColorization: { enabled: false },
    fixedOverflowWidgets: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
    fontLigatures: false,
    fontSize: 13,
    glyphMargin: false,
    guides: { indentation: true },
    lineHeight: 20,
    lineNumbersMinChars: 3,
    minimap: { enabled: false },
    model: null,
    occurrencesHighlight: 'off',
    overviewRulerLanes: 0,
    padding: { top: 8, bottom: 8 },
    renderLineHighlight: 'line',
    renderLineHighlightOnlyWhenFocus: true,
    scrollBeyondLastLine: false,
    tabSize: 2,
    theme: 'page',
    wordBasedSuggestions: 'currentDocument',
  });
  const states = new Map();
  let shown = null;
  let quiet = false;
  let changed = () => {};
  return {
    onChange: (heard) => {
      changed = heard;
    },
    onSave: (heard) => editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, () => heard()),
    onApply: (heard) => editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => heard()),
    // Shows a file; makes it with `text` if it is not open yet.
    show: (path, text) => {
      if (shown) states.set(shown, editor.saveViewState());
      let model = monaco.editor.getModel(uri(path));
      if (!model) {
        model = monaco.editor.createModel(text, language(path), uri(path));
        model.onDidChangeContent(() => quiet || changed(path, model.getValue()));
      }
      editor.setModel(model);
      editor.restoreViewState(states.get(path) ?? null);
      shown = path;
    },
    // Replaces a file's text without telling that it has changed.
    replace: (path, text) => {
      const model = monaco.editor.getModel(uri(path));
      if (!model || model.getValue() === text) return;
      quiet = true;
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
      quiet = false;
    },
    text: (path) => monaco.editor.getModel(uri(path))?.getValue(),
    close: (path) => {
      monaco.editor.getModel(uri(path))?.dispose();
      states.delete(path);
      if (shown === path) shown = null;
    },
    // Markers as rows of: line, column, end line, end column (0: the line's end), severe or not; and their messages.
    mark: (path, places, messages) => {
      const model = monaco.editor.getModel(uri(path));
      if (!model) return;
      const markers = messages.map((message, i) => {
        const [line, column, endLine, endColumn, severe] = places.slice(i * 5, i * 5 + 5);
        const last = Math.min(Math.max(endLine, line, 1), model.getLineCount());
        return {
          startLineNumber: Math.min(Math.max(line, 1), model.getLineCount()),
          startColumn: Math.max(column, 1),
          endLineNumber: last,
          endColumn: endColumn || model.getLineMaxColumn(last),
          severity: severe ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          message,
        };
      });
      monaco.editor.setModelMarkers(model, 'cluster', markers);
    },
    goto: (line) => {
      editor.setPosition({ lineNumber: line, column: 1 });
      editor.revealLineInCenterIfOutsideViewport(line);
    },
    theme: dress,
    focus: () => editor.focus(),
  };
}
