import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Session } from '#protocol/sessions.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { inject } from '#webview/base/services.ts';
import '#webview/base/qr-code.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../pages/copy-button.ts';
import { errorBanner } from '../pages/page-states.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { Ticker, timeLeft } from './ticker.ts';

const groups = (key: string): string => key.replace(/(\d{3})(?=\d)/g, '$1 ');

/** How a customer comes into a session: key, link and QR code, and how long they are good for. */
@customElement('lk-session-invitation')
export class SessionInvitation extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
        padding: 24px 28px 32px;
        container-type: inline-size;
      }
      h2 {
        margin: 0 0 4px;
        font-size: 18px;
        font-weight: 400;
      }
      p {
        margin: 0 0 12px;
        max-width: 70ch;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 24px 48px;
        margin-top: 20px;
      }
      .words {
        flex: 1 1 300px;
        min-width: 0;
      }
      h3 {
        margin: 0 0 4px;
        font-size: 13px;
        font-weight: 600;
      }
      .row {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-bottom: 16px;
      }
      .key {
        font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
        font-size: clamp(28px, 9cqw, 46px);
        line-height: 1.2;
        letter-spacing: 0.04em;
        white-space: nowrap;
      }
      .link {
        overflow-wrap: anywhere;
      }
      .left {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 14px;
      }
      .left .codicon {
        vertical-align: text-bottom;
      }
      lk-qr-code {
        width: 180px;
      }
    `,
  ];

  @property({ attribute: false }) session: Session | undefined;
  @state() private busy = false;
  @state() private error: unknown;
  private readonly sessions = inject(SessionService);
  private readonly connection = inject(HubConnection);

  constructor() {
    super();
    new Ticker(this, () => true);
  }

  private get expiresAt(): number {
    const { session } = this;
    return (session && this.sessions.invitation(session.id)?.expiresAt) ?? session?.keyExpiresAt ?? 0;
  }

  override render(): TemplateResult {
    const { session } = this;
    const invitation = session && this.sessions.invitation(session.id);
    const { connection } = this;
    const isGood = this.expiresAt > connection.now();
    return html`<h2>${this.t('sessions.invitation.title')}</h2>
      <p class="muted">${this.t('sessions.invitation.intro', { address: new URL('/join', connection.url).href })}</p>
      ${errorBanner(this.error)}
      ${
        invitation && isGood
          ? html`<div class="ways">
              <div class="words">
                <h3 id="key-label">${this.t('sessions.invitation.key')}</h3>
                <div class="row">
                  <span class="key" aria-labelledby="key-label" role="group">${groups(invitation.key)}</span>
                  <lk-copy-button .text=${invitation.key} .label=${this.t('sessions.invitation.key')}></lk-copy-button>
                </div>
                <h3>${this.t('sessions.invitation.link')}</h3>
                <div class="row">
                  <a class="link" href=${invitation.link} target="_blank" rel="noopener">${invitation.link}</a>
                  <lk-copy-button
                    .text=${invitation.link}
                    .label=${this.t('sessions.invitation.link')}
                  ></lk-copy-button>
                </div>
                <div class="left">
                  <span role="timer" aria-live="off"
                    >${icon('watch')}
                    ${this.t('sessions.invitation.left', { time: timeLeft(this.expiresAt, connection.now()) })}</span
                  >
                  ${this.newKey(false)}
                </div>
              </div>
              <lk-qr-code .text=${invitation.link} .label=${this.t('sessions.invitation.qr')}></lk-qr-code>
            </div>`
          : html`<div class="banner ${isGood ? '' : 'warning'}" role="status">
              ${icon(isGood ? 'info' : 'warning')}<span class="grow"
                >${this.t(isGood ? 'sessions.invitation.shownOnce' : 'sessions.invitation.expired')}</span
              >${this.newKey(true)}
            </div>`
      }
      <p class="muted" role="status">${isGood ? this.t('sessions.invitation.waiting') : nothing}</p>`;
  }

  private newKey(primary: boolean): TemplateResult {
    return html`<button class=${primary ? 'primary' : ''} ?disabled=${this.busy} @click=${() => void this.renew()}>
      ${icon('refresh')}${this.t('sessions.invitation.newKey')}
    </button>`;
  }

  private async renew(): Promise<void> {
    if (!this.session) return;
    this.busy = true;
    this.error = undefined;
    try {
      await this.sessions.renewKey(this.session.id);
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-session-invitation': SessionInvitation;
  }
}
