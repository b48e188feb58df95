import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Session } from '#protocol/sessions.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { takeFocus } from '#webview/base/focus.ts';
import { errorText } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { controlStyles } from '../pages/page-styles.ts';

/**
 * Asks for an account of the computer. It is sealed for that computer as soon as it is sent, and kept nowhere; the password
 * is gone from the page too.
 */
@customElement('lk-session-sign-in')
export class SessionSignIn extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
        padding: 24px 28px;
      }
      form {
        max-width: 380px;
      }
      h2 {
        margin: 0 0 4px;
        font-size: 18px;
        font-weight: 400;
      }
      p {
        margin: 0 0 14px;
        max-width: 70ch;
      }
      label {
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) session: Session | undefined;
  @state() private busy = false;
  @state() private error: unknown;
  @query('#account') private account!: HTMLInputElement | null;
  @query('#password') private password!: HTMLInputElement | null;
  private readonly sessions = inject(SessionService);

  protected override firstUpdated(): void {
    takeFocus(this.account);
  }

  override focus(): void {
    this.account?.focus();
  }

  override render(): TemplateResult {
    const { session, error } = this;
    const name = session?.computer?.name ?? '';
    if (session && !this.sessions.isInControl(session)) {
      return html`<p class="muted" role="status">${icon('eye')} ${this.t('sessions.signIn.other')}</p>`;
    }
    const windows = session?.computer?.platform === 'windows';
    return html`<form @submit=${this.send} autocomplete="off">
      <h2>${this.t('sessions.signIn.title', { name })}</h2>
      <p class="muted">${this.t('sessions.signIn.intro', { name })}</p>
      ${error === undefined ? (session?.storedPasswordRefused ? this.renderStored() : nothing) : this.renderError(error)}
      <div class="field">
        <label for="account">${this.t('sessions.signIn.account')}</label>
        <input
          id="account"
          name="latchkey-computer-account"
          required
          maxlength="255"
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          aria-describedby=${windows ? 'domain' : nothing}
        />
        ${windows ? html`<span class="hint" id="domain">${this.t('sessions.signIn.domain')}</span>` : nothing}
      </div>
      <div class="field">
        <label for="password">${this.t('sessions.signIn.password')}</label>
        <input
          id="password"
          name="latchkey-computer-password"
          type="password"
          maxlength="1024"
          autocomplete="off"
          data-1p-ignore
          aria-invalid=${error === undefined ? nothing : 'true'}
        />
      </div>
      <button class="primary" ?disabled=${this.busy}>
        ${icon('sign-in')}${this.t(this.busy ? 'sessions.signIn.busy' : 'sessions.signIn.send')}
      </button>
    </form>`;
  }

  private renderStored(): TemplateResult {
    return html`<div class="banner warning" role="status">
      ${icon('warning')}<span class="grow">${this.t('sessions.signIn.storedRefused')}</span>
    </div>`;
  }

  private renderError(error: unknown): TemplateResult {
    const left = error instanceof LatchkeyError ? error.args['left'] : undefined;
    return html`<div class="banner error" role="alert">
      ${icon('error')}<span class="grow"
        >${errorText(error)}
        ${typeof left === 'number' && left > 0 ? this.t('sessions.signIn.left', { count: left }) : nothing}</span
      >
    </div>`;
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const { session, account, password } = this;
    if (!session || !account || !password || this.busy) return;
    const given = { account: account.value.trim(), password: password.value };
    password.value = '';
    this.busy = true;
    this.error = undefined;
    try {
      await this.sessions.signIn(session.id, given);
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
    if (this.error === undefined || !this.isConnected) return;
    await this.updateComplete;
    this.password?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-session-sign-in': SessionSignIn;
  }
}
