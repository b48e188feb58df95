import { html } from 'lit';
import type { Platform } from '#protocol/facts.ts';
import { t } from '../customer/texts.ts';
import './copy-text.ts';

export interface Steps {
  readonly purpose: 'portal' | 'join';
  readonly platform: Platform;
  /** The name that the file is saved under; on a Mac of the one in the archive. */
  readonly file: string;
}

/** Where browsers put downloads: the folder's name depends on the system's language. */
const command = (start: string, file: string): string => `${start} "$(xdg-user-dir DOWNLOAD)/${file}"`;

/** What to do with the downloaded file, in three steps. */
export function steps({ purpose, platform, file }: Steps) {
  const page = html`<li><p>${t(`steps.page.${purpose}`)}</p></li>`;
  if (platform === 'linux') {
    const start = purpose === 'portal' ? 'sudo sh' : 'sh';
    return html`<ol class="steps">
      <li><p>${t('steps.linux.terminal')}</p></li>
      <li>
        <p>${t(`steps.linux.command.${purpose}`)}</p>
        <lk-copy-text .text=${command(start, file)} .label=${t('copy.command')}></lk-copy-text>
        <p class="hint">${t('steps.linux.folder', { start })}</p>
      </li>
      ${page}
    </ol>`;
  }
  return html`<ol class="steps">
    <li>
      <p>${t(`steps.${platform}.open`, { file })}</p>
      ${platform === 'macos' ? html`<p class="hint">${t('steps.macos.gatekeeper')}</p>` : ''}
    </li>
    ${purpose === 'portal' ? html`<li><p>${t(`steps.${platform}.elevate`)}</p></li>` : ''} ${page}
  </ol>`;
}
