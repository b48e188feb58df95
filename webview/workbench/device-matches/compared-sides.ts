import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MatchSide } from '#protocol/device-matches.ts';
import { icon } from '#webview/base/styles.ts';
import { openDevice } from '../pages/hub.ts';
import { PageElement } from '../pages/page-element.ts';
import { timeAgo } from '../pages/times.ts';
import type { ComparedLine } from './match-texts.ts';

export interface ComparedSide {
  readonly side: MatchSide;
  /** What it is, of the two. */
  readonly what: string;
}

/** Two computers next to each other, with what they are told apart by. */
@customElement('lk-compared-sides')
export class ComparedSides extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      :host {
        height: auto;
        overflow: visible;
      }
      thead th {
        white-space: normal;
        vertical-align: top;
      }
      th.side {
        width: 38%;
      }
      th .name {
        color: var(--vscode-foreground);
        font-size: 13px;
      }
      th .what {
        font-weight: 400;
      }
      tbody th {
        border-bottom-color: var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
        vertical-align: top;
      }
      td ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      tr.agrees .mark {
        color: var(--latchkey-presence-online, var(--vscode-charts-green));
      }
      tr.differs .mark {
        color: var(--vscode-editorWarning-foreground, var(--vscode-charts-orange));
      }
      .mark .codicon {
        font-size: 14px;
        width: 14px;
        height: 14px;
        vertical-align: text-bottom;
      }
      @container (max-width: 560px) {
        thead {
          display: block;
        }
        thead tr {
          display: flex;
          gap: 12px;
          padding: 0 0 8px;
        }
        thead th.property {
          display: none;
        }
        th.side {
          flex: 1;
          min-width: 0;
          padding: 0;
          border: none;
          overflow-wrap: anywhere;
        }
        tbody tr {
          display: flex;
          flex-wrap: wrap;
          gap: 0 12px;
          padding: 6px 0;
          border-top: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
        }
        tbody th {
          flex: 1 0 100%;
          padding: 0;
          border: none;
        }
        tbody td {
          flex: 1 1 0;
          min-width: 0;
          padding: 0;
          border: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) sides: readonly ComparedSide[] = [];
  @property({ attribute: false }) lines: readonly ComparedLine[] = [];

  override render(): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <th scope="col" class="property">
            <span class="visually-hidden">${this.t('deviceMatches.property')}</span>
          </th>
          ${this.sides.map((side) => this.side(side))}
        </tr>
      </thead>
      <tbody>
        ${this.lines.map((line) => this.line(line))}
      </tbody>
    </table>`;
  }

  private side({ side: { device, name, online, lastSeenAt }, what }: ComparedSide): TemplateResult {
    return html`<th scope="col" class="side">
      <div class="what">${what}</div>
      ${
        device === null
          ? html`<span class="name">${name}</span>`
          : html`<button class="link name" @click=${() => openDevice(device)}>${name}</button>`
      }
      <div class="what">
        ${
          online
            ? this.t('deviceMatches.online')
            : lastSeenAt === null
              ? this.t('deviceMatches.neverSeen')
              : html`${this.t('deviceMatches.lastSeen')} ${timeAgo(lastSeenAt)}`
        }
      </div>
    </th>`;
  }

  private line({ label, known, other, agrees, mono }: ComparedLine): TemplateResult {
    const cell = (values: readonly string[]): TemplateResult =>
      html`<td class=${mono ? 'mono' : ''}>
        ${
          values.length === 0
            ? html`<span class="muted">${this.t('deviceMatches.unknown')}</span>`
            : html`<ul>
                ${values.map((value) => html`<li>${value}</li>`)}
              </ul>`
        }
      </td>`;
    const verdict = agrees === undefined ? undefined : agrees ? 'agrees' : 'differs';
    return html`<tr class=${verdict ?? ''}>
      <th scope="row">
        ${label}
        ${
          verdict
            ? html`<span class="mark" title=${this.t(`deviceMatches.${verdict}`)}
                >${icon(agrees ? 'check' : 'warning')}<span class="visually-hidden"
                  >${this.t(`deviceMatches.${verdict}`)}</span
                ></span
              >`
            : nothing
        }
      </th>
      ${cell(known)}${cell(other)}
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-compared-sides': ComparedSides;
  }
}
