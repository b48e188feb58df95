import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { auditRequests, type AuditEntry } from '#protocol/audit.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { actionText, targetText } from '../audit/audit-texts.ts';
import { runCommand } from '../pages/commands.ts';
import { auditChanges$, deviceNameOf, openDevice, request } from '../pages/hub.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { Clock, timeAgo } from '../pages/times.ts';
import { cardStyles } from './card-styles.ts';
import { RefreshedLoader } from './refreshed-loader.ts';

const mostShown = 8;

/** What was done last, of what this technician may see. */
@customElement('lk-activity-card')
export class ActivityCard extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    cardStyles,
    css`
      time {
        color: var(--vscode-descriptionForeground);
        white-space: nowrap;
      }
      .list > li {
        padding: 6px 0;
      }
    `,
  ];

  private readonly loaded = new RefreshedLoader(
    this,
    () => request(auditRequests.query, { limit: mostShown }),
    auditChanges$(undefined),
  );

  constructor() {
    super();
    new Clock(this);
  }

  override render(): TemplateResult {
    return html`<section class="card" aria-labelledby="heading">
      <div class="card-head">
        <h2 id="heading">${this.t('dashboard.activity')}</h2>
        <button class="link" @click=${() => void runCommand('workbench.showActivity', {})}>
          ${this.t('dashboard.activity.all')}
        </button>
      </div>
      ${this.loaded.render((entries) =>
        entries.length === 0
          ? html`<p class="muted">${this.t('dashboard.activity.nothing')}</p>`
          : html`<ul class="list">
              ${entries.map((entry) => this.row(entry))}
            </ul>`,
      )}
    </section>`;
  }

  private row(entry: AuditEntry): TemplateResult {
    const { at, actor, action, outcome, devices } = entry;
    const target = targetText(entry, deviceNameOf);
    const [device] = devices;
    const one = device !== undefined && devices.length === 1 && deviceNameOf(device) !== undefined;
    return html`<li>
      <div class="text">
        ${
          target === ''
            ? actionText(action)
            : html`${this.t('dashboard.activity.of', { action: actionText(action) })}
              ${one ? html`<button class="link" @click=${() => openDevice(device)}>${target}</button>` : target}`
        }
        <div class="muted">
          ${actor.name}${outcome === 'done' ? nothing : html` · ${icon('warning')} ${this.t(`activity.outcome.${outcome}`)}`}
        </div>
      </div>
      ${timeAgo(at, 'short')}
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-activity-card': ActivityCard;
  }
}
