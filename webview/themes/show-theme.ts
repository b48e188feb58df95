import type { ThemeId } from '#core/workbench/themes/theme-service.ts';

export type ShownTheme = 'dark' | 'light' | 'hc-dark' | 'hc-light';

const dark = matchMedia('(prefers-color-scheme: dark)');
const contrast = matchMedia('(prefers-contrast: more), (forced-colors: active)');
const fixed: Partial<Record<ThemeId, ShownTheme>> = {
  dark: 'dark',
  light: 'light',
  highContrast: 'hc-dark',
  highContrastLight: 'hc-light',
};
let wanted: ThemeId = 'auto';

const resolve = (): ShownTheme =>
  fixed[wanted] ?? (contrast.matches ? (dark.matches ? 'hc-dark' : 'hc-light') : dark.matches ? 'dark' : 'light');

function apply(): void {
  const shown = resolve();
  const { dataset } = document.documentElement;
  if (dataset['theme'] === shown) return;
  dataset['theme'] = shown;
  window.dispatchEvent(new CustomEvent('theme-shown', { detail: shown }));
}

dark.addEventListener('change', apply);
contrast.addEventListener('change', apply);

/** Shows a theme; `auto` follows the system, now and when it changes. */
export function showTheme(theme: ThemeId): void {
  wanted = theme;
  apply();
}
