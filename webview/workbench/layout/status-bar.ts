import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { auditTime, map, merge, startWith } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { LayoutService } from '#core/workbench/layout/layout-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import { ProgressService } from '#core/workbench/progress/progress-service.ts';
import { SessionNames } from '#core/workbench/sessions/session-names.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import type { Session } from '#protocol/sessions.ts';
import { currentLanguage, formatNumber } from '#webview/base/l10n.ts';
import { ObserveController, observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { chooseItem } from '../menus/resolved-menu.ts';

const languageNames = { en: 'English', fr: 'Français', de: 'Deutsch' };

/** The line at the foot: the hub, the fleet, what waits, the language, the notifications. */
@customElement('lk-status-bar')
export class StatusBar extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        align-items: stretch;
        height: 22px;
        overflow: hidden;
        border-top: 1px solid var(--vscode-statusBar-border);
        background: var(--vscode-statusBar-background);
        color: var(--vscode-statusBar-foreground);
        font-size: 12px;
      }
      .fill {
        flex: 1;
      }
      button,
      .item {
        display: flex;
        align-items: center;
        flex: none;
        gap: 5px;
        padding: 0 7px;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        white-space: nowrap;
      }
      button {
        cursor: pointer;
      }
      button:hover {
        background: var(--vscode-statusBarItem-hoverBackground);
        color: var(--vscode-statusBarItem-hoverForeground);
      }
      .codicon {
        width: 14px;
        height: 14px;
        font-size: 14px;
      }
      .online {
        color: var(--latchkey-presence-online);
      }
      .waiting {
        background: var(--vscode-statusBarItem-warningBackground);
        color: var(--vscode-statusBarItem-warningForeground);
      }
      .session {
        background: var(--vscode-statusBarItem-remoteBackground, var(--vscode-statusBarItem-prominentBackground));
        color: var(--vscode-statusBarItem-remoteForeground, inherit);
      }
      .offline {
        background: var(--vscode-statusBarItem-errorBackground);
        color: var(--vscode-statusBarItem-errorForeground);
      }
      @media (max-width: 700px) {
        .optional {
          display: none;
        }
      }
      @media (max-width: 420px) {
        .fleet {
          display: none;
        }
      }
    `,
  ];

  /** What waits for the rest of a key chord. */
  @property() message = '';
  private readonly replica = inject(DeviceReplica);
  private readonly service = inject(SessionService);
  private readonly sessions = observe(this, this.service.sessions$, []);
  private readonly menus = inject(MenuService);
  private readonly status = observe(this, inject(HubConnection).status$);
  private readonly counts = observe(
    this,
    merge(this.replica.changes$, this.replica.state$).pipe(
      auditTime(100),
      startWith(undefined),
      map(() => ({ ...this.replica.counts() })),
    ),
    { total: 0, online: 0, waiting: 0 },
  );
  private readonly notifications = observe(this, inject(NotificationService).notifications$, []);
  private readonly running = observe(this, inject(ProgressService).running$, 0);

  constructor() {
    super();
    new ObserveController(this, this.menus.changes$, undefined);
    new ObserveController(this, inject(ContextKeyService).changes$, new Set<string>());
  }

  private renderSessions(): TemplateResult | typeof nothing {
    const mine = this.sessions.value.filter((session) => this.service.takesPart(session));
    const [first] = mine;
    if (!first) return nothing;
    const name = inject(SessionNames).of(first);
    return html`<button class="session" title=${this.t('sessions.statusTip')} @click=${() => this.showSession(mine)}>
      ${icon('remote')}${this.t('sessions.status', { count: mine.length, name })}
    </button>`;
  }

  private showSession([first, another]: readonly Session[]): void {
    const layout = inject(LayoutService);
    if (another) layout.update({ sideBarVisible: true, activeContainer: 'sessions' });
    else void inject(CommandService).runAndReport('session.show', { session: first!.id }, { source: 'menu' });
  }

  override render(): TemplateResult {
    const { total, online, waiting } = this.counts.value;
    const unread = this.notifications.value.length;
    return html`${this.renderHub()}
      <button class="fleet" title=${this.t('status.devicesTip')} @click=${() => this.run('workbench.quickOpen')}>
        ${this.t('status.devices', { total, online })}
      </button>
      ${
        waiting > 0
          ? html`<button class="waiting" title=${this.t('status.waitingTip')} @click=${() => this.emit('show-waiting')}>
              ${icon('watch')}${this.t('status.waiting', { count: waiting })}
            </button>`
          : nothing
      }
      ${this.renderSessions()}
      ${this.menus.items('statusBar').map(
        (item) =>
          html`<button
            class="optional"
            title=${item.reason ?? item.title}
            aria-disabled=${item.reason ? 'true' : nothing}
            aria-haspopup=${item.submenu ? 'menu' : nothing}
            @click=${async ({ currentTarget }: Event) => {
              const again = () => this.menus.items('statusBar');
              const command = await chooseItem(item, currentTarget as Element, again);
              if (command) this.run(command);
            }}
          >
            ${item.icon ? icon(item.icon) : nothing}${item.title}
          </button>`,
      )}
      <span class="item optional" role="status">${this.message}</span>
      <span class="fill"></span>
      ${
        this.running.value > 0
          ? html`<span class="item optional" role="status"
              >${icon('sync')}${this.t('status.running', { count: this.running.value })}</span
            >`
          : nothing
      }
      <button title=${this.t('status.language')} @click=${() => this.run('workbench.changeLanguage')}>
        ${languageNames[currentLanguage()]}
      </button>
      <button
        title=${this.t('status.notifications', { count: unread })}
        aria-label=${this.t('status.notifications', { count: unread })}
        @click=${() => this.emit('toggle-notifications')}
      >
        ${icon(unread > 0 ? 'bell-dot' : 'bell')}${unread > 0 ? formatNumber(unread) : nothing}
      </button>`;
  }

  private renderHub(): TemplateResult {
    const { state = 'connecting', latency } = this.status.value ?? {};
    const milliseconds = latency === undefined ? 0 : Math.max(1, Math.round(latency));
    const text = this.t(`status.hub.${state}`, { milliseconds });
    return html`<button
      class=${state === 'offline' ? 'offline' : ''}
      title=${text}
      @click=${() => inject(HubConnection).retry()}
    >
      ${this.t('status.hub')}
      ${state === 'online' ? html`<span class="online" aria-hidden="true">●</span>` : icon(state === 'offline' ? 'debug-disconnect' : 'sync')}
      ${state === 'online' ? this.t('status.milliseconds', { milliseconds }) : this.t(`status.short.${state}`)}
    </button>`;
  }

  private run(command: string): void {
    void inject(CommandService).runAndReport(command, undefined, { source: 'menu' });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-status-bar': StatusBar;
  }
}
