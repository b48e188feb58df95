import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { languages, type Language } from '#core/base/l10n/localizer.ts';
import { CustomerElement } from './customer-element.ts';
import { currentLanguage, pickLanguage } from './texts.ts';

const names: Record<Language, string> = { en: 'English', fr: 'Français', de: 'Deutsch' };

@customElement('lk-language-switch')
export class LanguageSwitch extends CustomerElement {
  override render() {
    return html`<label class="language">
      <span>${this.t('language')}</span>
      <select @change=${(event: Event) => void pickLanguage((event.target as HTMLSelectElement).value as Language)}>
        ${languages.map(
          (language) =>
            html`<option value=${language} lang=${language} ?selected=${language === currentLanguage()}>
              ${names[language]}
            </option>`,
        )}
      </select>
    </label>`;
  }
}
