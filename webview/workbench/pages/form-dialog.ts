import { html, nothing, type TemplateResult } from 'lit';
import { t } from '#webview/base/l10n.ts';
import { errorBanner } from './page-states.ts';

/** A few fields that are filled in and sent, and what to do at each answer. */
export interface FormDialog {
  readonly title: string;
  readonly fields: TemplateResult;
  /** The button that sends it. */
  readonly action: string;
  readonly busy: boolean;
  /** What went wrong at the last try, where it is about no single field. */
  readonly error?: unknown;
  readonly submit: (form: FormData) => void;
  readonly close: () => void;
}

/** A form of a page or an element of its own, to be opened by `openDialog`. */
export const formDialog = ({ title, fields, action, busy, error, submit, close }: FormDialog): TemplateResult =>
  html`<dialog aria-labelledby="form-title" @close=${close}>
    <form
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault();
        submit(new FormData(event.target as HTMLFormElement));
      }}
    >
      <h2 id="form-title">${title}</h2>
      ${errorBanner(error)} ${fields}
      <div class="buttons">
        <button type="button" @click=${close}>${t('page.cancel')}</button>
        <button class="primary" ?disabled=${busy}>${action}</button>
      </div>
    </form>
  </dialog>`;

/** A line to be typed in, with what is wrong with it below. */
export interface TextField {
  readonly id: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly value?: string;
  readonly maxLength?: number;
  readonly placeholder?: string | undefined;
  readonly autocomplete?: 'off' | 'current-password' | 'new-password';
  /** Gets the focus when the dialog opens. */
  readonly first?: boolean;
  readonly problem?: string | undefined;
  /** What to keep in mind, while nothing is wrong. */
  readonly hint?: string | undefined;
}

export const textField = (field: TextField): TemplateResult =>
  html`<div class="field">
    <label for=${field.id}>${field.label}</label>
    <input
      id=${field.id}
      name=${field.id}
      type=${field.type ?? 'text'}
      maxlength=${field.maxLength ?? nothing}
      autocomplete=${field.autocomplete ?? 'off'}
      placeholder=${field.placeholder ?? nothing}
      ?autofocus=${field.first ?? false}
      .defaultValue=${field.value ?? ''}
      aria-invalid=${field.problem !== undefined}
      aria-describedby="${field.id}-problem"
    />
    <span class=${field.problem === undefined ? 'hint' : 'error-text'} id="${field.id}-problem" aria-live="polite">
      ${field.problem ?? field.hint ?? nothing}
    </span>
  </div>`;
