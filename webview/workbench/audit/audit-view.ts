import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Subscription } from 'rxjs';
import type { AuditEntry } from '#protocol/audit.ts';
import { icon } from '#webview/base/styles.ts';
import { auditChanges$, deviceNameOf } from '../pages/hub.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner, errorState, loadingState } from '../pages/page-states.ts';
import { Clock, timeAgo } from '../pages/times.ts';
import '../pages/virtual-table.ts';
import type { TableColumn } from '../pages/virtual-table.ts';
import { download, toCsv, toJson } from './audit-export.ts';
import { auditDetails, auditDetailsStyles } from './audit-details.ts';
import { AuditLog } from './audit-log.ts';
import { actionText, matches, targetText } from './audit-texts.ts';

const symbols = { done: 'check', refused: 'circle-slash', failed: 'error' } as const;

/** The audit log, newest first: of everything, or of what `device` or `session` name. */
@customElement('lk-audit-view')
export class AuditView extends PageElement {
  static override styles = [
    PageElement.styles,
    auditDetailsStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        overflow: hidden;
        min-height: 0;
        container-type: size;
      }
      .bar {
        display: flex;
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
      .state {
        flex: 1;
      }
      @container (max-width: 560px) {
        .bar .text {
          display: none;
        }
        .bar {
          gap: 2px;
        }
        .content {
          flex-direction: column;
        }
        aside {
          flex: 0 0 50%;
          border: none;
          border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
        }
      }
      /* There is room for one of the two. */
      @container (max-width: 560px) and (max-height: 360px) {
        .content:has(aside) lk-virtual-table {
          display: none;
        }
        aside {
          flex: 1;
          border: none;
        }
      }
    `,
  ];

  @property() device: string | undefined;
  @property() session: string | undefined;
  @state() private filter = '';
  @state() private selected: AuditEntry | undefined;
  @state() private exportError: unknown;
  @state() private narrow = false;
  @query('lk-virtual-table') private table!: HTMLElement | null;
  private readonly resized = new ResizeObserver(() => (this.narrow = this.clientWidth > 0 && this.clientWidth < 560));
  private log = new AuditLog();
  private subscriptions: Subscription[] = [];

  constructor() {
    super();
    new Clock(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
    this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if ((changed.has('device') || changed.has('session')) && this.hasUpdated) this.start();
  }

  private start(): void {
    this.stop();
    this.log = new AuditLog(this.device, this.session);
    this.selected = undefined;
    this.subscriptions = [
      this.log.state$.subscribe(() => this.requestUpdate()),
      auditChanges$(this.device, this.session).subscribe(() => void this.log.refresh()),
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
        ${this.exportButton('csv', 'export')} ${this.exportButton('json', 'json')}
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
    return html`<div class="content" @keydown=${this.onKey}>
      <lk-virtual-table
        openable
        .label=${this.t('activity.title')}
        .columns=${this.columns()}
        .rows=${shown}
        .key=${(entry: AuditEntry) => entry.number}
        @row-open=${(event: CustomEvent<AuditEntry>) => (this.selected = event.detail)}
        @end-reached=${() => void this.log.loadOlder()}
      ></lk-virtual-table>
      ${this.selected ? auditDetails(this.selected, this.closeDetails) : nothing}
    </div>`;
  }

  private columns(): TableColumn<AuditEntry>[] {
    const { narrow } = this;
    const time: TableColumn<AuditEntry> = {
      title: this.t('activity.time'),
      width: narrow ? '96px' : '140px',
      cell: ({ at }) => timeAgo(at, narrow ? 'narrow' : 'long'),
    };
    const action: TableColumn<AuditEntry> = {
      title: this.t('activity.action'),
      width: narrow ? '3fr' : '2fr',
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

  private exportButton(format: 'csv' | 'json', symbol: string): TemplateResult {
    const name = format.toUpperCase();
    const label = this.t('activity.exportAs', { format: name });
    return html`<button
      class=${this.narrow ? 'icon' : ''}
      title=${label}
      aria-label=${label}
      @click=${() => void this.export(format)}
    >
      ${icon(symbol)}<span class="text">${name}</span>
    </button>`;
  }

  private readonly closeDetails = (): void => {
    this.selected = undefined;
    void this.updateComplete.then(() => this.table?.focus());
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.selected) return;
    event.stopPropagation();
    this.closeDetails();
  };

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
