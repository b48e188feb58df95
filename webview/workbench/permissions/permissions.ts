import { css, html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Disposable } from '#core/base/lifecycle.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { accountRequests, type Technician } from '#protocol/accounts.ts';
import { permissionRequests, type EffectivePermission, type Permission } from '#protocol/permissions.ts';
import { userGroupNotifications, userGroupRequests, type UserGroup } from '#protocol/user-groups.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageElement } from '../pages/page-element.ts';
import { errorBanner } from '../pages/page-states.ts';
import { permissionSections, standingOf, type PermissionSetting } from './permission-standing.ts';

/** Whose settings are shown: the account's where neither is named. */
export interface PermissionSubject {
  readonly technician?: string;
  readonly userGroup?: string;
}

interface Content {
  readonly technicians: readonly Technician[];
  readonly userGroups: readonly UserGroup[];
  readonly settings: readonly PermissionSetting[];
  readonly standing: readonly EffectivePermission[];
}

/** What the account, a user group or one technician is allowed: the switch here, what is in force, and what decided it. */
@customElement('lk-permissions')
export class Permissions extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      select {
        min-width: 150px;
      }
      #whose {
        max-width: 480px;
      }
      tbody th {
        padding-top: 18px;
        color: var(--vscode-foreground);
        white-space: normal;
      }
      tbody tr.section:hover {
        background: none;
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

  @property({ attribute: false }) whose: PermissionSubject = {};
  @state() private error: unknown;
  @state() private saving: Permission | undefined;
  private changes: Disposable | undefined;
  private readonly loader = new Loader<Content>(this, async () => {
    const { whose } = this;
    const [technicians, userGroups, settings, account, inForce] = await Promise.all([
      request(accountRequests.list, {}),
      request(userGroupRequests.list, {}),
      request(permissionRequests.settings, { ...whose }),
      request(permissionRequests.settings, {}),
      whose.technician === undefined ? undefined : request(permissionRequests.effective, { ...whose }),
    ]);
    const name = userGroups.find(({ id }) => id === whose.userGroup)?.name;
    const standing = inForce ?? standingOf(account, name === undefined ? undefined : { name, settings });
    return { technicians, userGroups, settings, standing };
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.changes = inject(HubConnection).on(userGroupNotifications.changed, () => void this.follow());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.changes?.dispose();
  }

  override render() {
    return html`<div class="page">
      <div class="head"><h1 class="grow">${this.t('administration.permissions')}</h1></div>
      <p class="muted">${this.t('administration.permissionsIntro')}</p>
      ${errorBanner(this.error)} ${this.loader.render((content) => this.content(content))}
    </div>`;
  }

  private content({ technicians, userGroups, settings, standing }: Content): TemplateResult {
    const { technician, userGroup } = this.whose;
    return html`<div class="field">
        <label for="whose">${this.t('administration.permissionsFor')}</label>
        <select id="whose" @change=${this.pick}>
          <option value="" ?selected=${!technician && !userGroup}>${this.t('administration.wholeAccount')}</option>
          <optgroup label=${this.t('administration.userGroups')}>
            ${userGroups.map(
              ({ id, name }) => html`<option value="userGroup ${id}" ?selected=${id === userGroup}>${name}</option>`,
            )}
          </optgroup>
          <optgroup label=${this.t('administration.technicians')}>
            ${technicians.map(
              ({ id, name, email }) =>
                html`<option value="technician ${id}" ?selected=${id === technician}>${name} · ${email}</option>`,
            )}
          </optgroup>
        </select>
        ${this.hint(technicians, userGroups)}
      </div>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">${this.t('administration.permission')}</th>
            <th scope="col">${this.t('administration.settingHere')}</th>
            <th scope="col">${this.t('administration.inForce')}</th>
          </tr>
        </thead>
        ${Object.entries(permissionSections).map(
          ([section, permissions]) =>
            html`<tbody>
              <tr class="section">
                <th scope="rowgroup" colspan="3">${this.t(`administration.permissions.${section}`)}</th>
              </tr>
              ${permissions.map((each) => this.row(each, settings, standing))}
            </tbody>`,
        )}
      </table>`;
  }

  /** Of whom the settings are, beyond the name. */
  private hint(technicians: readonly Technician[], userGroups: readonly UserGroup[]): TemplateResult {
    const { technician, userGroup } = this.whose;
    if (userGroup !== undefined) {
      const members = userGroups.find(({ id }) => id === userGroup)?.members ?? [];
      const names = technicians.filter(({ id }) => members.includes(id)).map(({ name }) => name);
      return html`<span class="hint"
        >${names.length > 0 ? this.t('userGroups.membersAre', { names: names.join(', ') }) : this.t('userGroups.noMembers')}</span
      >`;
    }
    if (technician === undefined) return html``;
    const groups = userGroups.filter(({ members }) => members.includes(technician)).map(({ name }) => name);
    return html`<span class="hint"
      >${groups.length > 0 ? this.t('userGroups.isIn', { names: groups.join(', ') }) : this.t('userGroups.isInNone')}</span
    >`;
  }

  private row(
    permission: Permission,
    settings: readonly PermissionSetting[],
    all: readonly EffectivePermission[],
  ): TemplateResult {
    const allowed = settings.find((each) => each.permission === permission)?.allowed ?? null;
    const standing = all.find((each) => each.permission === permission);
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
            <span class="muted">${standing ? this.why(standing, all) : ''}</span>
          </span>
        </span>
      </td>
    </tr>`;
  }

  private why({ decidedBy, userGroup = '' }: EffectivePermission, all: readonly EffectivePermission[]): string {
    if (decidedBy !== 'unattended' && decidedBy !== 'session') {
      return this.t(`administration.decidedBy.${decidedBy}`, { userGroup });
    }
    const ground = all.find(({ permission }) => permission === decidedBy);
    const by = ground?.decidedBy ?? 'account';
    return this.t(`administration.decidedBy.${decidedBy}.${by}`, { userGroup: ground?.userGroup ?? '' });
  }

  private pick(event: Event): void {
    const [kind, id] = (event.target as HTMLSelectElement).value.split(' ');
    this.whose = id === undefined ? {} : kind === 'userGroup' ? { userGroup: id } : { technician: id };
    this.error = undefined;
    void this.loader.reload();
  }

  /** User groups came, went or changed: one that is gone has no settings any more. */
  private async follow(): Promise<void> {
    const { userGroup } = this.whose;
    if (userGroup !== undefined) {
      const groups = await request(userGroupRequests.list, {}).catch(() => undefined);
      if (groups && !groups.some(({ id }) => id === userGroup)) this.whose = {};
    }
    await this.loader.reload();
  }

  private async set(permission: Permission, value: string): Promise<void> {
    this.saving = permission;
    this.error = undefined;
    const allowed = value === 'unset' ? null : value === 'allowed';
    try {
      await request(permissionRequests.set, { ...this.whose, permission, allowed });
    } catch (error) {
      this.error = error;
    }
    await this.loader.reload(); // also after a failure: the control shows what is stored
    this.saving = undefined;
  }
}
