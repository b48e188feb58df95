import { html, nothing, type TemplateResult } from 'lit';
import { errorText, t } from '#webview/base/l10n.ts';
import { icon } from '#webview/base/styles.ts';

/** While a page waits for its first content. Screen readers hear it; nothing jumps when the content arrives. */
export const loadingState = (): TemplateResult =>
  html`<div class="state" role="status">
    <vscode-progress-ring aria-hidden="true"></vscode-progress-ring>
    <p>${t('page.loading')}</p>
  </div>`;

/** Where there is nothing to show: what would be here, and what to do about it. */
export const emptyState = (symbol: string, text: string, action?: TemplateResult): TemplateResult =>
  html`<div class="state">
    ${icon(symbol)}
    <p>${text}</p>
    ${action ?? nothing}
  </div>`;

export const errorState = (error: unknown, retry: () => void): TemplateResult =>
  html`<div class="state" role="alert">
    ${icon('error')}
    <p>${errorText(error)}</p>
    <button @click=${retry}>${icon('refresh')}${t('page.retry')}</button>
  </div>`;

/** An error of something that a person just did, above what they did it to. */
export const errorBanner = (error: unknown): TemplateResult | typeof nothing =>
  error === undefined
    ? nothing
    : html`<div class="banner error" role="alert">${icon('error')}<span class="grow">${errorText(error)}</span></div>`;
