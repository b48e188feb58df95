import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Page, PageField } from '#protocol/declared-page.ts';
import { ObserveController } from '#webview/base/observe.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { disabledReasonOf } from './commands.ts';
import { rightsChanges$ } from './hub.ts';
import { controlStyles } from './page-styles.ts';

type FormBlock = Extract<Page['blocks'][number], { kind: 'form' }>;
type Action = FormBlock['submit'];
type Value = string | boolean | readonly string[];

function dataUrlOf(file: File): Promise<string> {
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Lists arrive anew each time. */
const isSame = (a: Value | undefined, b: Value): boolean => JSON.stringify(a) === JSON.stringify(b);
const isEmpty = (value: Value | undefined): boolean => value === undefined || String(value).trim() === '';

/** Characters: a list of thousands of names, say. */
const longText = 10_000;
const pictures = ['image/png', 'image/jpeg', 'image/webp'];

/**
 * A form that an extension declared. Fires `run` with the command and its arguments: those declared, and what was filled
 * in under the fields' identifiers.
 */
@customElement('lk-declared-form')
export class DeclaredForm extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      .field {
        max-width: 480px;
        margin-bottom: 14px;
      }
      .check {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        justify-content: flex-start;
        margin: 4px 0 16px;
      }
      .picture {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .picture img {
        max-width: 200px;
        max-height: 64px;
        padding: 6px;
        border: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border));
        border-radius: 4px;
        background: #ffffff;
      }
      .options {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 20px;
        max-height: 200px;
        overflow: auto;
        padding: 6px 8px;
        border: 1px solid var(--vscode-input-border, var(--vscode-settings-textInputBorder, transparent));
        border-radius: 3px;
      }
      .options[data-invalid='true'] {
        border-color: var(--vscode-inputValidation-errorBorder);
      }
      input[type='color'] {
        width: 48px;
        height: 28px;
        padding: 2px;
      }
    `,
  ];

  @property({ attribute: false }) block: FormBlock | undefined;
  /** While the command runs. */
  @property({ type: Boolean }) busy = false;

  @state() private values: Readonly<Record<string, Value>> = {};
  /** Problems found here, before the command was run. */
  @state() private problems: Readonly<Record<string, string>> = {};

  constructor() {
    super();
    new ObserveController(this, rightsChanges$(), undefined);
  }
  /** What the extension last gave each field: what was typed is kept until that changes. */
  private given: Record<string, Value> = {};

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('block') || !this.block) return;
    const values: Record<string, Value> = {};
    const problems: Record<string, string> = {};
    for (const { id, value } of this.block.fields) {
      const kept = this.values[id];
      const stays = kept !== undefined && isSame(this.given[id], value);
      values[id] = stays ? kept : value;
      if (stays && this.problems[id] !== undefined) problems[id] = this.problems[id];
    }
    this.given = Object.fromEntries(this.block.fields.map(({ id, value }) => [id, value]));
    this.values = values;
    this.problems = problems;
  }

  override render() {
    const { block } = this;
    if (!block) return nothing;
    return html`<form novalidate @submit=${this.submit}>
      ${this.shown(block).map((field) => this.field(field))}
      <div class="buttons">
        ${this.button(block.submit, 'submit')}${block.actions.map((action) => this.button(action, 'button'))}
      </div>
    </form>`;
  }

  /** Not those that another field's value leaves out. */
  private shown({ fields }: FormBlock): PageField[] {
    return fields.filter(({ when }) => {
      const value = when && this.values[when.field];
      return !when || when.values.some((wanted) => wanted === value);
    });
  }

  private button(action: Action, type: 'submit' | 'button'): TemplateResult {
    const reason = action.disabled ?? disabledReasonOf(action.command, action.arguments);
    const off = reason !== undefined || this.busy;
    return html`<button
      type=${type}
      class=${type === 'submit' ? 'primary' : ''}
      aria-disabled=${off}
      title=${reason ?? action.description ?? nothing}
      @click=${(event: Event) => {
        if (off) event.preventDefault();
        else if (type === 'button') this.emit('run', action);
      }}
    >
      ${action.icon ? icon(action.icon) : nothing}${action.title}
    </button>`;
  }

  private field(field: PageField): TemplateResult {
    const { id, label, description } = field;
    const problem = this.problems[id] ?? field.problem;
    const note = problem ?? description;
    const hint = html`<span class=${problem ? 'error-text' : 'hint'} id="${id}-note" aria-live="polite"
      >${note ?? nothing}</span
    >`;
    if (field.type === 'checkbox') {
      return html`<div class="field">
        <label class="check">${this.control(field, problem !== undefined)}${label}</label>${hint}
      </div>`;
    }
    if (field.type === 'multiSelect') {
      return html`<div class="field">
        <span id="${id}-label">${label}</span>${this.control(field, problem !== undefined)}${hint}
      </div>`;
    }
    return html`<div class="field">
      <label for=${id}>${label}</label>${this.control(field, problem !== undefined)}${hint}
    </div>`;
  }

  private control(field: PageField, invalid: boolean): TemplateResult {
    const { id } = field;
    const note = `${id}-note`;
    const value = this.values[id] ?? field.value;
    const typed = (event: Event): void => this.set(id, (event.target as HTMLInputElement).value);
    switch (field.type) {
      case 'text':
        return field.multiline
          ? html`<textarea
              id=${id}
              rows=${field.maxLength > longText ? 10 : 3}
              maxlength=${field.maxLength}
              placeholder=${field.placeholder ?? nothing}
              aria-required=${field.required}
              aria-invalid=${invalid}
              aria-describedby=${note}
              .value=${value as string}
              @input=${typed}
            ></textarea>`
          : html`<input
              id=${id}
              maxlength=${field.maxLength}
              placeholder=${field.placeholder ?? nothing}
              aria-required=${field.required}
              aria-invalid=${invalid}
              aria-describedby=${note}
              .value=${value as string}
              @input=${typed}
            />`;
      case 'select':
        return html`<select
          id=${id}
          aria-required=${field.required}
          aria-invalid=${invalid}
          aria-describedby=${note}
          @change=${typed}
        >
          ${
            field.options.some((option) => option.value === value)
              ? nothing
              : html`<option value="" selected ?disabled=${field.required}>${this.t('page.form.choose')}</option>`
          }
          ${field.options.map(
            (option) =>
              html`<option
                value=${option.value}
                title=${option.description ?? nothing}
                ?selected=${option.value === value}
              >
                ${option.label}
              </option>`,
          )}
        </select>`;
      case 'multiSelect': {
        const chosen = new Set(value as readonly string[]);
        const toggled = (option: string, event: Event): void => {
          if ((event.target as HTMLInputElement).checked) chosen.add(option);
          else chosen.delete(option);
          // In the order of the options, however they were ticked.
          const known = field.options.map((each) => each.value).filter((each) => chosen.has(each));
          this.set(id, known);
        };
        return html`<div
          id=${id}
          class="options"
          role="group"
          aria-labelledby="${id}-label"
          aria-describedby=${note}
          data-invalid=${invalid}
        >
          ${field.options.map(
            (option) =>
              html`<label class="check">
                <input
                  type="checkbox"
                  .checked=${chosen.has(option.value)}
                  @change=${(event: Event) => toggled(option.value, event)}
                />${option.label}
              </label>`,
          )}
        </div>`;
      }
      case 'checkbox':
        return html`<input
          id=${id}
          type="checkbox"
          aria-describedby=${note}
          .checked=${value === true}
          @change=${(event: Event) => this.set(id, (event.target as HTMLInputElement).checked)}
        />`;
      case 'color':
        return html`<div class="picture">
          <input
            id=${id}
            type="color"
            aria-describedby=${note}
            .value=${(value as string) || '#000000'}
            @input=${typed}
          />
          <span class="mono">${value || this.t('page.form.noColor')}</span>
          ${value ? this.clear(id, this.t('page.form.clear')) : nothing}
        </div>`;
      case 'image':
        return html`<div class="picture">
          ${value ? html`<img src=${value as string} alt=${field.label} />` : nothing}
          <input
            id=${id}
            type="file"
            accept=${pictures.join(',')}
            aria-invalid=${invalid}
            aria-describedby=${note}
            @change=${(event: Event) => void this.read(field, event.target as HTMLInputElement)}
          />
          ${value ? this.clear(id, this.t('page.form.clear')) : nothing}
        </div>`;
    }
  }

  private clear(id: string, title: string): TemplateResult {
    return html`<button type="button" @click=${() => this.set(id, '')}>${title}</button>`;
  }

  private async read(field: Extract<PageField, { type: 'image' }>, input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    input.value = '';
    if (!file) return;
    if (!pictures.includes(file.type)) return this.refuse(field.id, this.t('page.form.notAPicture'));
    if (file.size > field.maximum) {
      return this.refuse(field.id, this.t('page.form.pictureTooLarge', { limit: Math.floor(field.maximum / 1024) }));
    }
    this.set(field.id, await dataUrlOf(file));
  }

  private set(id: string, value: Value): void {
    this.values = { ...this.values, [id]: value };
    const { [id]: _, ...others } = this.problems;
    this.problems = others;
  }

  private refuse(id: string, problem: string): void {
    this.problems = { ...this.problems, [id]: problem };
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const { block } = this;
    if (!block || this.busy) return;
    const shown = this.shown(block);
    const missing = shown.filter((field) => 'required' in field && field.required && isEmpty(this.values[field.id]));
    if (missing.length > 0) {
      this.problems = Object.fromEntries(missing.map(({ id }) => [id, this.t('page.form.required')]));
      await this.updateComplete;
      const first = CSS.escape(missing[0]!.id);
      this.renderRoot.querySelector<HTMLElement>(`#${first}:not([role='group']), #${first} input`)?.focus();
      return;
    }
    const filledIn = Object.fromEntries(shown.map(({ id }) => [id, this.values[id]]));
    this.emit('run', { ...block.submit, arguments: { ...block.submit.arguments, ...filledIn } });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-declared-form': DeclaredForm;
  }
}
