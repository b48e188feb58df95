import { html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CustomerState } from '#protocol/customer-page.ts';
import { CustomerElement } from '../customer/customer-element.ts';
import { headline, notice } from '../customer/notice.ts';
import { problemText } from '../customer/texts.ts';
import { activityList } from './activity-list.ts';
import type { AppConnection } from './app-connection.ts';
import { organisationOf } from './organisation.ts';
import './session-list.ts';
import { onWindows } from './this-computer.ts';

/** During one attended session: who is there, what they do, and what became of a set-up. */
@customElement('lk-session-part')
export class SessionPart extends CustomerElement {
  @property({ attribute: false }) app!: AppConnection;
  @property({ attribute: false }) state!: CustomerState;

  override render() {
    const { state } = this;
    return html`<div class="live" role="status">${this.setUp()}</div>
      ${
        state.sessions.length > 0
          ? html`<lk-session-list
              .app=${this.app}
              .sessions=${state.sessions}
              ?interrupted=${state.connection === 'disconnected'}
            ></lk-session-list>`
          : this.waiting()
      }
      ${activityList(state.activity)}`;
  }

  private waiting() {
    const connecting = this.state.connection !== 'connected';
    return html`<section class="card">
      ${headline('computer', 'info', this.t(connecting ? 'session.connecting' : 'session.waiting'))}
      <p>${this.t('session.waiting.text', { organisation: organisationOf(this.state) })}</p>
    </section>`;
  }

  private setUp() {
    const { setUp, access } = this.state;
    if (!setUp) return access ? notice('good', this.t('setUp.there')) : nothing;
    const { technician } = setUp;
    switch (setUp.state) {
      case 'asking':
        return nothing;
      case 'details':
        return notice('info', this.t('setUp.details', { technician }));
      case 'installing':
        return notice('info', this.t('setUp.installing'));
      case 'done':
        return notice(
          'good',
          html`<p><strong>${this.t('setUp.done')}</strong></p>
            <p>
              ${this.t(setUp.passwordStored ? 'setUp.done.stored' : onWindows() ? 'setUp.done.windows' : 'setUp.done.account')}
            </p>
            <p>${this.t('setUp.done.takeBack')}</p>`,
        );
      case 'declined':
        return notice('info', this.t('setUp.declined'));
      case 'cancelled':
      case 'failed': {
        const text = setUp.problem ? problemText(setUp.problem) : this.t('setUp.over');
        return notice(setUp.state === 'failed' ? 'warning' : 'info', text);
      }
    }
  }
}
