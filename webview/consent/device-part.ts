import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { customerRequests, type CustomerState } from '#protocol/customer-page.ts';
import { Action } from '../customer/action.ts';
import { CustomerElement } from '../customer/customer-element.ts';
import { headline, notice } from '../customer/notice.ts';
import '../customer/question.ts';
import { problemText } from '../customer/texts.ts';
import { activityList } from './activity-list.ts';
import type { AppConnection } from './app-connection.ts';
import { addressOf, organisationOf } from './organisation.ts';
import './session-list.ts';
import './stored-password.ts';

/** On a computer that is set up: how things stand, and what the customer can do about it. */
@customElement('lk-device-part')
export class DevicePart extends CustomerElement {
  @property({ attribute: false }) app!: AppConnection;
  @property({ attribute: false }) state!: CustomerState;
  @state() private removing = false;
  private readonly blocking = new Action(this);
  private readonly removal = new Action(this);

  override render() {
    const { state } = this;
    return html`${
      state.access?.blocked || state.sessions.length === 0
        ? this.standing()
        : html`<lk-session-list
            .app=${this.app}
            .sessions=${state.sessions}
            ?interrupted=${state.connection === 'disconnected'}
          ></lk-session-list>`
    }
    ${state.access ? this.access(state.access) : nothing} ${activityList(state.activity)}
    ${state.access ? this.removalCard() : nothing}`;
  }

  private standing() {
    const { state } = this;
    const organisation = organisationOf(state);
    const blocked = state.access?.blocked ?? false;
    const title = !state.access ? 'device.joining' : blocked ? 'device.blocked' : 'device.ready';
    return html`<section class="card">
      ${headline(blocked ? 'lock' : 'shield', blocked ? 'warning' : state.access ? 'good' : 'info', this.t(title))}
      <p class="lead">${this.t(`${title}.text`, { organisation })}</p>
    </section>`;
  }

  private access(access: NonNullable<CustomerState['access']>) {
    const { state } = this;
    const problem = this.blocking.problem;
    return html`<section class="card">
        <h2>${this.t('device.access')}</h2>
        <dl class="facts">
          <dt>${this.t('consent.organisation')}</dt>
          <dd>${organisationOf(state)}</dd>
          <dt>${this.t('consent.hub')}</dt>
          <dd>${addressOf(state.hub)}</dd>
          <dt>${this.t('device.name')}</dt>
          <dd>${access.nickname ?? state.computer}</dd>
          <dt>${this.t('device.group')}</dt>
          <dd>${access.group}</dd>
          <dt>${this.t('device.connection')}</dt>
          <dd>${this.t(`device.connection.${state.connection}`)}</dd>
        </dl>
        <label class="check switch">
          <input
            type="checkbox"
            role="switch"
            aria-describedby="block-meaning"
            .checked=${access.blocked}
            ?disabled=${this.blocking.busy}
            @change=${this.setBlocked}
          />
          <span>${this.t('block.label')}</span>
        </label>
        <p id="block-meaning" class="muted">${this.t(access.blocked ? 'block.on' : 'block.off')}</p>
        <div class="live" role="alert">${problem ? notice('error', problemText(problem)) : nothing}</div>
      </section>
      ${
        access.password.support === 'account'
          ? html`<lk-stored-password .app=${this.app} .password=${access.password}></lk-stored-password>`
          : nothing
      }`;
  }

  private removalCard() {
    const problem = this.removal.problem;
    const organisation = organisationOf(this.state);
    return html`<section class="card">
      <h2>${this.t('remove.title')}</h2>
      <p>${this.t('remove.text', { organisation })}</p>
      <div class="live" role="alert">${problem ? notice('error', problemText(problem)) : nothing}</div>
      <div class="buttons">
        <button
          type="button"
          class="button danger outline"
          ?disabled=${this.removal.busy}
          @click=${() => (this.removing = true)}
        >
          ${this.t(this.removal.busy ? 'remove.busy' : 'remove.action')}
        </button>
      </div>
      ${
        this.removing
          ? html`<lk-customer-question
              .heading=${this.t('remove.confirm', { computer: this.state.computer })}
              .text=${this.t('remove.confirm.text', { organisation })}
              .action=${this.t('remove.action')}
              .cancel=${this.t('remove.keep')}
              @answer=${({ detail }: CustomEvent<boolean>) => {
                this.removing = false;
                if (detail) void this.removal.run(() => this.app.request(customerRequests.remove, {}));
              }}
            ></lk-customer-question>`
          : nothing
      }
    </section>`;
  }

  /** The switch shows what is in force, not what was wished for: the app's next state moves it. */
  private async setBlocked(event: Event): Promise<void> {
    const box = event.target as HTMLInputElement;
    const blocked = box.checked;
    if (!(await this.blocking.run(() => this.app.request(customerRequests.setBlocked, { blocked })))) {
      box.checked = this.state.access?.blocked ?? false;
    }
    await this.updateComplete;
    box.focus();
  }
}
