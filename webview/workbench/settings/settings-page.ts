import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '#webview/base/styles.ts';
import { takeFocus } from '#webview/base/focus.ts';
import { observe } from '#webview/base/observe.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner } from '../pages/page-states.ts';
import { openSettingsJson, resetSetting, settings$, writeSetting } from './settings-source.ts';
import './setting-control.ts';
import type { SettingControl } from './setting-control.ts';
import { filterSettings, type SettingView } from './setting-value.ts';

/** The settings of the workbench and of all extensions. Data: `{ query }`, what to search for at first. */
@customElement('lk-settings-page')
export class SettingsPage extends PageElement<{ readonly query?: string }> {
  static override styles = [
    PageElement.styles,
    css`
      :host {
        overflow: hidden;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        padding-bottom: 12px;
      }
      .columns {
        display: flex;
        flex: 1;
        gap: 20px;
        min-height: 0;
      }
      nav {
        flex: 0 0 180px;
        overflow: auto;
      }
      nav button {
        display: block;
        width: 100%;
        padding: 3px 8px;
        border: none;
        background: transparent;
        color: var(--vscode-foreground);
        text-align: start;
      }
      nav button[aria-current='true'] {
        background: var(--vscode-list-inactiveSelectionBackground);
        outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
      }
      .list {
        flex: 1;
        min-width: 0;
        overflow: auto;
        padding-bottom: 40px;
      }
      .list h2 {
        margin: 18px 0 4px;
        padding-inline-start: 16px;
        font-size: 18px;
        font-weight: 400;
      }
      .list h2:first-child {
        margin-top: 0;
      }
      @container (max-width: 640px) {
        nav {
          display: none;
        }
      }
    `,
  ];

  @state() private query: string | undefined;
  @state() private category: string | undefined;
  @state() private error: unknown;
  @query('input[type=search]') private search!: HTMLInputElement;
  private readonly settings = observe<readonly SettingView[]>(this, settings$(), []);

  protected override firstUpdated(): void {
    takeFocus(this.search);
  }

  override render() {
    const text = this.query ?? this.data?.query ?? '';
    const found = filterSettings(this.settings.value, text);
    const categories = [...new Set(found.map(({ category }) => category))];
    return html`<div class="page full">
      <div class="bar">
        <h1 class="visually-hidden">${this.t('settings.title')}</h1>
        <input
          class="search"
          type="search"
          placeholder=${this.t('settings.search')}
          aria-label=${this.t('settings.search')}
          .value=${text}
          @input=${(event: Event) => (this.query = (event.target as HTMLInputElement).value)}
        />
        <button
          aria-pressed=${text.includes('@modified')}
          title=${this.t('settings.onlyModified')}
          @click=${() => (this.query = text.includes('@modified') ? text.replace('@modified', '').trim() : `@modified ${text}`)}
        >
          ${icon('filter')}${this.t('settings.modifiedShort')}
        </button>
        <button @click=${() => openSettingsJson()}>${icon('go-to-file')}${this.t('settings.openJson')}</button>
      </div>
      <div class="visually-hidden" role="status">
        ${text ? this.t('settings.found', { count: found.length }) : nothing}
      </div>
      ${errorBanner(this.error)}
      ${
        found.length === 0
          ? emptyState('settings-gear', this.t(this.settings.value.length === 0 ? 'settings.none' : 'settings.noMatch'))
          : html`<div class="columns">
              <nav aria-label=${this.t('settings.categories')}>
                ${categories.map(
                  (category) =>
                    html`<button
                      aria-current=${category === (this.category ?? categories[0])}
                      @click=${() => this.goTo(category)}
                    >
                      ${category}
                    </button>`,
                )}
              </nav>
              <div class="list">${categories.map((category) => this.section(category, found))}</div>
            </div>`
      }
    </div>`;
  }

  private section(category: string, found: readonly SettingView[]): TemplateResult {
    return html`<h2 data-category=${category} tabindex="-1">${category}</h2>
      ${repeat(
        found.filter((setting) => setting.category === category),
        ({ key }) => key,
        (setting) =>
          html`<lk-setting
            .setting=${setting}
            @setting-change=${(event: CustomEvent<unknown>) =>
              void this.attempt(() => writeSetting(setting.key, event.detail), event.target as SettingControl)}
            @setting-reset=${() => void this.attempt(() => resetSetting(setting.key))}
            @open-json=${() => openSettingsJson(setting.key)}
          ></lk-setting>`,
      )}`;
  }

  private goTo(category: string): void {
    this.category = category;
    const heading = [...this.renderRoot.querySelectorAll<HTMLElement>('h2')].find(
      ({ dataset }) => dataset['category'] === category,
    );
    heading?.scrollIntoView({ block: 'start' });
    heading?.focus({ preventScroll: true });
  }

  private async attempt(change: () => Promise<unknown>, control?: SettingControl): Promise<void> {
    this.error = undefined;
    try {
      await change();
    } catch (error) {
      this.error = error;
      // What was chosen is not in force.
      control?.requestUpdate();
    }
  }
}
