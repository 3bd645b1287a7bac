// The terminal's bundle: xterm.js with its add-ons behind the few calls that `interop/terminal.rs` declares.
import { Terminal } from '@xterm/xterm';
import { FitAddon } from '@xterm/addon-fit';
import { blink, calm, hurry } from './terminal.calm.js';

/** Bytes of output between two looks at the clock: some milliseconds' work at the worst. */
const PIECE = 4096;

/** Milliseconds for which output is parsed as it comes; what is left then takes its turn. */
const AT_ONCE = 8;

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

// xterm.js parses colours by itself and knows few notations; a canvas turns any colour of the style sheet into sRGB.
function srgb(value) {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  pen.fillStyle = value;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
  return `#${[r, g, b].map((n) => n.toString(16).padStart(2, '0')).join('')}`;
}

function palette() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => srgb(style.getPropertyValue(`--${name}`).trim());
  const theme = {
    background: token('term-bg'),
    foreground: token('ink'),
    cursor: token('accent'),
    cursorAccent: token('term-bg'),
    selectionBackground: token('term-select'),
  };
  for (const name of names) {
    theme[name] = token(`term-${name}`);
    theme[`bright${name[0].toUpperCase()}${name.slice(1)}`] = token(`term-${name}`);
  }
  return theme;
}

export function create(place, label) {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const terminal = new Terminal({
    allowProposedApi: true,
    // Blinking is ours, see `blink`.
    cursorBlink: false,
    cursorStyle: 'bar',
    cursorWidth: 2,
    customGlyphs: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
    fontSize: 13,
    lineHeight: 1.35,
    minimumContrastRatio: 4.5,
    screenReaderMode: true,
    scrollback: 5000,
    theme: palette(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  calm(terminal);
  if (!still) blink(terminal, place);
  const soon = hurry(terminal);
  terminal.textarea?.setAttribute('aria-label', label);
  // The grid is measured by the font's width: measure again when the real font has arrived.
  document.fonts?.addEventListener('loadingdone', ({ fontfaces }) => {
    if (!fontfaces.some(({ family }) => /Geist Mono/.test(family))) return;
    terminal.options.fontFamily = `${terminal.options.fontFamily} `;
    fit.fit();
  });
  return {
    // In pieces: xterm.js looks at the clock between two of them, and lets the page paint. `drawn` is called later.
    write: (data, drawn) => {
      const until = performance.now() + AT_ONCE;
      // Not in the middle of what its caller does.
      const told = drawn && (() => queueMicrotask(drawn));
      for (let at = 0; ; at += PIECE) {
        if (performance.now() < until) soon();
        const last = data.length - at <= PIECE;
        terminal.write(data.subarray(at, at + PIECE), last ? told : undefined);
        if (last) return;
      }
    },
    fit: () => {
      if (place.offsetParent !== null) fit.fit();
      return [terminal.cols, terminal.rows];
    },
    theme: () => {
      terminal.options.theme = palette();
    },
    focus: () => terminal.focus(),
    // Fetches what the first prompt did not need.
    complete: async () => {
      const { Unicode11Addon, WebLinksAddon } = await import('./terminal.extras.js');
      terminal.loadAddon(new WebLinksAddon());
      terminal.loadAddon(new Unicode11Addon());
      terminal.unicode.activeVersion = '11';
    },
    reset: () => terminal.reset(),
    onData: (heard) => terminal.onData(heard),
    onKey: (decide) => terminal.attachCustomKeyEventHandler(decide),
    onResize: (heard) => terminal.onResize(({ cols, rows }) => heard(cols, rows)),
    text: () => {
      const buffer = terminal.buffer.active;
      const lines = [];
      for (let i = 0; i < buffer.length; i++) {
        const line = buffer.getLine(i);
        const text = line.translateToString(true);
        if (line.isWrapped && lines.length) lines[lines.length - 1] += text;
        else lines.push(text);
      }
      return lines.join('\n').trimEnd();
    },
  };
}
