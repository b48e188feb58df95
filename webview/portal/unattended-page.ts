import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { macFileNames } from '#protocol/customer-app.ts';
import { portalDownloadPath, type PortalInfo } from '#protocol/portal.ts';
import { icon } from '../customer/icons.ts';
import { headline, notice } from '../customer/notice.ts';
import { problemText } from '../customer/texts.ts';
import { PublicPage } from './public-page.ts';
import { steps } from './steps.ts';
import './system-choice.ts';
import { appFor, keyOf, type OfferedApp } from './offered-app.ts';
import { macProcessor } from './mac-processor.ts';
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
        ${app ? this.download(app, info.customerApps, system) : nothing}
        <lk-system-choice
          .apps=${info.customerApps}
          .chosen=${app}
          @choose=${({ detail }: CustomEvent<OfferedApp>) => this.choose(detail)}
        ></lk-system-choice>
      </section>
      ${
        app?.available
          ? html`<section class="card">
              <h2>${this.t('steps.title')}</h2>
              ${steps({ purpose: 'portal', platform: app.platform, file: fileNameOf(app) })}
            </section>`
          : nothing
      }`;
  }

  private choose(app: OfferedApp): void {
    this.chosen = app;
    this.started = false;
  }

  private download(app: OfferedApp, apps: readonly OfferedApp[], thisSystem: ThisSystem) {
    const system = this.t(`system.${keyOf(app)}`);
    if (!app.available) return notice('warning', this.t('download.unavailable', { system }));
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
      ${macProcessor(apps, app, thisSystem, (other) => this.choose(other))}
      <div class="live" role="status">${this.started ? notice('info', this.t('download.started')) : nothing}</div>`;
  }
}

/** What is opened: on a Mac the file in the archive; elsewhere as the hub names it, where it does. */
const fileNameOf = ({ platform, file }: OfferedApp): string => {
  if (platform === 'macos') return macFileNames.portal;
  return file ?? (platform === 'windows' ? 'latchkey-unattended.exe' : 'latchkey-unattended.run');
};
