import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { customerRequests, type CustomerState } from '#protocol/customer-page.ts';
import { Action } from '../customer/action.ts';
import { CustomerElement } from '../customer/customer-element.ts';
import { notice } from '../customer/notice.ts';
import { problemText, type Problem } from '../customer/texts.ts';
import { accountFields } from './account-fields.ts';
import type { AppConnection } from './app-connection.ts';
import { addressOf, organisationOf } from './organisation.ts';

/** Milliseconds in which it cannot be allowed: whoever was about to click something else there has not read it. */
const armingTime = 600;

/**
 * Asks for the customer's permission. Nothing but its two buttons answers it. Fires `answered` with whether an answer of
 * this page is on its way or taken; what is shown stays until the app takes the question back.
 */
@customElement('lk-consent-dialog')
export class ConsentDialog extends CustomerElement {
  @property({ attribute: false }) app!: AppConnection;
  @property({ attribute: false }) question!: NonNullable<CustomerState['consent']>;
  @property() computer = '';
  @state() private withPassword = true;
  @state() private armed = false;
  @state() private missing = false;
  /** Counts the answers, so that the same problem is told again. */
  @state() private attempts = 0;
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('form') private form!: HTMLFormElement;
  private readonly action = new Action(this);
  /** For what comes of an answer: a wrong password is told by the state. */
  private waiting: 'no' | 'yes' | 'refused' = 'no';
  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override render() {
    const { question } = this;
    const names = { technician: question.technician, organisation: organisationOf(question), computer: this.computer };
    return html`<dialog
      class="consent"
      closedby="none"
      aria-labelledby="consent-title"
      aria-describedby="consent-intro"
      @cancel=${(event: Event) => event.preventDefault()}
      @keydown=${this.keepOpen}
    >
      <form novalidate @submit=${this.allow}>
        <h2 id="consent-title" tabindex="-1">${this.t('consent.title')}</h2>
        <p id="consent-intro" class="lead">${this.t('consent.intro', names)}</p>
        <h3>${this.t('consent.meaning')}</h3>
        <ul class="points">
          <li>${this.t('consent.meaning.anytime', names)}</li>
          <li>${this.t('consent.meaning.install')}</li>
          <li>${this.t('consent.meaning.takeBack')}</li>
        </ul>
        <dl class="facts">
          <dt>${this.t('consent.organisation')}</dt>
          <dd>${organisationOf(question)}</dd>
          <dt>${this.t('consent.hub')}</dt>
          <dd>${addressOf(question.hub)}</dd>
        </dl>
        ${question.password === 'account' ? this.passwordPart() : nothing}
        <p class="muted">${this.t('consent.trust')}</p>
        <div class="answers">
          <div class="live" role="alert">${this.message()}</div>
          <div class="buttons">
            <button class="button primary" ?disabled=${!this.armed || this.action.busy}>
              ${this.action.busy ? this.t('consent.checking') : this.t('consent.allow')}
            </button>
            <button type="button" class="button" ?disabled=${this.action.busy} @click=${this.decline}>
              ${this.t('consent.decline')}
            </button>
          </div>
        </div>
      </form>
    </dialog>`;
  }

  private passwordPart() {
    const problem = this.shownProblem;
    return html`<div class="password-part">
      <label class="check">
        <input
          type="checkbox"
          id="with-password"
          aria-describedby="password-meaning"
          .checked=${this.withPassword}
          ?disabled=${this.action.busy}
          @change=${(event: Event) => {
            this.withPassword = (event.target as HTMLInputElement).checked;
            this.missing = false;
            this.action.clear();
          }}
        />
        <span>${this.t('consent.setPassword')}</span>
      </label>
      <p id="password-meaning" class="muted">
        ${this.t(this.withPassword ? 'consent.setPassword.meaning' : 'consent.noPassword.meaning')}
      </p>
      ${
        this.withPassword
          ? accountFields({
              account: this.question.account,
              disabled: this.action.busy,
              invalid: this.missing || problem?.code === 'consent.passwordWrong',
              describedBy: 'consent-problem',
            })
          : nothing
      }
    </div>`;
  }

  private get shownProblem(): Problem | undefined {
    if (this.action.busy) return undefined;
    return this.action.problem ?? this.question.problem ?? undefined;
  }

  private message() {
    const problem = this.shownProblem;
    const text = this.missing ? this.t('account.missing') : problem ? problemText(problem) : undefined;
    if (text === undefined) return nothing;
    return keyed(this.attempts, html`<div id="consent-problem">${notice('error', text)}</div>`);
  }

  protected override firstUpdated(_: PropertyValues): void {
    this.dialog.showModal();
    this.querySelector<HTMLElement>('#consent-title')!.focus();
    this.timer = setTimeout(() => (this.armed = true), armingTime);
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.dialog.open) this.dialog.showModal();
    if (!changed.has('question') || !this.question.problem || this.waiting === 'no') return;
    // Told before the request is answered, or after: the fields can be used once both are there.
    this.waiting = 'refused';
    if (!this.action.busy) this.refuse();
  }

  /** No key answers or closes it: some browsers close a dialog at the second Escape, whatever `cancel` is told. */
  private keepOpen(event: KeyboardEvent): void {
    if (event.key === 'Escape') event.preventDefault();
  }

  private async allow(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.armed || this.action.busy) return;
    const account = this.typedAccount();
    this.missing = account !== undefined && (account.account === '' || account.password === '');
    this.attempts++;
    if (this.missing) return this.focusFirstEmpty();
    const setUp = this.question.setUp;
    await this.answer(() => this.app.request(customerRequests.allow, account ? { setUp, account } : { setUp }));
  }

  private async decline(): Promise<void> {
    this.missing = false;
    await this.answer(() => this.app.request(customerRequests.decline, { setUp: this.question.setUp }));
  }

  private async answer(send: () => Promise<unknown>): Promise<void> {
    this.waiting = 'yes';
    this.dispatchEvent(new CustomEvent('answered', { detail: true }));
    if (!(await this.action.run(send)) || this.isRefused) this.refuse();
  }

  private typedAccount(): { account: string; password: string } | undefined {
    if (this.question.password !== 'account' || !this.withPassword) return undefined;
    const data = new FormData(this.form);
    return { account: String(data.get('account')).trim(), password: String(data.get('password')) };
  }

  private focusFirstEmpty(): void {
    const fields = [...this.querySelectorAll<HTMLInputElement>('.account-fields input')];
    fields.find(({ value }) => value.trim() === '')?.focus();
  }

  private get isRefused(): boolean {
    return this.waiting === 'refused';
  }

  /** Not taken: the password is to be typed again. */
  private refuse(): void {
    this.waiting = 'no';
    this.attempts++;
    this.dispatchEvent(new CustomEvent('answered', { detail: false }));
    const field = this.querySelector<HTMLInputElement>('input[name=password]');
    if (!field) return;
    field.value = '';
    void this.updateComplete.then(() => {
      field.focus();
      this.querySelector('#consent-problem')?.scrollIntoView({ block: 'nearest' });
    });
  }
}
