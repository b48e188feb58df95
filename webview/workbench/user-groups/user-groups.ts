import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Disposable } from '#core/base/lifecycle.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { accountRequests, type Technician } from '#protocol/accounts.ts';
import { userGroupNotifications, userGroupRequests, type UserGroup } from '#protocol/user-groups.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { openDialog } from '../pages/dialog.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageChange } from '../pages/page-change.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner } from '../pages/page-states.ts';
import { questionDialog } from '../pages/question-dialog.ts';
import './user-group-dialog.ts';
import type { UserGroupDraft } from './user-group-dialog.ts';

/** The account's user groups. Fires `show-permissions` with a group's identifier. */
@customElement('lk-user-groups')
export class UserGroups extends PageElement {
  @state() private editing: UserGroup | 'new' | undefined;
  @state() private deleting: UserGroup | undefined;
  private readonly loader = new Loader(this, async () => {
    const [groups, technicians] = await Promise.all([
      request(userGroupRequests.list, {}),
      request(accountRequests.list, {}),
    ]);
    return { groups, technicians };
  });
  private readonly change = new PageChange(this, () => this.loader.reload());
  private changes: Disposable | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.changes = inject(HubConnection).on(userGroupNotifications.changed, () => void this.loader.reload());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.changes?.dispose();
  }

  protected override updated(): void {
    openDialog(this.shadowRoot);
  }

  override render(): TemplateResult {
    return html`<div class="page">
      <div class="head">
        <h1 class="grow">${this.t('administration.userGroups')}</h1>
        <button class="primary" @click=${() => (this.editing = 'new')}>
          ${icon('add')}${this.t('userGroups.new')}
        </button>
      </div>
      <p class="muted">${this.t('userGroups.intro')}</p>
      ${this.loader.render(({ groups, technicians }) => this.content(groups, technicians))}
    </div>`;
  }

  private content(groups: readonly UserGroup[], technicians: readonly Technician[]): TemplateResult {
    return html`${groups.length === 0 ? emptyState('organization', this.t('userGroups.empty')) : this.table(groups, technicians)}
    ${
      this.editing
        ? html`<lk-user-group-dialog
            .group=${this.editing === 'new' ? undefined : this.editing}
            .technicians=${technicians}
            .busy=${this.change.busy}
            .error=${this.change.error}
            @save=${(event: CustomEvent<UserGroupDraft>) => void this.save(event.detail)}
            @dialog-close=${this.closeDialogs}
          ></lk-user-group-dialog>`
        : nothing
    }
    ${this.deleting ? this.deleteDialog(this.deleting) : nothing}`;
  }

  private table(groups: readonly UserGroup[], technicians: readonly Technician[]): TemplateResult {
    return html`${this.editing || this.deleting ? nothing : errorBanner(this.change.error)}
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">${this.t('administration.name')}</th>
            <th scope="col">${this.t('userGroups.members')}</th>
            <th scope="col" class="actions"><span class="visually-hidden">${this.t('page.actions')}</span></th>
          </tr>
        </thead>
        <tbody>
          ${groups.map((group) => this.row(group, technicians))}
        </tbody>
      </table>`;
  }

  private row(group: UserGroup, technicians: readonly Technician[]): TemplateResult {
    const { name, members, id } = group;
    const names = technicians.filter((each) => members.includes(each.id)).map((each) => each.name);
    const button = (symbol: string, title: string, label: string, run: () => void): TemplateResult =>
      html`<button class="icon" title=${title} aria-label=${label} @click=${run}>${icon(symbol)}</button>`;
    return html`<tr>
      <td data-label=${this.t('administration.name')}>${name}</td>
      <td data-label=${this.t('userGroups.members')}>${names.join(', ') || this.t('userGroups.nobody')}</td>
      <td class="actions">
        ${button(
          'shield',
          this.t('administration.permissions'),
          this.t('userGroups.permissionsNamed', { name }),
          () => void this.emit('show-permissions', id),
        )}
        ${button(
          'edit',
          this.t('administration.edit'),
          this.t('administration.editNamed', { name }),
          () => (this.editing = group),
        )}
        ${button(
          'trash',
          this.t('administration.delete'),
          this.t('administration.deleteNamed', { name }),
          () => (this.deleting = group),
        )}
      </td>
    </tr>`;
  }

  private deleteDialog(group: UserGroup): TemplateResult {
    return questionDialog({
      title: this.t('userGroups.deleteTitle', { name: group.name }),
      detail: this.t('userGroups.deleteDetail', { count: group.members.length }),
      action: this.t('administration.delete'),
      busy: this.change.busy,
      error: this.change.error,
      run: () =>
        void this.change.run(async () => {
          await request(userGroupRequests.delete, { userGroup: group.id });
          this.deleting = undefined;
        }),
      close: this.closeDialogs,
    });
  }

  private readonly closeDialogs = (): void => {
    this.editing = this.deleting = undefined;
    this.change.forget();
  };

  private save(draft: UserGroupDraft): Promise<void> {
    const { editing } = this;
    return this.change.run(async () => {
      if (editing === 'new') await request(userGroupRequests.create, draft);
      else if (editing) await request(userGroupRequests.update, { userGroup: editing.id, ...draft });
      this.editing = undefined;
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-user-groups': UserGroups;
  }
}
