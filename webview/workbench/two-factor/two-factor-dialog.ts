import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { codeField, passwordField, problemOf, type ProofProblem } from '../accounts/proof-fields.ts';
import './recovery-codes.ts';
import './two-factor-set-up.ts';
import type { SetUpStep } from './two-factor-set-up.ts';

type View = 'state' | 'setUp' | 'move' | 'renew' | 'switchOff' | 'codes';

/** Technicians' own two-factor sign-in: set up, moved, switched off, with new recovery codes. Fires `dialog-close`. */
@customElement('lk-two-factor-dialog')
export class TwoFactorDialog extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      .state-line {
        display: flex;
        align-items: flex-start;
        gap: 8px;
        margin: 0 0 10px;
      }
      .on .codicon {
        color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
      }
      .actions {
        display: flex;
        flex-direction: column;
        align-items: stretch;
        gap: 8px;
        margin-top: 14px;
      }
      .actions button {
        justify-content: flex-start;
      }
      .error-text {
        min-height: 1.5em;
      }
    `,
  ];

  @state() private view: View = 'state';
  @state() private problem: ProofProblem | undefined;
  @state() private busy = false;
  /** Shown once: leaving takes a button, not a slip of the finger. */
  @state() private showsCodes = false;
  @state() private recoveryCodes: readonly string[] = [];
  private hasFocused = false;
  private readonly loader = new Loader(this, () => request(twoFactorRequests.state, {}));

  private get email(): string {
    return inject(AccountService).identity?.technician.email ?? '';
  }

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  protected override updated(changed: PropertyValues): void {
    const loaded = this.loader.value !== undefined;
    if (changed.has('view') || loaded !== this.hasFocused)
      this.renderRoot.querySelector<HTMLElement>('[autofocus]')?.focus();
    this.hasFocused = loaded;
  }

  override render(): TemplateResult {
    return html`<dialog
      aria-labelledby="title"
      @cancel=${(event: Event) => this.showsCodes && event.preventDefault()}
      @close=${this.close}
    >
      <h2 id="title">${this.t('twoFactor.title')}</h2>
      ${this.renderView()}
    </dialog>`;
  }

  private renderView(): TemplateResult {
    switch (this.view) {
      case 'setUp':
      case 'move':
        return html`<p>${this.t(this.view === 'move' ? 'twoFactor.moveIntro' : 'twoFactor.intro')}</p>
          <lk-two-factor-set-up
            .email=${this.email}
            ?moving=${this.view === 'move'}
            leave-label=${this.t('page.cancel')}
            @set-up-step=${({ detail }: CustomEvent<SetUpStep>) => (this.showsCodes = detail === 'codes')}
            @set-up-left=${this.close}
            @set-up-done=${this.close}
          ></lk-two-factor-set-up>`;
      case 'renew':
      case 'switchOff':
        return this.renderProof(this.view);
      case 'codes':
        return html`<p>${this.t('twoFactor.codesOnce')}</p>
          <lk-recovery-codes .codes=${this.recoveryCodes} .email=${this.email}></lk-recovery-codes>
          <div class="buttons">
            <button class="primary" autofocus @click=${this.close}>${this.t('twoFactor.codesKept')}</button>
          </div>`;
      case 'state':
        return this.loader.render((found) => this.renderState(found));
    }
  }

  private renderState(found: { on: boolean; required: boolean; recoveryCodesLeft: number }): TemplateResult {
    const { on, required, recoveryCodesLeft: left } = found;
    const go = (view: View): void => {
      this.view = view;
      this.problem = undefined;
    };
    return html`<p class="state-line ${on ? 'on' : ''}">
        ${icon(on ? 'shield' : 'unlock')}<span>${this.t(on ? 'twoFactor.state.on' : 'twoFactor.state.off')}</span>
      </p>
      ${on ? html`<p class="muted">${this.t('twoFactor.codesLeft', { count: left })}</p>` : nothing}
      ${
        on
          ? html`<div class="actions">
              <button autofocus @click=${() => go('renew')}>${icon('refresh')}${this.t('twoFactor.renew')}</button>
              <button @click=${() => go('move')}>${icon('device-mobile')}${this.t('twoFactor.move')}</button>
              <button
                aria-disabled=${required}
                aria-describedby=${required ? 'required' : nothing}
                @click=${() => !required && go('switchOff')}
              >
                ${icon('circle-slash')}${this.t('twoFactor.switchOff')}
              </button>
              ${required ? html`<span class="hint" id="required">${this.t('twoFactor.isRequired')}</span>` : nothing}
            </div>`
          : nothing
      }
      <div class="buttons">
        <button @click=${this.close}>${this.t('twoFactor.close')}</button>
        ${
          on
            ? nothing
            : html`<button class="primary" autofocus @click=${() => go('setUp')}>${this.t('twoFactor.setUp')}</button>`
        }
      </div>`;
  }

  private renderProof(view: 'renew' | 'switchOff'): TemplateResult {
    const { problem } = this;
    const at = (field: ProofProblem['field']): string | undefined =>
      problem?.field === field ? problem.text : undefined;
    return html`<p>${this.t(`twoFactor.${view}Intro`)}</p>
      <form novalidate @submit=${(event: Event) => void this.prove(event, view)}>
        ${passwordField(this.email, at('password'))} ${codeField({ problem: at('code'), recovery: true })}
        <div class="buttons">
          <button type="button" @click=${this.close}>${this.t('page.cancel')}</button>
          <button class="primary" ?disabled=${this.busy}>${this.t(`twoFactor.${view}`)}</button>
        </div>
      </form>`;
  }

  private async prove(event: Event, view: 'renew' | 'switchOff'): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const form = new FormData(event.target as HTMLFormElement);
    const proof = { password: String(form.get('password')), code: String(form.get('code')).trim() };
    if (proof.password === '')
      return this.refuse({ field: 'password', text: this.t('administration.password.missing') });
    if (proof.code === '') return this.refuse({ field: 'code', text: this.t('account.codeRequired') });
    this.busy = true;
    this.problem = undefined;
    try {
      if (view === 'switchOff') {
        await request(twoFactorRequests.switchOff, proof);
        this.close();
      } else {
        this.recoveryCodes = (await request(twoFactorRequests.renewRecoveryCodes, proof)).recoveryCodes;
        this.showsCodes = true;
        this.view = 'codes';
      }
    } catch (error) {
      this.refuse(problemOf(error));
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

  private readonly close = (): void => void this.emit('dialog-close');
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-two-factor-dialog': TwoFactorDialog;
  }
}
