import { html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { CustomerElement } from '../customer/customer-element.ts';
import { keyOf, type OfferedApp } from './offered-app.ts';

/** For whoever sits at another system than the browser says. Fires `choose` with the app. */
@customElement('lk-system-choice')
export class SystemChoice extends CustomerElement {
  @property({ attribute: false }) apps: readonly OfferedApp[] = [];
  @property({ attribute: false }) chosen: OfferedApp | undefined;

  override render() {
    const name = (app: OfferedApp): string => {
      const system = this.t(`system.${keyOf(app)}`);
      return app.available ? system : this.t('download.unavailableShort', { system });
    };
    return html`<details class="other-systems" ?open=${this.chosen === undefined}>
      <summary>${this.t('download.other')}</summary>
      <div class="field">
        <label for="system">${this.t('download.choose')}</label>
        <select id="system" @change=${this.choose}>
          ${this.chosen ? '' : html`<option value="" selected></option>`}
          ${this.apps.map(
            (app) =>
              html`<option value=${keyOf(app)} ?selected=${this.chosen && keyOf(app) === keyOf(this.chosen)}>
                ${name(app)}
              </option>`,
          )}
        </select>
      </div>
    </details>`;
  }

  private choose(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    const detail = this.apps.find((app) => keyOf(app) === value);
    if (detail) this.dispatchEvent(new CustomEvent('choose', { detail }));
  }
}
