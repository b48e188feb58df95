import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { customerRequests, type CustomerState } from '#protocol/customer-page.ts';
import type { ShownSession } from '#protocol/sessions.ts';
import { Action } from '../customer/action.ts';
import { CustomerElement } from '../customer/customer-element.ts';
import { headline, notice } from '../customer/notice.ts';
import '../customer/question.ts';
import { formatNames, formatTime, problemText } from '../customer/texts.ts';
import type { AppConnection } from './app-connection.ts';

/** Who is at this computer now, and the button that ends it. Draws nothing where nobody is. */
@customElement('lk-session-list')
export class SessionList extends CustomerElement {
  @property({ attribute: false }) app!: AppConnection;
  @property({ attribute: false }) sessions: CustomerState['sessions'] = [];
  /** The connection is lost; it may come back. */
  @property({ type: Boolean }) interrupted = false;
  @state() private ending: string | undefined;
  private readonly action = new Action(this);

  override render() {
    return html`${this.sessions.map((session) => this.card(session))}
    ${
      this.sessions.some(({ session }) => session === this.ending)
        ? html`<lk-customer-question
            .heading=${this.t('endSession.title')}
            .text=${this.t('endSession.text')}
            .action=${this.t('endSession.action')}
            .cancel=${this.t('endSession.keep')}
            @answer=${this.answer}
          ></lk-customer-question>`
        : nothing
    }`;
  }

  private card(session: ShownSession) {
    const names = session.technicians.map(({ name }) => name);
    const title = names.length
      ? this.t(this.interrupted ? 'session.interrupted' : 'session.connected', {
          names: formatNames(names),
          count: names.length,
        })
      : this.t('session.nobody');
    return html`<section class="card">
      ${headline('person', this.interrupted ? 'warning' : 'info', title)}
      <p class="lead">${this.t('session.since', { time: formatTime(session.startedAt) })}</p>
      ${session.technicians.length > 1 ? this.roles(session) : nothing}
      <p>${this.t('session.meaning')}</p>
      <div class="live" role="alert">
        ${this.action.problem ? notice('error', problemText(this.action.problem)) : nothing}
      </div>
      <div class="buttons">
        <button
          type="button"
          class="button danger large"
          ?disabled=${this.action.busy}
          @click=${() => (this.ending = session.session)}
        >
          ${this.t(this.action.busy ? 'endSession.busy' : 'endSession.action')}
        </button>
      </div>
    </section>`;
  }

  private roles(session: ShownSession) {
    return html`<ul class="roles">
      ${session.technicians.map(
        ({ name, inControl }) => html`<li>${this.t(inControl ? 'session.works' : 'session.watches', { name })}</li>`,
      )}
    </ul>`;
  }

  private answer({ detail }: CustomEvent<boolean>): void {
    const session = this.ending;
    this.ending = undefined;
    if (detail && session) void this.action.run(() => this.app.request(customerRequests.endSession, { session }));
  }
}
