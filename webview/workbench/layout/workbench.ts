import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { auditTime, distinctUntilChanged, map, merge, skip, startWith } from 'rxjs';
import { DisposableStore } from '#core/base/lifecycle.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import { LayoutService, defaultLayout } from '#core/workbench/layout/layout-service.ts';
import { ViewRegistry } from '#core/workbench/views/view-registry.ts';
import { ObserveController, observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../editors/editor-area.ts';
import { KeyDispatcher } from '../keybindings/key-dispatcher.ts';
import { showMenu } from '../menus/show-menu.ts';
import '../notifications/notifications.ts';
import '../quick-input/quick-input.ts';
import './activity-bar.ts';
import type { ActivityItem } from './activity-bar.ts';
import './connection-bar.ts';
import './panel.ts';
import './sash.ts';
import './side-bar.ts';
import type { SideBar } from './side-bar.ts';
import './status-bar.ts';
import { devicesContainer, devicesView, waitingView } from '../shell/device-view.ts';
import { keepFocus } from './focus-keeper.ts';
import { accountMenu, manageMenu } from './foot-menus.ts';
import { workbenchStyles } from './workbench-styles.ts';

/** Width below which side bar and editors take turns. */
const narrow = matchMedia('(max-width: 600px)');

/** The window: activity bar, side bar, editors, panel, status bar, and what lies above them. */
@customElement('lk-workbench')
export class Workbench extends WorkbenchElement {
  static override styles = [baseStyles, workbenchStyles];

  @state() private notificationsOpen = false;
  @state() private chord = '';
  @state() private narrow = narrow.matches;
  @query('lk-side-bar') private sideBar!: SideBar | null;

  private readonly service = inject(LayoutService);
  private readonly layout = observe(this, this.service.layout$, defaultLayout);
  private readonly registry = inject(ViewRegistry);
  private readonly replica = inject(DeviceReplica);
  private readonly waiting = observe(
    this,
    merge(this.replica.changes$, this.replica.state$).pipe(
      auditTime(200),
      startWith(undefined),
      map(() => this.replica.counts().waiting),
    ),
    0,
  );

  private whileShown = new DisposableStore();

  constructor() {
    super();
    new ObserveController(this, this.registry.changes$, undefined);
    new ObserveController(this, inject(ContextKeyService).changes$, new Set<string>());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // One workbench follows another in a page: after a sign-in, the one before must not hear the keys too.
    const shownNarrow = (): void => void (this.narrow = narrow.matches);
    narrow.addEventListener('change', shownNarrow);
    this.whileShown.add({ dispose: () => narrow.removeEventListener('change', shownNarrow) });
    const keys = new KeyDispatcher({
      keys: inject(KeybindingService),
      commands: inject(CommandService),
      contextKeys: inject(ContextKeyService),
      say: (waiting) => {
        if (!waiting) this.chord = '';
        else if ('pending' in waiting) this.chord = this.t('keys.pending', { keys: waiting.pending });
        else this.chord = this.t('keys.unknown', { keys: waiting.unknown });
      },
    });
    this.whileShown.add(keys.listen(document));
    this.whileShown.add(
      keepFocus({
        drawn: () => this.drawn(),
        focusEditors: () => this.renderRoot.querySelector('lk-editor-area')?.focus(),
        focusPanel: () => this.renderRoot.querySelector('lk-panel')?.focus(),
      }),
    );
    const fronts = inject(EditorService).active$.pipe(
      map((tab) => tab?.key),
      distinctUntilChanged(),
      skip(1),
    );
    // In a narrow window an editor that comes to the front takes the place of the side bar.
    const subscription = fronts.subscribe((key) => {
      if (key !== undefined && this.narrow) this.service.update({ sideBarVisible: false });
    });
    this.whileShown.add({ dispose: () => subscription.unsubscribe() });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.whileShown.dispose();
    this.whileShown = new DisposableStore();
  }

  /** Puts the focus into the view that the side bar shows. */
  async focusSideBar(): Promise<void> {
    await this.drawn();
    await this.sideBar?.updateComplete;
    this.sideBar?.focus();
  }

  private async drawn(): Promise<void> {
    await this.updateComplete;
    // The parts draw themselves after the window.
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }

  protected override updated(_: PropertyValues): void {
    this.toggleAttribute('narrow', this.narrow);
  }

  override render(): TemplateResult {
    const layout = this.layout.value;
    const containers = this.registry.containers('activitybar');
    const active = containers.find(({ id }) => id === layout.activeContainer) ?? containers[0];
    const waiting = this.waiting.value;
    const items = containers.map(({ id, title, icon }): ActivityItem => {
      const badge = id === containers[0]?.id && waiting > 0 ? waiting : undefined;
      return { id, title, icon, badge, badgeText: this.t('status.waiting', { count: waiting }) };
    });
    const foot = [
      { id: 'dashboard', title: this.t('dashboard.title'), icon: 'dashboard', page: true },
      { id: 'account', title: this.t('activityBar.account'), icon: 'account' },
      { id: 'manage', title: this.t('activityBar.manage'), icon: 'settings-gear' },
    ];
    const sideBar = layout.sideBarVisible && active !== undefined;
    const editors = !(layout.panelVisible && layout.panelMaximized);
    return html`<lk-connection-bar></lk-connection-bar>
      <div class="middle" @show-waiting=${this.showWaiting}>
        <nav aria-label=${this.t('activityBar.label')}>
          <h1 class="visually-hidden">${this.t('app.title')}</h1>
          <lk-activity-bar
            .items=${items}
            .foot=${foot}
            .active=${sideBar ? active.id : undefined}
            @activity=${({ detail }: CustomEvent<string>) => this.toggleContainer(detail, active?.id)}
            @activity-menu=${this.footMenu}
          ></lk-activity-bar>
        </nav>
        ${
          sideBar
            ? html`<div
                class="side-bar"
                role=${this.narrow ? 'main' : 'complementary'}
                style=${this.narrow ? '' : `width: ${layout.sideBarWidth}px`}
                aria-label=${active.title}
              >
                <lk-side-bar .container=${active.id} .heading=${active.title}></lk-side-bar>
                ${
                  this.narrow
                    ? nothing
                    : html`<lk-sash
                        class="side"
                        label=${this.t('sideBar.resize')}
                        .size=${layout.sideBarWidth}
                        .minimum=${170}
                        .maximum=${Math.max(170, Math.min(1200, innerWidth - 200))}
                        @sash=${({ detail }: CustomEvent<number>) => this.service.update({ sideBarWidth: detail })}
                      ></lk-sash>`
                }
              </div>`
            : nothing
        }
        <div class="work" ?hidden=${this.narrow && sideBar}>
          <main ?hidden=${!editors} aria-label=${this.t('editor.area')}>
            <lk-editor-area></lk-editor-area>
          </main>
          ${
            layout.panelVisible
              ? html`<section
                  class="panel ${editors ? '' : 'maximized'}"
                  style=${editors ? `height: ${layout.panelHeight}px` : ''}
                  aria-label=${this.t('panel.label')}
                >
                  ${
                    editors
                      ? html`<lk-sash
                          class="panel-sash"
                          orientation="horizontal"
                          inverted
                          label=${this.t('panel.resize')}
                          .size=${layout.panelHeight}
                          .minimum=${77}
                          .maximum=${Math.max(77, innerHeight - 200)}
                          .standard=${240}
                          @sash=${({ detail }: CustomEvent<number>) => this.service.update({ panelHeight: detail })}
                        ></lk-sash>`
                      : nothing
                  }
                  <lk-panel></lk-panel>
                </section>`
              : nothing
          }
        </div>
      </div>
      <footer aria-label=${this.t('status.label')}>
        <lk-status-bar
          .message=${this.chord}
          @toggle-notifications=${() => (this.notificationsOpen = !this.notificationsOpen)}
          @show-waiting=${this.showWaiting}
        ></lk-status-bar>
      </footer>
      <lk-notifications
        ?open=${this.notificationsOpen}
        @notifications-close=${() => (this.notificationsOpen = false)}
      ></lk-notifications>
      <lk-quick-input></lk-quick-input>`;
  }

  private toggleContainer(id: string, active: string | undefined): void {
    const shown = this.layout.value.sideBarVisible && active === id;
    this.service.update({ sideBarVisible: !shown, activeContainer: id });
    if (!shown) void this.updateComplete.then(() => this.sideBar?.focus());
  }

  private async footMenu({ detail }: CustomEvent<{ id: string; button: Element }>): Promise<void> {
    if (detail.id === 'dashboard') {
      void inject(CommandService).runAndReport('workbench.showDashboard', undefined, { source: 'menu' });
      return;
    }
    const box = detail.button.getBoundingClientRect();
    const place = { x: box.right + 2, y: box.bottom, above: true };
    const account = detail.id === 'account';
    const label = this.t(account ? 'activityBar.account' : 'activityBar.manage');
    const chosen = await showMenu(account ? accountMenu : manageMenu, place, label);
    if (chosen === 'sign-out') await inject(AccountService).signOut();
    else if (chosen) void inject(CommandService).runAndReport(chosen, undefined, { source: 'menu' });
  }

  /** Shows the devices that wait for approval. */
  showWaiting(): Promise<void> {
    return this.reveal(waitingView);
  }

  /** Shows the device tree with those alone that a query finds. */
  filterDevices(query: string): Promise<void> {
    return this.reveal(devicesView, query);
  }

  private async reveal(view: string, filter?: string): Promise<void> {
    this.service.update({ sideBarVisible: true, activeContainer: devicesContainer });
    await this.updateComplete;
    await this.sideBar?.updateComplete;
    await this.sideBar?.reveal(view, filter);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-workbench': Workbench;
  }
}
