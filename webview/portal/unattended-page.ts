import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { portalDownloadPath, type PortalInfo } from '#protocol/portal.ts';
import { icon } from '../customer/icons.ts';
import { headline, notice } from '../customer/notice.ts';
import { problemText } from '../customer/texts.ts';
import { PublicPage } from './public-page.ts';
import { steps } from './steps.ts';
import './system-choice.ts';
import { appFor, keyOf, type OfferedApp } from './offered-app.ts';
import type { ThisSystem } from './this-system.ts';

/** `/unattended`: one button, and what happens after it. */
@customElement('lk-unattended-page')
export class UnattendedPage extends PublicPage {
  /** The code of an error that led back here: a download that failed. */
  @property() problem: string | undefined;
  @state() private chosen: OfferedApp | undefined;
  @state() private started = false;

  protected override get heading(): string {
    return this.system?.mobile ? 'phone.title' : 'portal.title';
  }

  protected override screen(info: PortalInfo, system: ThisSystem) {
    if (system.mobile) return this.phone('phone.portal');
    const app = this.chosen ?? appFor(info.customerApps, system);
    const name = info.appearance.name || 'none';
    return html`<section class="card">
        ${headline('computer', 'info', this.t('portal.title'))}
        <p class="lead">${this.t('portal.lead', { name })}</p>
        ${this.message(info)}
        <p>${this.t('portal.permission')}</p>
        <p>${this.t('portal.technician')}</p>
        ${app ? this.download(app) : nothing}
        <lk-system-choice
          .apps=${info.customerApps}
          .chosen=${app}
          @choose=${({ detail }: CustomEvent<OfferedApp>) => {
            this.chosen = detail;
            this.started = false;
          }}
        ></lk-system-choice>
      </section>
      ${
        app?.available
          ? html`<section class="card">
              <h2>${this.t('steps.title')}</h2>
              ${steps({ purpose: 'portal', platform: app.platform, file: app.file ?? fileNames[app.platform] })}
            </section>`
          : nothing
      }`;
  }

  private download(app: OfferedApp) {
    const system = this.t(`system.${keyOf(app)}`);
    if (!app.available) {
      const text = app.platform === 'macos' ? 'download.unavailableMac' : 'download.unavailable';
      return notice('warning', this.t(text, { system }));
    }
    const query = new URLSearchParams({ platform: app.platform, architecture: app.architecture });
    return html`<div class="live" role="alert">
        ${this.problem ? notice('error', problemText({ code: this.problem, args: {} })) : nothing}
      </div>
      <div class="buttons">
        <a
          class="button primary large"
          href="${portalDownloadPath}?${query.toString()}"
          @click=${() => {
            this.started = true;
            this.problem = undefined;
          }}
        >
          ${icon('download')} ${this.t('portal.action')}
        </a>
      </div>
      <p class="hint">${this.t('download.for', { system })}</p>
      <div class="live" role="status">${this.started ? notice('info', this.t('download.started')) : nothing}</div>`;
  }
}

/** Where the hub does not name the file. */
const fileNames = {
  windows: 'latchkey-unattended.exe',
  macos: 'latchkey-unattended.pkg',
  linux: 'latchkey-unattended.run',
};
