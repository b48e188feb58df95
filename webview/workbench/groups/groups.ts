import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { groupRequests, type Group } from '#protocol/groups.ts';
import { name } from '#protocol/primitives.ts';
import { icon } from '#webview/base/styles.ts';
import { openDialog } from '../pages/dialog.ts';
import { formDialog, textField } from '../pages/form-dialog.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageChange } from '../pages/page-change.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState } from '../pages/page-states.ts';
import { questionDialog } from '../pages/question-dialog.ts';
import { Clock, timeAgo } from '../pages/times.ts';

/** Device groups: create, rename, delete when empty. */
@customElement('lk-groups')
export class Groups extends PageElement {
  @state() private editing: Group | 'new' | undefined;
  @state() private deleting: Group | undefined;
  @state() private nameInvalid = false;
  private readonly loader = new Loader(this, () => request(groupRequests.list, {}));
  private readonly change = new PageChange(this, () => {
    this.closeDialogs();
    return this.loader.reload();
  });

  constructor() {
    super();
    new Clock(this);
  }

  protected override updated(): void {
    openDialog(this.shadowRoot);
  }

  override render() {
    return html`<div class="page">
      <div class="head">
        <h1 class="grow">${this.t('administration.groups')}</h1>
        <button class="primary" @click=${() => (this.editing = 'new')}>
          ${icon('add')}${this.t('administration.newGroup')}
        </button>
      </div>
      <p class="muted">${this.t('administration.groupsIntro')}</p>
      ${this.loader.render((groups) =>
        groups.length === 0 ? emptyState('folder', this.t('administration.noGroupsYet')) : this.table(groups),
      )}
      ${this.editing ? this.nameDialog(this.editing) : nothing}
      ${this.deleting ? this.deleteDialog(this.deleting) : nothing}
    </div>`;
  }

  private table(groups: readonly Group[]): TemplateResult {
    const sorted = [...groups].sort((a, b) => a.name.localeCompare(b.name));
    return html`<table class="stack">
      <thead>
        <tr>
          <th scope="col">${this.t('administration.name')}</th>
          <th scope="col">${this.t('administration.created')}</th>
          <th scope="col" class="actions"><span class="visually-hidden">${this.t('page.actions')}</span></th>
        </tr>
      </thead>
      <tbody>
        ${sorted.map(
          (group) =>
            html`<tr>
              <td data-label=${this.t('administration.name')}>${group.name}</td>
              <td data-label=${this.t('administration.created')}>${timeAgo(group.createdAt)}</td>
              <td class="actions">
                <button
                  class="icon"
                  title=${this.t('administration.rename')}
                  aria-label=${this.t('administration.renameNamed', { name: group.name })}
                  @click=${() => (this.editing = group)}
                >
                  ${icon('edit')}
                </button>
                <button
                  class="icon"
                  title=${this.t('administration.delete')}
                  aria-label=${this.t('administration.deleteNamed', { name: group.name })}
                  @click=${() => (this.deleting = group)}
                >
                  ${icon('trash')}
                </button>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private nameDialog(editing: Group | 'new'): TemplateResult {
    const isNew = editing === 'new';
    const title = isNew
      ? this.t('administration.newGroup')
      : this.t('administration.renameNamed', { name: editing.name });
    return formDialog({
      title,
      fields: textField({
        id: 'name',
        label: this.t('administration.name'),
        value: isNew ? '' : editing.name,
        maxLength: 64,
        first: true,
        problem: this.nameInvalid ? this.t('administration.nameInvalid') : undefined,
      }),
      action: this.t(isNew ? 'administration.createGroup' : 'administration.rename'),
      busy: this.change.busy,
      error: this.change.error,
      submit: (form) => this.save(form),
      close: this.closeDialogs,
    });
  }

  private deleteDialog(group: Group): TemplateResult {
    return questionDialog({
      title: this.t('administration.deleteGroupTitle', { name: group.name }),
      detail: this.t('administration.deleteGroupDetail'),
      action: this.t('administration.delete'),
      busy: this.change.busy,
      error: this.change.error,
      run: () => void this.deleteGroup(group),
      close: this.closeDialogs,
    });
  }

  private readonly closeDialogs = (): void => {
    this.editing = this.deleting = undefined;
    this.change.forget();
    this.nameInvalid = false;
  };

  private save(form: FormData): void {
    const editing = this.editing;
    const wanted = name.safeParse(form.get('name'));
    this.nameInvalid = !wanted.success;
    if (!wanted.success || !editing) return;
    void this.change.run(() =>
      editing === 'new'
        ? request(groupRequests.create, { name: wanted.data })
        : request(groupRequests.rename, { group: editing.id, name: wanted.data }),
    );
  }

  private deleteGroup(group: Group): Promise<void> {
    return this.change.run(() => request(groupRequests.delete, { group: group.id }));
  }
}
