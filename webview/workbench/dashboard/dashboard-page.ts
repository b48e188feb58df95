import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { auditTime, map, merge, startWith } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import type { DeviceCensus } from '#core/workbench/devices/device-census.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import type { FleetCounts } from '#protocol/fleet-history.ts';
import { ObserveController, observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { disabledReasonOf, runCommand } from '../pages/commands.ts';
import { groupNameOf } from '../pages/hub.ts';
import { PageElement } from '../pages/page-element.ts';
import { loadingState } from '../pages/page-states.ts';
import { linkedText } from '../welcome/linked-text.ts';
import './activity-card.ts';
import './attention-card.ts';
import { groupParts, presenceParts, systemParts, versionParts, type Part } from './dashboard-parts.ts';
import './history-card.ts';
import './installers-card.ts';
import './parts-card.ts';
import { shares } from './parts-card.ts';
import './roll-outs-card.ts';

/** Milliseconds for which changes of the replica are gathered before the devices are counted anew. */
const gatherFor = 500;

/** Everything at a glance: the devices now and over time, what needs somebody, installers, roll-outs, what was done last. */
@customElement('lk-dashboard-page')
export class DashboardPage extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      .page {
        max-width: 1400px;
      }
      .head .row {
        gap: 8px;
      }
      .grid {
        display: grid;
        /* A wide card leaves no hole beside a narrow one. */
        grid-auto-flow: dense;
        grid-template-columns: repeat(12, minmax(0, 1fr));
        gap: 16px;
      }
      .grid > * {
        grid-column: span 12;
      }
      @container (min-width: 640px) {
        .half {
          grid-column: span 6;
        }
      }
      @container (min-width: 1000px) {
        .third {
          grid-column: span 4;
        }
        .two-thirds {
          grid-column: span 8;
        }
      }
      .first {
        padding: 24px 28px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-panel-border)));
        border-radius: 6px;
        background: var(--vscode-editorWidget-background, transparent);
      }
      .first h2 {
        margin-top: 0;
      }
      .first button {
        margin: 0 8px 4px 0;
      }
    `,
  ];

  private readonly replica = inject(DeviceReplica);
  private readonly census = observe<DeviceCensus>(
    this,
    merge(this.replica.changes$, this.replica.state$).pipe(
      auditTime(gatherFor),
      startWith(undefined),
      map(() => this.replica.census()),
    ),
    this.replica.census(),
  );

  constructor() {
    super();
    // By these, commands are greyed out.
    new ObserveController(this, inject(ContextKeyService).changes$, new Set<string>());
    this.addEventListener('filter-devices', (event) => {
      const query = (event as CustomEvent<string>).detail;
      void inject(CommandService).runAndReport('workbench.filterDevices', { query }, { source: 'menu' });
    });
  }

  override render(): TemplateResult {
    if (this.replica.state === 'empty') return html`<div class="page">${loadingState()}</div>`;
    const census = this.census.value;
    const groups = this.replica.groups().length;
    const reachable = census.presence.online + census.presence.inSession;
    return html`<div class="page">
      <div class="head">
        <div class="grow">
          <h1>${this.t('dashboard.title')}</h1>
          <div class="muted" role="status">
            ${
              census.total > 0
                ? this.t('dashboard.subtitle', { total: census.total, groups, reachable })
                : this.t('dashboard.subtitleEmpty')
            }
          </div>
        </div>
        ${
          census.total > 0
            ? html`<div class="row">
                ${this.button('add', 'dashboard.setUp', 'setUp.chooseMethod', true)}
                ${this.button('list-flat', 'dashboard.table', 'devices.showTable')}
              </div>`
            : nothing
        }
      </div>
      <div class="grid">${census.total === 0 ? this.empty(groups) : this.cards(census, reachable)}</div>
    </div>`;
  }

  private cards(census: DeviceCensus, reachable: number): TemplateResult {
    const t = this.t.bind(this);
    const systems = systemParts(census);
    const groups = groupParts(census, groupNameOf, t);
    const versions = versionParts(census, t);
    const [share = ''] = shares([reachable], census.total);
    return html`<lk-attention-card .waiting=${census.waiting}></lk-attention-card>
      ${this.parts('third half', 'presence', 'ring', presenceParts(census, t), census.total, t('dashboard.presence.summary', { reachable, share }))}
      <lk-history-card class="two-thirds" .now=${countsOf(census)}></lk-history-card>
      ${this.parts('third half', 'systems', 'ring', systems, census.total, leading(systems, census.total, t, 'systems'))}
      ${this.parts('third half', 'groups', 'bars', groups, census.total, t('dashboard.groups.summary', { count: census.groups.size }))}
      ${this.parts('third half', 'versions', 'bars', versions, census.total, behind(versions, census.total, t))}
      <lk-installers-card class="half"></lk-installers-card>
      <lk-roll-outs-card class="half"></lk-roll-outs-card>
      <lk-activity-card class="half"></lk-activity-card>`;
  }

  private parts(
    place: string,
    what: string,
    shape: 'ring' | 'bars',
    parts: readonly Part[],
    total: number,
    summary: string,
  ): TemplateResult {
    return html`<lk-parts-card
      class=${place}
      .heading=${this.t(`dashboard.${what}`)}
      .shape=${shape}
      .parts=${parts}
      .total=${total}
      .summary=${summary}
    ></lk-parts-card>`;
  }

  /** A new hub: what to do first. */
  private empty(groups: number): TemplateResult {
    const administrator = inject(ContextKeyService).get('administrator') === true;
    const key = groups > 0 ? 'noDevices' : administrator ? 'noGroups' : 'noGroupsAssigned';
    return html`<section class="first" aria-labelledby="first">
        <h2 id="first">${this.t('dashboard.first')}</h2>
        ${linkedText(this.t(`dashboard.first.${key}`), {
          run: (command) => void inject(CommandService).runAndReport(command, undefined, { source: 'menu' }),
          reasonAgainst: disabledReasonOf,
          button: 'primary',
        })}
      </section>
      ${
        groups > 0
          ? html`<lk-installers-card class="half"></lk-installers-card>
              <lk-activity-card class="half"></lk-activity-card>`
          : nothing
      }`;
  }

  private button(symbol: string, title: string, command: string, primary = false): TemplateResult {
    const reason = disabledReasonOf(command);
    return html`<button
      class=${primary ? 'primary' : ''}
      aria-disabled=${reason === undefined ? nothing : 'true'}
      aria-description=${reason ?? nothing}
      title=${reason ?? nothing}
      @click=${() => reason === undefined && void runCommand(command, {})}
    >
      ${icon(symbol)}${this.t(title)}
    </button>`;
  }
}

type Texts = (key: string, args?: Record<string, string | number>) => string;

function leading(parts: readonly Part[], total: number, t: Texts, what: string): string {
  const [first] = parts;
  const values = parts.map(({ value }) => value);
  return first ? t(`dashboard.${what}.summary`, { name: first.label, share: shares(values, total)[0] ?? '' }) : '';
}

/** How many have the newest version. */
const behind = ([newest]: readonly Part[], total: number, t: Texts): string =>
  newest ? t('dashboard.versions.summary', { version: newest.label, behind: total - newest.value }) : '';

function countsOf({ total, presence, systems, versions }: DeviceCensus): FleetCounts {
  const { offline: _, ...present } = presence;
  return { total, presence: present, systems: Object.fromEntries(systems), versions: Object.fromEntries(versions) };
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-dashboard-page': DashboardPage;
  }
}
