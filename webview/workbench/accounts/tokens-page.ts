import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { tokenRequests, type ApiToken } from '#protocol/accounts.ts';
import { name } from '#protocol/primitives.ts';
import { icon } from '#webview/base/styles.ts';
import { openDialog } from '../pages/dialog.ts';
import { formDialog, textField } from '../pages/form-dialog.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageChange } from '../pages/page-change.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner } from '../pages/page-states.ts';
import { questionDialog } from '../pages/question-dialog.ts';
import { Clock, timeAgo } from '../pages/times.ts';
import './secret-dialog.ts';
import type { Secret } from './secret-dialog.ts';

/** Days until a new token expires; 0: never. */
const lifetimes = [30, 90, 365, 0];

/** Whose tokens are shown, where they are another's. */
export interface TokensOf {
  readonly technician: string;
  readonly name: string;
}

/** The technician's own API tokens; for an administrator those of whom the data names, to be looked at and revoked. */
@customElement('lk-tokens-page')
export class TokensPage extends PageElement<TokensOf | Record<string, never>> {
  @state() private creating = false;
  @state() private revoking: ApiToken | undefined;
  @state() private secret: Secret | undefined;
  @state() private nameInvalid = false;
  private readonly loader = new Loader(this, () =>
    request(tokenRequests.list, this.other ? { technician: this.other.technician } : {}),
  );
  private readonly change = new PageChange(this, () => this.loader.reload());

  constructor() {
    super();
    new Clock(this);
  }

  protected override updated(): void {
    openDialog(this.shadowRoot);
  }

  private get other(): TokensOf | undefined {
    return this.data && 'technician' in this.data ? (this.data as TokensOf) : undefined;
  }

  override render() {
    const { other } = this;
    return html`<div class="page">
      <div class="head">
        <h1 class="grow">
          ${other ? this.t('administration.tokensNamed', { name: other.name }) : this.t('administration.tokens')}
        </h1>
        ${
          other
            ? nothing
            : html`<button class="primary" @click=${() => (this.creating = true)}>
                ${icon('add')}${this.t('administration.newToken')}
              </button>`
        }
      </div>
      <p class="muted">
        ${other ? this.t('administration.tokensNamedIntro', { name: other.name }) : this.t('administration.tokensIntro')}
      </p>
      ${errorBanner(this.creating || this.revoking ? undefined : this.change.error)}
      ${this.loader.render((tokens) =>
        tokens.length === 0
          ? emptyState('key', this.t(other ? 'administration.tokensNamedEmpty' : 'administration.tokensEmpty'))
          : this.table(tokens),
      )}
      ${this.creating ? this.createDialog() : nothing} ${this.revoking ? this.revokeDialog(this.revoking) : nothing}
      ${
        this.secret
          ? html`<lk-secret-dialog
              .secret=${this.secret}
              @dialog-close=${() => (this.secret = undefined)}
            ></lk-secret-dialog>`
          : nothing
      }
    </div>`;
  }

  private table(tokens: readonly ApiToken[]): TemplateResult {
    const columns = ['name', 'state', 'lastUsed', 'expires', 'created'] as const;
    return html`<div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${this.t(`administration.${column}`)}</th>`)}
            <th scope="col" class="actions"><span class="visually-hidden">${this.t('page.actions')}</span></th>
          </tr>
        </thead>
        <tbody>
          ${tokens.map((token) => this.row(token))}
        </tbody>
      </table>
    </div>`;
  }

  private row(token: ApiToken): TemplateResult {
    const state = token.revokedAt !== null ? 'revoked' : this.isExpired(token) ? 'expired' : 'active';
    return html`<tr>
      <td data-label=${this.t('administration.name')}>${token.name}</td>
      <td data-label=${this.t('administration.state')}>
        <span class="badge">${this.t(`administration.token.${state}`)}</span>
      </td>
      <td data-label=${this.t('administration.lastUsed')}>
        ${token.lastUsedAt === null ? this.t('administration.neverUsed') : timeAgo(token.lastUsedAt)}
      </td>
      <td data-label=${this.t('administration.expires')}>
        ${token.expiresAt === null ? this.t('administration.never') : timeAgo(token.expiresAt)}
      </td>
      <td data-label=${this.t('administration.created')}>${timeAgo(token.createdAt)}</td>
      <td class="actions">
        ${
          token.revokedAt === null
            ? html`<button
                aria-label=${this.t('administration.revokeNamed', { name: token.name })}
                @click=${() => (this.revoking = token)}
              >
                ${this.t('administration.revoke')}
              </button>`
            : nothing
        }
      </td>
    </tr>`;
  }

  private isExpired(token: ApiToken): boolean {
    return token.expiresAt !== null && token.expiresAt <= Date.now();
  }

  private createDialog(): TemplateResult {
    return formDialog({
      title: this.t('administration.newToken'),
      fields: html`${textField({
          id: 'name',
          label: this.t('administration.name'),
          maxLength: 64,
          first: true,
          placeholder: this.t('administration.tokenNameExample'),
          problem: this.nameInvalid ? this.t('administration.nameInvalid') : undefined,
        })}
        <div class="field">
          <label for="lifetime">${this.t('administration.expires')}</label>
          <select id="lifetime" name="lifetime">
            ${lifetimes.map(
              (days) =>
                html`<option value=${days} ?selected=${days === 90}>
                  ${days === 0 ? this.t('administration.never') : this.t('administration.inDays', { days })}
                </option>`,
            )}
          </select>
        </div>`,
      action: this.t('administration.createToken'),
      busy: this.change.busy,
      error: this.change.error,
      submit: (form) => this.create(form),
      close: this.closeDialogs,
    });
  }

  private revokeDialog(token: ApiToken): TemplateResult {
    return questionDialog({
      title: this.t('administration.revokeTitle', { name: token.name }),
      detail: this.t('administration.revokeDetail'),
      action: this.t('administration.revoke'),
      busy: this.change.busy,
      error: this.change.error,
      run: () => void this.revoke(token),
      close: this.closeDialogs,
    });
  }

  private readonly closeDialogs = (): void => {
    this.creating = this.nameInvalid = false;
    this.revoking = undefined;
    this.change.forget();
  };

  private create(form: FormData): void {
    const wanted = name.safeParse(form.get('name'));
    this.nameInvalid = !wanted.success;
    if (!wanted.success) return;
    const days = Number(form.get('lifetime'));
    const expiresAt = days === 0 ? null : Date.now() + days * 86_400_000;
    void this.change.run(async () => {
      const { token, secret } = await request(tokenRequests.create, { name: wanted.data, expiresAt });
      this.creating = false;
      this.secret = {
        title: this.t('administration.tokenCreated', { name: token.name }),
        detail: this.t('administration.tokenOnce'),
        label: this.t('administration.token'),
        value: secret,
      };
    });
  }

  private revoke(token: ApiToken): Promise<void> {
    return this.change.run(async () => {
      await request(tokenRequests.revoke, { token: token.id });
      this.revoking = undefined;
    });
  }
}
