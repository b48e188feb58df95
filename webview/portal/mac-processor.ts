import { html, nothing } from 'lit';
import { t } from '../customer/texts.ts';
import { keyOf, otherProcessor, type OfferedApp } from './offered-app.ts';
import type { ThisSystem } from './this-system.ts';

/** Beside a download for a Mac whose browser does not tell the processor: where that stands, and the other file. */
export function macProcessor(
  apps: readonly OfferedApp[],
  app: OfferedApp,
  system: ThisSystem,
  choose: (app: OfferedApp) => void,
) {
  const other = otherProcessor(apps, app, system);
  if (!other) return nothing;
  return html`<p class="hint">
    ${t('download.macProcessor')}
    <button type="button" class="link" @click=${() => choose(other)}>
      ${t('download.instead', { system: t(`system.${keyOf(other)}`) })}
    </button>
  </p>`;
}
