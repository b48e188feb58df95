import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { accountRequests, type Technician } from '#protocol/accounts.ts';
import { groupRequests, type Group } from '#protocol/groups.ts';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { openDialog, generatePassword } from '../pages/dialog.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageChange } from '../pages/page-change.ts';
import { PageElement } from '../pages/page-element.ts';
import { errorBanner } from '../pages/page-states.ts';
import { questionDialog } from '../pages/question-dialog.ts';
import { Clock, timeAgo } from '../pages/times.ts';
import './technician-dialog.ts';
import './secret-dialog.ts';
import type { TechnicianDraft } from './technician-dialog.ts';
import type { Secret } from './secret-dialog.ts';
import type { TokensOf } from './tokens-page.ts';

/** The account's technicians: list, create, change, disable, new password. */
@customElement('lk-technicians')
export class Technicians extends PageElement {
  @state() private editing: Technician | 'new' | undefined;
  @state() private resetting: Technician | undefined;
  @state() private takingOff: Technician | undefined;
  @state() private secret: Secret | undefined;
  private readonly loader = new Loader(this, async () => {
    const [technicians, groups] = await Promise.all([
      request(accountRequests.list, {}),
      request(groupRequests.list, {}),
    ]);
    return { technicians, groups };
  });
  private readonly change = new PageChange(this, () => this.loader.reload());

  constructor() {
    super();
    new Clock(this);
  }

  override render() {
    return html`<div class="page">
      ${this.loader.render(({ technicians, groups }) => this.content(technicians, groups))}
    </div>`;
  }

  protected override updated(): void {
    openDialog(this.shadowRoot);
  }

  private content(technicians: readonly Technician[], groups: readonly Group[]): TemplateResult {
    return html`<div class="head">
        <h1 class="grow">${this.t('administration.technicians')}</h1>
        <button class="primary" @click=${() => (this.editing = 'new')}>
          ${icon('add')}${this.t('administration.newTechnician')}
        </button>
      </div>
      ${errorBanner(this.change.error)}
      <div class="scroll">
        <table class="stack">
          <thead>
            <tr>
              <th scope="col">${this.t('administration.name')}</th>
              <th scope="col">${this.t('administration.email')}</th>
              <th scope="col">${this.t('administration.role')}</th>
              <th scope="col">${this.t('administration.groups')}</th>
              <th scope="col">${this.t('administration.created')}</th>
              <th scope="col" class="actions"><span class="visually-hidden">${this.t('page.actions')}</span></th>
            </tr>
          </thead>
          <tbody>
            ${technicians.map((technician) => this.row(technician, groups))}
          </tbody>
        </table>
      </div>
      ${
        this.editing
          ? html`<lk-technician-dialog
              .technician=${this.editing === 'new' ? undefined : this.editing}
              .groups=${groups}
              .busy=${this.change.busy}
              .error=${this.change.error}
              @save=${(event: CustomEvent<TechnicianDraft>) => void this.save(event.detail)}
              @dialog-close=${this.closeDialogs}
            ></lk-technician-dialog>`
          : nothing
      }
      ${this.resetting ? this.resetDialog(this.resetting) : nothing}
      ${this.takingOff ? this.twoFactorDialog(this.takingOff) : nothing}
      ${
        this.secret
          ? html`<lk-secret-dialog
              .secret=${this.secret}
              @dialog-close=${() => (this.secret = undefined)}
            ></lk-secret-dialog>`
          : nothing
      }`;
  }

  private row(technician: Technician, groups: readonly Group[]): TemplateResult {
    const names = groups.filter((group) => technician.groups.includes(group.id)).map((group) => group.name);
    const assigned =
      technician.role === 'administrator'
        ? this.t('administration.allGroups')
        : names.join(', ') || this.t('administration.noGroups');
    const label = (key: string): string => this.t(key, { name: technician.name });
    return html`<tr>
      <td data-label=${this.t('administration.name')}>
        <span
          >${technician.name}
          ${technician.disabled ? html` <span class="badge">${this.t('administration.disabled')}</span>` : nothing}
          ${technician.twoFactor ? html` <span class="badge">${this.t('twoFactor.badge')}</span>` : nothing}</span
        >
      </td>
      <td data-label=${this.t('administration.email')}>${technician.email}</td>
      <td data-label=${this.t('administration.role')}>${this.t(`administration.role.${technician.role}`)}</td>
      <td data-label=${this.t('administration.groups')}>${assigned}</td>
      <td data-label=${this.t('administration.created')}>${timeAgo(technician.createdAt)}</td>
      <td class="actions">
        <button
          class="icon"
          title=${this.t('administration.edit')}
          aria-label=${label('administration.editNamed')}
          @click=${() => (this.editing = technician)}
        >
          ${icon('edit')}
        </button>
        <button
          class="icon"
          title=${this.t('administration.resetPassword')}
          aria-label=${label('administration.resetPasswordNamed')}
          @click=${() => (this.resetting = technician)}
        >
          ${icon('key')}
        </button>
        <button
          class="icon"
          title=${this.t('administration.tokens')}
          aria-label=${label('administration.tokensNamed')}
          @click=${() => this.showTokens(technician)}
        >
          ${icon('plug')}
        </button>
        ${
          technician.twoFactor && technician.id !== inject(AccountService).identity?.technician.id
            ? html`<button
                class="icon"
                title=${this.t('twoFactor.reset')}
                aria-label=${label('twoFactor.resetNamed')}
                @click=${() => (this.takingOff = technician)}
              >
                ${icon('shield')}
              </button>`
            : nothing
        }
        <button
          class="icon"
          title=${this.t(technician.disabled ? 'administration.enable' : 'administration.disable')}
          aria-label=${label(technician.disabled ? 'administration.enableNamed' : 'administration.disableNamed')}
          @click=${() => void this.toggle(technician)}
        >
          ${icon(technician.disabled ? 'debug-start' : 'circle-slash')}
        </button>
      </td>
    </tr>`;
  }

  private showTokens({ id, name }: Technician): void {
    const data: TokensOf = { technician: id, name };
    const title = this.t('administration.tokensNamed', { name });
    inject(EditorService).open({ kind: 'tokens', id, title, icon: 'key', data });
  }

  private resetDialog(technician: Technician): TemplateResult {
    return questionDialog({
      title: this.t('administration.resetTitle', { name: technician.name }),
      detail: this.t('administration.resetDetail'),
      action: this.t('administration.resetPassword'),
      busy: this.change.busy,
      error: this.change.error,
      run: () => void this.reset(technician),
      close: this.closeDialogs,
    });
  }

  private twoFactorDialog(technician: Technician): TemplateResult {
    return questionDialog({
      title: this.t('twoFactor.resetTitle', { name: technician.name }),
      detail: this.t('twoFactor.resetDetail'),
      action: this.t('twoFactor.reset'),
      busy: this.change.busy,
      error: this.change.error,
      run: () =>
        void this.change.run(async () => {
          await request(twoFactorRequests.reset, { technician: technician.id });
          this.takingOff = undefined;
        }),
      close: this.closeDialogs,
    });
  }

  private readonly closeDialogs = (): void => {
    this.editing = this.resetting = this.takingOff = undefined;
    this.change.forget();
  };

  private async save(draft: TechnicianDraft): Promise<void> {
    const editing = this.editing;
    await this.change.run(async () => {
      if (editing === 'new') {
        const password = generatePassword();
        const { name } = await request(accountRequests.create, { ...draft, password });
        this.secret = {
          title: this.t('administration.created.title', { name }),
          ...this.passwordTexts(),
          value: password,
        };
      } else if (editing) {
        const { name, role, groups } = draft;
        await request(accountRequests.update, { technician: editing.id, name, role, groups });
      }
      this.editing = undefined;
    });
  }

  private async reset(technician: Technician): Promise<void> {
    await this.change.run(async () => {
      const next = generatePassword();
      await request(accountRequests.resetPassword, { technician: technician.id, next });
      this.resetting = undefined;
      const title = this.t('administration.reset.title', { name: technician.name });
      this.secret = { title, ...this.passwordTexts(), value: next };
    });
  }

  private toggle(technician: Technician): Promise<void> {
    return this.change.run(async () => {
      await request(accountRequests.update, { technician: technician.id, disabled: !technician.disabled });
    });
  }

  private passwordTexts(): { detail: string; label: string } {
    return { detail: this.t('administration.passwordOnce'), label: this.t('signIn.password') };
  }
}
