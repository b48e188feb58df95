import { css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { deviceMatchRequests, type MatchSettings } from '#protocol/device-matches.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageChange } from '../pages/page-change.ts';
import { PageElement } from '../pages/page-element.ts';
import { errorBanner } from '../pages/page-states.ts';

/** What administrators set about computers that come back: each change is in force at once. */
@customElement('lk-match-settings')
export class MatchSettingsForm extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      :host {
        height: auto;
        overflow: visible;
      }
      label.minutes {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        margin: 10px 0 0 24px;
      }
      input[type='number'] {
        width: 90px;
      }
      .hint {
        margin: 4px 0 0 24px;
      }
    `,
  ];

  private readonly loader = new Loader(this, () => request(deviceMatchRequests.settings, {}));
  private readonly change = new PageChange(this, () => this.loader.reload());

  override render(): TemplateResult {
    return html`<h2>${this.t('deviceMatches.settings')}</h2>
      ${errorBanner(this.change.error)} ${this.loader.render((settings) => this.form(settings))}`;
  }

  private form(settings: MatchSettings): TemplateResult {
    return html`<label class="check">
        <input
          type="checkbox"
          .checked=${settings.takeOver}
          ?disabled=${this.change.busy}
          @change=${({ target }: Event) => this.save({ ...settings, takeOver: (target as HTMLInputElement).checked })}
        />
        <span>${this.t('deviceMatches.takeOver')}</span>
      </label>
      <p class="hint">${this.t('deviceMatches.takeOverHint')}</p>
      <label class="minutes">
        <span>${this.t('deviceMatches.quiet')}</span>
        <input
          type="number"
          min="0"
          max="43200"
          step="1"
          .value=${String(settings.quietMinutes)}
          ?disabled=${!settings.takeOver || this.change.busy}
          @change=${({ target }: Event) => {
            const input = target as HTMLInputElement;
            if (input.reportValidity()) this.save({ ...settings, quietMinutes: Number(input.value) || 0 });
          }}
        />
        <span>${this.t('deviceMatches.minutes')}</span>
      </label>`;
  }

  private save(settings: MatchSettings): void {
    void this.change.run(() => request(deviceMatchRequests.setSettings, settings));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-match-settings': MatchSettingsForm;
  }
}
