import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import '#webview/base/qr-code.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../pages/copy-button.ts';
import { request } from '../pages/hub.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { codeField, passwordField, problemOf, type ProofProblem } from '../accounts/proof-fields.ts';
import './recovery-codes.ts';

export type SetUpStep = 'proof' | 'scan' | 'codes';

/**
 * Leads a technician through setting two-factor sign-in up: the password, the authenticator, the recovery codes. Fires
 * `set-up-step` with the step it has come to (`codes` from before they are asked for), `set-up-left`, and `set-up-done` once the codes were seen.
 */
@customElement('lk-two-factor-set-up')
export class TwoFactorSetUp extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
      }
      .scan {
        display: flex;
        flex-wrap: wrap;
        gap: 12px 20px;
        margin-bottom: 14px;
      }
      .scan > div {
        flex: 1 1 180px;
        min-width: 0;
      }
      lk-qr-code {
        width: 176px;
      }
      .secret {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      code {
        font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
        font-size: 13px;
        user-select: all;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        margin-top: 18px;
      }
      .error-text {
        min-height: 1.5em;
      }
    `,
  ];

  /** Whose it is. */
  @property() email = '';
  /** It is on already, and moves to another authenticator: a code of the present one is asked for. */
  @property({ type: Boolean }) moving = false;
  /** The button that leaves without setting it up; none where it is empty. */
  @property({ attribute: 'leave-label' }) leaveLabel = '';
  @state() private step: SetUpStep = 'proof';
  @state() private problem: ProofProblem | undefined;
  @state() private busy = false;
  @state() private begun: { readonly secret: string; readonly uri: string } | undefined;
  @state() private recoveryCodes: readonly string[] = [];

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('step')) return;
    this.renderRoot.querySelector<HTMLElement>('[autofocus]')?.focus();
    this.emit<SetUpStep>('set-up-step', this.step);
  }

  override render(): TemplateResult {
    if (this.step === 'codes') return this.renderCodes();
    return html`<form novalidate @submit=${this.step === 'proof' ? this.prove : this.confirm}>
      ${this.step === 'proof' ? this.renderProof() : this.renderScan()}
      <div class="buttons">
        ${
          this.leaveLabel === ''
            ? nothing
            : html`<button type="button" @click=${() => this.emit('set-up-left')}>${this.leaveLabel}</button>`
        }
        <button class="primary" ?disabled=${this.busy}>
          ${this.t(this.step === 'proof' ? 'twoFactor.next' : 'twoFactor.switchOn')}
        </button>
      </div>
    </form>`;
  }

  private renderProof(): TemplateResult {
    const { problem } = this;
    const at = (field: ProofProblem['field']): string | undefined =>
      problem?.field === field ? problem.text : undefined;
    return html`${passwordField(this.email, at('password'))}
    ${this.moving ? codeField({ problem: at('code'), recovery: true }) : nothing}`;
  }

  private renderScan(): TemplateResult {
    const { secret = '', uri = '' } = this.begun ?? {};
    const groups = secret.match(/.{1,4}/g)?.join(' ') ?? '';
    return html`<div class="scan">
        <lk-qr-code .text=${uri} .label=${this.t('twoFactor.qrCode')}></lk-qr-code>
        <div>
          <p>${this.t('twoFactor.scan')}</p>
          <p class="muted">${this.t('twoFactor.type')}</p>
          <div class="secret">
            <code tabindex="0" role="textbox" aria-readonly="true" aria-label=${this.t('twoFactor.secret')}
              >${groups}</code
            >
            <lk-copy-button .text=${secret} .label=${this.t('twoFactor.secret')}></lk-copy-button>
          </div>
        </div>
      </div>
      ${codeField({ problem: this.problem?.text, recovery: false, autofocus: true })}`;
  }

  private renderCodes(): TemplateResult {
    return html`<div class="banner" role="status">
        ${icon('pass')}<span class="grow">${this.t('twoFactor.isOn')}</span>
      </div>
      <p>${this.t('twoFactor.codesOnce')}</p>
      <lk-recovery-codes .codes=${this.recoveryCodes} .email=${this.email}></lk-recovery-codes>
      <div class="buttons">
        <button class="primary" autofocus @click=${() => this.emit('set-up-done')}>
          ${this.t('twoFactor.codesKept')}
        </button>
      </div>`;
  }

  private async prove(event: Event): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const password = String(form.get('password'));
    const code = String(form.get('code') ?? '').trim();
    if (password === '') return this.refuse({ field: 'password', text: this.t('administration.password.missing') });
    if (this.moving && code === '') return this.refuse({ field: 'code', text: this.t('account.codeRequired') });
    await this.attempt(async () => {
      this.begun = await request(twoFactorRequests.begin, { password, ...(this.moving && { code }) });
      this.step = 'scan';
    });
  }

  private async confirm(event: Event): Promise<void> {
    event.preventDefault();
    const code = String(new FormData(event.target as HTMLFormElement).get('code')).trim();
    if (code === '') return this.refuse({ field: 'code', text: this.t('twoFactor.codeMissing') });
    // Said before the hub is asked: it tells everybody that it is on before it has answered with the codes.
    this.emit<SetUpStep>('set-up-step', 'codes');
    await this.attempt(async () => {
      const { recoveryCodes } = await request(twoFactorRequests.confirm, { code });
      this.recoveryCodes = recoveryCodes;
      this.begun = undefined;
      this.step = 'codes';
    });
  }

  private async attempt(run: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = undefined;
    try {
      await run();
    } catch (error) {
      this.emit<SetUpStep>('set-up-step', this.step);
      this.refuse(this.step === 'scan' ? { ...problemOf(error), field: 'code' } : problemOf(error));
    } finally {
      this.busy = false;
    }
  }

  private refuse(problem: ProofProblem): void {
    this.problem = problem;
    const input = this.renderRoot.querySelector<HTMLInputElement>(`#${problem.field}`);
    input?.focus();
    input?.select();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-two-factor-set-up': TwoFactorSetUp;
  }
}
