import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { repeat } from 'lit/directives/repeat.js';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { MenuService, type ResolvedMenuItem } from '#core/workbench/menus/menu-service.ts';
import { WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import { ViewRegistry, type View } from '#core/workbench/views/view-registry.ts';
import { formatNumber } from '#webview/base/l10n.ts';
import { ObserveController } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { chooseItem, resolvedMenu } from '../menus/resolved-menu.ts';
import { below, showMenu } from '../menus/show-menu.ts';
import '../views/tree-view.ts';
import type { TreeView } from '../views/tree-view.ts';

/** The views of one container, one above the other; each can be folded. One alone has no header of its own. */
@customElement('lk-side-bar')
export class SideBar extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--vscode-sideBar-background);
        color: var(--vscode-sideBar-foreground);
      }
      .title {
        display: flex;
        align-items: center;
        flex: none;
        height: 35px;
        padding: 0 8px 0 20px;
      }
      h2 {
        flex: 1;
        margin: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-size: 11px;
        font-weight: 400;
        text-transform: uppercase;
        color: var(--vscode-sideBarTitle-foreground);
      }
      .views {
        display: flex;
        flex-direction: column;
        flex: 1;
        min-height: 0;
      }
      section {
        display: flex;
        flex-direction: column;
        flex: none;
        min-height: 26px;
      }
      section.open {
        flex: 1 1 0;
        min-height: 90px;
      }
      /* What is about a few things takes no more room than these. */
      section.open.counted {
        flex: 0 1 auto;
        max-height: 40%;
      }
      .head {
        display: flex;
        align-items: center;
        flex: none;
        height: 26px;
        padding-inline-end: 6px;
        border-top: 1px solid var(--vscode-sideBarSectionHeader-border);
        background: var(--vscode-sideBarSectionHeader-background);
        color: var(--vscode-sideBarSectionHeader-foreground);
      }
      section:first-child .head {
        border-top-color: transparent;
      }
      .fold {
        display: flex;
        align-items: center;
        flex: 1;
        min-width: 0;
        height: 26px;
        gap: 2px;
        padding: 0 2px;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        font-size: 11px;
        font-weight: 700;
        text-transform: uppercase;
        cursor: pointer;
      }
      .fold .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .icon-button {
        width: 24px;
        height: 24px;
      }
      .actions {
        display: flex;
        flex: none;
        gap: 2px;
      }
      .badge {
        flex: none;
        min-width: 18px;
        margin-inline-start: 6px;
        padding: 0 5px;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        border-radius: 9px;
        background: var(--vscode-badge-background);
        color: var(--vscode-badge-foreground);
        font-weight: 400;
        line-height: 16px;
        text-align: center;
      }
      .body {
        flex: 1;
        min-height: 0;
      }
    `,
  ];

  @property() container = '';
  @property() heading = '';
  @state() private folded = new Set<string>();
  private readonly registry = inject(ViewRegistry);
  private readonly menus = inject(MenuService);
  private readonly storage = inject(WorkbenchStorage);

  constructor() {
    super();
    this.folded = new Set(this.storage.get<string[]>('views.folded') ?? []);
    new ObserveController(this, this.registry.changes$, undefined);
    new ObserveController(this, this.menus.changes$, undefined);
    new ObserveController(this, inject(ContextKeyService).changes$, new Set<string>());
  }

  override focus(): void {
    this.renderRoot.querySelector('lk-tree-view')?.focus();
  }

  /** Unfolds a view and puts the focus into it. @param filter what it is filtered by from now on, where it can be */
  async reveal(view: string, filter?: string): Promise<void> {
    if (this.folded.has(view)) this.fold(view);
    await this.updateComplete;
    const tree = this.renderRoot.querySelector<TreeView>(`[data-view="${CSS.escape(view)}"] lk-tree-view`);
    await tree?.updateComplete;
    if (filter !== undefined) tree?.setFilter(filter);
    tree?.focus();
  }

  override render(): TemplateResult {
    const views = this.registry.views(this.container);
    const single = views.length === 1 ? views[0] : undefined;
    // The header of a view that is called as its container says it all.
    const heading = single !== undefined || views[0]?.name !== this.heading;
    return html`${
        heading
          ? html`<div class="title">
              <h2>${this.heading}</h2>
              ${single ? this.renderActions(single) : nothing}
            </div>`
          : nothing
      }
      <div class="views">
        ${repeat(
          views,
          ({ id }) => id,
          (view) => this.renderView(view, single !== undefined),
        )}
      </div>`;
  }

  private renderView(view: View, single: boolean): TemplateResult {
    const open = single || !this.folded.has(view.id);
    const badge = view.badge?.();
    // A device may stand below a group of its own.
    const height = badge === undefined || !open ? '' : `height: ${22 * 2 * badge + 30}px`;
    return html`<section
      class=${classMap({ open, counted: badge !== undefined })}
      style=${height}
      aria-label=${view.name}
      data-view=${view.id}
    >
      ${
        single
          ? nothing
          : html`<div class="head">
              <button class="fold" aria-expanded=${open} @click=${() => this.fold(view.id)}>
                ${icon(open ? 'chevron-down' : 'chevron-right')}<span class="name">${view.name}</span>
                ${badge === undefined ? nothing : html`<span class="badge">${formatNumber(badge)}</span>`}
              </button>
              ${open ? this.renderActions(view) : nothing}
            </div>`
      }
      <div class="body" ?hidden=${!open}>
        ${
          open
            ? html`<lk-tree-view
                .view=${view.id}
                .label=${view.name}
                ?filterable=${view.id === 'devices'}
              ></lk-tree-view>`
            : nothing
        }
      </div>
    </section>`;
  }

  private renderActions(view: View): TemplateResult {
    const items = (): readonly ResolvedMenuItem[] => this.menus.items('view/title', { view: view.id });
    const isButton = (item: ResolvedMenuItem): boolean =>
      item.group.startsWith('navigation') && item.icon !== undefined;
    const shown = items().filter(isButton);
    const rest = (): ResolvedMenuItem[] => items().filter((item) => !isButton(item));
    const scope = { view: view.id };
    const run = (command: string): void =>
      void inject(CommandService).runAndReport(command, undefined, { source: 'menu', scope });
    return html`<div class="actions" role="toolbar" aria-label=${this.t('view.actions', { view: view.name })}>
      ${shown.map(
        (item) =>
          html`<button
            class="icon-button"
            title=${item.reason ? `${item.title} – ${item.reason}` : item.title}
            aria-label=${item.title}
            aria-disabled=${item.reason ? 'true' : nothing}
            aria-description=${item.reason ?? nothing}
            aria-haspopup=${item.submenu ? 'menu' : nothing}
            @click=${async ({ currentTarget }: Event) => {
              const command = await chooseItem(item, currentTarget as Element, items);
              if (command) run(command);
            }}
          >
            ${icon(item.icon!)}
          </button>`,
      )}
      <button
        class="icon-button"
        title=${this.t('view.collapseAll')}
        aria-label=${this.t('view.collapseAll')}
        @click=${(event: Event) => this.treeOf(event)?.collapseAll()}
      >
        ${icon('collapse-all')}
      </button>
      ${
        rest().length > 0
          ? html`<button
              class="icon-button"
              title=${this.t('view.more')}
              aria-label=${this.t('view.more')}
              aria-haspopup="menu"
              @click=${async (event: Event) => {
                const chosen = await showMenu(() => resolvedMenu(rest()), below(event.currentTarget as Element));
                if (chosen) run(chosen);
              }}
            >
              ${icon('ellipsis')}
            </button>`
          : nothing
      }
    </div>`;
  }

  private treeOf(event: Event) {
    const section = (event.currentTarget as Element).closest('section') ?? this.renderRoot;
    return section.querySelector('lk-tree-view');
  }

  private fold(id: string): void {
    const folded = new Set(this.folded);
    if (!folded.delete(id)) folded.add(id);
    this.folded = folded;
    this.storage.set('views.folded', [...folded]);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-side-bar': SideBar;
  }
}
