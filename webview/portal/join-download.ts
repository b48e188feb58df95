import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { macFileNames } from '#protocol/customer-app.ts';
import { joinDownloadPath, type JoinAnswer } from '#protocol/join.ts';
import type { PortalInfo } from '#protocol/portal.ts';
import { CustomerElement } from '../customer/customer-element.ts';
import { icon } from '../customer/icons.ts';
import { headline, notice } from '../customer/notice.ts';
import { formatTime } from '../customer/texts.ts';
import { steps } from './steps.ts';
import './system-choice.ts';
import { appFor, keyOf, type OfferedApp } from './offered-app.ts';
import { macProcessor } from './mac-processor.ts';
import type { ThisSystem } from './this-system.ts';

/** The key was right: the customer app for this session, and what to do with it. Fires `again` for another key. */
@customElement('lk-join-download')
export class JoinDownload extends CustomerElement {
  @property({ attribute: false }) answer!: JoinAnswer;
  /** For which processors there is one. */
  @property({ attribute: false }) apps: PortalInfo['customerApps'] = [];
  @property({ attribute: false }) system!: ThisSystem;
  @state() private chosen: OfferedApp | undefined;
  @state() private started = false;
  @state() private expired = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setTimeout(() => (this.expired = true), Math.max(0, this.answer.expiresAt - Date.now()));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override render() {
    const { technician, expiresAt } = this.answer;
    const app = this.chosen ?? appFor(this.offered, this.system);
    return html`<section class="card">
        ${headline('check', 'good', this.t('join.found.title', { technician }))}
        <p class="lead">${this.t('join.found.text')}</p>
        ${
          this.expired && !this.started
            ? html`<div class="live" role="alert">${notice('warning', this.t('join.found.expired'))}</div>`
            : html`<p>${this.t('join.found.expires', { time: formatTime(expiresAt) })}</p>
                ${app ? this.download(app) : nothing}
                <lk-system-choice
                  .apps=${this.offered}
                  .chosen=${app}
                  @choose=${({ detail }: CustomEvent<OfferedApp>) => this.choose(detail)}
                ></lk-system-choice>`
        }
        <p>
          <button type="button" class="link" @click=${() => this.dispatchEvent(new CustomEvent('again'))}>
            ${this.t('join.again')}
          </button>
        </p>
      </section>
      ${
        app?.available && !(this.expired && !this.started)
          ? html`<section class="card">
              <h2>${this.t('steps.title')}</h2>
              ${steps({ purpose: 'join', platform: app.platform, file: fileNameOf(app) })}
            </section>`
          : nothing
      }`;
  }

  /** The session's own systems, each for the processors that the hub has one for. */
  private get offered(): OfferedApp[] {
    return this.answer.platforms.flatMap(({ platform, available, file }) =>
      this.apps
        .filter((app) => app.platform === platform)
        .map(({ architecture, available: made }) => ({ platform, architecture, available: available && made, file })),
    );
  }

  private choose(app: OfferedApp): void {
    this.chosen = app;
    this.started = false;
  }

  private download(app: OfferedApp) {
    const system = this.t(`system.${keyOf(app)}`);
    if (!app.available) return notice('warning', this.t('download.unavailable', { system }));
    // A form, so that the ticket does not stand in an address.
    return html`<form method="post" action=${joinDownloadPath} @submit=${() => (this.started = true)}>
      <input type="hidden" name="ticket" value=${this.answer.ticket} />
      <input type="hidden" name="platform" value=${app.platform} />
      <input type="hidden" name="architecture" value=${app.architecture} />
      <div class="buttons">
        <button class="button primary large">${icon('download')} ${this.t('join.download')}</button>
      </div>
      <p class="hint">${this.t('download.for', { system })}</p>
      ${macProcessor(this.offered, app, this.system, (other) => this.choose(other))}
      <div class="live" role="status">${this.started ? notice('info', this.t('download.started')) : nothing}</div>
    </form>`;
  }
}

/** What is opened: on a Mac the file in the archive; elsewhere as the hub names it, where it does. */
const fileNameOf = ({ platform, file }: OfferedApp): string => {
  if (platform === 'macos') return macFileNames.attend;
  return file ?? (platform === 'windows' ? 'latchkey-support.exe' : 'latchkey-support.run');
};
