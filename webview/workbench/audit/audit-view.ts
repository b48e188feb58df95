import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Subscription } from 'rxjs';
import type { AuditEntry } from '#protocol/audit.ts';
import { formatDateTime } from '#webview/base/l10n.ts';
import { icon } from '#webview/base/styles.ts';
import { auditChanges$, deviceNameOf, groupNameOf, openDevice } from '../pages/hub.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner, errorState, loadingState } from '../pages/page-states.ts';
import { Clock, timeAgo } from '../pages/times.ts';
import '../pages/virtual-table.ts';
import type { TableColumn } from '../pages/virtual-table.ts';
import { download, toCsv, toJson } from './audit-export.ts';
import { AuditLog } from './audit-log.ts';
import { actionText, fieldChanges, matches, targetText } from './audit-texts.ts';

const symbols = { done: 'check', refused: 'circle-slash', failed: 'error' } as const;

/** The audit log, newest first: of everything, or, where `device` is set, of one device. */
@customElement('lk-audit-view')
export class AuditView extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        overflow: hidden;
        min-height: 0;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        padding: 8px 12px;
      }
      .content {
        display: flex;
        flex: 1;
        min-height: 0;
      }
      lk-virtual-table {
        flex: 1 1 0;
        min-width: 0;
      }
      aside {
        flex: 0 0 min(380px, 45%);
        overflow: auto;
        padding: 4px 16px 16px;
        border-inline-start: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
      }
      aside dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 12px;
        margin: 8px 0 16px;
      }
      dt {
        color: var(--vscode-descriptionForeground);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .state {
        flex: 1;
      }
      @container (max-width: 560px) {
        .content {
          flex-direction: column;
        }
        aside {
          flex: 0 0 50%;
          border: none;
          border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
        }
      }
    `,
  ];

  @property() device: string | undefined;
  @state() private filter = '';
  @state() private selected: AuditEntry | undefined;
  @state() private exportError: unknown;
  private log = new AuditLog();
  private subscriptions: Subscription[] = [];

  constructor() {
    super();
    new Clock(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('device') && this.hasUpdated) this.start();
  }

  private start(): void {
    this.stop();
    this.log = new AuditLog(this.device);
    this.selected = undefined;
    this.subscriptions = [
      this.log.state$.subscribe(() => this.requestUpdate()),
      auditChanges$(this.device).subscribe(() => void this.log.refresh()),
    ];
    void this.log.refresh();
  }

  private stop(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }

  override render() {
    const { entries, loading, error } = this.log.state;
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = words.length === 0 ? entries : entries.filter((entry) => matches(entry, words, deviceNameOf));
    return html`<div class="bar" role="search">
        <input
          class="search"
          type="search"
          placeholder=${this.t('activity.filter')}
          aria-label=${this.t('activity.filter')}
          .value=${this.filter}
          @input=${(event: Event) => (this.filter = (event.target as HTMLInputElement).value)}
        />
        <button
          class="icon"
          title=${this.t('activity.refresh')}
          aria-label=${this.t('activity.refresh')}
          @click=${() => void this.log.refresh()}
        >
          ${icon('refresh')}
        </button>
        <button @click=${() => void this.export('csv')}>${icon('export')}${this.t('activity.exportCsv')}</button>
        <button @click=${() => void this.export('json')}>${icon('json')}${this.t('activity.exportJson')}</button>
      </div>
      ${errorBanner(this.exportError ?? (entries.length > 0 ? error : undefined))}
      <div class="visually-hidden" role="status">
        ${words.length > 0 ? this.t('activity.found', { count: shown.length }) : ''}
      </div>
      ${this.body(entries, shown, loading, error)}`;
  }

  private body(
    entries: readonly AuditEntry[],
    shown: readonly AuditEntry[],
    loading: boolean,
    error: unknown,
  ): TemplateResult {
    if (entries.length === 0) {
      if (error !== undefined) return errorState(error, () => void this.log.refresh());
      return loading ? loadingState() : emptyState('history', this.t('activity.empty'));
    }
    if (shown.length === 0 && this.log.state.complete) return emptyState('search', this.t('activity.noMatch'));
    if (shown.length === 0) void this.log.loadOlder();
    return html`<div class="content">
      <lk-virtual-table
        openable
        .label=${this.t('activity.title')}
        .columns=${this.columns()}
        .rows=${shown}
        .key=${(entry: AuditEntry) => entry.number}
        @row-open=${(event: CustomEvent<AuditEntry>) => (this.selected = event.detail)}
        @end-reached=${() => void this.log.loadOlder()}
      ></lk-virtual-table>
      ${this.selected ? this.details(this.selected) : nothing}
    </div>`;
  }

  private columns(): TableColumn<AuditEntry>[] {
    const narrow = this.clientWidth > 0 && this.clientWidth < 560;
    const time: TableColumn<AuditEntry> = {
      title: this.t('activity.time'),
      width: narrow ? '96px' : '140px',
      cell: ({ at }) => timeAgo(at),
    };
    const action: TableColumn<AuditEntry> = {
      title: this.t('activity.action'),
      width: '2fr',
      cell: ({ action, outcome }) => this.outcome(outcome, actionText(action)),
    };
    const target: TableColumn<AuditEntry> = {
      title: this.t('activity.target'),
      width: '2fr',
      cell: (entry) => targetText(entry, deviceNameOf),
    };
    if (narrow) return [time, action, target];
    return [
      time,
      { title: this.t('activity.actor'), width: '1.5fr', cell: ({ actor }) => actor.name },
      action,
      target,
      { title: this.t('activity.from'), cell: ({ from }) => from ?? '' },
    ];
  }

  private outcome(outcome: AuditEntry['outcome'], text: string): TemplateResult {
    const label = this.t(`activity.outcome.${outcome}`);
    return html`<span class="with-icon" title=${label}
      >${icon(symbols[outcome])}<span>${text}</span> <span class="visually-hidden">${label}</span></span
    >`;
  }

  private details(entry: AuditEntry): TemplateResult {
    const changes = fieldChanges(entry, groupNameOf);
    return html`<aside aria-label=${this.t('activity.details')}>
      <div class="head" style="margin: 8px 0">
        <h2 class="grow" style="margin: 0">${actionText(entry.action)}</h2>
        <button
          class="icon"
          title=${this.t('page.close')}
          aria-label=${this.t('page.close')}
          @click=${() => (this.selected = undefined)}
        >
          ${icon('close')}
        </button>
      </div>
      <dl>
        <dt>${this.t('activity.outcome')}</dt>
        <dd>${this.t(`activity.outcome.${entry.outcome}`)}</dd>
        <dt>${this.t('activity.time')}</dt>
        <dd>${formatDateTime(entry.at)}</dd>
        <dt>${this.t('activity.actor')}</dt>
        <dd>${entry.actor.name} <span class="muted">${this.t(`activity.actor.${entry.actor.kind}`)}</span></dd>
        <dt>${this.t('activity.from')}</dt>
        <dd class="mono">${entry.from ?? '–'}</dd>
        <dt>${this.t('activity.target')}</dt>
        <dd>
          ${entry.subject?.name ?? nothing}
          ${entry.devices.slice(0, 50).map((device) => {
            const name = deviceNameOf(device);
            return name === undefined
              ? html`<div class="mono">${device}</div>`
              : html`<div><button class="link" @click=${() => openDevice(device)}>${name}</button></div>`;
          })}
        </dd>
        <dt>${this.t('activity.number')}</dt>
        <dd class="mono">${entry.number} · ${entry.action}</dd>
      </dl>
      ${
        changes.length === 0
          ? nothing
          : html`<table>
              <thead>
                <tr>
                  <th scope="col">${this.t('activity.field')}</th>
                  <th scope="col">${this.t('activity.before')}</th>
                  <th scope="col">${this.t('activity.after')}</th>
                </tr>
              </thead>
              <tbody>
                ${changes.map(
                  ({ field, before, after }) =>
                    html`<tr>
                      <td>${field}</td>
                      <td class="mono">${before || '–'}</td>
                      <td class="mono">${after || '–'}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
    </aside>`;
  }

  private async export(format: 'csv' | 'json'): Promise<void> {
    this.exportError = undefined;
    try {
      const entries = await this.log.loadAll();
      const stamp = new Date().toISOString().slice(0, 10);
      if (format === 'csv') download(`audit-${stamp}.csv`, 'text/csv;charset=utf-8', toCsv(entries));
      else download(`audit-${stamp}.json`, 'application/json', toJson(entries));
    } catch (error) {
      this.exportError = error;
    }
  }
}
