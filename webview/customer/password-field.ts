import { html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { CustomerElement } from './customer-element.ts';

/** A password and a button that shows what was typed. The field belongs to the form around it. */
@customElement('lk-password-field')
export class PasswordField extends CustomerElement {
  @property() name = 'password';
  @property() label = '';
  @property() autocomplete: 'off' | 'current-password' = 'off';
  @property({ type: Boolean }) disabled = false;
  @property({ type: Boolean }) invalid = false;
  /** The identifier of the message that says what is wrong. */
  @property() describedBy = '';
  @state() private revealed = false;

  override render() {
    return html`<div class="field">
      <label for="field-${this.name}">${this.label}</label>
      <div class="with-button">
        <input
          id="field-${this.name}"
          name=${this.name}
          type=${this.revealed ? 'text' : 'password'}
          autocomplete=${this.autocomplete}
          autocapitalize="none"
          spellcheck="false"
          maxlength="1024"
          required
          ?disabled=${this.disabled}
          aria-invalid=${this.invalid ? 'true' : 'false'}
          aria-describedby=${this.describedBy}
        />
        <button
          type="button"
          class="button quiet"
          aria-pressed=${this.revealed ? 'true' : 'false'}
          aria-label=${this.t('password.showLong')}
          ?disabled=${this.disabled}
          @click=${() => (this.revealed = !this.revealed)}
        >
          ${this.t(this.revealed ? 'password.hide' : 'password.show')}
        </button>
      </div>
    </div>`;
  }
}
