import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { email, role, type Role, type Technician } from '#protocol/accounts.ts';
import { name } from '#protocol/primitives.ts';
import type { Group } from '#protocol/groups.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { formDialog, textField } from '../pages/form-dialog.ts';
import { controlStyles } from '../pages/page-styles.ts';

export interface TechnicianDraft {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly groups: string[];
}

/** Creates or changes a technician. Fires `save` with a `TechnicianDraft`, and `dialog-close`. */
@customElement('lk-technician-dialog')
export class TechnicianDialog extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      .groups {
        max-height: 180px;
        overflow: auto;
        padding: 6px 8px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
      }
    `,
  ];

  /** undefined: a new one. */
  @property({ attribute: false }) technician: Technician | undefined;
  @property({ attribute: false }) groups: readonly Group[] = [];
  @property({ attribute: false }) busy = false;
  /** What the hub said of the last attempt. */
  @property({ attribute: false }) error: unknown;
  @state() private chosenRole: Role = 'technician';
  @state() private invalid: 'email' | 'name' | undefined;

  protected override firstUpdated(): void {
    this.chosenRole = this.technician?.role ?? 'technician';
    openDialog(this.shadowRoot);
  }

  override render() {
    const { technician } = this;
    const title = technician
      ? this.t('administration.editNamed', { name: technician.name })
      : this.t('administration.newTechnician');
    return formDialog({
      title,
      fields: html`${textField({
          id: 'name',
          label: this.t('administration.name'),
          value: technician?.name ?? '',
          maxLength: 64,
          first: true,
          problem: this.invalid === 'name' ? this.t('administration.nameInvalid') : undefined,
        })}
        ${
          technician
            ? nothing
            : textField({
                id: 'email',
                label: this.t('administration.email'),
                type: 'email',
                problem: this.invalid === 'email' ? this.t('signIn.emailInvalid') : undefined,
              })
        }
        <div class="field">
          <label for="role">${this.t('administration.role')}</label>
          <select id="role" name="role" @change=${this.pickRole}>
            ${role.options.map(
              (each) =>
                html`<option value=${each} ?selected=${each === this.chosenRole}>
                  ${this.t(`administration.role.${each}`)}
                </option>`,
            )}
          </select>
          <span class="hint">${this.t(`administration.role.${this.chosenRole}.hint`)}</span>
        </div>
        ${this.chosenRole === 'technician' ? this.groupChoice() : nothing}`,
      action: this.t(technician ? 'page.save' : 'administration.createTechnician'),
      busy: this.busy,
      error: this.error,
      submit: (form) => this.submit(form),
      close: () => this.emit('dialog-close'),
    });
  }

  private groupChoice() {
    return html`<fieldset>
      <legend>${this.t('administration.groups')}</legend>
      <div class="groups">
        ${this.groups.length === 0 ? html`<span class="hint">${this.t('administration.noGroupsYet')}</span>` : nothing}
        ${this.groups.map(
          (group) =>
            html`<label class="check">
              <input
                type="checkbox"
                name="groups"
                value=${group.id}
                .defaultChecked=${this.technician?.groups.includes(group.id) ?? false}
              />
              <span>${group.name}</span>
            </label>`,
        )}
      </div>
    </fieldset>`;
  }

  private pickRole(event: Event): void {
    this.chosenRole = (event.target as HTMLSelectElement).value as Role;
  }

  private submit(form: FormData): void {
    const draft: TechnicianDraft = {
      name: String(form.get('name')).trim(),
      email: this.technician?.email ?? String(form.get('email')).trim(),
      role: this.chosenRole,
      groups:
        this.chosenRole === 'technician' ? form.getAll('groups').map(String) : [...(this.technician?.groups ?? [])],
    };
    this.invalid = name.safeParse(draft.name).success
      ? email.safeParse(draft.email).success
        ? undefined
        : 'email'
      : 'name';
    if (this.invalid) this.renderRoot.querySelector<HTMLElement>(`#${this.invalid}`)?.focus();
    else this.emit('save', draft);
  }
}
