import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { AssignmentRule } from '#protocol/assignment-rules.ts';
import { icon } from '#webview/base/styles.ts';
import { groupNameOf } from '../pages/hub.ts';
import { PageElement } from '../pages/page-element.ts';
import { conditionTexts, moved } from './rule-texts.ts';

/**
 * Rules in their order, to be sorted by dragging, by buttons, and by Alt with an arrow key. Fires `rules` with the list as it
 * is to be, and `edit` with a rule.
 */
@customElement('lk-rule-list')
export class RuleList extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      :host {
        height: auto;
        overflow: visible;
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        align-items: flex-start;
        gap: 10px;
        padding: 8px 6px;
        border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
        border-top: 2px solid transparent;
      }
      li.over {
        border-top-color: var(--vscode-focusBorder);
      }
      li.dragged {
        opacity: 0.5;
      }
      li:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .handle {
        cursor: grab;
        color: var(--vscode-descriptionForeground);
      }
      .number {
        flex: none;
        min-width: 2ch;
        color: var(--vscode-descriptionForeground);
        text-align: end;
      }
      .what {
        flex: 1 1 0;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .name {
        font-weight: 600;
      }
      .off .what {
        color: var(--vscode-disabledForeground, var(--vscode-descriptionForeground));
      }
      .target .codicon {
        font-size: 14px;
        width: 14px;
        height: 14px;
        vertical-align: text-bottom;
      }
      .warning {
        color: var(--vscode-editorWarning-foreground, var(--vscode-errorForeground));
      }
      .buttons {
        display: flex;
        flex: none;
        flex-wrap: wrap;
        justify-content: flex-end;
      }
      @container (max-width: 560px) {
        .buttons {
          max-width: 60px;
        }
        .handle {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) rules: readonly AssignmentRule[] = [];
  @property({ attribute: false }) deletedGroups: readonly string[] = [];
  @state() private dragged: number | undefined;
  @state() private over: number | undefined;

  override render(): TemplateResult {
    return html`<ol aria-label=${this.t('assignmentRules.title')}>
      ${repeat(
        this.rules,
        ({ id }) => id,
        (rule, index) => this.rule(rule, index),
      )}
    </ol>`;
  }

  private rule(rule: AssignmentRule, index: number): TemplateResult {
    const { name, enabled, group } = rule;
    const gone = this.deletedGroups.includes(group);
    const classes = [
      enabled ? '' : 'off',
      this.dragged === index ? 'dragged' : '',
      this.over === index && this.dragged !== undefined && this.dragged !== index ? 'over' : '',
    ];
    const button = (symbol: string, key: string, run: () => void, disabled = false): TemplateResult =>
      html`<button
        class="icon"
        title=${this.t(`assignmentRules.${key}`)}
        aria-label=${this.t(`assignmentRules.${key}Named`, { name })}
        aria-disabled=${disabled}
        data-action=${key}
        @click=${() => disabled || run()}
      >
        ${icon(symbol)}
      </button>`;
    return html`<li
      class=${classes.filter(Boolean).join(' ')}
      draggable="true"
      @dragstart=${(event: DragEvent) => this.begin(event, index)}
      @dragover=${(event: DragEvent) => this.dragOver(event, index)}
      @drop=${(event: DragEvent) => this.drop(event, index)}
      @dragend=${() => (this.dragged = this.over = undefined)}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, index)}
    >
      <span class="handle" title=${this.t('assignmentRules.drag')} aria-hidden="true">${icon('gripper')}</span>
      <span class="number">${index + 1}</span>
      <input
        type="checkbox"
        aria-label=${this.t('assignmentRules.enabledNamed', { name })}
        title=${this.t('assignmentRules.enabled')}
        .checked=${enabled}
        @change=${() => this.put(index, { ...rule, enabled: !enabled })}
      />
      <div class="what">
        <div class="name">${name}</div>
        <div class="muted">${conditionTexts(rule).join(' · ')}</div>
        <div class="target">
          ${icon('arrow-right')}
          ${
            gone
              ? html`<span class="warning">${this.t('assignmentRules.groupGone')}</span>`
              : (groupNameOf(group) ?? group)
          }
          ${enabled ? nothing : html`<span class="muted">(${this.t('assignmentRules.off')})</span>`}
        </div>
      </div>
      <div class="buttons">
        ${button('arrow-up', 'up', () => this.shift(index, index - 1), index === 0)}
        ${button('arrow-down', 'down', () => this.shift(index, index + 1), index === this.rules.length - 1)}
        ${button('edit', 'edit', () => this.emit('edit', rule))}
        ${button('trash', 'delete', () => this.tell(this.rules.filter(({ id }) => id !== rule.id)))}
      </div>
    </li>`;
  }

  private onKey(event: KeyboardEvent, index: number): void {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (!event.altKey || step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.shift(index, index + step);
  }

  /** The focus goes along with the rule. */
  private shift(from: number, to: number): void {
    if (to < 0 || to >= this.rules.length) return;
    const action = (this.shadowRoot?.activeElement as HTMLElement | null)?.dataset['action'];
    this.tell(moved(this.rules, from, to));
    void this.updateComplete.then(() => {
      const row = this.renderRoot.querySelectorAll('li')[to];
      row?.querySelector<HTMLElement>(action ? `[data-action=${action}]` : 'input')?.focus();
    });
  }

  private begin(event: DragEvent, index: number): void {
    this.dragged = index;
    event.dataTransfer?.setData('text/plain', this.rules[index]?.name ?? '');
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  }

  private dragOver(event: DragEvent, index: number): void {
    if (this.dragged === undefined) return;
    event.preventDefault();
    this.over = index;
  }

  private drop(event: DragEvent, index: number): void {
    if (this.dragged === undefined) return;
    event.preventDefault();
    const from = this.dragged;
    this.dragged = this.over = undefined;
    // What is drawn is a line above the row: from above, one less is left before it.
    this.tell(moved(this.rules, from, from < index ? index - 1 : index));
  }

  private put(index: number, rule: AssignmentRule): void {
    this.tell(this.rules.map((each, at) => (at === index ? rule : each)));
  }

  private tell(rules: readonly AssignmentRule[]): void {
    this.emit<readonly AssignmentRule[]>('rules', rules);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-rule-list': RuleList;
  }
}
