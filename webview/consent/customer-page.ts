import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Subscription } from 'rxjs';
import { CustomerElement } from '../customer/customer-element.ts';
import { headline, notice } from '../customer/notice.ts';
import '../customer/language-switch.ts';
import { problemText } from '../customer/texts.ts';
import type { AppConnection, AppView } from './app-connection.ts';
import './consent-dialog.ts';
import './device-part.ts';
import { goodbye } from './goodbye.ts';
import { organisationOf } from './organisation.ts';
import './portal-part.ts';
import './session-part.ts';

/** The customer app's page: shows what the app says as it stands. */
@customElement('lk-customer-page')
export class CustomerPage extends CustomerElement {
  @property({ attribute: false }) app!: AppConnection;
  @state() private view: AppView = { contact: 'opening', state: undefined };
  /** What is told once, politely, and then forgotten: that a connection is back. */
  @state() private told = '';
  private subscription: Subscription | undefined;
  private answered = '';
  private shown = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.subscription = this.app.view$.subscribe((view) => {
      this.follow(this.view, view);
      this.view = view;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.unsubscribe();
  }

  override render() {
    const { state } = this.view;
    return html`<header class="top">
        <span class="organisation">${state ? organisationOf(state) : 'Latchkey'}</span>
        ${state ? html`<span class="computer">${this.t('page.thisComputer', { computer: state.computer })}</span>` : nothing}
      </header>
      <main>
        <div class="live" role="status">${this.told ? notice('good', this.told) : nothing}</div>
        <div class="live" role="alert">${this.trouble()}</div>
        <div class="screen">${this.screen()}</div>
      </main>
      <footer class="bottom"><lk-language-switch></lk-language-switch></footer>
      ${
        state?.consent && this.view.contact === 'open'
          ? html`<lk-consent-dialog
              .app=${this.app}
              .question=${state.consent}
              .computer=${state.computer}
              @answered=${({ detail }: CustomEvent<boolean>) => (this.answered = detail ? state.consent!.setUp : '')}
            ></lk-consent-dialog>`
          : nothing
      }`;
  }

  private screen() {
    const { contact, state } = this.view;
    if (contact === 'refused')
      return html`<section class="card">
        ${headline('lock', 'info', this.t('refused.title'))}
        <p>${this.t('refused.text')}</p>
      </section>`;
    if (!state)
      return html`<section class="card" aria-busy="true">
        ${
          contact === 'opening'
            ? html`<p class="lead">${this.t('page.opening')}</p>`
            : html`${headline('warning', 'warning', this.t('lost.title'))}
                <p>${this.t('lost.text')}</p>`
        }
      </section>`;
    if (state.ended) return goodbye(state);
    switch (state.mode) {
      case 'session':
        return html`<lk-session-part .app=${this.app} .state=${state}></lk-session-part>`;
      case 'portal':
        return html`<lk-portal-part .app=${this.app} .state=${state}></lk-portal-part>`;
      case 'device':
        return html`<lk-device-part .app=${this.app} .state=${state}></lk-device-part>`;
    }
  }

  /** What keeps the page or the app from working now. */
  private trouble() {
    const { contact, state } = this.view;
    if (!state || state.ended || contact === 'refused') return nothing;
    if (contact === 'lost') return notice('warning', this.t('lost.text'));
    if (state.connection !== 'disconnected') return nothing;
    const going = state.mode === 'session' && state.sessions.length > 0;
    return notice(
      'warning',
      html`<p>${this.t(going ? 'connection.sessionInterrupted' : 'connection.interrupted')}</p>
        ${state.connectionProblem ? html`<p>${problemText(state.connectionProblem)}</p>` : nothing}`,
    );
  }

  private follow(before: AppView, now: AppView): void {
    const was = before.state?.connection;
    const is = now.state?.connection;
    if (before.contact === 'lost' && now.contact === 'open') this.told = this.t('connection.back');
    else if (was === 'disconnected' && is === 'connected') this.told = this.t('connection.back');
    else if (is === 'disconnected' || now.contact === 'lost') this.told = '';
    // Where the app does not say what became of a question that nobody here has answered.
    const gone = before.state?.consent;
    if (gone && now.state && !now.state.consent && !now.state.ended && !now.state.setUp && !now.state.portal) {
      if (this.answered !== gone.setUp) this.told = this.t('consent.withdrawn', { technician: gone.technician });
    }
  }

  /** Whoever cannot see the page hears where it has come to: the focus goes to the new headline. */
  protected override updated(_: PropertyValues): void {
    const { contact, state } = this.view;
    const screen = [contact === 'refused', state?.mode, state?.ended?.reason, state?.portal?.step].join(' ');
    const first = this.shown === '';
    if (screen === this.shown) return;
    this.shown = screen;
    void this.updateComplete.then(() => {
      document.title = [this.querySelector('h1')?.textContent, 'Latchkey'].filter(Boolean).join(' – ');
      if (!first && !document.querySelector('dialog[open]')) this.querySelector('h1')?.focus();
    });
  }
}
