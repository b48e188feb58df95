import { html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { accountRequests, minimumPasswordLength } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { errorText } from '#webview/base/l10n.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { formDialog, textField } from '../pages/form-dialog.ts';
import { request } from '../pages/hub.ts';
import { controlStyles } from '../pages/page-styles.ts';

type Field = 'current' | 'next' | 'repeat';

/** The dialog in which technicians change their own password. Fires `changed` and `dialog-close`. */
@customElement('lk-change-password')
export class ChangePassword extends WorkbenchElement {
  static override styles = [baseStyles, controlStyles];

  @state() private problem: { field: Field; text: string } | undefined;
  @state() private busy = false;

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override render() {
    return formDialog({
      title: this.t('administration.changePassword'),
      fields: html`<input
          class="visually-hidden"
          name="username"
          autocomplete="username"
          tabindex="-1"
          aria-hidden="true"
        />
        ${this.field('current', 'current-password')} ${this.field('next', 'new-password')}
        ${this.field('repeat', 'new-password')}`,
      action: this.t('administration.changePassword'),
      busy: this.busy,
      submit: (form) => void this.submit(form),
      close: () => this.emit('dialog-close'),
    });
  }

  private field(field: Field, autocomplete: 'current-password' | 'new-password') {
    return textField({
      id: field,
      label: this.t(`administration.password.${field}`),
      type: 'password',
      maxLength: 1024,
      autocomplete,
      first: field === 'current',
      problem: this.problem?.field === field ? this.problem.text : undefined,
      hint: field === 'next' ? this.t('administration.passwordHint', { minimum: minimumPasswordLength }) : undefined,
    });
  }

  private async submit(form: FormData): Promise<void> {
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
