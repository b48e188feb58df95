import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { controlOf, readNumber, settingTitle, type NumberProblem, type SettingView } from './setting-value.ts';

/** One setting: title, description, control. Fires `setting-change` with the value, `setting-reset` and `open-json`. */
@customElement('lk-setting')
export class SettingControl extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
        position: relative;
        padding: 10px 12px 12px 16px;
        line-height: 1.5;
      }
      :host::before {
        content: '';
        position: absolute;
        inset-block: 10px;
        inset-inline-start: 4px;
        width: 3px;
        background: transparent;
      }
      :host([modified])::before {
        background: var(--vscode-settings-modifiedItemIndicator, var(--vscode-focusBorder));
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 8px;
        min-height: 26px;
      }
      .title strong {
        color: var(--vscode-settings-headerForeground, var(--vscode-foreground));
      }
      .key {
        font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
        font-size: 11px;
      }
      .description {
        max-width: 78ch;
        margin: 0 0 6px;
      }
      input:not([type='checkbox']),
      select {
        width: min(420px, 100%);
      }
      ul {
        max-width: 420px;
        margin: 0 0 6px;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 1px 6px;
      }
      li span {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      li:hover {
        background: var(--vscode-list-hoverBackground);
      }
      form {
        display: flex;
        gap: 8px;
        max-width: 420px;
      }
    `,
  ];

  @property({ attribute: false }) setting: SettingView | undefined;
  @property({ type: Boolean, reflect: true }) modified = false;
  @state() private problem: NumberProblem | 'pattern' | undefined;

  protected override willUpdate(): void {
    this.modified = this.setting?.modified ?? false;
  }

  override render() {
    const { setting } = this;
    if (!setting) return nothing;
    const title = setting.schema.title ?? settingTitle(setting.key);
    return html`<div class="title">
        <strong id="title">${title}</strong><span class="muted key">${setting.key}</span>
        ${
          setting.modified
            ? html`<span class="visually-hidden">${this.t('settings.modified')}</span>
                <button
                  class="icon"
                  title=${this.t('settings.reset')}
                  aria-label=${this.t('settings.resetNamed', { name: title })}
                  @click=${() => this.emit('setting-reset')}
                >
                  ${icon('discard')}
                </button>`
            : nothing
        }
      </div>
      ${
        controlOf(setting.schema) === 'boolean'
          ? this.checkbox(setting)
          : html`<p class="description muted" id="description">${setting.description}</p>
              ${this.control(setting, title)}`
      }
      <div class="error-text" role="alert">${this.problem ? this.problemText(setting) : nothing}</div>`;
  }

  private checkbox(setting: SettingView): TemplateResult {
    return html`<label class="check">
      <input
        type="checkbox"
        aria-labelledby="title description"
        .checked=${live(setting.value === true)}
        @change=${(event: Event) => this.change((event.target as HTMLInputElement).checked)}
      />
      <span class="muted" id="description">${setting.description}</span>
    </label>`;
  }

  private control(setting: SettingView, title: string): TemplateResult {
    switch (controlOf(setting.schema)) {
      case 'enum':
        return this.choice(setting, title);
      case 'list':
        return this.list(setting, title);
      case 'number':
      case 'string':
        return this.text(setting, title);
      default:
        return html`<button class="link" @click=${() => this.emit('open-json', setting.key)}>
          ${this.t('settings.editInJson')}
        </button>`;
    }
  }

  private choice({ schema, value }: SettingView, title: string): TemplateResult {
    const options = schema.enum ?? [];
    const described = schema.enumDescriptions?.[options.indexOf(value)];
    return html`<select
        aria-label=${title}
        aria-describedby="description"
        @change=${(event: Event) => this.change(options[(event.target as HTMLSelectElement).selectedIndex])}
      >
        ${options.map(
          (option, index) =>
            html`<option .selected=${live(option === value)} ?selected=${option === value}>
              ${schema.enumItemLabels?.[index] ?? String(option)}
            </option>`,
        )}
      </select>
      ${described ? html`<p class="muted description">${described}</p>` : nothing}`;
  }

  private text({ schema, value }: SettingView, title: string): TemplateResult {
    const isNumber = controlOf(schema) === 'number';
    return html`<input
      type="text"
      inputmode=${isNumber ? 'decimal' : nothing}
      aria-label=${title}
      aria-describedby="description"
      aria-invalid=${this.problem !== undefined}
      .value=${String(value ?? '')}
      @input=${() => (this.problem = undefined)}
      @change=${(event: Event) => this.readText((event.target as HTMLInputElement).value)}
    />`;
  }

  private readText(text: string): void {
    const schema = this.setting?.schema ?? {};
    this.problem = undefined;
    if (controlOf(schema) === 'string') {
      if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(text)) this.problem = 'pattern';
      else this.change(text);
      return;
    }
    const read = readNumber(text, schema);
    if ('problem' in read) this.problem = read.problem;
    else this.change(read.value);
  }

  private list({ value }: SettingView, title: string): TemplateResult {
    const items = Array.isArray(value) ? value.map(String) : [];
    const add = (event: Event): void => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem('item') as HTMLInputElement;
      const text = field.value.trim();
      if (text === '' || items.includes(text)) return;
      this.change([...items, text]);
      field.value = '';
    };
    return html`<ul aria-label=${title}>
        ${items.map(
          (item, at) =>
            html`<li>
              <span>${item}</span>
              <button
                class="icon"
                title=${this.t('settings.remove')}
                aria-label=${this.t('settings.removeNamed', { name: item })}
                @click=${() => this.change(items.filter((_, index) => index !== at))}
              >
                ${icon('close')}
              </button>
            </li>`,
        )}
      </ul>
      <form @submit=${add}>
        <input name="item" type="text" autocomplete="off" aria-label=${this.t('settings.addTo', { name: title })} />
        <button>${this.t('settings.add')}</button>
      </form>`;
  }

  private problemText({ schema }: SettingView): string {
    return this.t(`settings.problem.${this.problem}`, {
      minimum: schema.minimum ?? 0,
      maximum: schema.maximum ?? 0,
      pattern: schema.pattern ?? '',
    });
  }

  private change(value: unknown): void {
    this.emit('setting-change', value);
  }
}
