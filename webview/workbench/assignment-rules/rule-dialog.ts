import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { newId } from '#core/base/ids.ts';
import { assignmentRule, type AssignmentRule } from '#protocol/assignment-rules.ts';
import { platform } from '#protocol/facts.ts';
import type { Group } from '#protocol/groups.ts';
import { openDialog } from '../pages/dialog.ts';
import { formDialog, textField } from '../pages/form-dialog.ts';
import { PageElement } from '../pages/page-element.ts';
import { conditionKeys, type ConditionKey } from './rule-texts.ts';

/** Asks for one rule. Fires `save` with it, and `dialog-close`. */
@customElement('lk-rule-dialog')
export class RuleDialog extends PageElement {
  /** The one that is changed; a new one where there is none. */
  @property({ attribute: false }) rule: AssignmentRule | undefined;
  @property({ attribute: false }) groups: readonly Group[] = [];
  @state() private problems: ReadonlySet<string> = new Set();

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override render(): TemplateResult {
    const { rule } = this;
    return formDialog({
      title: rule ? this.t('assignmentRules.editNamed', { name: rule.name }) : this.t('assignmentRules.new'),
      fields: html`${textField({
          id: 'name',
          label: this.t('assignmentRules.name'),
          value: rule?.name ?? '',
          maxLength: 64,
          first: true,
          problem: this.problem('name'),
        })}
        <fieldset>
          <legend>${this.t('assignmentRules.conditions')}</legend>
          <p class="hint">${this.t('assignmentRules.conditionsHint')}</p>
          ${this.problems.has('conditions') ? html`<p class="error-text" role="alert">${this.t('assignmentRules.problem.conditions')}</p>` : nothing}
          ${conditionKeys.map((key) => (key === 'platform' ? this.platform() : this.condition(key)))}
        </fieldset>
        ${this.group()}`,
      action: this.t(rule ? 'assignmentRules.take' : 'assignmentRules.add'),
      busy: false,
      submit: (form) => this.submit(form),
      close: () => this.emit('dialog-close'),
    });
  }

  private problem(field: string): string | undefined {
    return this.problems.has(field) ? this.t(`assignmentRules.problem.${field}`) : undefined;
  }

  private condition(key: ConditionKey): TemplateResult {
    return textField({
      id: key,
      label: this.t(`assignmentRules.field.${key}`),
      value: this.rule?.conditions[key] ?? '',
      maxLength: key === 'domain' || key === 'ou' ? 255 : 64,
      hint: this.t(`assignmentRules.hint.${key}`),
    });
  }

  private platform(): TemplateResult {
    const wanted = this.rule?.conditions.platform ?? '';
    const option = (value: string, label: string): TemplateResult =>
      html`<option value=${value} ?selected=${value === wanted}>${label}</option>`;
    return html`<div class="field">
      <label for="platform">${this.t('assignmentRules.field.platform')}</label>
      <select id="platform" name="platform">
        ${option('', this.t('assignmentRules.any'))} ${option('windows', 'Windows')} ${option('macos', 'macOS')}
        ${option('linux', 'Linux')}
      </select>
    </div>`;
  }

  private group(): TemplateResult {
    const known = this.groups.some(({ id }) => id === this.rule?.group);
    return html`<div class="field">
      <label for="group">${this.t('assignmentRules.group')}</label>
      <select id="group" name="group" aria-invalid=${this.problems.has('group')} aria-describedby="group-problem">
        ${known ? nothing : html`<option value="">${this.t('assignmentRules.chooseGroup')}</option>`}
        ${this.groups.map(
          ({ id, name }) => html`<option value=${id} ?selected=${id === this.rule?.group}>${name}</option>`,
        )}
      </select>
      <span class="error-text" id="group-problem" aria-live="polite">${this.problem('group') ?? nothing}</span>
    </div>`;
  }

  private submit(form: FormData): void {
    const text = (field: string): string => String(form.get(field) ?? '').trim();
    const conditions = Object.fromEntries(
      conditionKeys.flatMap((key) => {
        const value = key === 'platform' ? platform.safeParse(text(key)).data : text(key);
        return value ? [[key, value]] : [];
      }),
    );
    const { rule } = this;
    const wanted = {
      id: rule?.id ?? newId(),
      enabled: rule?.enabled ?? true,
      name: text('name'),
      conditions,
      group: text('group'),
    };
    const parsed = assignmentRule.safeParse(wanted);
    const problems = new Set(parsed.error?.issues.map(({ path }) => String(path[0])));
    if (Object.keys(conditions).length === 0) problems.add('conditions');
    this.problems = problems;
    if (parsed.success && problems.size === 0) this.emit<AssignmentRule>('save', parsed.data);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-rule-dialog': RuleDialog;
  }
}
