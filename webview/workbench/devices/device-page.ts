import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Subscription } from 'rxjs';
import { deviceName, deviceRequests, type Device, type DeviceDetails } from '#protocol/devices.ts';
import { formatDateTime } from '#webview/base/l10n.ts';
import { ObserveController } from '#webview/base/observe.ts';
import { icon } from '#webview/base/styles.ts';
import '../audit/audit-view.ts';
import type { MenuItems } from '../menus/menu-entry.ts';
import { chooseItem, resolvedMenu } from '../menus/resolved-menu.ts';
import { below, showMenu } from '../menus/show-menu.ts';
import '../pages/copy-button.ts';
import { deviceActions, deviceArguments, runCommand, type DeviceAction } from '../pages/commands.ts';
import { device$, permissionReason, request, rightsChanges$, type DeviceView } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner, loadingState } from '../pages/page-states.ts';
import { Clock, relativeTime, timeAgo } from '../pages/times.ts';
import '../sessions/session-entries.ts';
import { factSections, fingerprintGroups, type Fact } from './device-facts.ts';
import { factList } from './fact-list.ts';
import { devicePageStyles } from './device-page-styles.ts';
import { joinedByText } from './device-installer.ts';
import './device-queue.ts';

/** Of the device's actions; more than these are in a menu beside them. */
const mostButtons = 4;
const tabs = ['facts', 'activity', 'sessions', 'identity'] as const;

/** All about one device. Data: `{ device }`, its identifier. What it shows follows the replica. */
@customElement('lk-device-page')
export class DevicePage extends PageElement<{ readonly device: string }> {
  static override styles = [PageElement.styles, devicePageStyles];

  @state() private view: DeviceView | null | undefined;
  @state() private tab = 0;
  @state() private error: unknown;
  @state() private running: string | undefined;
  private shown: string | undefined;
  private subscription: Subscription | undefined;
  private readonly details = new Loader<DeviceDetails | null>(this, async () => {
    const device = this.data?.device;
    return device === undefined ? null : request(deviceRequests.get, { device });
  });

  constructor() {
    super();
    new ObserveController(this, rightsChanges$(), undefined);
    new Clock(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.unsubscribe();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const device = this.data?.device;
    if (changed.has('input') && device !== this.shown && this.isConnected) {
      this.tab = 0;
      this.watch();
      void this.details.reload(true);
    }
  }

  private watch(): void {
    this.subscription?.unsubscribe();
    const device = this.data?.device;
    this.shown = device;
    if (device === undefined) return;
    this.view = undefined;
    this.error = undefined;
    let seen: DeviceView | null = null;
    this.subscription = device$(device).subscribe((view) => {
      const changed =
        seen !== null && view !== null && (seen.device !== view.device || seen.presence !== view.presence);
      if (changed) void this.details.reload();
      // What failed while the hub was away says nothing any more.
      if (seen?.live === false && view?.live) this.error = undefined;
      this.view = seen = view;
    });
  }

  override render() {
    if (this.view === undefined) return loadingState();
    if (this.view === null) return emptyState('device-desktop', this.t('devicePage.gone'));
    const { device } = this.view;
    return html`<div class="page device">
      ${this.header(this.view)} ${errorBanner(this.error)} ${this.banner(device)}
      <lk-device-queue .device=${device.id}></lk-device-queue>
      <vscode-tabs
        .selectedIndex=${this.tab}
        @vsc-tabs-select=${(event: CustomEvent<{ selectedIndex: number }>) => (this.tab = event.detail.selectedIndex)}
      >
        ${tabs.map((tab) => html`<vscode-tab-header slot="header">${this.t(`devicePage.tab.${tab}`)}</vscode-tab-header>`)}
        ${tabs.map(
          (tab, index) =>
            html`<vscode-tab-panel>${index === this.tab ? this.panel(tab, this.view!) : nothing}</vscode-tab-panel>`,
        )}
      </vscode-tabs>
    </div>`;
  }

  private header(view: DeviceView): TemplateResult {
    const { device, presence, since, group, live } = view;
    const name = deviceName(device);
    return html`<header>
      <div class="head">
        <h1>${name}</h1>
        <span class="presence ${live ? presence : 'offline'}">
          <span class="dot" aria-hidden="true"></span>${this.t(`devicePage.presence.${live ? presence : 'unknown'}`)}
          ${since === null || !live ? nothing : html`<span class="muted">${timeAgo(since)}</span>`}
        </span>
        <span class="grow"></span>
        <div class="row" role="toolbar" aria-label=${this.t('devicePage.actions')}>
          ${this.actions(deviceActions(device.id))}
        </div>
      </div>
      <p class="summary">
        ${[
          html`${icon('folder')} ${group?.name ?? this.t('devicePage.noGroup')}`,
          html`${icon('device-desktop')} ${device.system.name}`,
          ...(device.nickname === null ? [] : [html`${icon('tag')} ${device.hostName}`]),
          html`${icon('calendar')}
            <span title=${formatDateTime(device.joinedAt)}
              >${this.t('devicePage.joined', { when: relativeTime(device.joinedAt) })}</span
            >`,
        ].map((part) => html`<span>${part}</span>`)}
      </p>
    </header>`;
  }

  /** The first ones as buttons, the others in a menu: whatever extensions add, the page begins with the device. */
  private actions(actions: readonly DeviceAction[]): TemplateResult {
    return html`${actions.slice(0, mostButtons).map((action) => this.action(action))}
    ${
      actions.length > mostButtons
        ? html`<button
            class="icon-button"
            title=${this.t('view.more')}
            aria-label=${this.t('view.more')}
            aria-haspopup="menu"
            @click=${({ currentTarget }: Event) => void this.chooseOther(currentTarget as Element)}
          >
            ${icon('ellipsis')}
          </button>`
        : nothing
    }`;
  }

  private async chooseOther(button: Element): Promise<void> {
    const others = (): MenuItems[] => resolvedMenu(deviceActions(this.data?.device ?? '').slice(mostButtons));
    const command = await showMenu(others, below(button), this.t('view.more'));
    if (command !== undefined) await this.runCommand(command);
  }

  private action(action: DeviceAction): TemplateResult {
    const off = action.reason !== undefined || this.running === action.command;
    return html`<button
      aria-disabled=${off}
      title=${action.reason ?? action.title}
      aria-haspopup=${action.submenu ? 'menu' : nothing}
      @click=${({ currentTarget }: Event) => (off ? undefined : void this.run(action, currentTarget as Element))}
    >
      ${action.icon ? icon(action.icon) : nothing}${action.title}${action.submenu ? icon('chevron-down') : nothing}
      ${action.reason === undefined ? nothing : html`<span class="visually-hidden">${action.reason}</span>`}
    </button>`;
  }

  private banner(device: Device): TemplateResult | typeof nothing {
    if (device.state === 'active') return nothing;
    const waiting = device.state === 'waiting';
    const reason = waiting ? permissionReason('enrolment.approve') : undefined;
    return html`<div class="banner ${waiting ? 'warning' : ''}" role="status">
      ${icon(waiting ? 'watch' : device.state === 'blocked' ? 'lock' : 'trash')}
      <span class="grow">${this.t(`devicePage.state.${device.state}`)}${reason ? html` ${reason}` : nothing}</span>
      ${
        waiting
          ? (['approve', 'reject'] as const).map(
              (verb) =>
                html`<button
                  class=${verb === 'approve' ? 'primary' : ''}
                  aria-disabled=${reason !== undefined}
                  title=${reason ?? nothing}
                  @click=${() => reason === undefined && void this.runCommand(`enrolment.${verb}`)}
                >
                  ${icon(verb === 'approve' ? 'check' : 'close')}${this.t(`devicePage.${verb}`)}
                </button>`,
            )
          : nothing
      }
    </div>`;
  }

  private panel(tab: (typeof tabs)[number], view: DeviceView): TemplateResult {
    if (tab === 'activity') return html`<lk-audit-view .device=${view.device.id}></lk-audit-view>`;
    if (tab === 'sessions') return html`<lk-session-entries .device=${view.device.id}></lk-session-entries>`;
    return this.details.render((details) => {
      if (details === null) return loadingState();
      return tab === 'facts' ? this.facts(details, view) : this.identity(details);
    });
  }

  private facts({ facts, lastSeenAt }: DeviceDetails, { presence }: DeviceView): TemplateResult {
    return html`${
      presence === 'offline'
        ? html`<p class="muted note">
            ${
              lastSeenAt === null
                ? this.t('devicePage.neverSeen')
                : this.t('devicePage.factsAsOf', { when: relativeTime(lastSeenAt) })
            }
          </p>`
        : nothing
    }
    ${factSections(facts, presence !== 'offline').map(
      ({ title, facts: rows }) =>
        html`<h2>${title}</h2>
          ${factList(rows)}`,
    )}`;
  }

  private identity({ device, facts, keyFingerprint, ...details }: DeviceDetails): TemplateResult {
    const label = (key: string): string => this.t(`devicePage.${key}`);
    const rows: Fact[] = [
      { label: label('identifier'), values: [device.id], copy: true },
      { label: label('keyFingerprint'), values: [fingerprintGroups(keyFingerprint)], copy: true },
      ...(facts.serial ? [{ label: label('serial'), values: [facts.serial], copy: true }] : []),
      ...(facts.smbiosUuid ? [{ label: label('smbiosUuid'), values: [facts.smbiosUuid], copy: true }] : []),
      { label: label('joinedBy'), values: [joinedByText(this, details)] },
      { label: label('password'), values: [label(details.passwordStored ? 'password.stored' : 'password.none')] },
    ];
    return html`<p class="muted note">${label('identityIntro')}</p>
      ${factList(rows)}`;
  }

  private async run(action: DeviceAction, button: Element): Promise<void> {
    const command = await chooseItem(action, button, () => deviceActions(this.data?.device ?? ''));
    if (command !== undefined) await this.runCommand(command);
  }

  private runCommand(command: string): Promise<void> {
    const device = this.data?.device ?? '';
    return this.attempt(command, () => runCommand(command, {}, deviceArguments(device)));
  }

  private async attempt(what: string, change: () => Promise<unknown>): Promise<void> {
    this.running = what;
    this.error = undefined;
    try {
      await change();
    } catch (error) {
      this.error = error;
    } finally {
      this.running = undefined;
    }
  }
}
