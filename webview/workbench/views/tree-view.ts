import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { filter, take, type Subscription } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceQueries } from '#core/workbench/devices/device-queries.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { SelectionService } from '#core/workbench/selection/selection-service.ts';
import { WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import { TreeModel, type TreeState } from '#core/workbench/views/tree-model.ts';
import { ViewRegistry } from '#core/workbench/views/view-registry.ts';
import { ObserveController, observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { slideStyles } from '#webview/base/shared-styles.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../devices/query-input.ts';
import type { QueryInput } from '../devices/query-input.ts';
import { linkedText } from '../welcome/linked-text.ts';
import { disabledReasonOf } from '../pages/commands.ts';
import { rowHeight, type Tree } from '../tree/tree.ts';
import '../tree/tree.ts';
import type { TreeMenuDetail, TreeOpenDetail, TreeSelectionDetail, TreeToggleDetail } from '../tree/tree-rows.ts';
import { carryDevices, devicesIn, groupAt, holdsDevices, moveByDrop, type TreeDropDetail } from './device-drag.ts';
import { ModelRows } from './model-rows.ts';
import { showTreeMenu, treeActions, treeContext } from './tree-commands.ts';
import { treeViewStyles } from './tree-view-styles.ts';

/** One tree view of the side bar or the panel: of the devices, or of an extension. */
@customElement('lk-tree-view')
export class TreeView extends WorkbenchElement {
  static override styles = [baseStyles, slideStyles, treeViewStyles];

  /** The view's identifier; its source is asked for in the registry. */
  @property() view = '';
  @property() label = '';
  /** Shows the filter: for what may hold thousands. */
  @property({ type: Boolean }) filterable = false;
  @state() private tree: TreeState | undefined;
  @state() private rows = new ModelRows({ length: 0, at: () => undefined } as never, []);
  @query('lk-tree') private list!: Tree | null;
  @query('lk-query-input') private filter!: QueryInput | null;

  private readonly registry = inject(ViewRegistry);
  private readonly replica = inject(DeviceReplica);
  private readonly queries = inject(DeviceQueries);
  private readonly replicaState = observe(this, this.replica.state$, 'empty');
  private readonly connection = observe(this, inject(HubConnection).status$);
  private readonly storage = inject(WorkbenchStorage);
  private model: TreeModel | undefined;
  private subscriptions: Subscription[] = [];

  constructor() {
    super();
    // By these, commands are greyed out and welcome texts come and go.
    new ObserveController(this, inject(ContextKeyService).changes$, new Set<string>());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.subscriptions = [
      this.registry.changes$.subscribe(() => this.attach()),
      this.replica.state$.subscribe(() => this.tree && this.draw(this.tree)),
      this.replica.state$
        .pipe(
          filter((state) => state === 'live'),
          take(1),
        )
        .subscribe(() => this.prepareFilter()),
    ];
    this.attach();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
    this.model?.dispose();
    this.model = undefined;
  }

  override focus(): void {
    (this.list ?? this.filter)?.focus();
  }

  focusFilter(): void {
    this.filter?.focus();
    this.filter?.select();
  }

  /** Shows the devices that a query finds. */
  setFilter(query: string): void {
    this.model?.setFilter(query);
  }

  collapseAll(): void {
    this.model?.collapseAll();
    this.storage.set(this.storageKey, []);
  }

  /** Where it is kept which nodes are open. */
  private get storageKey(): string {
    return `tree.${this.view}`;
  }

  private attach(): void {
    const source = this.registry.source(this.view);
    if (!source || this.model) return this.requestUpdate();
    const { replica, queries } = this;
    this.model = new TreeModel({ source, replica, queries, l10n: inject(LocalizationService) });
    for (const id of this.storage.get<string[]>(this.storageKey) ?? []) this.model.setExpanded(id, true);
    this.subscriptions.push(this.model.state$.subscribe((tree) => this.take(tree)));
  }

  /** While nothing else is to be done, so that the first key stroke is as quick as the others. */
  private prepareFilter(): void {
    const steps = this.filterable ? this.queries.prepare() : undefined;
    const step = (): void => {
      if (this.isConnected && steps?.next().done === false) requestIdleCallback(step);
    };
    requestIdleCallback(step);
  }

  private take(tree: TreeState): void {
    if (this.tree?.rows !== tree.rows) this.draw(tree);
    this.tree = tree;
  }

  private draw(tree: TreeState): void {
    this.rows = new ModelRows(tree.rows, tree.words, this.replica.state !== 'live');
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('view') && changed.get('view') !== undefined) this.attach();
  }

  override render(): TemplateResult {
    const { tree } = this;
    const empty = (tree?.rows.length ?? 0) === 0;
    const loading =
      !tree || tree.loading || (this.filterable && this.replicaState.value === 'empty' && this.isConnecting);
    // Groups without a single device: what to do next stands below them.
    const hint = this.filterable && !empty && !tree?.filter && this.registry.welcomeContents(this.view).length > 0;
    return html`${this.filterable && (!empty || tree?.filter) ? this.renderFilter(tree) : nothing}
    ${
      empty
        ? loading
          ? html`<div class="visually-hidden" role="status">${this.t('view.loading')}</div>
              <div class="slide"><span></span></div>`
          : this.renderEmpty(tree)
        : html`<lk-tree
            style=${hint ? `flex: 0 1 ${this.rows.length * rowHeight}px` : ''}
            .rows=${this.rows}
            .label=${this.label}
            .actionsOf=${(id: string) => treeActions(this.view, this.rows.rowOf(id))}
            @tree-toggle=${this.toggled}
            @tree-open=${this.opened}
            @tree-selection=${this.selected}
            @tree-menu=${this.menuAsked}
            @tree-action=${this.acted}
            @tree-drag=${this.dragged}
            @tree-over=${this.draggedOver}
            @tree-drop=${this.dropped}
          ></lk-tree>`
    }
    ${hint ? this.renderEmpty(tree) : nothing}`;
  }

  private get isConnecting(): boolean {
    return ['connecting', 'online'].includes(this.connection.value?.state ?? '');
  }

  private renderFilter(tree: TreeState | undefined): TemplateResult {
    const filter = tree?.filter ?? '';
    return html`<div class="filter">
      ${icon('filter')}
      <lk-query-input
        .value=${filter}
        .label=${this.t('view.filter')}
        .hint=${this.t('view.filterHelp')}
        .problem=${tree?.filterProblem ?? ''}
        @query-change=${({ detail }: CustomEvent<string>) => this.model?.setFilter(detail)}
        @query-leave=${() => this.list?.focus()}
        @focusin=${() => this.replica.prepareSearch()}
      ></lk-query-input>
      ${
        filter
          ? html`<button
              class="icon-button"
              title=${this.t('view.clearFilter')}
              aria-label=${this.t('view.clearFilter')}
              @click=${this.clearFilter}
            >
              ${icon('close')}
            </button>`
          : nothing
      }
    </div>`;
  }

  private renderEmpty(tree: TreeState | undefined): TemplateResult {
    if (tree?.filter) {
      return html`<div class="empty" role="status">
        <p>${this.t('view.nothingFound', { filter: tree.filter })}</p>
        <button class="button wide secondary" @click=${this.clearFilter}>${this.t('view.clearFilter')}</button>
      </div>`;
    }
    const welcome = this.registry.welcomeContents(this.view);
    const run = (command: string): void =>
      void inject(CommandService).runAndReport(command, undefined, { source: 'menu' });
    return html`<div class="empty">
      ${
        welcome.length > 0
          ? welcome.map((contents) =>
              linkedText(contents, { run, reasonAgainst: disabledReasonOf, button: 'button wide' }),
            )
          : html`<p>${this.t('view.empty')}</p>`
      }
    </div>`;
  }

  private clearFilter(): void {
    this.model?.setFilter('');
    void this.updateComplete.then(() => this.filter?.focus());
  }

  private toggled({ detail }: CustomEvent<TreeToggleDetail>): void {
    const { id, expand, recursive } = detail;
    this.model?.setExpanded(id, expand);
    const others = (this.storage.get<string[]>(this.storageKey) ?? []).filter((each) => each !== id);
    this.storage.set(this.storageKey, expand ? [...others, id] : others);
    if (recursive && !expand) this.collapseAll();
  }

  private opened({ detail }: CustomEvent<TreeOpenDetail>): void {
    const row = this.rows.rowOf(detail.id);
    if (row?.kind === 'device') {
      const { id, name } = row.entry;
      const input = { kind: 'device', id, title: name, icon: 'device-desktop', data: { device: id } };
      inject(EditorService).open(input, { preview: detail.preview });
    } else if (row?.kind === 'node' && row.node.command) {
      const { command, arguments: args } = row.node.command;
      void inject(CommandService).runAndReport(command, args, { source: 'menu' });
    }
  }

  private selected({ detail }: CustomEvent<TreeSelectionDetail>): void {
    inject(SelectionService).set(treeContext(this.rows.rowsOf(detail.ids)).selection);
  }

  private menuAsked({ detail }: CustomEvent<TreeMenuDetail>): void {
    const { ids, x, y } = detail;
    void showTreeMenu(this.view, this.rows.rowsOf(ids), { x, y });
  }

  private acted({ detail }: CustomEvent<{ action: string; id: string }>): void {
    const rows = this.rows.rowsOf(this.list?.targets(detail.id) ?? [detail.id]);
    const { args, scope } = treeContext(rows, this.view);
    void inject(CommandService).runAndReport(detail.action, undefined, { source: 'menu', context: args, scope });
  }

  private draggedOver(event: CustomEvent<TreeDropDetail>): void {
    const { transfer, id } = event.detail;
    if (!transfer || !holdsDevices(transfer) || groupAt(this.rows.rowOf(id)) === undefined) return;
    transfer.dropEffect = 'move';
    event.preventDefault();
  }

  private dropped({ detail: { id, transfer } }: CustomEvent<TreeDropDetail>): void {
    const group = groupAt(this.rows.rowOf(id));
    // Those that are there already need no moving.
    const devices = transfer
      ? devicesIn(transfer).filter((each) => this.replica.get(each)?.device.group !== group)
      : [];
    if (group !== undefined && devices.length > 0) moveByDrop(devices, group);
  }

  private dragged(event: CustomEvent<{ ids: readonly string[]; transfer: DataTransfer | null }>): void {
    const { devices } = treeContext(this.rows.rowsOf(event.detail.ids)).selection;
    if (!devices || devices.length === 0) return event.preventDefault();
    if (event.detail.transfer) carryDevices(event.detail.transfer, devices, this.replica);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-tree-view': TreeView;
  }
}
