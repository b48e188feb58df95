import { html, nothing, type TemplateResult } from 'lit';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { errorText, t } from '#webview/base/l10n.ts';

/** Which of the two fields an error is about, and what it says there. */
export interface ProofProblem {
  readonly field: 'password' | 'code';
  readonly text: string;
}

const aboutCode: readonly ErrorCode[] = ['account.codeWrong', 'account.codeRequired'];

/** What went wrong with a proof, at the field that has to be typed anew. */
export function problemOf(error: unknown): ProofProblem {
  const code = error instanceof LatchkeyError ? error.code : undefined;
  if (code === 'account.wrongPassword') return { field: 'password', text: t('accountProof.wrongPassword') };
  return { field: code && aboutCode.includes(code) ? 'code' : 'password', text: errorText(error) };
}

/** A field for a code of an authenticator; with `recovery` it takes a recovery code too. */
export const codeField = (options: {
  readonly problem: string | undefined;
  readonly recovery: boolean;
  readonly autofocus?: boolean;
}): TemplateResult =>
  html`<div class="field">
    <label for="code">${t('twoFactor.code')}</label>
    <input
      id="code"
      name="code"
      maxlength="32"
      autocomplete="one-time-code"
      autocapitalize="none"
      spellcheck="false"
      inputmode=${options.recovery ? 'text' : 'numeric'}
      ?autofocus=${options.autofocus}
      aria-invalid=${options.problem !== undefined}
      aria-describedby="code-problem"
    />
    <span class=${options.problem ? 'error-text' : 'hint'} id="code-problem" aria-live="polite"
      >${options.problem ?? t(options.recovery ? 'twoFactor.codeHint' : 'twoFactor.codeHintFirst')}</span
    >
  </div>`;

/** A field for the technician's own password, marked for password managers. */
export const passwordField = (email: string, problem: string | undefined): TemplateResult =>
  html`<input
      class="visually-hidden"
      name="username"
      autocomplete="username"
      tabindex="-1"
      aria-hidden="true"
      .value=${email}
    />
    <div class="field">
      <label for="password">${t('accountProof.password')}</label>
      <input
        id="password"
        name="password"
        type="password"
        maxlength="1024"
        autocomplete="current-password"
        autofocus
        aria-invalid=${problem !== undefined}
        aria-describedby="password-problem"
      />
      <span class="error-text" id="password-problem" aria-live="polite">${problem ?? nothing}</span>
    </div>`;
