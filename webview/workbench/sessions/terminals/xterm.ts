/** xterm.js and what is used of it: loaded when the first terminal is shown. */
import css from '@xterm/xterm/css/xterm.css' with { type: 'text' };

export { FitAddon } from '@xterm/addon-fit';
export { SearchAddon } from '@xterm/addon-search';
export { Unicode11Addon } from '@xterm/addon-unicode11';
export { WebLinksAddon } from '@xterm/addon-web-links';
export { Terminal } from '@xterm/xterm';
export const styleSheet: string = css;
