import { html, type TemplateResult } from 'lit';
import { t } from '#webview/base/l10n.ts';
import { errorBanner } from './page-states.ts';

/** What is asked before something that is hard to undo, and what to do at each answer. */
export interface Question {
  readonly title: string;
  readonly detail: string;
  /** The button that does it. */
  readonly action: string;
  readonly busy: boolean;
  /** What went wrong at the last try. */
  readonly error: unknown;
  readonly run: () => void;
  readonly close: () => void;
}

/** A question of a page, for its own `<dialog>`: the answer that changes nothing has the focus. */
export const questionDialog = ({ title, detail, action, busy, error, run, close }: Question): TemplateResult =>
  html`<dialog aria-labelledby="question-title" @close=${close}>
    <h2 id="question-title">${title}</h2>
    <p>${detail}</p>
    ${errorBanner(error)}
    <div class="buttons">
      <button autofocus @click=${close}>${t('page.cancel')}</button>
      <button class="primary" ?disabled=${busy} @click=${run}>${action}</button>
    </div>
  </dialog>`;
