import type { Terminal } from '@xterm/xterm';

/**
 * What the keys of a terminal do beside going to its shell, as VS Code has it: Ctrl+C copies where something is selected,
 * Ctrl+Shift+C always; Ctrl+V, Ctrl+Shift+V and Shift+Insert paste; Ctrl+F searches; Ctrl+Home and Ctrl+End scroll.
 * @returns false where the shell is not to get the key
 */
export function handleKey(event: KeyboardEvent, terminal: Terminal, find: () => void, mac: boolean): boolean {
  if (event.type !== 'keydown') return true;
  const { key, shiftKey: shift, altKey: alt } = event;
  const main = mac ? event.metaKey : event.ctrlKey;
  const letter = key.toLowerCase();
  const done = (action: () => void): false => {
    event.preventDefault();
    action();
    return false;
  };
  if (alt) return true;
  if (key === 'Insert' && event.ctrlKey) return done(() => void copy(terminal));
  // The browser pastes: by that it asks nobody for a permission.
  if (key === 'Insert' && shift) return false;
  if (!main) return true;
  if (letter === 'c' && (shift || terminal.hasSelection())) return done(() => void copy(terminal));
  if (letter === 'v') return false;
  if (letter === 'f' && !shift) return done(find);
  if (letter === 'a' && mac) return done(() => terminal.selectAll());
  if (key === 'Home') return done(() => terminal.scrollToTop());
  if (key === 'End') return done(() => terminal.scrollToBottom());
  return true;
}

/** What is selected goes to the clipboard, and is selected no more: the next Ctrl+C is the shell's. */
export async function copy(terminal: Terminal): Promise<void> {
  const text = terminal.getSelection();
  if (text === '') return;
  terminal.clearSelection();
  await navigator.clipboard.writeText(text).catch(() => {}); // the browser refused: it can be selected again
}
