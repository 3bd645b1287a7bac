// The terminal's bundle: xterm.js and its add-ons. Loaded at run time by the interop module, never imported by name.
export { Terminal } from '@xterm/xterm';
export { FitAddon } from '@xterm/addon-fit';
export { WebLinksAddon } from '@xterm/addon-web-links';
export { Unicode11Addon } from '@xterm/addon-unicode11';
