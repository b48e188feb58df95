import { html } from 'lit';
import { t } from '../customer/texts.ts';
import '../customer/password-field.ts';

export interface AccountFieldsOptions {
  /** Filled in at first. */
  readonly account: string;
  readonly disabled: boolean;
  readonly invalid: boolean;
  /** The identifier of the message that says what is wrong. */
  readonly describedBy: string;
}

/** Name and password of an account of this computer, as the fields `account` and `password` of the form around them. */
export const accountFields = ({ account, disabled, invalid, describedBy }: AccountFieldsOptions) =>
  html`<div class="account-fields">
    <div class="field">
      <label for="account">${t('account.name')}</label>
      <input
        id="account"
        name="account"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        maxlength="255"
        required
        .defaultValue=${account}
        ?disabled=${disabled}
        aria-describedby="account-hint"
      />
      <p class="hint" id="account-hint">${t('account.name.hint')}</p>
    </div>
    <lk-password-field
      name="password"
      .label=${t('account.password')}
      .disabled=${disabled}
      .invalid=${invalid}
      .describedBy=${describedBy}
    ></lk-password-field>
  </div>`;
