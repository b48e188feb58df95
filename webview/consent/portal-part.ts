import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { customerRequests, type CustomerState } from '#protocol/customer-page.ts';
import { Action } from '../customer/action.ts';
import { CustomerElement } from '../customer/customer-element.ts';
import { headline, notice, type NoticeKind } from '../customer/notice.ts';
import type { IconName } from '../customer/icons.ts';
import '../customer/password-field.ts';
import { problemText, type Problem } from '../customer/texts.ts';
import type { AppConnection } from './app-connection.ts';
import { organisationOf } from './organisation.ts';
import { onMac, onWindows } from './this-computer.ts';

type Portal = NonNullable<CustomerState['portal']>;
type Step = Portal['step'];

/** The steps that a person goes through, for `2 of 4`. */
const steps: readonly Step[] = ['signIn', 'consent', 'details', 'installing'];

/** Setting up from the public page: the technician signs in here, the customer allows it, the endpoint is installed. */
@customElement('lk-portal-part')
export class PortalPart extends CustomerElement {
  @property({ attribute: false }) app!: AppConnection;
  @property({ attribute: false }) state!: CustomerState;
  /** What is wrong with what was typed: a key of the texts. */
  @state() private wrong: string | undefined;
  @state() private attempts = 0;
  private readonly action = new Action(this);

  override render() {
    const portal = this.state.portal!;
    const at = steps.indexOf(portal.step);
    return html`<section class="card">
      ${at >= 0 ? html`<p class="step">${this.t('portal.step', { step: at + 1, steps: steps.length })}</p>` : nothing}
      ${this.screen(portal)}
    </section>`;
  }

  private screen(portal: Portal) {
    switch (portal.step) {
      case 'elevation':
        return this.elevation(portal);
      case 'signIn':
        return this.signIn(portal);
      case 'consent':
        return this.say('info', 'info', 'consent', { technician: portal.technician });
      case 'details':
        return this.details(portal);
      case 'installing':
        return html`${this.say('download', 'info', 'installing')}
          <progress aria-label=${this.t('portal.installing.title')}></progress>`;
      case 'done':
        return this.done(portal);
      case 'declined':
        return html`${this.say('info', 'info', 'declined')}${this.closeButton('close')}`;
      case 'failed':
        return html`${this.say('warning', 'warning', 'failed')}
          ${portal.problem ? notice('warning', problemText(portal.problem)) : nothing}
          <p>${this.t('portal.failed.next')}</p>
          ${this.closeButton('close')}`;
    }
  }

  private say(icon: IconName, kind: NoticeKind, key: string, args: Record<string, string> = {}) {
    const all = { organisation: organisationOf(this.state), computer: this.state.computer, ...args };
    return html`${headline(icon, kind, this.t(`portal.${key}.title`, all))}
      <p class="lead">${this.t(`portal.${key}.text`, all)}</p>`;
  }

  private elevation(portal: Portal) {
    const how = onWindows() ? 'windows' : onMac() ? 'macos' : 'linux';
    return html`${this.say('shield', 'warning', 'elevation')}
      <p>${this.t(`portal.elevation.${how}`)}</p>
      ${portal.problem ? notice('warning', problemText(portal.problem)) : nothing} ${this.closeButton('close')}`;
  }

  private signIn(portal: Portal) {
    const invalid = this.problem?.code === 'account.wrongPassword' || this.wrong === 'portal.signIn.missing';
    return html`${headline('person', 'info', this.t('portal.signIn.title'))}
      <p class="lead">${this.t('portal.signIn.text')}</p>
      <form novalidate @submit=${this.sendSignIn}>
        <div class="field">
          <label for="email">${this.t('portal.signIn.email')}</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            maxlength="254"
            required
            ?disabled=${this.action.busy}
            aria-invalid=${invalid ? 'true' : 'false'}
            aria-describedby="portal-problem"
          />
        </div>
        <lk-password-field
          name="password"
          .label=${this.t('portal.signIn.password')}
          .disabled=${this.action.busy}
          .invalid=${invalid}
          .describedBy=${'portal-problem'}
        ></lk-password-field>
        ${
          portal.codeRequired
            ? html`<div class="field">
                <label for="code">${this.t('portal.signIn.code')}</label>
                <input
                  id="code"
                  name="code"
                  inputmode="numeric"
                  autocomplete="one-time-code"
                  autocapitalize="none"
                  spellcheck="false"
                  maxlength="32"
                  required
                  ?disabled=${this.action.busy}
                  aria-invalid=${this.problem?.code === 'account.codeWrong' ? 'true' : 'false'}
                  aria-describedby="code-hint portal-problem"
                />
                <p class="hint" id="code-hint">${this.t('portal.signIn.code.hint')}</p>
              </div>`
            : nothing
        }
        ${this.trouble()}
        <div class="buttons">
          <button class="button primary" ?disabled=${this.action.busy}>
            ${this.t(this.action.busy ? 'portal.signIn.busy' : 'portal.signIn.action')}
          </button>
          ${this.cancelButton()}
        </div>
      </form>`;
  }

  private details(portal: Portal) {
    return html`${headline('computer', 'info', this.t('portal.details.title'))}
      <p class="lead">${this.t('portal.details.text', { technician: portal.technician })}</p>
      <form novalidate @submit=${this.sendDetails}>
        <div class="field">
          <label for="nickname">${this.t('portal.details.nickname')}</label>
          <input
            id="nickname"
            name="nickname"
            autocomplete="off"
            maxlength="64"
            ?disabled=${this.action.busy}
            aria-describedby="nickname-hint portal-problem"
          />
          <p class="hint" id="nickname-hint">
            ${this.t('portal.details.nickname.hint', { computer: this.state.computer })}
          </p>
        </div>
        <div class="field">
          <label for="group">${this.t('device.group')}</label>
          ${
            portal.groups.length === 0
              ? html`<p class="hint">${this.t('portal.details.noGroup')}</p>`
              : html`<select id="group" name="group" ?disabled=${this.action.busy} aria-describedby="portal-problem">
                  ${portal.groups.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
                </select>`
          }
        </div>
        ${this.trouble()}
        <div class="buttons">
          <button class="button primary" ?disabled=${this.action.busy || portal.groups.length === 0}>
            ${this.t(this.action.busy ? 'portal.details.busy' : 'portal.details.action')}
          </button>
          ${this.cancelButton()}
        </div>
      </form>`;
  }

  private done(portal: Portal) {
    const how = portal.passwordStored ? 'stored' : onWindows() ? 'windows' : 'account';
    return html`${this.say('check', 'good', 'done')}
      <p>${this.t(`setUp.done.${how}`)}</p>
      <p>${this.t('setUp.done.takeBack')}</p>
      ${this.closeButton('close')}`;
  }

  private get problem(): Problem | undefined {
    if (this.action.busy) return undefined;
    return this.action.problem ?? this.state.portal?.problem ?? undefined;
  }

  private trouble() {
    const text = this.wrong ? this.t(this.wrong) : this.problem ? problemText(this.problem) : undefined;
    // Asking for the code is no fault of anybody.
    const kind = this.problem?.code === 'account.codeRequired' ? 'info' : 'error';
    return html`<div class="live" role="alert">
      ${
        text === undefined
          ? nothing
          : keyed(this.attempts, html`<div id="portal-problem">${notice(this.wrong ? 'error' : kind, text)}</div>`)
      }
    </div>`;
  }

  private closeButton(key: 'close') {
    return html`<div class="buttons">
      <button type="button" class="button primary" ?disabled=${this.action.busy} @click=${this.close}>
        ${this.t(key)}
      </button>
    </div>`;
  }

  private cancelButton() {
    return html`<button type="button" class="button" ?disabled=${this.action.busy} @click=${this.close}>
      ${this.t('portal.cancel')}
    </button>`;
  }

  private close(): void {
    void this.action.run(() => this.app.request(customerRequests.close, {}));
  }

  private async sendSignIn(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const email = String(data.get('email')).trim();
    const password = String(data.get('password'));
    const code = String(data.get('code') ?? '').replace(/\s/g, '');
    this.attempts++;
    this.wrong = email === '' || password === '' ? 'portal.signIn.missing' : undefined;
    if (this.wrong) return this.focusFirstEmpty();
    await this.action.run(() =>
      this.app.request(customerRequests.signIn, { email, password, ...(code === '' ? {} : { code }) }),
    );
    this.attempts++;
    await this.updateComplete;
    this.correctSignIn();
  }

  /** Puts the person where something is to be typed again. */
  private correctSignIn(): void {
    const code = this.problem?.code;
    const field = (name: string) => this.querySelector<HTMLInputElement>(`input[name=${name}]`);
    const again =
      code === 'account.wrongPassword' ? field('password') : code?.startsWith('account.code') ? field('code') : null;
    if (!again) return;
    again.value = '';
    again.focus();
  }

  private async sendDetails(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const nickname = String(data.get('nickname')).trim();
    this.attempts++;
    this.wrong = undefined;
    await this.action.run(() =>
      this.app.request(customerRequests.complete, { nickname: nickname || null, group: String(data.get('group')) }),
    );
    this.attempts++;
  }

  private focusFirstEmpty(): void {
    [...this.querySelectorAll<HTMLInputElement>('form input')].find(({ value }) => value.trim() === '')?.focus();
  }
}
