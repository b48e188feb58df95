import { html } from 'lit';
import type { PortalAppearance } from '#protocol/portal.ts';
import { icon } from '../customer/icons.ts';
import { linkOn, textOn } from './accent.ts';

const product = 'Latchkey';

/** Who runs this hub: logo and name as an administrator set them, else the product's. */
export function brand({ name, logo }: Pick<PortalAppearance, 'name' | 'logo'>) {
  if (logo) return html`<span class="brand"><img src=${logo} alt=${name || product} />${name}</span>`;
  return html`<span class="brand">${icon('shield')}${name || product}</span>`;
}

/** Gives buttons and links below `root` the colour that an administrator set; null: the product's. */
export function paint(root: HTMLElement, color: string | null): void {
  const set = (property: string, value: string | undefined): void => {
    if (value === undefined) root.style.removeProperty(property);
    else root.style.setProperty(property, value);
  };
  set('--accent', color ?? undefined);
  set('--accent-text', color ? textOn(color) : undefined);
  const card = getComputedStyle(root).getPropertyValue('--card').trim();
  set('--link', color ? (linkOn(color, card) ?? 'var(--text)') : undefined);
}
