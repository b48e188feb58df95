import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Page } from '#protocol/declared-page.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { disabledReasonOf } from './commands.ts';
import { openDevice } from './hub.ts';
import { emptyState } from './page-states.ts';
import { controlStyles } from './page-styles.ts';
import './virtual-table.ts';
import type { TableColumn } from './virtual-table.ts';

type Table = Extract<Page['blocks'][number], { kind: 'table' }>;
type Row = Table['rows'][number];
type Action = Row['actions'][number];

/** From here on a table draws only the rows in sight. */
const longTable = 100;

/** A table that an extension declared. Fires `run` with the action of a row that was chosen. */
@customElement('lk-declared-table')
export class DeclaredTable extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
        margin-bottom: 16px;
      }
      lk-virtual-table {
        height: min(560px, 70vh);
      }
      .state {
        min-height: 0;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
      }
      .actions button {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        white-space: nowrap;
      }
      .actions [aria-disabled='true'] {
        opacity: 0.6;
        cursor: default;
        text-decoration: none;
      }
    `,
  ];

  @property({ attribute: false }) block: Table = { kind: 'table', columns: [], rows: [], empty: '' };
  /** What runs now can't be chosen again. */
  @property({ attribute: false }) running: Action | undefined;

  override render(): TemplateResult {
    const { columns, rows, empty } = this.block;
    if (rows.length === 0) return emptyState('table', empty || this.t('page.tableEmpty'));
    const acts = rows.some(({ actions }) => actions.length > 0);
    return rows.length > longTable ? this.long(this.block, acts) : this.short(columns, rows, acts);
  }

  private long({ columns, rows }: Table, acts: boolean): TemplateResult {
    const drawn = columns.map(({ title, align }, index): TableColumn<Row> => ({
      title,
      align,
      cell: (row) => row.cells[index] ?? '',
    }));
    if (acts) drawn.push({ title: this.t('devicePage.actions'), cell: (row) => this.actions(row) });
    return html`<lk-virtual-table
      .columns=${drawn}
      .rows=${rows}
      .label=${columns[0]?.title ?? ''}
      ?openable=${rows.some(({ device }) => device !== undefined)}
      @row-open=${(event: CustomEvent<Row>) => this.open(event.detail)}
    ></lk-virtual-table>`;
  }

  private short(columns: Table['columns'], rows: readonly Row[], acts: boolean): TemplateResult {
    return html`<div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            ${columns.map(({ title, align }) => html`<th scope="col" class=${align}>${title}</th>`)}
            ${
              acts
                ? html`<th scope="col"><span class="visually-hidden">${this.t('devicePage.actions')}</span></th>`
                : nothing
            }
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${columns.map(({ title, align }, index) => {
                  const text = row.cells[index] ?? '';
                  return html`<td class="${align} ${text === '' ? 'blank' : ''}" data-label=${title}>
                    ${
                      index === 0 && row.device
                        ? html`<button class="link" @click=${() => this.open(row)}>${text}</button>`
                        : text
                    }
                  </td>`;
                })}
                ${acts ? html`<td>${this.actions(row)}</td>` : nothing}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private actions({ cells, actions }: Row): TemplateResult {
    return html`<div class="actions">
      ${actions.map((action) => {
        const reason = action.disabled ?? disabledReasonOf(action.command, action.arguments);
        const off = reason !== undefined || this.running === action;
        return html`<button
          class="link"
          aria-disabled=${off}
          aria-label=${`${action.title}: ${cells[0] ?? ''}`}
          title=${reason ?? action.description ?? nothing}
          @click=${(event: Event) => {
            event.stopPropagation();
            if (!off) this.emit('run', action);
          }}
        >
          ${action.icon ? icon(action.icon) : nothing}${action.title}
        </button>`;
      })}
    </div>`;
  }

  private open({ device }: Row): void {
    if (device) openDevice(device);
  }
}
