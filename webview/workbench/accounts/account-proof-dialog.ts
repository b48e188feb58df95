import { html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AccountProof, ProofQuestion } from '#core/workbench/accounts/account-proof.ts';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { codeField, passwordField, problemOf } from './proof-fields.ts';

/** Asks technicians for their own password again. Fires `answered` with an `AccountProof`, or with nothing. */
@customElement('lk-account-proof-dialog')
export class AccountProofDialog extends WorkbenchElement {
  static override styles = [baseStyles, controlStyles];

  @property({ attribute: false }) question: ProofQuestion = { purpose: '', needsCode: false };

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override render() {
    const { purpose, needsCode, problem } = this.question;
    const email = inject(AccountService).identity?.technician.email ?? '';
    const wrong = problem && problemOf(problem);
    return html`<dialog aria-labelledby="title" aria-describedby="purpose" @close=${() => this.emit('answered')}>
      <form novalidate @submit=${this.submit}>
        <h2 id="title">${this.t('accountProof.title')}</h2>
        <p id="purpose">${purpose}</p>
        <p class="muted">${this.t('accountProof.signedInAs', { email })}</p>
        ${passwordField(email, wrong?.field === 'password' ? wrong.text : undefined)}
        ${needsCode ? codeField({ problem: wrong?.field === 'code' ? wrong.text : undefined, recovery: true }) : nothing}
        <div class="buttons">
          <button type="button" @click=${() => this.emit('answered')}>${this.t('page.cancel')}</button>
          <button class="primary">${this.t('accountProof.continue')}</button>
        </div>
      </form>
    </dialog>`;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const password = String(form.get('password'));
    const code = String(form.get('code') ?? '').trim();
    const missing = password === '' ? '#password' : this.question.needsCode && code === '' ? '#code' : undefined;
    if (missing) this.renderRoot.querySelector<HTMLInputElement>(missing)?.focus();
    else this.emit<AccountProof>('answered', { password, ...(code !== '' && { code }) });
  }
}

/** Resolves with what the technician typed, or undefined. */
export function askProof(question: ProofQuestion): Promise<AccountProof | undefined> {
  const element = document.createElement('lk-account-proof-dialog');
  element.question = question;
  return new Promise((resolve) => {
    element.addEventListener('answered', (event) => {
      element.remove();
      resolve((event as CustomEvent<AccountProof | undefined>).detail ?? undefined);
    });
    document.body.append(element);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-account-proof-dialog': AccountProofDialog;
  }
}
