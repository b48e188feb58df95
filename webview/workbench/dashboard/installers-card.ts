import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { installerRequests, type Installer, type InstallerFormat, type offeredFormat } from '#protocol/installers.ts';
import type { Permission } from '#protocol/permissions.ts';
import { formatDateTime, t } from '#webview/base/l10n.ts';
import { ObserveController } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import type { z } from 'zod';
import type { MenuItems } from '../menus/menu-entry.ts';
import { below, showMenu } from '../menus/show-menu.ts';
import { disabledReasonOf, isEnabled, runCommand } from '../pages/commands.ts';
import { auditChanges$, groupNameOf, permissionReason, request } from '../pages/hub.ts';
import { errorBanner } from '../pages/page-states.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { cardStyles } from './card-styles.ts';
import { RefreshedLoader } from './refreshed-loader.ts';

type Offered = z.output<typeof offeredFormat>;

/** Installers that are shown; the side bar has all. */
const mostShown = 5;
const download = 'installer.download';

/** Why a format can't be downloaded (I6, D12); undefined where it can. */
export function formatReason({ format, available, reason }: Offered, installer: string): string | undefined {
  const off = format === 'msi' ? permissionReason('method.gpo' satisfies Permission) : undefined;
  if (off !== undefined) return off;
  if (!available) return t(reason ?? 'dashboard.installers.unavailable');
  return disabledReasonOf(download, { installer });
}

/** Installers that are open, with the slots that they have left, and their files. */
@customElement('lk-installers-card')
export class InstallersCard extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    cardStyles,
    css`
      .foot {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-top: 12px;
      }
      .reason {
        margin: 8px 0 0;
      }
    `,
  ];

  @state() private error: unknown;
  private readonly loaded = new RefreshedLoader(
    this,
    async () => {
      const [installers, formats] = await Promise.all([
        request(installerRequests.list, {}),
        request(installerRequests.formats, {}),
      ]);
      return { installers, formats };
    },
    auditChanges$(undefined),
  );

  constructor() {
    super();
    // By these, commands are greyed out.
    new ObserveController(this, inject(ContextKeyService).changes$, new Set<string>());
  }

  override render(): TemplateResult {
    return html`<section class="card" aria-labelledby="heading">
      <div class="card-head"><h2 id="heading">${this.t('dashboard.installers')}</h2></div>
      ${errorBanner(this.error)} ${this.loaded.render(({ installers, formats }) => this.list(installers, formats))}
      <div class="foot">${this.button('add', 'dashboard.installers.generate', 'installer.generate')}</div>
      ${this.whyNot()}
    </section>`;
  }

  private list(all: readonly Installer[], formats: readonly Offered[]): TemplateResult {
    const open = all.filter(({ state }) => state === 'open' || state === 'full');
    const shown = open.slice(0, mostShown);
    const left = open.reduce((sum, { limit, used }) => sum + Math.max(0, limit - used), 0);
    return html`<p class="summary">${this.t('dashboard.installers.summary', { count: open.length, left })}</p>
      <ul class="list">
        ${shown.map((installer) => this.row(installer, formats))}
      </ul>
      ${
        open.length > shown.length
          ? html`<p class="muted">${this.t('dashboard.installers.more', { count: open.length - shown.length })}</p>`
          : nothing
      }`;
  }

  private row(installer: Installer, formats: readonly Offered[]): TemplateResult {
    const { id, name, group, limit, used, expiresAt } = installer;
    const left = Math.max(0, limit - used);
    const title = name ?? this.t('dashboard.installers.unnamed', { group: groupNameOf(group) ?? group });
    const facts = [
      ...(name === null ? [] : [groupNameOf(group) ?? group]),
      this.t('dashboard.installers.left', { left, limit }),
      ...(expiresAt === null ? [] : [this.t('dashboard.installers.expires', { at: formatDateTime(expiresAt) })]),
    ];
    const reasons = formats.map((offered) => formatReason(offered, id));
    const off = reasons.every((reason) => reason !== undefined)
      ? (reasons[0] ?? disabledReasonOf(download))
      : undefined;
    return html`<li>
      <div class="text">
        <button class="link" @click=${() => void this.run('installer.open', { installer: id })}>${title}</button>
        <div class="muted">${facts.join(' · ')}</div>
        <div class="meter"><div style="width: ${(used / limit) * 100}%"></div></div>
      </div>
      <button
        aria-haspopup="menu"
        aria-disabled=${off === undefined ? nothing : 'true'}
        aria-description=${off ?? nothing}
        aria-label=${this.t('dashboard.installers.downloadOf', { name: title })}
        title=${off ?? nothing}
        @click=${(event: Event) => off === undefined && void this.choose(event.currentTarget as Element, id, formats)}
      >
        ${icon('desktop-download')}${this.t('dashboard.installers.download')}${icon('chevron-down')}
      </button>
    </li>`;
  }

  private async choose(button: Element, installer: string, formats: readonly Offered[]): Promise<void> {
    const entries = (): MenuItems[] => [
      formats.map((offered) => ({
        id: offered.format,
        label: this.t(`dashboard.format.${offered.format}`),
        disabledReason: formatReason(offered, installer),
      })),
    ];
    const label = this.t('dashboard.installers.download');
    const format = (await showMenu(entries, below(button), label)) as InstallerFormat | undefined;
    if (format) await this.run(download, { installer, format });
  }

  private button(symbol: string, title: string, command: string): TemplateResult {
    const reason = disabledReasonOf(command);
    return html`<button
      aria-disabled=${reason === undefined ? nothing : 'true'}
      aria-description=${reason ?? nothing}
      title=${reason ?? nothing}
      @click=${() => isEnabled(command) && void this.run(command, {})}
    >
      ${icon(symbol)}${this.t(title)}
    </button>`;
  }

  /** Said in words too: what is greyed out gets no mouse over it on a touch screen. */
  private whyNot(): TemplateResult | typeof nothing {
    const reasons = new Set(
      (['method.endpointInstaller', 'method.gpo'] as const).flatMap((each) => {
        const reason = permissionReason(each);
        return reason === undefined ? [] : [reason];
      }),
    );
    return reasons.size === 0
      ? nothing
      : html`${[...reasons].map((reason) => html`<p class="muted reason">${icon('lock')} ${reason}</p>`)}`;
  }

  private async run(command: string, args: Record<string, unknown>): Promise<void> {
    this.error = undefined;
    try {
      await runCommand(command, args);
    } catch (error) {
      this.error = error;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-installers-card': InstallersCard;
  }
}
