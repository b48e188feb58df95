import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { LayoutService, defaultLayout } from '#core/workbench/layout/layout-service.ts';
import { ViewRegistry } from '#core/workbench/views/view-registry.ts';
import { moveFocus } from '#webview/base/focus.ts';
import { ObserveController, observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../editors/element-host.ts';
import { panelTabOf, panelTabs } from '../editors/editor-registry.ts';
import './side-bar.ts';

/** The panel below the editors: the workbench's own tabs, then the extensions' view containers. */
@customElement('lk-panel')
export class Panel extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--vscode-panel-background);
        border-top: 1px solid var(--vscode-panel-border);
      }
      header {
        display: flex;
        align-items: center;
        flex: none;
        height: 35px;
        gap: 2px;
        padding: 0 8px;
      }
      .tabs {
        display: flex;
        flex: 1;
        min-width: 0;
        height: 100%;
        overflow: hidden;
      }
      [role='tab'] {
        height: 100%;
        padding: 0 10px;
        border: 0;
        background: none;
        color: var(--vscode-panelTitle-inactiveForeground);
        font: inherit;
        font-size: 11px;
        text-transform: uppercase;
        white-space: nowrap;
        cursor: pointer;
      }
      [role='tab']:hover,
      [role='tab'].active {
        color: var(--vscode-panelTitle-activeForeground);
      }
      .active span {
        padding-bottom: 4px;
        border-bottom: 1px solid var(--vscode-panelTitle-activeBorder);
      }
      .content {
        flex: 1;
        min-height: 0;
        overflow: hidden;
      }
    `,
  ];

  private readonly service = inject(LayoutService);
  private readonly layout = observe(this, this.service.layout$, defaultLayout);
  private readonly registry = inject(ViewRegistry);

  constructor() {
    super();
    new ObserveController(this, this.registry.changes$, undefined);
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('lk-element-host, lk-side-bar')?.focus();
    // What it shows may not be there yet.
    if (!this.matches(':focus-within')) this.renderRoot.querySelector<HTMLElement>('[role=tab].active')?.focus();
  }

  override render(): TemplateResult {
    const containers = this.registry.containers('panel');
    const tabs = [
      ...panelTabs().map(({ kind, titleKey }) => ({ id: kind, title: this.t(titleKey) })),
      ...containers.map(({ id, title }) => ({ id, title })),
    ];
    const { activePanel, panelMaximized } = this.layout.value;
    const active = tabs.find(({ id }) => id === activePanel) ?? tabs[0];
    const container = containers.find(({ id }) => id === active?.id);
    const grow = this.t(panelMaximized ? 'panel.restore' : 'panel.maximize');
    const close = this.t('panel.close');
    return html`<header>
        <div class="tabs" role="tablist" aria-label=${this.t('panel.label')} @keydown=${this.pressed}>
          ${tabs.map(
            ({ id, title }) =>
              html`<button
                class=${classMap({ active: id === active?.id })}
                role="tab"
                tabindex=${id === active?.id ? 0 : -1}
                aria-selected=${id === active?.id}
                aria-controls="content"
                @click=${() => this.service.update({ activePanel: id })}
              >
                <span>${title}</span>
              </button>`,
          )}
        </div>
        <button
          class="icon-button"
          title=${grow}
          aria-label=${grow}
          @click=${() => this.service.update({ panelMaximized: !panelMaximized })}
        >
          ${icon(panelMaximized ? 'chevron-down' : 'chevron-up')}
        </button>
        <button
          class="icon-button"
          title=${close}
          aria-label=${close}
          @click=${() => this.service.update({ panelVisible: false, panelMaximized: false })}
        >
          ${icon('close')}
        </button>
      </header>
      <div class="content" id="content" role="tabpanel" aria-label=${active?.title ?? nothing}>
        ${
          container
            ? html`<lk-side-bar .container=${container.id} .heading=${container.title}></lk-side-bar>`
            : html`<lk-element-host .kind=${active && panelTabOf(active.id)}></lk-element-host>`
        }
      </div>`;
  }

  private pressed(event: KeyboardEvent): void {
    const tabs = [...this.renderRoot.querySelectorAll<HTMLElement>('[role=tab]')];
    moveFocus(event, tabs, { orientation: 'horizontal' })?.click();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-panel': Panel;
  }
}
