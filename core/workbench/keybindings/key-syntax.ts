/** The parts of a keyboard event that tell which key was pressed. */
export interface KeyEventLike {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const modifiers = ['ctrl', 'shift', 'alt', 'meta'] as const;
const aliases: Readonly<Record<string, string>> = {
  cmd: 'meta',
  win: 'meta',
  super: 'meta',
  control: 'ctrl',
  option: 'alt',
  esc: 'escape',
  del: 'delete',
  return: 'enter',
};
const named: Readonly<Record<string, string>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ' ': 'space',
  '+': '=',
};
/** Where the key is, for characters that Shift or a layout changes. */
const codes: Readonly<Record<string, string>> = {
  Comma: ',',
  Period: '.',
  Slash: '/',
  Semicolon: ';',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Backquote: '`',
  Minus: '-',
  Equal: '=',
};

/**
 * `Ctrl+K ctrl+s` in one form: `ctrl+k ctrl+s`, modifiers in a fixed order.
 * @returns undefined where it is not a key binding
 */
export function normalizeKey(text: string): string | undefined {
  const chords = text.trim().toLowerCase().split(/\s+/);
  const normalized = chords.map((chord) => {
    const parts = chord.endsWith('++') ? [...chord.slice(0, -2).split('+'), '+'] : chord.split('+');
    const names = parts.map((part) => aliases[part] ?? part);
    const key = names.at(-1);
    const held = names.slice(0, -1);
    if (!key || (modifiers as readonly string[]).includes(key)) return undefined;
    if (held.some((each) => !(modifiers as readonly string[]).includes(each))) return undefined;
    return [...modifiers.filter((each) => held.includes(each)), key].join('+');
  });
  return normalized.includes(undefined) ? undefined : normalized.join(' ');
}

/** The chord of an event in the same form; undefined for a modifier alone. */
export function chordOf({ key, code, ctrlKey, shiftKey, altKey, metaKey }: KeyEventLike): string | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process'].includes(key)) return undefined;
  // A letter is what the layout makes of it; digits and signs are where they are, because Shift changes them.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
  const name = letter ?? digit ?? codes[code] ?? named[key] ?? key.toLowerCase();
  return [ctrlKey && 'ctrl', shiftKey && 'shift', altKey && 'alt', metaKey && 'meta', name].filter(Boolean).join('+');
}

const macSigns: Readonly<Record<string, string>> = { ctrl: '⌃', shift: '⇧', alt: '⌥', meta: '⌘' };
const keyNames: Readonly<Record<string, string>> = {
  escape: 'Esc',
  enter: 'Enter',
  space: 'Space',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  delete: 'Delete',
  backspace: 'Backspace',
  tab: 'Tab',
  pageup: 'PageUp',
  pagedown: 'PageDown',
  home: 'Home',
  end: 'End',
};

/** As a menu shows it: `Ctrl+K Ctrl+S`, `⌘K ⌘S`. */
export function keyLabel(key: string, mac: boolean): string {
  const chord = (text: string): string => {
    const parts = text.split('+');
    const last = parts.pop() ?? '';
    const name = keyNames[last] ?? (last.length === 1 || /^f\d+$/.test(last) ? last.toUpperCase() : last);
    const held = parts.map((part) =>
      mac ? macSigns[part] : part === 'meta' ? 'Win' : part.charAt(0).toUpperCase() + part.slice(1),
    );
    return mac ? [...held, name].join('') : [...held, name].join('+');
  };
  return key.split(' ').map(chord).join(' ');
}
