import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Technician } from '#protocol/accounts.ts';
import { name as nameShape } from '#protocol/primitives.ts';
import type { UserGroup } from '#protocol/user-groups.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { errorBanner } from '../pages/page-states.ts';
import { controlStyles } from '../pages/page-styles.ts';

export interface UserGroupDraft {
  readonly name: string;
  readonly members: string[];
}

/** From so many technicians on there is a field to find one. */
const manyTechnicians = 8;

/** Makes or changes a user group. Fires `save` with a `UserGroupDraft`, and `dialog-close`. */
@customElement('lk-user-group-dialog')
export class UserGroupDialog extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      .members {
        max-height: 260px;
        overflow: auto;
        padding: 6px 8px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
      }
      .search {
        width: 100%;
        margin-bottom: 6px;
      }
    `,
  ];

  /** undefined: a new one. */
  @property({ attribute: false }) group: UserGroup | undefined;
  @property({ attribute: false }) technicians: readonly Technician[] = [];
  @property({ attribute: false }) busy = false;
  /** What the hub said of the last attempt. */
  @property({ attribute: false }) error: unknown;
  @state() private nameInvalid = false;
  @state() private filter = '';

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override render(): TemplateResult {
    const { group } = this;
    return html`<dialog aria-labelledby="title" @close=${() => this.emit('dialog-close')}>
      <form novalidate @submit=${this.submit}>
        <h2 id="title">
          ${group ? this.t('administration.editNamed', { name: group.name }) : this.t('userGroups.new')}
        </h2>
        ${errorBanner(this.error)}
        <div class="field">
          <label for="name">${this.t('administration.name')}</label>
          <input
            id="name"
            name="name"
            autocomplete="off"
            maxlength="64"
            autofocus
            .defaultValue=${group?.name ?? ''}
            aria-invalid=${this.nameInvalid}
            aria-describedby="name-problem"
          />
          <span class="error-text" id="name-problem">
            ${this.nameInvalid ? this.t('administration.nameInvalid') : nothing}
          </span>
        </div>
        ${this.members()}
        <div class="buttons">
          <button type="button" @click=${() => this.emit('dialog-close')}>${this.t('page.cancel')}</button>
          <button class="primary" ?disabled=${this.busy}>${this.t(group ? 'page.save' : 'userGroups.create')}</button>
        </div>
      </form>
    </dialog>`;
  }

  private members(): TemplateResult {
    const wanted = this.filter.trim().toLocaleLowerCase();
    const fits = ({ name, email }: Technician): boolean => `${name} ${email}`.toLocaleLowerCase().includes(wanted);
    return html`<fieldset>
      <legend>${this.t('userGroups.members')}</legend>
      ${
        this.technicians.length < manyTechnicians
          ? nothing
          : html`<input
              class="search"
              type="search"
              aria-label=${this.t('userGroups.find')}
              placeholder=${this.t('userGroups.find')}
              @input=${(event: Event) => (this.filter = (event.target as HTMLInputElement).value)}
              @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && event.preventDefault()}
            />`
      }
      <div class="members">
        ${this.technicians.map(
          (technician) =>
            html`<label class="check" ?hidden=${!fits(technician)}>
              <input
                type="checkbox"
                name="members"
                value=${technician.id}
                .defaultChecked=${this.group?.members.includes(technician.id) ?? false}
              />
              <span>${technician.name} <span class="muted">${technician.email}</span></span>
            </label>`,
        )}
      </div>
    </fieldset>`;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const wanted = nameShape.safeParse(form.get('name'));
    this.nameInvalid = !wanted.success;
    if (!wanted.success) return this.renderRoot.querySelector<HTMLElement>('#name')?.focus();
    this.emit<UserGroupDraft>('save', { name: wanted.data, members: form.getAll('members').map(String) });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-user-group-dialog': UserGroupDialog;
  }
}
