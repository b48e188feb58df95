import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { languages, type Language } from '#core/base/l10n/localizer.ts';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { email as emailShape } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { currentLanguage, errorText, showLanguage } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { markStyles } from '../pages/mark-styles.ts';
import { controlStyles, pageStyles } from '../pages/page-styles.ts';

const languageNames: Record<Language, string> = { en: 'English', fr: 'Français', de: 'Deutsch' };

/**
 * The page before the workbench. Fires `signed-in`, and `language-changed` with the language picked.
 *
 * The two fields are ordinary inputs of one form, named as password managers expect. Where two-factor sign-in is on, the
 * code is asked for in their place once they are right.
 */
@customElement('lk-sign-in')
export class SignIn extends WorkbenchElement {
  static override styles = [
    baseStyles,
    pageStyles,
    controlStyles,
    markStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: 1fr auto;
        justify-items: center;
        min-height: 100%;
        padding: 24px 16px;
      }
      main {
        align-self: center;
        width: min(360px, 100%);
      }
      h1 {
        font-size: 24px;
      }
      .subtitle {
        margin-bottom: 22px;
        color: var(--vscode-descriptionForeground);
      }
      .with-button {
        position: relative;
      }
      .with-button input {
        width: 100%;
        padding-inline-end: 36px;
      }
      .with-button button {
        position: absolute;
        inset-block: 3px;
        inset-inline-end: 4px;
      }
      .field input {
        min-height: 32px;
      }
      .message {
        min-height: 64px;
        padding-top: 2px;
      }
      .message .banner {
        margin: 0;
        align-items: flex-start;
      }
      .submit {
        width: 100%;
        min-height: 34px;
      }
      .back {
        margin-top: 14px;
      }
      p.hint {
        margin-top: 14px;
        font-size: 12px;
      }
    `,
  ];

  @state() private busy = false;
  @state() private revealed = false;
  @state() private error: string | undefined;
  @state() private invalid: 'email' | 'password' | 'both' | 'code' | undefined;
  /** E-mail and password are right; the code is missing. */
  @state() private asksCode = false;
  @state() private unreachable = false;
  /** Seconds until the hub takes another attempt. */
  @state() private wait = 0;
  @query('#email') private emailField!: HTMLInputElement;
  @query('#password') private passwordField!: HTMLInputElement;
  @query('#code') private codeField!: HTMLInputElement | null;
  /** A session was open until now: why it is not any more, and what comes of it. */
  @state() private ended = inject(AccountService).signInEnded;
  private waitAtFirst = 0;
  private countdown: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.countdown);
  }

  protected override firstUpdated(_: PropertyValues): void {
    this.emailField.focus();
  }

  override render() {
    const reveal = this.t(this.revealed ? 'signIn.hidePassword' : 'signIn.showPassword');
    const bad = (field: 'email' | 'password'): 'true' | 'false' =>
      this.invalid === field || this.invalid === 'both' ? 'true' : 'false';
    return html`<main>
        <div class="mark">${icon('key')}</div>
        <h1>${this.t('signIn.title')}</h1>
        <p class="subtitle">${this.t('signIn.subtitle')}</p>
        <form method="post" novalidate @submit=${this.submit}>
          <div class="field" ?hidden=${this.asksCode}>
            <label for="email">${this.t('signIn.email')}</label>
            <input
              id="email"
              name="email"
              type="email"
              autocomplete="username"
              autocapitalize="none"
              spellcheck="false"
              required
              aria-invalid=${bad('email')}
              aria-describedby="message"
              @input=${this.clear}
            />
          </div>
          <div class="field" ?hidden=${this.asksCode}>
            <label for="password">${this.t('signIn.password')}</label>
            <div class="with-button">
              <input
                id="password"
                name="password"
                type=${this.revealed ? 'text' : 'password'}
                autocomplete="current-password"
                autocapitalize="none"
                spellcheck="false"
                required
                aria-invalid=${bad('password')}
                aria-describedby="message"
                @input=${this.clear}
              />
              <button
                type="button"
                class="icon"
                title=${reveal}
                aria-label=${reveal}
                aria-pressed=${this.revealed}
                @click=${() => (this.revealed = !this.revealed)}
              >
                ${icon(this.revealed ? 'eye-closed' : 'eye')}
              </button>
            </div>
          </div>
          ${this.asksCode ? this.codeStep() : nothing}
          <button class="primary submit" ?disabled=${this.busy || this.wait > 0}>
            ${this.busy ? this.t('signIn.busy') : this.t(this.unreachable ? 'signIn.retry' : 'signIn.submit')}
          </button>
          ${
            this.asksCode
              ? html`<button type="button" class="link back" @click=${this.back}>${this.t('signIn.back')}</button>
                  <p class="hint">${this.t('signIn.lostAuthenticator')}</p>`
              : html`<p class="hint">${this.t('signIn.forgot')}</p>`
          }
          <div class="message" id="message" role="alert">${this.message()}</div>
        </form>
      </main>
      <footer class="row">
        <label for="language">${this.t('signIn.language')}</label>
        <select id="language" @change=${this.switchLanguage}>
          ${languages.map(
            (language) =>
              html`<option value=${language} lang=${language} ?selected=${language === currentLanguage()}>
                ${languageNames[language]}
              </option>`,
          )}
        </select>
      </footer>`;
  }

  private codeStep() {
    return html`<div class="field">
      <label for="code">${this.t('twoFactor.code')}</label>
      <input
        id="code"
        name="code"
        maxlength="32"
        autocomplete="one-time-code"
        autocapitalize="none"
        spellcheck="false"
        aria-invalid=${this.invalid === 'code' ? 'true' : 'false'}
        aria-describedby="code-hint message"
        @input=${this.clear}
      />
      <span class="hint" id="code-hint">${this.t('twoFactor.codeHint')}</span>
    </div>`;
  }

  private async back(): Promise<void> {
    this.asksCode = false;
    this.clear();
    await this.updateComplete;
    this.passwordField.focus();
    this.passwordField.select();
  }

  private message() {
    if (this.wait > 0) {
      // Heard once, seen counting: a screen reader would read out every second.
      return html`<div class="banner warning">
        ${icon('warning')}
        <span class="grow" aria-hidden="true">${this.t('signIn.wait', { seconds: this.wait })}</span>
        <span class="visually-hidden">${this.t('signIn.wait', { seconds: this.waitAtFirst })}</span>
      </div>`;
    }
    if (this.error === undefined) {
      if (!this.ended) return nothing;
      return html`<div class="banner">${icon('info')}<span class="grow">${this.t('signIn.ended')}</span></div>`;
    }
    const severity = this.unreachable ? 'warning' : 'error';
    return html`<div class="banner ${severity}">${icon(severity)}<span class="grow">${this.error}</span></div>`;
  }

  private clear(): void {
    this.invalid = undefined;
    if (this.wait === 0) this.error = undefined;
  }

  private async switchLanguage(event: Event): Promise<void> {
    const language = (event.target as HTMLSelectElement).value as Language;
    this.error = undefined; // it stands in the language before
    await showLanguage(language);
    this.emit('language-changed', language);
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy || this.wait > 0) return;
    const email = this.emailField.value.trim();
    const password = this.passwordField.value;
    const code = this.asksCode ? (this.codeField?.value.trim() ?? '') : undefined;
    this.unreachable = false;
    if (email === '' || password === '') {
      this.error = this.t('signIn.required');
      this.invalid = email === '' ? (password === '' ? 'both' : 'email') : 'password';
      (email === '' ? this.emailField : this.passwordField).focus();
      return;
    }
    if (!emailShape.safeParse(email).success) return this.refuseEmail();
    if (code === '') return this.refuseCode(this.t('account.codeRequired'));
    this.busy = true;
    this.error = undefined;
    try {
      await inject(AccountService).signIn(email, password, code);
      this.emit('signed-in');
    } catch (error) {
      this.fail(error);
    } finally {
      this.busy = false;
    }
  }

  private fail(error: unknown): void {
    const code = error instanceof LatchkeyError ? error.code : undefined;
    if (error instanceof LatchkeyError && (code === 'account.tooManyAttempts' || code === 'rpc.tooMany')) {
      this.startCountdown(Number(error.args['seconds'] ?? 30));
      return;
    }
    this.unreachable = code === 'hub.unreachable';
    if (code === 'account.codeRequired') return void this.askCode();
    if (code === 'account.codeWrong') return this.refuseCode(errorText(error));
    if (code === 'account.wrongPassword') this.asksCode = false; // it was changed meanwhile
    if (code === 'rpc.invalidParams') return this.refuseEmail();
    this.invalid = code === 'account.wrongPassword' ? 'both' : undefined;
    this.error = code === 'hub.unreachable' ? this.t('signIn.unreachable') : errorText(error);
    this.passwordField.focus();
    this.passwordField.select();
  }

  private async askCode(): Promise<void> {
    this.asksCode = true;
    this.revealed = false;
    await this.updateComplete;
    this.codeField?.focus();
  }

  private refuseCode(text: string): void {
    this.invalid = 'code';
    this.error = text;
    this.codeField?.focus();
    this.codeField?.select();
  }

  private refuseEmail(): void {
    this.invalid = 'email';
    this.error = this.t('signIn.emailInvalid');
    this.emailField.focus();
  }

  private startCountdown(seconds: number): void {
    this.wait = this.waitAtFirst = Math.max(1, Math.ceil(seconds));
    const end = Date.now() + this.wait * 1000;
    clearInterval(this.countdown);
    this.countdown = setInterval(() => {
      this.wait = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      if (this.wait === 0) clearInterval(this.countdown);
    }, 250);
  }
}
