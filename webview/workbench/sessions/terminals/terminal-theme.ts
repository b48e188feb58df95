import type { ITheme } from '@xterm/xterm';
import { Observable } from 'rxjs';

const ansi = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'] as const;

/** The colours of terminals in the theme that is shown. Texts that would be hard to read on them are lightened or darkened. */
export function terminalTheme(): { readonly theme: ITheme; readonly minimumContrastRatio: number } {
  const style = getComputedStyle(document.documentElement);
  const read = (...names: string[]): string =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find(Boolean) ?? '';
  const background = read('terminal-background', 'editor-background');
  const theme: Record<string, string> = {
    background,
    foreground: read('terminal-foreground', 'editor-foreground', 'foreground'),
    cursor: read('terminalCursor-foreground', 'editorCursor-foreground', 'foreground'),
    cursorAccent: background,
    selectionBackground: read('terminal-selectionBackground', 'editor-selectionBackground'),
    scrollbarSliderBackground: read('scrollbarSlider-background'),
    scrollbarSliderHoverBackground: read('scrollbarSlider-hoverBackground'),
    scrollbarSliderActiveBackground: read('scrollbarSlider-activeBackground', 'scrollbarSlider-hoverBackground'),
  };
  for (const name of ansi) {
    theme[name.toLowerCase()] = read(`terminal-ansi${name}`);
    theme[`bright${name}`] = read(`terminal-ansiBright${name}`);
  }
  const known = Object.fromEntries(Object.entries(theme).filter(([, value]) => value !== ''));
  return { theme: known, minimumContrastRatio: read('contrastBorder') === '' ? 4.5 : 7 };
}

/** Emits when another theme is shown. */
export const themeChanges$ = new Observable<void>((subscriber) => {
  const observer = new MutationObserver(() => subscriber.next());
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
  return () => observer.disconnect();
});
