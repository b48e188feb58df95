import { css, html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { accountRequests, type Technician } from '#protocol/accounts.ts';
import { permissionRequests, type EffectivePermission, type Permission } from '#protocol/permissions.ts';
import { icon } from '#webview/base/styles.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageElement } from '../pages/page-element.ts';
import { errorBanner } from '../pages/page-states.ts';
import { accountStanding, type PermissionSetting } from './permission-standing.ts';

interface Content {
  readonly technicians: readonly Technician[];
  readonly settings: readonly PermissionSetting[];
  readonly standing: readonly EffectivePermission[];
}

/** What the account, or one technician, is allowed: the switch here, what is in force, and which setting decided it. */
@customElement('lk-permissions')
export class Permissions extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      select {
        min-width: 150px;
      }
      .standing .muted {
        display: block;
      }
      .standing {
        display: flex;
        gap: 8px;
        align-items: flex-start;
      }
      .allowed .codicon {
        color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
      }
      .refused .codicon {
        color: var(--vscode-errorForeground);
      }
    `,
  ];

  /** undefined: the account as a whole. */
  @state() private technician: string | undefined;
  @state() private error: unknown;
  @state() private saving: Permission | undefined;
  private readonly loader = new Loader<Content>(this, async () => {
    const whose = this.technician === undefined ? {} : { technician: this.technician };
    const [technicians, settings, standing] = await Promise.all([
      request(accountRequests.list, {}),
      request(permissionRequests.settings, whose),
      this.technician === undefined ? undefined : request(permissionRequests.effective, whose),
    ]);
    return { technicians, settings, standing: standing ?? accountStanding(settings) };
  });

  override render() {
    return html`<div class="page">
      <div class="head"><h1 class="grow">${this.t('administration.permissions')}</h1></div>
      <p class="muted">${this.t('administration.permissionsIntro')}</p>
      ${errorBanner(this.error)} ${this.loader.render((content) => this.content(content))}
    </div>`;
  }

  private content({ technicians, settings, standing }: Content): TemplateResult {
    return html`<div class="field">
        <label for="whose">${this.t('administration.permissionsFor')}</label>
        <select id="whose" @change=${this.pick}>
          <option value="" ?selected=${this.technician === undefined}>${this.t('administration.wholeAccount')}</option>
          ${technicians.map(
            (each) =>
              html`<option value=${each.id} ?selected=${each.id === this.technician}>
                ${each.name} · ${each.email}
              </option>`,
          )}
        </select>
      </div>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">${this.t('administration.permission')}</th>
            <th scope="col">${this.t('administration.settingHere')}</th>
            <th scope="col">${this.t('administration.inForce')}</th>
          </tr>
        </thead>
        <tbody>
          ${settings.map((setting) =>
            this.row(
              setting,
              standing.find(({ permission }) => permission === setting.permission),
            ),
          )}
        </tbody>
      </table>`;
  }

  private row({ permission, allowed }: PermissionSetting, standing: EffectivePermission | undefined): TemplateResult {
    const title = this.t(`administration.permission.${permission}`);
    const value = allowed === null ? 'unset' : allowed ? 'allowed' : 'refused';
    const isAllowed = standing?.allowed ?? true;
    return html`<tr>
      <td>
        <div>
          <strong>${title}</strong>
          <div class="muted">${this.t(`administration.permission.${permission}.detail`)}</div>
        </div>
      </td>
      <td data-label=${this.t('administration.settingHere')}>
        <select
          aria-label=${title}
          .value=${live(value)}
          ?disabled=${this.saving !== undefined}
          @change=${(event: Event) => void this.set(permission, (event.target as HTMLSelectElement).value)}
        >
          ${['unset', 'allowed', 'refused'].map(
            (each) =>
              html`<option value=${each} ?selected=${each === value}>
                ${this.t(`administration.setting.${each}`)}
              </option>`,
          )}
        </select>
      </td>
      <td data-label=${this.t('administration.inForce')}>
        <span class="standing ${isAllowed ? 'allowed' : 'refused'}">
          ${icon(isAllowed ? 'pass' : 'circle-slash')}
          <span>
            ${this.t(isAllowed ? 'administration.isAllowed' : 'administration.isRefused')}
            <span class="muted">${this.t(`administration.decidedBy.${standing?.decidedBy ?? 'default'}`)}</span>
          </span>
        </span>
      </td>
    </tr>`;
  }

  private pick(event: Event): void {
    this.technician = (event.target as HTMLSelectElement).value || undefined;
    this.error = undefined;
    void this.loader.reload();
  }

  private async set(permission: Permission, value: string): Promise<void> {
    this.saving = permission;
    this.error = undefined;
    const allowed = value === 'unset' ? null : value === 'allowed';
    const whose = this.technician === undefined ? {} : { technician: this.technician };
    try {
      await request(permissionRequests.set, { ...whose, permission, allowed });
    } catch (error) {
      this.error = error;
    }
    await this.loader.reload(); // also after a failure: the control shows what is stored
    this.saving = undefined;
  }
}
