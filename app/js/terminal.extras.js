// What a terminal can do without until its first prompt stands: links, and the widths of newer characters.
export { WebLinksAddon } from '@xterm/addon-web-links';
export { Unicode11Addon } from '@xterm/addon-unicode11';
