import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { accountRequests, minimumPasswordLength } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { errorText } from '#webview/base/l10n.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { request } from '../pages/hub.ts';
import { controlStyles } from '../pages/page-styles.ts';

type Field = 'current' | 'next' | 'repeat';

/** The dialog in which technicians change their own password. Fires `changed` and `dialog-close`. */
@customElement('lk-change-password')
export class ChangePassword extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      .error-text {
        min-height: 1.5em;
      }
    `,
  ];

  @state() private problem: { field: Field; text: string } | undefined;
  @state() private busy = false;

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override render() {
    return html`<dialog aria-labelledby="title" @close=${() => this.emit('dialog-close')}>
      <form novalidate @submit=${this.submit}>
        <h2 id="title">${this.t('administration.changePassword')}</h2>
        <input class="visually-hidden" name="username" autocomplete="username" tabindex="-1" aria-hidden="true" />
        ${this.field('current', 'current-password')} ${this.field('next', 'new-password')}
        ${this.field('repeat', 'new-password')}
        <div class="buttons">
          <button type="button" @click=${() => this.emit('dialog-close')}>${this.t('page.cancel')}</button>
          <button class="primary" ?disabled=${this.busy}>${this.t('administration.changePassword')}</button>
        </div>
      </form>
    </dialog>`;
  }

  private field(field: Field, autocomplete: 'current-password' | 'new-password') {
    const problem = this.problem?.field === field ? this.problem.text : undefined;
    const hint = field === 'next' ? this.t('administration.passwordHint', { minimum: minimumPasswordLength }) : nothing;
    return html`<div class="field">
      <label for=${field}>${this.t(`administration.password.${field}`)}</label>
      <input
        id=${field}
        name=${field}
        type="password"
        maxlength="1024"
        autocomplete=${autocomplete}
        ?autofocus=${field === 'current'}
        aria-invalid=${problem !== undefined}
        aria-describedby="${field}-problem"
      />
      <span class=${problem ? 'error-text' : 'hint'} id="${field}-problem" aria-live="polite">${problem ?? hint}</span>
    </div>`;
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const read = (field: Field): string => String(form.get(field));
    this.problem = undefined;
    if (read('current') === '') return this.refuse('current', this.t('administration.password.missing'));
    if (read('next').length < minimumPasswordLength)
      return this.refuse('next', this.t('account.passwordTooWeak', { minimum: minimumPasswordLength }));
    if (read('next') !== read('repeat')) return this.refuse('repeat', this.t('administration.password.differs'));
    this.busy = true;
    try {
      await request(accountRequests.changePassword, { current: read('current'), next: read('next') });
      this.emit('changed');
      this.emit('dialog-close');
    } catch (error) {
      const weak = error instanceof LatchkeyError && error.code === 'account.passwordTooWeak';
      const wrong = error instanceof LatchkeyError && error.code === 'account.wrongPassword';
      const text = wrong ? this.t('administration.password.wrong') : errorText(error);
      this.refuse(weak ? 'next' : 'current', text);
    } finally {
      this.busy = false;
    }
  }

  private refuse(field: Field, text: string): void {
    this.problem = { field, text };
    this.renderRoot.querySelector<HTMLInputElement>(`#${field}`)?.focus();
  }
}
