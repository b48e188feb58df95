import { html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { asyncScheduler, auditTime, type Subscription } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { standardListing, type DeviceListing } from '#core/workbench/device-views/saved-views.ts';
import {
  deviceColumn,
  deviceColumnIds,
  isDeviceColumn,
  parseSort,
  sortDevices,
  sortText,
  type ColumnContext,
  type DeviceColumnId,
} from '#core/workbench/devices/device-columns.ts';
import { devicesToCsv, devicesToObjects } from '#core/workbench/devices/device-export.ts';
import type { DeviceList } from '#core/workbench/devices/device-list.ts';
import { DeviceParticulars } from '#core/workbench/devices/device-particulars.ts';
import { DeviceQueries } from '#core/workbench/devices/device-queries.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService, editorKey } from '#core/workbench/editors/editor-service.ts';
import { QuickInputService } from '#core/workbench/quick-input/quick-input-service.ts';
import { SelectionService } from '#core/workbench/selection/selection-service.ts';
import { formatNumber } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { download } from '../audit/audit-export.ts';
import '../devices/query-input.ts';
import { below, showMenu } from '../menus/show-menu.ts';
import { openDevice } from '../pages/hub.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState } from '../pages/page-states.ts';
import { Clock } from '../pages/times.ts';
import { carryDevices } from '../views/device-drag.ts';
import { showDevicesMenu } from '../views/tree-commands.ts';
import './device-grid.ts';
import type { DeviceGrid, GridMenuDetail } from './device-grid.ts';
import { deviceTablePageStyles } from './device-table-page-styles.ts';

/** What a table's tab shows, and the saved view that it was opened from. */
export interface DeviceTableData extends Partial<DeviceListing> {
  readonly view?: string;
}

/** Milliseconds over which changes of the replica are gathered before the list is made anew. */
const gatherFor = 200;

/** Devices in columns: those that a query matches, sorted, chosen from, exported and kept under a name. */
@customElement('lk-device-table-page')
export class DeviceTablePage extends PageElement<DeviceTableData> {
  static override styles = [PageElement.styles, deviceTablePageStyles];

  @state() private found: DeviceList | undefined;
  @state() private problem = '';
  @query('lk-device-grid') private grid!: DeviceGrid | null;
  private readonly replica = inject(DeviceReplica);
  private readonly queries = inject(DeviceQueries);
  private changes: Subscription | undefined;
  private readonly columnContext: ColumnContext = { groupName: (id) => this.replica.group(id)?.name };

  constructor() {
    super();
    new Clock(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const gathered = this.replica.changes$.pipe(auditTime(gatherFor, asyncScheduler));
    this.changes = gathered.subscribe(() => this.find());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.changes?.unsubscribe();
  }

  override focus(): void {
    (this.grid ?? this.renderRoot.querySelector('lk-query-input'))?.focus();
  }

  private get listing(): DeviceListing {
    const listing = { ...standardListing, ...this.data };
    // A tab that was kept may come from another version of the workbench.
    const columns = listing.columns.filter(isDeviceColumn);
    return { ...listing, columns: columns.length > 0 ? columns : standardListing.columns };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('input')) this.find();
  }

  private find(): void {
    const { query, sort, columns } = this.listing;
    const compiled = this.queries.compile(query);
    const order = parseSort(sort);
    if ([...columns, order.column].some((id) => deviceColumn(id).particular)) inject(DeviceParticulars).want();
    this.problem = this.queries.problem(compiled)?.args['problem']?.toString() ?? '';
    this.found = sortDevices(this.queries.filter(compiled), order, this.columnContext);
  }

  override render(): TemplateResult {
    const { query, sort, columns } = this.listing;
    const { found } = this;
    const all = this.replica.size;
    const count = found?.length ?? 0;
    return html`<div class="page full">
      <div class="head">
        <h1 class="grow">${this.input?.title ?? ''}</h1>
        <span class="muted count" role="status">
          ${this.t('deviceTable.count', { count: formatNumber(count), all: formatNumber(all) })}
        </span>
        <button @click=${this.chooseColumns}>${icon('list-selection')}${this.t('deviceTable.columns')}</button>
        <button @click=${this.save}>${icon('save')}${this.t('deviceTable.save')}</button>
        <button aria-haspopup="menu" @click=${this.export} ?disabled=${count === 0}>
          ${icon('cloud-download')}${this.t('deviceTable.export')}
        </button>
      </div>
      <lk-query-input
        .value=${query}
        .label=${this.t('view.filter')}
        .hint=${this.t('view.filterHelp')}
        .problem=${this.problem}
        @query-change=${({ detail }: CustomEvent<string>) => this.show({ query: detail })}
        @query-leave=${() => this.grid?.focus()}
        @focusin=${() => this.replica.prepareSearch()}
      ></lk-query-input>
      ${
        count === 0
          ? emptyState('search', this.t(all === 0 ? 'deviceTable.noDevices' : 'deviceTable.nothingFound'))
          : html`<lk-device-grid
              .devices=${found!}
              .columns=${columns}
              .sort=${parseSort(sort)}
              .context=${this.columnContext}
              .label=${this.input?.title ?? ''}
              @grid-open=${({ detail }: CustomEvent<string>) => openDevice(detail)}
              @grid-selection=${({ detail }: CustomEvent<readonly string[]>) =>
                inject(SelectionService).set({ devices: detail })}
              @grid-sort=${({ detail }: CustomEvent<DeviceColumnId>) => this.sortBy(detail)}
              @grid-drag=${this.dragged}
              @grid-menu=${this.menuAsked}
            ></lk-device-grid>`
      }
    </div>`;
  }

  /** Kept with the tab: it is there again after a reload. */
  private show(change: Partial<DeviceListing>): void {
    if (this.input) inject(EditorService).update(editorKey(this.input), { data: { ...this.data, ...change } });
  }

  private sortBy(column: DeviceColumnId): void {
    const now = parseSort(this.listing.sort);
    this.show({ sort: sortText({ column, descending: now.column === column && !now.descending }) });
  }

  private async chooseColumns(): Promise<void> {
    const { columns } = this.listing;
    const picked = await inject(QuickInputService).pick({
      title: this.t('deviceTable.columns'),
      many: true,
      picked: columns,
      items: deviceColumnIds.map((id) => ({
        id,
        label: this.t(`deviceTable.column.${id}`),
        description: this.t(`deviceTable.about.${id}`),
      })),
    });
    if (!Array.isArray(picked)) return;
    const chosen = (picked as readonly string[]).filter(isDeviceColumn);
    // Those that were there stay in their order; new ones follow.
    const order = [...columns.filter((id) => chosen.includes(id)), ...chosen.filter((id) => !columns.includes(id))];
    if (order.length > 0) this.show({ columns: order });
  }

  private save(): void {
    const { query, columns, sort } = this.listing;
    const args = { query, columns, sort };
    void inject(CommandService).runAndReport('devices.saveView', args, { source: 'menu' });
  }

  private async export({ currentTarget }: MouseEvent): Promise<void> {
    const formats = [
      { id: 'csv', label: this.t('deviceTable.csv') },
      { id: 'json', label: 'JSON' },
    ];
    const format = await showMenu([formats], below(currentTarget as Element), this.t('deviceTable.export'));
    const { found } = this;
    if (format === undefined || !found) return;
    const { columns } = this.listing;
    const stamp = new Date().toISOString().slice(0, 10);
    if (format === 'csv') {
      // With a mark, by which spreadsheets know UTF-8.
      const text = devicesToCsv(found, columns, this.columnContext, { bom: true });
      download(`devices-${stamp}.csv`, 'text/csv;charset=utf-8', text);
    } else {
      const objects = devicesToObjects(found, columns, this.columnContext);
      download(`devices-${stamp}.json`, 'application/json', `${JSON.stringify(objects, null, 2)}\n`);
    }
  }

  private dragged({ detail: transfer }: CustomEvent<DataTransfer | null>): void {
    if (transfer) carryDevices(transfer, this.grid?.selection.ids ?? [], this.replica);
  }

  private async menuAsked({ detail: { x, y, column } }: CustomEvent<GridMenuDetail>): Promise<void> {
    if (column) return this.columnMenu(column, { x, y });
    const entries = (this.grid?.selection.ids ?? []).flatMap((id) => this.replica.get(id) ?? []);
    await showDevicesMenu(entries, { x, y });
  }

  private async columnMenu(column: DeviceColumnId, place: { x: number; y: number }): Promise<void> {
    const { columns } = this.listing;
    const at = columns.indexOf(column);
    const item = (id: string, reason?: string) => ({ id, label: this.t(`deviceTable.${id}`), disabledReason: reason });
    const end = this.t('deviceTable.atEnd');
    const chosen = await showMenu(
      [
        [item('sortAscending'), item('sortDescending')],
        [item('moveLeft', at === 0 ? end : undefined), item('moveRight', at === columns.length - 1 ? end : undefined)],
        [item('hide', columns.length === 1 ? this.t('deviceTable.lastColumn') : undefined), item('columns')],
      ],
      place,
      this.t(`deviceTable.column.${column}`),
    );
    const without = columns.filter((id) => id !== column);
    if (chosen === 'sortAscending' || chosen === 'sortDescending')
      this.show({ sort: sortText({ column, descending: chosen === 'sortDescending' }) });
    else if (chosen === 'moveLeft') this.show({ columns: without.toSpliced(at - 1, 0, column) });
    else if (chosen === 'moveRight') this.show({ columns: without.toSpliced(at + 1, 0, column) });
    else if (chosen === 'hide') this.show({ columns: without });
    else if (chosen === 'columns') await this.chooseColumns();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-device-table-page': DeviceTablePage;
  }
}
