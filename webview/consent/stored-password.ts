import { html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { customerRequests, type CustomerState } from '#protocol/customer-page.ts';
import { Action } from '../customer/action.ts';
import { CustomerElement } from '../customer/customer-element.ts';
import { notice } from '../customer/notice.ts';
import '../customer/question.ts';
import { problemText } from '../customer/texts.ts';
import { accountFields } from './account-fields.ts';
import type { AppConnection } from './app-connection.ts';

type Password = NonNullable<CustomerState['access']>['password'];

/** The Windows password that is stored on this computer: store, update, forget. */
@customElement('lk-stored-password')
export class StoredPassword extends CustomerElement {
  @property({ attribute: false }) app!: AppConnection;
  @property({ attribute: false }) password!: Password;
  @state() private open = false;
  @state() private forgetting = false;
  @state() private missing = false;
  @state() private told = '';
  @state() private attempts = 0;
  @query('form') private form!: HTMLFormElement | null;
  private readonly action = new Action(this);

  override render() {
    const { stored, account } = this.password;
    return html`<section class="card">
      <h2>${this.t('password.title')}</h2>
      <p>${this.t(stored ? 'password.stored' : 'password.none', { account })}</p>
      <div class="live" role="status">${this.told ? notice('good', this.t(this.told)) : nothing}</div>
      <div class="live" role="alert">${this.message()}</div>
      ${this.open ? this.fields() : this.buttons()}
      ${
        this.forgetting
          ? html`<lk-customer-question
              .heading=${this.t('password.forget.title')}
              .text=${this.t('password.forget.text')}
              .action=${this.t('password.forget')}
              .cancel=${this.t('password.keep')}
              @answer=${this.forget}
            ></lk-customer-question>`
          : nothing
      }
    </section>`;
  }

  private message() {
    const { problem } = this.action;
    const text = this.missing ? this.t('account.missing') : problem ? problemText(problem) : undefined;
    return text === undefined
      ? nothing
      : keyed(this.attempts, html`<div id="password-problem">${notice('error', text)}</div>`);
  }

  private buttons() {
    return html`<div class="buttons">
      <button type="button" class="button" id="open-password" ?disabled=${this.action.busy} @click=${this.show}>
        ${this.t(this.password.stored ? 'password.update' : 'password.store')}
      </button>
      ${
        this.password.stored
          ? html`<button
              type="button"
              class="button danger outline"
              ?disabled=${this.action.busy}
              @click=${() => (this.forgetting = true)}
            >
              ${this.t('password.forget')}
            </button>`
          : nothing
      }
    </div>`;
  }

  private fields() {
    return html`<form novalidate @submit=${this.store}>
      ${accountFields({
        account: this.password.account,
        disabled: this.action.busy,
        invalid: this.missing || this.action.problem?.code === 'consent.passwordWrong',
        describedBy: 'password-problem',
      })}
      <p class="muted">${this.t('password.promise')}</p>
      <div class="buttons">
        <button class="button primary" ?disabled=${this.action.busy}>
          ${this.t(this.action.busy ? 'consent.checking' : 'password.store')}
        </button>
        <button type="button" class="button" ?disabled=${this.action.busy} @click=${this.close}>
          ${this.t('cancel')}
        </button>
      </div>
    </form>`;
  }

  private async show(): Promise<void> {
    this.open = true;
    this.told = '';
    await this.updateComplete;
    this.querySelector<HTMLInputElement>('input[name=password]')?.focus();
  }

  private async close(): Promise<void> {
    this.open = this.missing = false;
    this.action.clear();
    await this.updateComplete;
    this.querySelector<HTMLElement>('#open-password')?.focus();
  }

  private async store(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(this.form!);
    const account = { account: String(data.get('account')).trim(), password: String(data.get('password')) };
    this.attempts++;
    this.missing = account.account === '' || account.password === '';
    if (!this.missing && (await this.action.run(() => this.app.request(customerRequests.storePassword, account)))) {
      this.told = 'password.done';
      return this.close();
    }
    await this.updateComplete;
    const field = this.querySelector<HTMLInputElement>('input[name=password]')!;
    if (!this.missing) field.value = '';
    [...this.querySelectorAll<HTMLInputElement>('input')].find(({ value }) => value.trim() === '')?.focus();
  }

  private async forget({ detail }: CustomEvent<boolean>): Promise<void> {
    this.forgetting = false;
    this.told = '';
    if (detail && (await this.action.run(() => this.app.request(customerRequests.forgetPassword, {}))))
      this.told = 'password.forgotten';
  }
}
