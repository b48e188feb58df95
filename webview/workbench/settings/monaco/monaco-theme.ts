import type * as Monaco from 'monaco-editor/editor';

/** Colours that Monaco has no use for are left out by itself; these are the ones that it draws an editor from. */
const colours = [
  'foreground',
  'focusBorder',
  'contrastBorder',
  'contrastActiveBorder',
  'editor.background',
  'editor.foreground',
  'editorLineNumber.foreground',
  'editorLineNumber.activeForeground',
  'editorCursor.foreground',
  'editor.selectionBackground',
  'editor.lineHighlightBackground',
  'editor.lineHighlightBorder',
  'editorWidget.background',
  'editorWidget.foreground',
  'editorWidget.border',
  'editorSuggestWidget.background',
  'editorSuggestWidget.foreground',
  'editorSuggestWidget.border',
  'editorSuggestWidget.selectedBackground',
  'editorHoverWidget.background',
  'editorHoverWidget.foreground',
  'editorHoverWidget.border',
  'editorError.foreground',
  'editorWarning.foreground',
  'input.background',
  'input.foreground',
  'input.border',
  'list.hoverBackground',
  'list.activeSelectionBackground',
  'list.activeSelectionForeground',
  'menu.background',
  'menu.foreground',
  'menu.border',
  'scrollbarSlider.background',
  'scrollbarSlider.hoverBackground',
  'scrollbarSlider.activeBackground',
] as const;

const themeName = 'latchkey';

/** Has Monaco follow the workbench's theme: now, and whenever the document's theme changes. */
export function registerTheme(monaco: typeof Monaco): void {
  const apply = (): void => {
    const style = getComputedStyle(document.body ?? document.documentElement);
    const read = (colour: string): string | undefined =>
      toHex(style.getPropertyValue(`--vscode-${colour.replace('.', '-')}`).trim());
    const background = read('editor.background') ?? '#1e1e1e';
    const highContrast = read('contrastBorder') !== undefined;
    const dark = luminance(background) < 0.5;
    const values = colours.flatMap((colour): [string, string][] => {
      const value = read(colour);
      return value ? [[colour, value]] : [];
    });
    monaco.editor.defineTheme(themeName, {
      base: highContrast ? (dark ? 'hc-black' : 'hc-light') : dark ? 'vs-dark' : 'vs',
      inherit: true,
      rules: [],
      colors: Object.fromEntries(values),
    });
    monaco.editor.setTheme(themeName);
  };
  apply();
  const observer = new MutationObserver(apply);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
}

/** Monaco takes `#rrggbb[aa]` alone; a theme may write a colour in any way that CSS knows. */
function toHex(colour: string): string | undefined {
  if (colour === '' || colour === 'transparent') return undefined;
  if (/^#([0-9a-f]{6}|[0-9a-f]{8})$/i.test(colour)) return colour;
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return undefined;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const bytes = [...context.getImageData(0, 0, 1, 1).data];
  return bytes[3] === 0 ? undefined : `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
